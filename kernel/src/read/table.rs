//! Tables as text: comma- or tab-separated values with a header.

use super::charset;
use super::jsonl::{Limits, Placed, refused};
use super::mapping::Mapping;
use super::object::{Problem, record};
use csv::{ByteRecord, ReaderBuilder};
use encoding_rs::{Encoding, UTF_8};
use std::fmt::Write;

/// How the cells of a table are separated and what they are called.
#[derive(Clone, Debug)]
pub struct Layout {
    /// `,` or a tab.
    pub delimiter: u8,
    /// Whether `"` encloses cells.
    pub quoting: bool,
    /// The header's cells.
    pub names: Vec<String>,
}

/// How a buffer was used up: the first `consumed` bytes of it, `framing` of which belong to no row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Extent {
    pub consumed: usize,
    pub framing: usize,
    pub lines: usize,
}

/// Gives each row of `buffer` to `take` as a record of the header's names, in order.
///
/// `buffer` begins where a row does, and without the header. A row that may go on after the buffer
/// is left for the next call, unless `is_last`. Line ends and blank lines are framing. A row of more
/// or fewer cells than the header is refused (`ragged-row`), as is one whose quote is never closed
/// (`unclosed-quote`). `line` is the line at which a row begins. O(n), about 200 MB/s.
pub fn read(
    buffer: &[u8],
    layout: &Layout,
    is_last: bool,
    mapping: &Mapping,
    limits: Limits,
    mut take: impl FnMut(Placed<'_>),
) -> Extent {
    let encoding =
        if simdutf8::basic::from_utf8(buffer).is_ok() { UTF_8 } else { charset::seen(buffer) };
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(layout.delimiter)
        .quoting(layout.quoting)
        .from_reader(buffer);
    let (mut cells, mut object) = (ByteRecord::new(), String::new());
    let mut extent = Extent::default();
    while matches!(reader.read_byte_record(&mut cells), Ok(true)) {
        let after = usize::try_from(reader.position().byte()).unwrap_or(buffer.len());
        if after >= buffer.len() && !is_last {
            break;
        }
        let row = buffer.get(extent.consumed..after).unwrap_or_default();
        let begin = row.iter().take_while(|byte| is_line_end(**byte)).count();
        let length = row.len() - row.iter().rev().take_while(|byte| is_line_end(**byte)).count();
        let (start, end) = (extent.consumed + begin, extent.consumed + length.max(begin));
        let text = row.get(begin..length).unwrap_or_default();
        extent.lines += memchr::memchr_iter(b'\n', row.get(..begin).unwrap_or_default()).count();
        let line = extent.lines;
        extent.lines += memchr::memchr_iter(b'\n', row.get(begin..).unwrap_or_default()).count();
        extent.framing += row.len() - (end - start);
        extent.consumed = after;
        if start == end {
            continue;
        }
        let charset = charset::name(encoding);
        let record = match refusal(text, &cells, layout, limits, after >= buffer.len())
            .map_or_else(|| write_object(&mut object, &cells, layout, encoding), Err)
        {
            Ok(()) => record(&object, mapping, limits.depth),
            Err(problem) => refused(problem),
        };
        take(Placed { line, start, end, bytes: text, charset, record });
    }
    if is_last {
        extent.framing += buffer.len() - extent.consumed;
        extent.consumed = buffer.len();
    }
    extent
}

/// The layout that the first row shows, and the length of that row with the blank lines before it.
///
/// Comma-separated tables may use `;`, `|` or a tab: the most frequent in the header is taken.
/// Tab-separated ones know no quotes. `None` if the table has no row.
#[must_use]
pub fn layout(buffer: &[u8], is_tab_separated: bool) -> Option<(Layout, usize)> {
    let encoding = if std::str::from_utf8(buffer).is_ok() { UTF_8 } else { charset::seen(buffer) };
    let mark = if buffer.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let rows = buffer.get(mark..)?;
    let first = rows.split(|byte| is_line_end(*byte)).find(|line| !line.is_empty())?;
    let count = |delimiter: &u8| memchr::memchr_iter(*delimiter, first).count();
    let delimiter = match is_tab_separated {
        true => b'\t',
        // Of equal counts the last wins.
        false => *b"|;\t,".iter().max_by_key(|delimiter| count(delimiter))?,
    };
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(!is_tab_separated)
        .from_reader(rows);
    let mut cells = ByteRecord::new();
    if !matches!(reader.read_byte_record(&mut cells), Ok(true)) {
        return None;
    }
    let names = cells.iter().map(|cell| charset::by(encoding, cell).text.into_owned()).collect();
    let length = mark + usize::try_from(reader.position().byte()).ok()?;
    Some((Layout { delimiter, quoting: !is_tab_separated, names }, length))
}

fn is_line_end(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

fn refusal(
    row: &[u8],
    cells: &ByteRecord,
    layout: &Layout,
    limits: Limits,
    is_at_end: bool,
) -> Option<Problem> {
    if row.len() > limits.record_bytes {
        let (size, limit) = (row.len(), limits.record_bytes);
        return Some(Problem::new(
            "record-too-large",
            format!("{size} bytes; at most {limit} are read"),
            format!("{size} 字节；最多读 {limit} 字节"),
        ));
    }
    // Within the table the parser has closed every quote; a bare one inside a cell is text.
    if is_at_end && layout.quoting && memchr::memchr_iter(b'"', row).count() % 2 == 1 {
        return Some(Problem::new(
            "unclosed-quote",
            "a quote is opened and never closed",
            "有引号打开后没有闭合",
        ));
    }
    let (found, expected) = (cells.len(), layout.names.len());
    (found != expected).then(|| {
        Problem::new(
            "ragged-row",
            format!("the row has {found} cells; the header has {expected}"),
            format!("该行有 {found} 格；表头有 {expected} 格"),
        )
    })
}

/// Writes the row as a JSON object, so that one mapping serves all formats.
fn write_object(
    object: &mut String,
    cells: &ByteRecord,
    layout: &Layout,
    encoding: &'static Encoding,
) -> Result<(), Problem> {
    object.clear();
    object.push('{');
    for (name, cell) in layout.names.iter().zip(cells) {
        let decoded = charset::by(encoding, cell);
        if decoded.replaced > 0 {
            let code = if encoding == UTF_8 { "invalid-utf8" } else { "undecodable" };
            let charset = decoded.charset;
            return Err(Problem::new(
                code,
                format!("cell {name:?} is not {charset}"),
                format!("单元格 {name:?} 不是 {charset}"),
            ));
        }
        if object.len() > 1 {
            object.push(',');
        }
        push_string(object, name);
        object.push(':');
        push_string(object, &decoded.text);
    }
    object.push('}');
    Ok(())
}

/// Appends `text` as a JSON string.
fn push_string(object: &mut String, text: &str) {
    object.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\')
    {
        let (plain, from) = rest.split_at(at);
        object.push_str(plain);
        let _ = match from.as_bytes().first() {
            Some(b'\n') => write!(object, "\\n"),
            Some(b'"') => write!(object, "\\\""),
            Some(b'\\') => write!(object, "\\\\"),
            Some(control) => write!(object, "\\u{control:04x}"),
            None => Ok(()),
        };
        rest = from.get(1..).unwrap_or_default();
    }
    object.push_str(rest);
    object.push('"');
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIMITS: Limits = Limits { record_bytes: 1 << 20, depth: 128 };

    type Found = (usize, usize, usize, String);

    fn found(table: &[u8], quoting: bool, is_last: bool) -> (Vec<Found>, Extent) {
        let mapping = Mapping::new(&[]).unwrap();
        let names = vec!["text".to_owned(), "label".to_owned()];
        let layout = Layout { delimiter: b',', quoting, names };
        let mut rows = Vec::new();
        let extent = read(table, &layout, is_last, &mapping, LIMITS, |one| {
            let said = one.record.text.map(|text| text.to_string());
            let code = one.record.problem.map(|problem| problem.code.to_owned());
            rows.push((one.line, one.start, one.end, said.or(code).unwrap()));
        });
        (rows, extent)
    }

    #[test]
    fn rows_carry_their_place_and_ragged_ones_are_refused() {
        let table = b"a,1\r\n\n\"b\n\"\"c\"\"\",2\nd\ne,1,2\n\"f,3";
        let (rows, extent) = found(table, true, true);
        let expected = [
            (0, 0, 3, "a"),
            (2, 6, 17, "b\n\"c\""),
            (4, 18, 19, "ragged-row"),
            (5, 20, 25, "ragged-row"),
            (6, 26, 30, "unclosed-quote"),
        ];
        let expected: Vec<Found> =
            expected.iter().map(|(l, s, e, said)| (*l, *s, *e, (*said).to_owned())).collect();
        assert_eq!(rows, expected);
        assert_eq!(extent, Extent { consumed: 30, framing: 30 - 24, lines: 6 });
    }

    #[test]
    fn an_open_row_waits_for_the_next_buffer() {
        let (rows, extent) = found(b"a,1\n\"b\nc", true, false);
        assert_eq!((rows.len(), extent.consumed), (1, 4));
    }

    proptest! {
        #[test]
        fn any_table_is_rows_and_framing(table in "[a,\"\r\n中]{0,60}", quoting: bool) {
            let (rows, extent) = found(table.as_bytes(), quoting, true);
            let sum: usize = rows.iter().map(|(_, start, end, _)| end - start).sum();
            prop_assert_eq!(sum + extent.framing, table.len());
        }

        #[test]
        fn cells_come_back_as_they_were(text in "(?s).{1,60}") {
            let quoted = format!("\"{}\",1", text.replace('"', "\"\""));
            prop_assert_eq!(&found(quoted.as_bytes(), true, true).0[0].3, &text);
        }
    }
}
