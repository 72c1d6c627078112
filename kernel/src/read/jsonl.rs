//! Lines: each one JSON object, or each one text.

use super::charset;
use super::mapping::Mapping;
use super::object::{Problem, Record, record};
use encoding_rs::{Encoding, UTF_8};
use std::borrow::Cow;

/// What no record may exceed.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one record.
    pub record_bytes: usize,
    /// Levels of nesting.
    pub depth: usize,
}

/// Where a record stands in the buffer it was read from, and what it is.
#[derive(Debug)]
pub struct Placed<'a> {
    /// 0-based line; in an array or a table without lines the index.
    pub line: usize,
    /// First byte.
    pub start: usize,
    /// First byte after it; separators are not part of it.
    pub end: usize,
    /// The bytes themselves.
    pub bytes: &'a [u8],
    /// How they were decoded.
    pub charset: &'static str,
    /// What it says.
    pub record: Record<'a>,
}

/// How a buffer was used up: `lines` in all, `framing` bytes that belong to no record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Extent {
    pub lines: usize,
    pub framing: usize,
}

/// Gives the object on each line of `buffer` that is not blank to `take`, in order.
///
/// A line ends in `\n`, the last one may lack it; spaces around a record, `\r`, line ends, blank lines
/// and a byte order mark at the start of the buffer are framing. Lines are UTF-8; those that are not
/// are read in the charset that all of them together show, if it leaves no byte over. O(n): about
/// 1 GB/s for records of plain text; memory for one record at a time.
pub fn read(
    buffer: &[u8],
    mapping: &Mapping,
    limits: Limits,
    take: impl FnMut(Placed<'_>),
) -> Extent {
    lines(&Reading::new(buffer, limits, Parse::Object(mapping)), take)
}

/// As [`read`], for lines that are texts themselves.
pub fn read_texts(buffer: &[u8], limits: Limits, take: impl FnMut(Placed<'_>)) -> Extent {
    lines(&Reading::new(buffer, limits, Parse::Text), take)
}

fn lines(reading: &Reading<'_>, mut take: impl FnMut(Placed<'_>)) -> Extent {
    let buffer = reading.buffer;
    let mut extent = Extent::default();
    let mut next = 0;
    while next < buffer.len() {
        let rest = buffer.get(next..).unwrap_or_default();
        let line_end = memchr::memchr(b'\n', rest).map_or(buffer.len(), |at| next + at);
        let (start, end) = trimmed(buffer, next, line_end);
        let after = (line_end + 1).min(buffer.len());
        extent.framing += (start - next) + (after - end);
        if start < end {
            reading.place(extent.lines, start, end, &mut take);
        }
        extent.lines += 1;
        next = after;
    }
    extent
}

fn trimmed(buffer: &[u8], start: usize, end: usize) -> (usize, usize) {
    let mut line = buffer.get(start..end).unwrap_or_default();
    if start == 0 {
        line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    }
    let begin = end - line.trim_ascii_start().len();
    (begin, begin + line.trim_ascii().len())
}

/// A buffer, and how its bytes are decoded.
pub(super) struct Reading<'a> {
    buffer: &'a [u8],
    limits: Limits,
    whole: Option<&'a str>,
    encoding: &'static Encoding,
    parse: Parse<'a>,
}

/// What a record's text is.
#[derive(Clone, Copy)]
pub(super) enum Parse<'a> {
    Object(&'a Mapping),
    Text,
}

impl<'a> Reading<'a> {
    pub(super) fn new(buffer: &'a [u8], limits: Limits, parse: Parse<'a>) -> Self {
        let whole = simdutf8::basic::from_utf8(buffer).ok();
        let encoding = if whole.is_some() { UTF_8 } else { charset::seen(buffer) };
        Self { buffer, limits, whole, encoding, parse }
    }

    /// Gives what stands at `start..end` to `take`, parsed, or why it cannot be read.
    pub(super) fn place(
        &self,
        line: usize,
        start: usize,
        end: usize,
        take: &mut impl FnMut(Placed<'_>),
    ) {
        let bytes = self.buffer.get(start..end).unwrap_or_default();
        let (mut charset, owned);
        charset = "utf-8";
        let record = if bytes.len() > self.limits.record_bytes {
            let (size, limit) = (bytes.len(), self.limits.record_bytes);
            too_large(size, limit)
        } else if let Some(text) = self.text(start, end) {
            self.parse(text)
        } else {
            let decoded = charset::by(self.encoding, bytes);
            charset = decoded.charset;
            owned = decoded.text;
            match decoded.replaced {
                0 => self.parse(&owned),
                _ if self.encoding == UTF_8 => not_utf8(bytes),
                bad => refused(Problem::new(
                    "undecodable",
                    format!("{bad} sequences are not {charset}"),
                    format!("有 {bad} 处字节不是 {charset}"),
                )),
            }
        };
        take(Placed { line, start, end, bytes, charset, record });
    }

    fn parse<'b>(&self, text: &'b str) -> Record<'b> {
        match self.parse {
            Parse::Object(mapping) => record(text, mapping, self.limits.depth),
            Parse::Text => Record { text: Some(Cow::Borrowed(text)), ..Record::default() },
        }
    }

    fn text(&self, start: usize, end: usize) -> Option<&'a str> {
        match self.whole {
            Some(whole) => whole.get(start..end),
            None => std::str::from_utf8(self.buffer.get(start..end)?).ok(),
        }
    }
}

