//! Which lines may have been read in the wrong charset; all others are not looked at.

use super::pair;
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
/// The first letter of hiragana.
const HIRAGANA: u32 = 0x3040;
/// A line with fewer suspects is left alone.
const FEW: usize = 3;
/// Costs of the gate count in quarters of a nat, and none is more than this.
pub const QUARTER: i32 = NAT / 4;
pub const MOST: i32 = 12 * NAT / QUARTER;
/// A line whose characters cost so much out of context is dear: common characters read in a
/// neighbour's charset are no rare ones, but seldom as common.
const DEAR: usize = 29;
/// So dear if there are [`GLANCE`] of them.
const DEAR_LONG: usize = 32;
/// By another charset a dear line has to gain so much out of context, or be short and dearer still.
const BETTER: i32 = 8;
const SHORT: usize = 5;
const DEARER: usize = 36;
/// A line of another script's letters has to gain so much for each character, and have so many.
const FAR_BETTER: i32 = 14;
const LETTERS: usize = 4;
/// In [`sights`]: the character is suspect.
const SUSPECT: u8 = 0x80;
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
/// Or whether a line of fewer than [`GLANCE`] is uncommon, or a dear one better by another charset.
///
/// A letter of Latin-1 is so only beside another one, as accents are but seldom.
///
/// The first [`GLANCE`] suffice if none of them is: that is so of all but one clean line in a
/// hundred, and of hardly a misread one.
pub fn is_suspect(line: &str, few: usize) -> bool {
    let bytes = line.as_bytes();
    let sights = sights();
    let (mut n, mut wide, mut run, mut cost, mut i) = (0_usize, 0_usize, 0_usize, 0_usize, 0_usize);
    let mut has_letters = false;
    while let Some(rest) = bytes.get(i..).filter(|rest| !rest.is_empty()) {
        if let [first @ 0xE0..0xF0, second, third, ..] = rest {
            let code =
                u16::from(first & 15) << 12 | u16::from(second & 63) << 6 | u16::from(third & 63);
            let sight = sights[usize::from(code)];
            run = 0;
            n += usize::from(sight / SUSPECT);
            cost += usize::from(sight % SUSPECT);
            has_letters |= sight == 0;
            i += 3;
        } else if let [0..0x80, ..] = rest {
            run = 0;
            i = after_ascii(bytes, i + 1);
            continue;
        } else if let [first @ 0x80..0xE0, second, ..] = rest {
            run = if *first < 0xC6 { run + 1 } else { 0 };
            n += match run {
                0 | 1 => 0,
                2 => 2,
                _ => 1,
            };
            // Nor is an accent dear.
            if run == 0 {
                let code = u16::from(first & 31) << 6 | u16::from(second & 63);
                let sight = sights[usize::from(code)];
                cost += usize::from(sight % SUSPECT);
                has_letters |= sight == 0;
            }
            i += 2;
        } else {
            run = 0;
            i += 4;
            if !matches!(rest, [0xF0, 0xA0..0xB0, ..]) {
                continue;
            }
            n += 1;
            cost += MOST as usize;
        }
        wide += 1;
        if wide == SAMPLE || (wide == GLANCE && n == 0) {
            break;
        }
    }
    let is_odd = (n >= few && n * 6 >= wide)
        || ((FEW..GLANCE).contains(&wide) && is_uncommon(line))
        || (wide > 1 && cost >= dear(wide) * wide && is_better(line, wide, cost));
    (is_odd && !is_foreign(line)) || (has_letters && wide >= LETTERS && is_far_better(line))
}

/// Whether a line with letters of another script gains much by another charset: of clean Japanese
/// lines one in fifty does, and those cost more than text.
fn is_far_better(line: &str) -> bool {
    let wide = line.chars().filter(|c| !c.is_ascii()).take(SAMPLE).count();
    pair::gain_of(line, SAMPLE) >= FAR_BETTER * wide as i32
}

/// What each of so many characters costs in a dear line.
fn dear(wide: usize) -> usize {
    match wide {
        0..FEW => DEARER,
        FEW..GLANCE => DEAR,
        _ => DEAR_LONG,
    }
}

