//! UTF-8 that was read as GBK with some bytes lost: what is left says most characters.

use super::codec::gbk_bytes;
use crate::language_model::{Context, NAT, model};

/// A guess must cost so much less than the next one.
const CLEAR: i32 = 2 * NAT;

/// The line as it was meant, U+FFFD where too much is lost; none if it is not such a line.
pub fn utf8_read_as_gbk(line: &str) -> Option<String> {
    let bytes = known_bytes(line)?;
    let mut text = String::with_capacity(line.len());
    let mut context = model().line_start();
    let mut rest = bytes.as_slice();
    let (mut whole, mut broken) = (0, 0);
    while let Some((first, tail)) = rest.split_first() {
        let size = first.map_or(1, length);
        let sequence = rest.get(..size).unwrap_or(rest);
        let (c, used) = match decode(sequence) {
            Decoded::Char(c) => (c, size),
            Decoded::Missing(candidates, used) => {
                broken += 1;
                (guess(context, candidates).unwrap_or('\u{FFFD}'), used)
            }
            Decoded::Wrong => {
                broken += 1;
                ('\u{FFFD}', 1)
            }
        };
        whole += usize::from(!c.is_ascii() && c != '\u{FFFD}');
        if !(c == '\u{FFFD}' && text.ends_with(c)) {
            text.push(c);
        }
        context = model().step(context, model().token(c)).1;
        rest = rest.get(used..).unwrap_or(tail);
    }
    (whole >= 4 && broken * 2 < whole).then_some(text)
}

/// The bytes of the line in GBK; none for a byte the decoder gave up.
fn known_bytes(line: &str) -> Option<Vec<Option<u8>>> {
    let mut bytes = Vec::with_capacity(line.len());
    for c in line.chars() {
        if matches!(c, '\u{FFFD}' | '?') {
            bytes.push(None);
            continue;
        }
        let (lead, trail) = gbk_bytes(c)?;
        bytes.push(Some(lead));
        bytes.extend(trail.map(Some));
    }
    bytes.contains(&None).then_some(bytes)
}

fn length(first: u8) -> usize {
    match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => 1,
    }
}

enum Decoded {
    Char(char),
    /// The characters it may be, and how many known or lost bytes it takes.
    Missing(Vec<char>, usize),
    Wrong,
}

fn decode(sequence: &[Option<u8>]) -> Decoded {
    let known: Vec<u8> = sequence.iter().map_while(|byte| *byte).collect();
    if known.len() == sequence.len() {
        let c = std::str::from_utf8(&known).ok().and_then(|text| text.chars().next());
        return c.map_or(Decoded::Wrong, Decoded::Char);
    }
    match sequence {
        // A lost pair at the end of the sequence: the last byte, and the next one's first or none.
        [Some(first), Some(second), None] => {
            let candidates = (0x80..=0xBF)
                .filter_map(|third| {
                    let bytes = [*first, *second, third];
                    std::str::from_utf8(&bytes).ok().and_then(|text| text.chars().next())
                })
                .collect();
            Decoded::Missing(candidates, 3)
        }
        [None, ..] => Decoded::Missing(vec!['?'], 1),
        _ => Decoded::Wrong,
    }
}

/// The cheapest candidate, if it is so by far.
fn guess(context: Context, candidates: Vec<char>) -> Option<char> {
    let mut costs: Vec<(i32, char)> =
        candidates.into_iter().map(|c| (model().step(context, model().token(c)).0, c)).collect();
    costs.sort_unstable();
    match costs.as_slice() {
        [(_, c)] => Some(*c),
        [(best, c), (second, _), ..] if second - best > CLEAR => Some(*c),
        _ => None,
    }
}
