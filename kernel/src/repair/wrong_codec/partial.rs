//! UTF-8 that was read as GBK with some bytes lost: what is left says most characters.
//!
//! A decoder loses a byte only where it and the next one are no pair of GBK, which leaves a few of
//! sixty-four.

use super::charset::gbk_code;
use crate::gbk::gbk;
use crate::language_model::{Context, NAT, model};
use memchr::memchr;
use std::sync::OnceLock;

/// A guess must cost so much less than the next one.
const CLEAR: i32 = 2 * NAT;
/// A guess costs no more than this out of context.
const COMMON: i32 = 9 * NAT;
/// A line with so many more broken characters than whole ones is not looked at to its end.
const BROKEN: usize = 16;
/// First bytes of the characters that are guessed.
const LEADS: std::ops::RangeInclusive<u8> = 0xE3..=0xEF;
/// The decoder gave up here.
const LOST: u16 = 0x100;
/// It gave up here, or the writer asked.
const QUESTION: u16 = 0x101;

/// How much of a line has to be whole.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// Two in three characters: nothing else speaks for the reading.
    Most,
    /// Half of them: other lines of the page were misread so.
    Half,
}

impl Share {
    fn suffices(self, whole: usize, broken: usize) -> bool {
        whole >= 4 && broken * if self == Self::Most { 2 } else { 1 } < whole
    }
}

/// The line as it was meant, U+FFFD where too much is lost; none if it is not such a line.
pub fn utf8_read_as_gbk(line: &str, share: Share) -> Option<String> {
    let bytes = known_bytes(line)?;
    if !may_be_read(&bytes, share) {
        return None;
    }
    let mut text = String::with_capacity(line.len());
    let mut rest = bytes.as_slice();
    let (mut whole, mut broken) = (0, 0);
    while !rest.is_empty() {
        let (decoded, used) = decode(rest);
        broken += usize::from(!matches!(decoded, Decoded::Char(_)));
        let c = match decoded {
            Decoded::Char(c) => c,
            Decoded::Lost => '\u{FFFD}',
            Decoded::Missing(pattern, next) => {
                let following = following(rest.get(used..).unwrap_or_default());
                guess(context_of(&text), pattern, next, following).unwrap_or('\u{FFFD}')
            }
        };
        whole += usize::from(!c.is_ascii() && c != '\u{FFFD}');
        if !(c == '\u{FFFD}' && text.ends_with(c)) {
            text.push(c);
        }
        rest = rest.get(used..).unwrap_or_default();
    }
    share.suffices(whole, broken).then_some(text)
}

/// Whether enough is whole if every guess is right. Guesses are the slow part, and a line that is
/// none shows it soon.
fn may_be_read(bytes: &[u16], share: Share) -> bool {
    let (mut rest, mut whole, mut broken) = (bytes, 0, 0);
    while !rest.is_empty() {
        let (decoded, used) = decode(rest);
        whole += usize::from(match decoded {
            Decoded::Char(c) => !c.is_ascii(),
            Decoded::Missing(..) => true,
            Decoded::Lost => false,
        });
        broken += usize::from(!matches!(decoded, Decoded::Char(_)));
        if broken >= whole + BROKEN {
            return false;
        }
        rest = rest.get(used..).unwrap_or_default();
    }
    share.suffices(whole, broken)
}

