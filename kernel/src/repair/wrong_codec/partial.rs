//! UTF-8 that was read as GBK with some bytes lost: what is left says most characters.

use super::charset::gbk_code;
use crate::language_model::{Context, NAT, model};

/// A guess must cost so much less than the next one.
const CLEAR: i32 = 2 * NAT;
/// A guess costs no more than this out of context.
const COMMON: i32 = 10 * NAT;
/// The decoder gave up here.
const LOST: u16 = 0x100;
/// It gave up here, or the writer asked.
const QUESTION: u16 = 0x101;

/// The line as it was meant, U+FFFD where too much is lost; none if it is not such a line.
pub fn utf8_read_as_gbk(line: &str) -> Option<String> {
    let bytes = known_bytes(line)?;
    let mut text = String::with_capacity(line.len());
    let mut rest = bytes.as_slice();
    let (mut whole, mut broken) = (0, 0);
    while !rest.is_empty() {
        let (decoded, used) = decode(rest);
        let c = match decoded {
            Decoded::Char(c) => c,
            Decoded::Lost => '\u{FFFD}',
            Decoded::Missing(pattern) => guess(context_of(&text), pattern).unwrap_or('\u{FFFD}'),
        };
        broken += usize::from(!matches!(decoded, Decoded::Char(_)));
        whole += usize::from(!c.is_ascii() && c != '\u{FFFD}');
        if !(c == '\u{FFFD}' && text.ends_with(c)) {
            text.push(c);
        }
        rest = rest.get(used..).unwrap_or_default();
    }
    (whole >= 4 && broken * 2 < whole).then_some(text)
}

/// The bytes of the line in GBK, with [`LOST`] and [`QUESTION`]; none if there is neither.
fn known_bytes(line: &str) -> Option<Vec<u16>> {
    if !line.contains(['\u{FFFD}', '?']) {
        return None;
    }
    let mut bytes = Vec::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '\u{FFFD}' => bytes.push(LOST),
            '?' => bytes.push(QUESTION),
            '€' => bytes.push(0x80),
            _ => match gbk_code(c)?.to_be_bytes() {
                [0, byte] => bytes.push(u16::from(byte)),
                [lead, trail] => bytes.extend([u16::from(lead), u16::from(trail)]),
            },
        }
    }
    Some(bytes)
}

/// What the next bytes are.
enum Decoded {
    Char(char),
    /// One byte of three is lost.
    Missing([Option<u8>; 3]),
    Lost,
}

/// What the next bytes are, and how many of them.
fn decode(rest: &[u16]) -> (Decoded, usize) {
    if let Some((c, size)) = whole_char(rest) {
        return (Decoded::Char(c), size);
    }
    let at = |place: usize| rest.get(place).copied().unwrap_or(0);
    let is_lost = |byte: u16| byte >= LOST;
    let tail = |byte: u16| u8::try_from(byte).ok().filter(|byte| (0x80..=0xBF).contains(byte));
    let lead = u8::try_from(at(0)).ok().filter(|byte| (0xE0..=0xEF).contains(byte));
    match (lead, tail(at(0)), tail(at(1)), tail(at(2))) {
        (Some(_), _, Some(second), _) if is_lost(at(2)) => {
            (Decoded::Missing([lead, Some(second), None]), 3)
        }
        (Some(_), _, None, Some(third)) if is_lost(at(1)) => {
            (Decoded::Missing([lead, None, Some(third)]), 3)
        }
        (Some(_), ..) if is_lost(at(1)) => (Decoded::Lost, 2),
        (_, _, Some(second), Some(third)) if is_lost(at(0)) => {
            (Decoded::Missing([None, Some(second), Some(third)]), 3)
        }
        (_, Some(second), Some(third), _) => {
            (Decoded::Missing([None, Some(second), Some(third)]), 2)
        }
        _ if at(0) == QUESTION => (Decoded::Char('?'), 1),
        _ => (Decoded::Lost, 1),
    }
}

/// The character that the next bytes are, all of them known, and its length.
fn whole_char(rest: &[u16]) -> Option<(char, usize)> {
    let first = u8::try_from(*rest.first()?).ok()?;
    let size = match first {
        0..=0x7F => return Some((char::from(first), 1)),
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let mut bytes = [0; 4];
    for (slot, byte) in bytes.iter_mut().zip(rest.get(..size)?) {
        *slot = u8::try_from(*byte).ok()?;
    }
    Some((char_of(bytes.get(..size)?)?, size))
}

fn char_of(bytes: &[u8]) -> Option<char> {
    std::str::from_utf8(bytes).ok()?.chars().next()
}

/// The context after the last two characters of a text.
fn context_of(text: &str) -> Context {
    let mut last = text.chars().rev();
    let (second, first) = (last.next(), last.next());
    let start = model().line_start();
    first
        .into_iter()
        .chain(second)
        .fold(start, |context, c| model().step(context, model().token(c)).1)
}

/// The cheapest character of three bytes of which one is lost, if it is so by far.
///
/// Only what is common out of context is asked for in context: that is one in five, and the
/// others hardly ever win.
fn guess(context: Context, pattern: [Option<u8>; 3]) -> Option<char> {
    let range = if pattern.first() == Some(&None) { 0xE3..=0xEF } else { 0x80..=0xBF_u8 };
    let (mut best, mut second) = ((i32::MAX, '\0'), i32::MAX);
    for byte in range {
        let c = char_of(&pattern.map(|known| known.unwrap_or(byte)));
        let Some(c) = c.filter(|c| model().unigram(*c) <= COMMON && model().knows(*c)) else {
            continue;
        };
        let cost = model().step(context, model().token(c)).0;
        if cost < best.0 {
            second = best.0;
            best = (cost, c);
        } else {
            second = second.min(cost);
        }
    }
    (best.0 < i32::MAX && second.saturating_sub(best.0) > CLEAR).then_some(best.1)
}
