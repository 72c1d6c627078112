//! Which lines may have been read in the wrong charset; all others are not looked at.

use crate::language_model::{NAT, model};
use std::sync::OnceLock;

/// A character that costs more out of context is rare.
const RARE: i32 = 11 * NAT;
/// A line with fewer suspects is left alone.
const FEW: usize = 3;

/// (offset, line) of the lines with at least [`FEW`] suspect characters, one in six or more.
///
/// One pass: a table look-up for each character beyond ASCII.
pub fn suspect_lines(text: &str) -> Vec<(usize, &str)> {
    let bytes = text.as_bytes();
    let suspects = suspects();
    let mut found = Vec::new();
    let (mut n, mut wide, mut start, mut i) = (0_usize, 0_usize, 0_usize, 0_usize);
    let mut end_line = |start: usize, end: usize, n: usize, wide: usize| {
        if n >= FEW && n * 6 >= wide {
            found.push((start, text.get(start..end).unwrap_or_default()));
        }
    };
    while let Some(byte) = bytes.get(i) {
        match byte {
            b'\n' => {
                end_line(start, i, n, wide);
                (n, wide, start) = (0, 0, i + 1);
                i += 1;
            }
            0..0x80 => i += 1,
            0x80..0xE0 => {
                n += usize::from(*byte < 0xC6);
                wide += 1;
                i += 2;
            }
            0xE0..0xF0 => {
                let code = match bytes.get(i + 1..i + 3) {
                    Some([second, third]) => {
                        (usize::from(byte & 15) << 12)
                            | (usize::from(second & 63) << 6)
                            | usize::from(third & 63)
                    }
                    _ => 0,
                };
                let word = suspects.get(code / 64).copied().unwrap_or(0);
                n += (word >> (code % 64) & 1) as usize;
                wide += 1;
                i += 3;
            }
            _ => i += 4,
        }
    }
    end_line(start, bytes.len(), n, wide);
    found
}

/// One bit a character of the basic plane: rare, private-use, kana or a sign of Windows-1252.
fn suspects() -> &'static [u64] {
    static BITS: OnceLock<Vec<u64>> = OnceLock::new();
    BITS.get_or_init(|| {
        let mut bits = vec![0_u64; 1 << 10];
        for code in 0x800..0x1_0000_u32 {
            let Some(c) = char::from_u32(code) else { continue };
            let is_suspect = match c {
                '\u{2000}'..='\u{2BFF}' => !"“”‘’—…·•→℃％‰①②③④⑤⑥⑦⑧⑨⑩".contains(c),
                '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FFEF}' => false,
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