/// The bytes of the line in GBK, with [`LOST`] and [`QUESTION`]; none if there is neither.
fn known_bytes(line: &str) -> Option<Vec<u16>> {
    if memchr(b'?', line.as_bytes()).is_none() && !line.contains('\u{FFFD}') {
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
    /// One byte of three is lost, and what comes after it.
    Missing([Option<u8>; 3], Next),
    Lost,
}

/// What comes after a lost byte.
enum Next {
    /// A byte.
    Byte(u8),
    /// The first byte of a character, lost with it.
    Lost,
    Unknown,
}

impl Next {
    /// Whether a decoder gives up at this byte, in view of what comes after it.
    fn is_lost(&self, byte: u8) -> bool {
        match self {
            Self::Byte(next) => gbk().is_invalid(byte, *next),
            Self::Lost => LEADS.into_iter().any(|next| gbk().is_invalid(byte, next)),
            Self::Unknown => true,
        }
    }
}

/// What the next bytes are, and how many of them.
fn decode(rest: &[u16]) -> (Decoded, usize) {
    if let Some((c, size)) = whole_char(rest) {
        return (Decoded::Char(c), size);
    }
    let at = |place: usize| rest.get(place).copied().unwrap_or(0);
    let is_lost = |byte: u16| byte >= LOST;
    let lead = u8::try_from(at(0)).ok().filter(|byte| (0xE0..=0xEF).contains(byte));
    match (lead, tail(at(0)), tail(at(1)), tail(at(2))) {
        (Some(_), _, Some(second), _) if is_lost(at(2)) => {
            let next = match (rest.get(3), tail(at(3))) {
                (Some(_), Some(_)) => Next::Lost,
                (Some(byte), None) => u8::try_from(*byte).map_or(Next::Unknown, Next::Byte),
                (None, _) => Next::Unknown,
            };
            (Decoded::Missing([lead, Some(second), None], next), 3)
        }
        (Some(_), _, None, Some(third)) if is_lost(at(1)) => {
            (Decoded::Missing([lead, None, Some(third)], Next::Byte(third)), 3)
        }
        (Some(_), ..) if is_lost(at(1)) => (Decoded::Lost, 2),
        (_, _, Some(second), Some(third)) if is_lost(at(0)) => {
            (Decoded::Missing([None, Some(second), Some(third)], Next::Unknown), 3)
        }
        (_, Some(second), Some(third), _) => {
            (Decoded::Missing([None, Some(second), Some(third)], Next::Unknown), 2)
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
    let mut code = u32::from(first) & (0x7F >> size);
    for byte in rest.get(1..size)? {
        code = code << 6 | u32::from(tail(*byte)?) & 0x3F;
    }
    let least = [0, 0, 0x80, 0x800, 0x1_0000].get(size)?;
    Some((char::from_u32(code).filter(|c| u32::from(*c) >= *least)?, size))
}

/// The byte, if it is one that does not begin a character.
fn tail(byte: u16) -> Option<u8> {
    u8::try_from(byte).ok().filter(|byte| (0x80..=0xBF).contains(byte))
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

/// The character that follows, the line's end included; none where it is broken too.
fn following(rest: &[u16]) -> Option<char> {
    if rest.is_empty() { Some('\n') } else { whole_char(rest).map(|(c, _)| c) }
}

/// The cheapest character of three bytes of which one is lost, if it is so by far.
///
/// Only what is common out of context is asked for in context: that is one in five, and the
/// others hardly ever win.
fn guess(
    context: Context,
    pattern: [Option<u8>; 3],
    next: Next,
    following: Option<char>,
) -> Option<char> {
    let range = if pattern.first() == Some(&None) { LEADS } else { 0x80..=0xBF_u8 };
    let (mut best, mut second) = ((i32::MAX, '\0'), i32::MAX);
    for byte in range {
        let [first, second_byte, third] = pattern.map(|known| u32::from(known.unwrap_or(byte)));
        let code = (first & 15) << 12 | (second_byte & 63) << 6 | third & 63;
        let c = char::from_u32(code).filter(|_| is_common(code) && next.is_lost(byte));
        let Some(c) = c else { continue };
        let (cost, context) = model().step(context, model().token(c));
        if cost >= second {
            continue;
        }
        let cost = cost + following.map_or(0, |c| model().step(context, model().token(c)).0);
        if cost < best.0 {
            second = best.0;
            best = (cost, c);
        } else {
            second = second.min(cost);
        }
    }
    (best.0 < i32::MAX && second.saturating_sub(best.0) > CLEAR).then_some(best.1)
}

/// Whether the model has met the character of three bytes and it costs little out of context.
fn is_common(code: u32) -> bool {
    static BITS: OnceLock<Vec<u64>> = OnceLock::new();
    let bits = BITS.get_or_init(|| {
        let mut bits = vec![0_u64; 1 << 10];
        for c in '\u{800}'..='\u{FFFF}' {
            let is_common = model().knows(c) && model().unigram(c) <= COMMON;
            if let Some(word) = bits.get_mut(c as usize / 64).filter(|_| is_common) {
                *word |= 1 << (u32::from(c) % 64);
            }
        }
        bits
    });
    bits.get(code as usize / 64).is_some_and(|word| word >> (code % 64) & 1 == 1)
}
