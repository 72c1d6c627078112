//! JSON lines: one object a line.

use super::mapping::Mapping;
use super::object::{Problem, Record, record};

/// What no line may exceed.
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
    /// 0-based line.
    pub line: usize,
    /// First byte.
    pub start: usize,
    /// First byte after it; the line's end is not part of it.
    pub end: usize,
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

/// Gives each line of `buffer` that is not blank to `take`, in order.
///
/// A line ends in `\n`, the last one may lack it; spaces around a record, `\r`, line ends, blank lines
/// and a byte order mark at the start of the buffer are framing. O(n): about 1 GB/s for records of
/// plain text; memory for one record at a time.
pub fn read<'a>(
    buffer: &'a [u8],
    mapping: &Mapping,
    limits: Limits,
    mut take: impl FnMut(Placed<'a>),
) -> Extent {
    let whole = simdutf8::basic::from_utf8(buffer).ok();
    let mut extent = Extent::default();
    let mut next = 0;
    while next < buffer.len() {
        let rest = buffer.get(next..).unwrap_or_default();
        let line_end = memchr::memchr(b'\n', rest).map_or(buffer.len(), |at| next + at);
        let (start, end) = trimmed(buffer, next, line_end);
        let after = (line_end + 1).min(buffer.len());
        extent.framing += (start - next) + (after - end);
        if start < end {
            let line = whole.and_then(|text| text.get(start..end));
            let bytes = buffer.get(start..end).unwrap_or_default();
            let record = read_line(line, bytes, mapping, limits);
            take(Placed { line: extent.lines, start, end, record });
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

fn read_line<'a>(
    line: Option<&'a str>,
    bytes: &'a [u8],
    mapping: &Mapping,
    limits: Limits,
) -> Record<'a> {
    let problem = if bytes.len() > limits.record_bytes {
        let (size, limit) = (bytes.len(), limits.record_bytes);
        Problem::new("record-too-large", format!("{size} bytes; at most {limit} are read"))
    } else {
        match line.map_or_else(|| std::str::from_utf8(bytes), Ok) {
            Ok(text) => return record(text, mapping, limits.depth),
            Err(error) => {
                let at = error.valid_up_to();
                Problem::new("invalid-utf8", format!("byte {at} of the line is not UTF-8"))
            }
        }
    };
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

    fn found(buffer: &[u8]) -> (Vec<Placed<'_>>, Extent) {
        let mut placed = Vec::new();
        let mapping = Mapping::new(&[]).unwrap();
        let extent = read(buffer, &mapping, LIMITS, |one| placed.push(one));
        (placed, extent)
    }

    fn only(line: &str) -> Record<'_> {
        found(line.as_bytes()).0.remove(0).record
    }

    fn code(line: &[u8]) -> &'static str {
        found(line).0.remove(0).record.problem.map_or("", |problem| problem.code)
    }

    #[test]
    fn lines_carry_their_place_and_the_rest_is_framing() {
        let buffer = b"\xef\xbb\xbf{\"text\":\"a\"}\r\n\n {\"text\":\"b\"}  \n{\"text\":\"c\"}";
        let (placed, extent) = found(buffer);
        let places: Vec<_> = placed.iter().map(|one| (one.line, one.start, one.end)).collect();
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
        assert_eq!(code(b"\"text\""), "not-an-object");
        assert_eq!(code(b"[1, 2"), "invalid-json");
        assert_eq!(code(b"{\"text\": 5}"), "missing-field");
        assert_eq!(code(b"{}"), "missing-field");
        assert_eq!(code(b"\x00\x00"), "invalid-json");
        assert_eq!(code(&vec![b'x'; (1 << 20) + 1]), "record-too-large");
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
            let (placed, extent) = found(&buffer);
            let sum: usize = placed.iter().map(|one| one.end - one.start).sum();
            prop_assert_eq!(sum + extent.framing, buffer.len());
        }

        #[test]
        fn any_braces_are_records_and_framing(buffer in "[{}\\[\\]\":,a\\\\u0 \n\r1中]{0,80}") {
            let (placed, extent) = found(buffer.as_bytes());
            let sum: usize = placed.iter().map(|one| one.end - one.start).sum();
            prop_assert_eq!(sum + extent.framing, buffer.len());
        }
    }
}