/// Whether a dear line gains by another charset, or is so short that it may.
fn is_better(line: &str, wide: usize, cost: usize) -> bool {
    ((FEW..=SHORT).contains(&wide) && cost >= DEARER * wide)
        || pair::gain_of(line, GLANCE) >= BETTER
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
        '\u{3040}'..='\u{309F}' => HIRAGANA,
        '\u{30A0}'..='\u{30FF}' => 0x30A0,
        _ => 0,
    }
}

/// Whether more than one in three of the first characters beyond ASCII stands in a word of another
/// script, or one in six is a syllable that Korean is full of.
///
/// In a longer line every hiragana counts; of a short one two syllables are asked for. Of 1,190
/// misread lines of Hangul no one was taken for Korean, of 1,654 Korean ones 84 %.
pub fn is_foreign(line: &str) -> bool {
    let (mut n_hiragana, mut n_hangul, mut n_in_words, mut wide) = (0, 0, 0, 0);
    let (mut last, mut run) = (0, 0);
    for c in line.chars().filter(|c| !c.is_ascii()).take(SAMPLE) {
        let script = script_of(c);
        run = if script != 0 && script == last { run + 1 } else { 0 };
        n_in_words += match run {
            0 => 0,
            1 => 2,
            _ => 1,
        };
        n_hiragana += usize::from(script == HIRAGANA);
        n_hangul += usize::from(KOREAN.contains(&c));
        wide += 1;
        last = script;
    }
    let is_short = wide < GLANCE;
    n_in_words * 3 > wide
        || (n_hiragana * 3 > wide && !is_short)
        || (n_hangul * 6 >= wide && (n_hangul > 1 || !is_short))
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
        let mut bits = [0; 1 << 10];
        for code in 0x80..0x1_0000_u32 {
            let Some(c) = char::from_u32(code) else { continue };
            let is_uncommon = is_odd(c)
                || match c {
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

/// For each character of the basic plane what it costs out of context, and whether it is suspect.
///
/// Letters of other scripts cost nothing, or all of Japanese would be dear.
fn sights() -> &'static [u8; 1 << 16] {
    static SIGHTS: OnceLock<Box<[u8; 1 << 16]>> = OnceLock::new();
    SIGHTS.get_or_init(|| {
        let mut sights = Box::new([0; 1 << 16]);
        for (code, sight) in (0..).zip(sights.iter_mut()) {
            if let Some(c) = char::from_u32(code).filter(|c| !c.is_ascii()) {
                let suspect = if is_odd(c) { SUSPECT } else { 0 };
                let cost = if script_of(c) == 0 { cost_of(c) as u8 } else { 0 };
                *sight = suspect | cost;
            }
        }
        sights
    })
}

/// What a character costs out of context, at most [`MOST`]; so much do also those that are suspect,
/// that the model has never met, and that Latin-1 has beside letters.
pub fn cost_of(c: char) -> i32 {
    let is_common = model().knows(c) && !is_odd(c) && c >= '\u{100}';
    if is_common { (model().unigram(c) / QUARTER).min(MOST) } else { MOST }
}

/// Whether a character is rare, private-use, or a sign of another charset.
///
/// Arrows, lines and shapes are none, as tables and rules are drawn with them, nor is kana: Japanese pages are full of it, and it does not make up a misread line.
fn is_odd(c: char) -> bool {
    match c {
        '\0'..'\u{800}' => false,
        '\u{2190}'..='\u{21FF}' | '\u{2500}'..='\u{26FF}' => false,
        '\u{2000}'..='\u{2BFF}' => !"“”‘’—…·•℃％‰①②③④⑤⑥⑦⑧⑨⑩".contains(c),
        '\u{3000}'..='\u{30FF}' | '\u{FF00}'..='\u{FF60}' | '\u{FFA0}'..='\u{FFEF}' => false,
        '㐀'..='鿿' => !model().knows(c) || model().unigram(c) > RARE,
        _ => true,
    }
}
