//! JSON documents: an array of objects, or objects one after the other.

use super::jsonl::{Limits, Parse, Placed, Reading};
use super::mapping::Mapping;
use super::object;

/// Where reading stands between two buffers of one document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Records read so far.
    pub index: usize,
    /// Within the array that holds the records.
    pub inside: bool,
}

/// How a buffer was used up: the first `consumed` bytes, `framing` of which belong to no record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Extent {
    pub consumed: usize,
    pub framing: usize,
    pub state: State,
}

/// Gives each object of the document to `take`, in order.
///
/// Brackets and commas of an array, spaces and a byte order mark are framing. A value that `buffer`
/// holds only the beginning of is left for the next call, which begins with it, unless `is_last`:
/// then it is invalid. A document that is one object without text but with one array of objects
/// (`{"version": 1, "data": [...]}`) gives those; the rest of it is framing. O(n), about 500 MB/s.
pub fn read(
    buffer: &[u8],
    state: State,
    is_last: bool,
    mapping: &Mapping,
    limits: Limits,
    mut take: impl FnMut(Placed<'_>),
) -> Extent {
    let reading = Reading::new(buffer, limits, Parse::Object(mapping));
    let mut extent = Extent { state, ..Extent::default() };
    let stops = if is_last && state == State::default() { wrapped(buffer, mapping) } else { None };
    if let Some((start, _)) = stops {
        extent = Extent { consumed: start, framing: start, state };
    }
    let limit = stops.map_or(buffer.len(), |(_, end)| end);
    while let Some(&byte) = buffer.get(extent.consumed).filter(|_| extent.consumed < limit) {
        if let Some(framing) = framing(buffer, byte, &mut extent) {
            extent.framing += framing;
            extent.consumed += framing;
            continue;
        }
        let rest = buffer.get(extent.consumed..limit).unwrap_or_default();
        let Some(length) = value_length(rest).or(is_last.then_some(rest.len())) else { break };
        let end = extent.consumed + rest.get(..length).unwrap_or(rest).trim_ascii_end().len();
        reading.place(extent.state.index, extent.consumed, end, &mut take);
        extent.state.index += 1;
        extent.consumed = end;
    }
    if let Some((_, end)) = stops {
        extent.framing += buffer.len() - end;
        extent.consumed = buffer.len();
    }
    extent
}

/// Bytes that belong to no record at `extent.consumed`, if any.
fn framing(buffer: &[u8], byte: u8, extent: &mut Extent) -> Option<usize> {
    match byte {
        // All that `trim_ascii_end` takes, or a form feed would be a value of no length for ever.
        byte if byte.is_ascii_whitespace() => Some(1),
        0xef if extent.consumed == 0 && buffer.starts_with(b"\xef\xbb\xbf") => Some(3),
        b'[' if !extent.state.inside && extent.state.index == 0 => {
            extent.state.inside = true;
            Some(1)
        }
        b',' if extent.state.inside => Some(1),
        b']' if extent.state.inside => {
            extent.state.inside = false;
            Some(1)
        }
        _ => None,
    }
}

/// Length of the value that `rest` begins with, if it ends there. Strings are skipped at memory
/// speed; nothing recurses.
fn value_length(rest: &[u8]) -> Option<usize> {
    let (mut depth, mut at) = (0usize, 0usize);
    if !matches!(rest.first(), Some(b'{' | b'[' | b'"')) {
        return rest.iter().position(|byte| matches!(byte, b',' | b']' | b'\n')).map(|n| n.max(1));
    }
    loop {
        let found = rest.get(at..)?.iter().position(|byte| is_structural(*byte))?;
        at += found;
        match rest.get(at)? {
            b'"' => at = string_end(rest, at + 1)?,
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            _ => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

fn is_structural(byte: u8) -> bool {
    matches!(byte, b'"' | b'{' | b'[' | b'}' | b']')
}

/// First byte after the string whose content begins at `at`.
fn string_end(rest: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr::memchr2(b'"', b'\\', rest.get(at..)?)?;
        if rest.get(at) == Some(&b'"') {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// Where the one array of objects stands in a document that is one object and no record itself.
fn wrapped(buffer: &[u8], mapping: &Mapping) -> Option<(usize, usize)> {
    let text = std::str::from_utf8(buffer.strip_prefix(b"\xef\xbb\xbf").unwrap_or(buffer)).ok()?;
    if !text.trim_start().starts_with('{') || !object::is_no_record(text, mapping) {
        return None;
    }
    let array = object::only_array_of_objects(text)?;
    let start = array.as_ptr() as usize - buffer.as_ptr() as usize;
    Some((start, start + array.len()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIMITS: Limits = Limits { record_bytes: 1 << 20, depth: 128 };

    /// (start, end, text or error code) of each record, reading `step` more bytes at a time.
    fn found(document: &[u8], step: usize) -> (Vec<(usize, usize, String)>, usize) {
        let mapping = Mapping::new(&[]).unwrap();
        let (mut records, mut framing, mut state) = (Vec::new(), 0, State::default());
        let (mut from, mut to) = (0, step.min(document.len()));
        loop {
            let is_last = to == document.len();
            let extent = read(&document[from..to], state, is_last, &mapping, LIMITS, |one| {
                let said = one.record.text.map(|text| text.to_string());
                let code = one.record.problem.map(|problem| problem.code.to_owned());
                records.push((from + one.start, from + one.end, said.or(code).unwrap()));
            });
            framing += extent.framing;
            (from, state) = (from + extent.consumed, extent.state);
            if is_last {
                assert_eq!(from, document.len());
                return (records, framing);
            }
            to = (to + step).min(document.len());
        }
    }

    #[test]
    fn arrays_and_sequences_give_their_objects_whatever_the_buffer() {
        let array = "\u{feff}[\n {\"text\": \"一]\"} ,{\"text\":\"\\\"}\"}, 5]\n".as_bytes();
        let expected = vec![
            (6, 22, "一]".to_owned()),
            (24, 38, "\"}".to_owned()),
            (40, 41, "not-an-object".to_owned()),
        ];
        for step in [1, 2, 3, 7, 20, 100] {
            assert_eq!(found(array, step), (expected.clone(), array.len() - 31), "{step}");
        }
        let sequence = b"{\"text\":\"a\"}\n{\"text\":\"b\"}{\"text\":\"c\"}";
        let said: Vec<_> = found(sequence, 9).0.into_iter().map(|(_, _, said)| said).collect();
        assert_eq!(said, ["a", "b", "c"]);
    }

    #[test]
    fn a_form_feed_between_values_ends() {
        let (records, framing) = found(b"{\"text\":\"a\"}\x0c{\"text\":\"b\"}\x0c", 100);
        let said: Vec<_> = records.into_iter().map(|(_, _, said)| said).collect();
        assert_eq!((said, framing), (vec!["a".to_owned(), "b".to_owned()], 2));
    }

    #[test]
    fn an_object_around_an_array_gives_the_elements() {
        let document = br#"{"version": 1, "data": [{"text": "a"}, {"text": "b"}], "n": [1]}"#;
        let (records, framing) = found(document, 1000);
        assert_eq!(records, [(24, 37, "a".to_owned()), (39, 52, "b".to_owned())]);
        assert_eq!(framing, document.len() - 26);
    }

    #[test]
    fn a_broken_end_is_a_quarantined_record() {
        let (records, _) = found(b"[{\"text\": \"a\"}, {\"text\": \"b", 5);
        assert_eq!(records[1], (16, 27, "invalid-json".to_owned()));
    }

    proptest! {
        #[test]
        fn any_document_is_records_and_framing(
            document in "[{}\\[\\]\":,at\\\\ \n1中]{0,60}", step in 1usize..70,
        ) {
            let document = document.as_bytes();
            let (records, framing) = found(document, step);
            let sum: usize = records.iter().map(|(start, end, _)| end - start).sum();
            prop_assert_eq!(sum + framing, document.len());
        }
    }
}
