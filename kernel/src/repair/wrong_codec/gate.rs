//! Which lines may have been read in the wrong charset; all others are not looked at.

use crate::language_model::{NAT, model};
use memchr::memchr;
use std::sync::OnceLock;

/// A character that costs more out of context is rare.
const RARE: i32 = 11 * NAT;
/// A line with fewer suspects is left alone.
const FEW: usize = 3;
/// So many characters beyond ASCII say what a line is.
const SAMPLE: usize = 24;
/// And so many that it is clean, if none of them is suspect.
const GLANCE: usize = 12;

/// (offset, line) of the lines that [`is_suspect`].
///
/// A search for the line's end and a look-up for each of its first [`SAMPLE`] wide characters.
pub fn suspect_lines(text: &str) -> Vec<(usize, &str)> {
    if text.is_ascii() {
        return Vec::new();
    }
    lines(text).filter(|(_, line)| is_suspect(line, FEW)).collect()
}

/// (offset, line) of all lines.
pub fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let start = next?;
        let rest = text.get(start..)?;
        let length = memchr(b'\n', rest.as_bytes());
        next = length.map(|length| start + length + 1);
        Some((start, length.and_then(|length| rest.get(..length)).unwrap_or(rest)))
    })
}

/// Whether of the first characters beyond ASCII at least `few` are suspect, one in six or more.
///
/// A letter of Latin-1 is so only beside another one, as accents are but seldom.
///
/// The first [`GLANCE`] suffice if none of them is: that is so of all but one clean line in a
/// hundred, and of hardly a misread one.
pub fn is_suspect(line: &str, few: usize) -> bool {
    let bytes = line.as_bytes();
    let suspects = suspects();
    let (mut n, mut wide, mut run, mut i) = (0_usize, 0_usize, 0_usize, 0_usize);
    while let Some(rest) = bytes.get(i..).filter(|rest| !rest.is_empty()) {
        if let [first @ 0xE0..0xF0, second, third, ..] = rest {
            let code =
                u16::from(first & 15) << 12 | u16::from(second & 63) << 6 | u16::from(third & 63);
            run = 0;
            n += (suspects[usize::from(code / 64)] >> (code % 64) & 1) as usize;
            i += 3;
        } else if let [0..0x80, ..] = rest {
            run = 0;
            i = after_ascii(bytes, i + 1);
            continue;
        } else if let [first @ 0x80..0xE0, ..] = rest {
            run = if *first < 0xC6 { run + 1 } else { 0 };
            n += match run {
                0 | 1 => 0,
                2 => 2,
                _ => 1,
            };
            i += 2;
        } else {
            run = 0;
            i += 4;
            continue;
        }
        wide += 1;
        if wide == SAMPLE || (wide == GLANCE && n == 0) {
            break;
        }
    }
    n >= few && n * 6 >= wide && !is_japanese(line)
}

/// Whether one in three of the first characters beyond ASCII is hiragana.
fn is_japanese(line: &str) -> bool {
    let (mut n, mut wide) = (0, 0);
    for c in line.chars().filter(|c| !c.is_ascii()).take(SAMPLE) {
        n += usize::from(('\u{3041}'..='\u{3096}').contains(&c));
        wide += 1;
    }
    n * 3 >= wide
}

/// The next place from `at` on that is not ASCII, or the end.
fn after_ascii(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let high = u64::from_le_bytes(*chunk) & 0x8080_8080_8080_8080;
        if high != 0 {
            return at + high.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(u8::is_ascii) {
        at += 1;
    }
    at
}

/// One bit a character of the basic plane: rare, private-use, or a sign of another charset.
///
/// Arrows, lines and shapes are none, as tables and rules are drawn with them, nor is kana: Japanese pages are full of it, and it does not make up a misread line.
fn suspects() -> &'static [u64; 1 << 10] {
    static BITS: OnceLock<[u64; 1 << 10]> = OnceLock::new();
    BITS.get_or_init(|| {
        let mut bits = [0_u64; 1 << 10];
        for code in 0x800..0x1_0000_u32 {
            let Some(c) = char::from_u32(code) else { continue };
            let is_suspect = match c {
                '\u{2190}'..='\u{21FF}' | '\u{2500}'..='\u{26FF}' => false,
                '\u{2000}'..='\u{2BFF}' => !"“”‘’—…·•℃％‰①②③④⑤⑥⑦⑧⑨⑩".contains(c),
                '\u{3000}'..='\u{30FF}' | '\u{FF00}'..='\u{FF60}' | '\u{FFA0}'..='\u{FFEF}' => {
                    false
                }
                '㐀'..='鿿' => !model().knows(c) || model().unigram(c) > RARE,
                _ => true,
            };
            if let Some(word) = bits.get_mut(code as usize / 64).filter(|_| is_suspect) {
                *word |= 1 << (code % 64);
            }
        }
        bits
    })
}