fn not_utf8(bytes: &[u8]) -> Record<'static> {
    let at = std::str::from_utf8(bytes).err().map_or(0, |error| error.valid_up_to());
    refused(Problem::new(
        "invalid-utf8",
        format!("byte {at} of the record is not UTF-8"),
        format!("记录的第 {at} 字节不是 UTF-8"),
    ))
}

fn too_large(size: usize, limit: usize) -> Record<'static> {
    refused(Problem::new(
        "record-too-large",
        format!("{size} bytes; at most {limit} are read"),
        format!("{size} 字节；最多读 {limit} 字节"),
    ))
}

/// A record that cannot be read.
pub(super) fn refused(problem: Problem) -> Record<'static> {
    Record { problem: Some(problem), ..Record::default() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::read::object::Kind;
    use proptest::prelude::*;
    use std::borrow::Cow;

    const LIMITS: Limits = Limits { record_bytes: 1 << 20, depth: 128 };

    /// Line, start, end of each record.
    fn places(buffer: &[u8]) -> (Vec<(usize, usize, usize)>, Extent) {
        let mut places = Vec::new();
        let mapping = Mapping::new(&[]).unwrap();
        let extent =
            read(buffer, &mapping, LIMITS, |one| places.push((one.line, one.start, one.end)));
        (places, extent)
    }

    fn only(line: &str) -> Record<'_> {
        record(line, &Mapping::new(&[]).unwrap(), LIMITS.depth)
    }

    fn code(line: &[u8]) -> &'static str {
        let mut code = "";
        let mapping = Mapping::new(&[]).unwrap();
        read(line, &mapping, LIMITS, |one| {
            code = one.record.problem.map_or("", |problem| problem.code);
        });
        code
    }

    #[test]
    fn lines_in_another_charset_are_decoded_together() {
        let text = "今天的新闻说，上海的天气很好，人们都到公园里去了。";
        let line = format!("{{\"text\": \"{text}\"}}\n").repeat(3);
        let (bytes, _, _) = encoding_rs::GB18030.encode(&line);
        let mapping = Mapping::new(&[]).unwrap();
        let mut found = Vec::new();
        read(&bytes, &mapping, LIMITS, |one| {
            found.push((one.charset, one.record.text.map(Cow::into_owned)));
        });
        assert_eq!(found, vec![("gb18030", Some(text.to_owned())); 3]);
    }

    #[test]
    fn lines_carry_their_place_and_the_rest_is_framing() {
        let buffer = b"\xef\xbb\xbf{\"text\":\"a\"}\r\n\n {\"text\":\"b\"}  \n{\"text\":\"c\"}";
        let (places, extent) = places(buffer);
        assert_eq!(places, [(0, 3, 15), (2, 19, 31), (3, 34, 46)]);
        assert_eq!(extent, Extent { lines: 4, framing: 46 - 36 });
    }

    #[test]
    fn text_is_borrowed_and_other_members_stay_raw() {
        let record = only(r#"{"id":7,"text":"中文","n":1.50,"url":"http://x","n":[ 1 ]}"#);
        assert!(matches!(record.text, Some(Cow::Borrowed(_))));
        assert_eq!(record.text.as_deref(), Some("中文"));
        assert_eq!(record.url.as_deref(), Some("http://x"));
        assert_eq!(record.source_id.as_deref(), Some("7"));
        assert_eq!(record.fields.as_deref(), Some(r#"{"id":7,"n":1.50,"n":[ 1 ]}"#));
    }

    #[test]
    fn hostile_lines_are_quarantined_by_name() {
        let deep =
            format!("{{\"text\":\"a\",\"x\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(code(deep.as_bytes()), "too-deep");
        let open = format!("{{\"x\":{}", "[".repeat(100_000));
        assert_eq!(code(open.as_bytes()), "invalid-json");
        assert_eq!(code(b"{\"text\": NaN}"), "invalid-json");
        assert_eq!(code(b"{\"text\":\"a\" "), "invalid-json");
        assert_eq!(code(b"{\"text\":\"a\"} {}"), "invalid-json");
        assert_eq!(code(b"{\"text\":\"\xff\"}"), "invalid-utf8");
        assert_eq!(code(b"[1, 2]"), "not-an-object");
        assert_eq!(code(b"[1, 2"), "invalid-json");
        assert_eq!(code(b"{\"text\": 5}"), "missing-field");
        assert_eq!(code(b"{}"), "missing-field");
        assert_eq!(code(b"\x00\x00"), "invalid-json");
        assert_eq!(code(&vec![b'x'; (1 << 20) + 1]), "record-too-large");
    }

    #[test]
    fn a_string_is_a_text_without_fields() {
        let record = only(r#""一\n\u4e8c""#);
        assert_eq!((record.text.as_deref(), record.fields), (Some("一\n二"), None));
        assert_eq!(code(b"\"open"), "invalid-json");
    }

    #[test]
    fn of_a_repeated_name_the_last_counts() {
        let record = only(r#"{"text":"a","text":"b"}"#);
        assert_eq!(record.text.as_deref(), Some("b"));
        assert_eq!(record.fields.as_deref(), Some(r#"{"text":"a"}"#));
    }

    #[test]
    fn dialogues_are_told_by_their_shape() {
        for (line, roles, fields) in [
            (r#"{"messages":[{"role":"user","content":"a"}]}"#, "user", None),
            (
                r#"{"conversations":[{"from":"human","value":"a"},{"from":"gpt","value":"b"}]}"#,
                "user assistant",
                Some(
                    r#"{"conversations":[{"from":"human","value":"a"},{"from":"gpt","value":"b"}]}"#,
                ),
            ),
            (
                r#"{"instruction":"a","input":"","output":"b"}"#,
                "user assistant",
                Some(r#"{"instruction":"a","input":"","output":"b"}"#),
            ),
            (
                r#"{"messages":"[{\"role\":\"user\",\"content\":\"a\"}]"}"#,
                "user",
                Some(r#"{"messages":"[{\"role\":\"user\",\"content\":\"a\"}]"}"#),
            ),
            (
                r#"{"instruction":"a","instances":[{"input":"","output":"b"}]}"#,
                "user assistant",
                Some(r#"{"instruction":"a","instances":[{"input":"","output":"b"}]}"#),
            ),
            (
                r#"{"messages":[{"role":"user","content":[{"type":"text","text":"a"}]}]}"#,
                "user",
                Some(r#"{"messages":[{"role":"user","content":[{"type":"text","text":"a"}]}]}"#),
            ),
        ] {
            let record = only(line);
            assert_eq!(record.kind, Kind::Messages, "{line}");
            let said = record.messages.unwrap();
            let found: Vec<_> = said.iter().map(|message| message.role.as_ref()).collect();
            assert_eq!(found.join(" "), roles, "{line}");
            assert_eq!(said[0].content.as_deref(), Some("a"), "{line}");
            assert_eq!(record.fields.as_deref(), fields, "{line}");
        }
    }

    #[test]
    fn preferences_keep_prompt_and_answers() {
        let record = only(r#"{"prompt":"p","chosen":"c","rejected":"r"}"#);
        assert_eq!((record.kind, record.fields), (Kind::Preference, None));
        let record = only(
            r#"{"chosen":"\n\nHuman: p\n\nAssistant: c","rejected":"\n\nHuman: p\n\nAssistant: r"}"#,
        );
        let preference = record.preference.unwrap();
        assert_eq!(preference.prompt.as_deref(), Some("\n\nHuman: p\n\nAssistant:"));
        assert_eq!((&*preference.chosen, &*preference.rejected), (" c", " r"));
        assert!(record.fields.is_some());
    }

    proptest! {
        #[test]
        fn any_bytes_are_records_and_framing(buffer in proptest::collection::vec(any::<u8>(), 0..200)) {
            let (places, extent) = places(&buffer);
            let sum: usize = places.iter().map(|(_, start, end)| end - start).sum();
            prop_assert_eq!(sum + extent.framing, buffer.len());
        }

        #[test]
        fn any_braces_are_records_and_framing(buffer in "[{}\\[\\]\":,a\\\\u0 \n\r1中]{0,80}") {
            let (places, extent) = places(buffer.as_bytes());
            let sum: usize = places.iter().map(|(_, start, end)| end - start).sum();
            prop_assert_eq!(sum + extent.framing, buffer.len());
        }
    }
}
