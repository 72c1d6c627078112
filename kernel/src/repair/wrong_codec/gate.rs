//! Which lines may have been read in the wrong charset; all others are not looked at.

use crate::language_model::{NAT, model};
use memchr::memchr;
use std::sync::OnceLock;

/// A character that costs more out of context is rare.
const RARE: i32 = 11 * NAT;
/// One that costs more is uncommon.
const UNCOMMON: i32 = 9 * NAT;
/// Syllables that Korean is full of; as GBK or Big5 they are no common characters.
const KOREAN: [char; 20] = [
    '이', '다', '는', '에', '을', '의', '은', '고', '하', '지', '로', '기', '한', '사', '인', '자',
    '시', '어', '를', '니',
];
/// A line with fewer suspects is left alone.
const FEW: usize = 3;
/// So many characters beyond ASCII say what a line is.
const SAMPLE: usize = 24;
/// And so many that it is clean, if none of them is suspect.
const GLANCE: usize = 12;

/// (number, line) of the lines that [`is_suspect`].
///
/// A search for the line's end and a look-up for each of its first [`SAMPLE`] wide characters.
pub fn suspect_lines(text: &str) -> Vec<(usize, &str)> {
    if text.is_ascii() {
        return Vec::new();
    }
    let lines = lines(text).enumerate().map(|(at, (_, line))| (at, line));
    lines.filter(|(_, line)| is_suspect(line, FEW)).collect()
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
/// Or whether a line of fewer than [`GLANCE`] is uncommon.
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
            if !matches!(rest, [0xF0, 0xA0..0xB0, ..]) {
                continue;
            }
            n += 1;
        }
        wide += 1;
        if wide == SAMPLE || (wide == GLANCE && n == 0) {
            break;
        }
    }
    let is_suspect = n >= few && n * 6 >= wide;
    (is_suspect || ((FEW..GLANCE).contains(&wide) && is_uncommon(line))) && !is_foreign(line)
}

/// Whether a short line is uncommon in three of its characters beyond ASCII, and in half of them.
///
/// A letter of a script beside another one of it makes a word of it and is none.
fn is_uncommon(line: &str) -> bool {
    let uncommon = uncommon();
    let (mut n, mut wide, mut last) = (0, 0, 0);
    for c in line.chars().filter(|c| !c.is_ascii()) {
        let script = script_of(c);
        let word = uncommon.get(c as usize / 64).copied().unwrap_or(u64::MAX);
        let is_word = script != 0 && script == last;
        n += usize::from(!is_word && word >> (u32::from(c) % 64) & 1 == 1);
        wide += 1;
        last = script;
    }
    n >= FEW && n * 2 >= wide
}

/// The first letter of an alphabet that the letter is of; 0 for others.
fn script_of(c: char) -> u32 {
    match c {
        '\u{370}'..='\u{3FF}' => 0x370,
        '\u{400}'..='\u{4FF}' => 0x400,
        '\u{3040}'..='\u{309F}' => 0x3040,
        '\u{30A0}'..='\u{30FF}' => 0x30A0,
        _ => 0,
    }
}

/// Whether more than one in three of the first characters beyond ASCII is hiragana, or one in six a syllable
/// that Korean is full of. Of 1,190 misread lines of Hangul no one was taken for Korean, of 1,654
/// Korean ones 84 %.
fn is_foreign(line: &str) -> bool {
    let (mut n_hiragana, mut n_hangul, mut wide) = (0, 0, 0);
    for c in line.chars().filter(|c| !c.is_ascii()).take(SAMPLE) {
        match c {
            '\u{3041}'..='\u{3096}' => n_hiragana += 1,
            '가'..='힣' => n_hangul += usize::from(KOREAN.contains(&c)),
            _ => {}
        }
        wide += 1;
    }
    n_hiragana * 3 > wide || n_hangul * 6 >= wide
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

/// One bit a character of the basic plane: seldom a third of a short line, and letters or symbols
/// of other scripts.
fn uncommon() -> &'static [u64; 1 << 10] {
    static BITS: OnceLock<[u64; 1 << 10]> = OnceLock::new();
    BITS.get_or_init(|| {
        let mut bits = *suspects();
        for code in 0x80..0x1_0000_u32 {
            let Some(c) = char::from_u32(code) else { continue };
            let is_uncommon = match c {
                '\u{80}'..='\u{BF}' => c != '·' && c != '°',
                '\u{370}'..='\u{4FF}' | '\u{3040}'..='\u{30FF}' => true,
                '㐀'..='鿿' => model().unigram(c) > UNCOMMON,
                _ => false,
            };
            if let Some(word) = bits.get_mut(code as usize / 64).filter(|_| is_uncommon) {
                *word |= 1 << (code % 64);
            }
        }
        bits
    })
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
