//! Which lines may have been read in the wrong charset; all others are not looked at.

#[cfg(target_arch = "x86_64")]
use super::leads::{self, Leads, SPAN, WINDOW};
use super::pair;
use crate::language_model::{NAT, model};
use crate::repair::survey::Survey;
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
/// And it is seldom met. What is below is its cost.
const SELDOM: u8 = 0x40;
/// So many characters beyond ASCII say what a line is.
const SAMPLE: usize = 24;
/// And so many that it is clean, if none of them is suspect.
const GLANCE: usize = 12;

/// (number, line) of the lines that [`is_suspect`].
///
/// A look-up for each of the first [`SAMPLE`] wide characters of a line.
#[multiversion::multiversion(targets("x86_64+avx2+bmi1+bmi2+lzcnt"))]
pub fn suspect_lines<'a>(text: &'a str, survey: Survey<'_>) -> Vec<(usize, &'a str)> {
    let (mut suspects, mut start) = (Vec::new(), 0);
    if text.is_ascii() {
        return suspects;
    }
    let sights = sights();
    let (mut ends, mut number) = (survey.line_feeds.iter(), 0);
    while let Some(rest) = text.as_bytes().get(start..) {
        let end = ends.next().copied().unwrap_or(text.len());
        if start < end {
            let seen = multiversion::target::match_target! {
                "x86_64+avx2" => Seen::at_once(rest, end - start, sights, |it| leads::leads(it)),
                _ => rest.get(..end - start).map(|line| Seen::of(line, sights)),
            };
            let line = || text.get(start..end).unwrap_or_default();
            let seen = seen.unwrap_or_else(|| Seen::of(line().as_bytes(), sights));
            if seen.may_be_suspect(FEW) && seen.is_suspect(line(), FEW) {
                suspects.push((number, line()));
            }
        }
        (start, number) = (end + 1, number + 1);
    }
    suspects
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
    let seen = Seen::of(line.as_bytes(), sights());
    seen.may_be_suspect(few) && seen.is_suspect(line, few)
}

/// Whether a line with letters of another script gains much by another charset: of clean Japanese
/// lines one in fifty does, and those cost more than text.
fn is_far_better(line: &str) -> bool {
    let wide = line.chars().filter(|c| !c.is_ascii()).take(SAMPLE).count();
    pair::gain_of(line, SAMPLE) >= FAR_BETTER * wide as i32
}

/// What the first characters of a line beyond ASCII are, [`SAMPLE`] at most.
struct Seen {
    /// How many are suspect.
    n: usize,
    /// How many there are.
    wide: usize,
    /// What they cost out of context.
    cost: usize,
    /// How many are seldom met, those in words of another script included.
    n_seldom: usize,
    /// Whether one is a letter of another script.
    has_letters: bool,
}

impl Seen {
    /// Of a line. A few nanoseconds a character.
    #[inline(never)]
    fn of(line: &[u8], sights: &Sights) -> Self {
        let mut reader = Reader { line, sights, at: 0, run: 0, wide: 0, sum: 0 };
        reader.read(GLANCE);
        if part(reader.sum, N) > 0 {
            reader.read(SAMPLE);
        }
        Self::by(reader.sum, reader.wide)
    }

    /// The same of the line of `length` bytes that a text begins with, without a branch for each
    /// character; none if it has suspects or characters of two or four bytes, or its first 64 bytes
    /// do not say enough.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn at_once(
        text: &[u8],
        length: usize,
        sights: &Sights,
        leads: impl Fn(&[u8; WINDOW]) -> Leads,
    ) -> Option<Self> {
        let padded;
        let window = match text.first_chunk() {
            Some(window) => window,
            None => {
                padded = leads::padded(text);
                &padded
            }
        };
        let Leads { three, other } = leads(window);
        let inside = u64::MAX >> (SPAN - length.clamp(1, SPAN));
        if other & inside != 0 {
            return None;
        }
        let (mut three, mut wide, mut sum) = (three & inside, 0, 0);
        while three != 0 && wide < GLANCE {
            let at = three.trailing_zeros() as usize % SPAN;
            let code = code_of([window[at], window[at + 1], window[at + 2]]);
            sum += ADDENDS[usize::from(sights[usize::from(code)])];
            wide += 1;
            three &= three - 1;
        }
        if wide < GLANCE && length > SPAN {
            return None;
        }
        (part(sum, N) == 0).then(|| Self::by(sum, wide))
    }

    /// By the numbers that were added up for so many characters.
    #[inline(always)]
    fn by(sum: u64, wide: usize) -> Self {
        Self {
            n: part(sum, N),
            wide,
            cost: part(sum, COST),
            n_seldom: part(sum, N_SELDOM),
            has_letters: part(sum, N_LETTERS) > 0,
        }
    }

    fn is_odd(&self, few: usize) -> bool {
        self.n >= few && self.n * 6 >= self.wide
    }

    fn may_be_uncommon(&self) -> bool {
        (FEW..GLANCE).contains(&self.wide) && self.n_seldom >= FEW
    }

    fn is_dear(&self) -> bool {
        self.wide > 1 && self.cost >= dear(self.wide) * self.wide
    }

    fn may_be_better(&self) -> bool {
        self.has_letters && self.wide >= LETTERS
    }

    /// Whether the line has to be looked at again.
    #[inline(always)]
    fn may_be_suspect(&self, few: usize) -> bool {
        self.is_odd(few) || self.may_be_uncommon() || self.is_dear() || self.may_be_better()
    }

    /// Whether the line, which is this one, [`is_suspect`].
    fn is_suspect(&self, line: &str, few: usize) -> bool {
        let is_odd = self.is_odd(few)
            || (self.may_be_uncommon() && is_uncommon(line))
            || (self.is_dear() && is_better(line, self.wide, self.cost));
        (is_odd && !is_foreign(line)) || (self.may_be_better() && is_far_better(line))
    }
}

/// One of the numbers of [`Seen`].
#[inline(always)]
fn part(sum: u64, place: u32) -> usize {
    (sum >> place) as usize & 0xFFFF
}

/// Where the numbers of [`Seen`] stand in one of 64 bits, so that a character is one addition.
const COST: u32 = 0;
const N: u32 = 16;
const N_SELDOM: u32 = 32;
const N_LETTERS: u32 = 48;

/// What each of the [`sights`] adds to the numbers.
static ADDENDS: [u64; 256] = {
    let mut addends = [0; 256];
    let mut sight = 0;
    while sight < 256 {
        let (suspect, seldom) = (sight as u64 / SUSPECT as u64, sight as u64 / SELDOM as u64 % 2);
        let cost = sight as u64 % SELDOM as u64;
        let letter = if suspect == 0 && cost == 0 { 1 } else { 0 };
        addends[sight] = cost << COST | suspect << N | seldom << N_SELDOM | letter << N_LETTERS;
        sight += 1;
    }
    addends
};

/// A line as far as it was read.
struct Reader<'a> {
    line: &'a [u8],
    sights: &'a Sights,
    at: usize,
    /// Letters of Latin-1 in a row.
    run: u32,
    /// Characters beyond ASCII.
    wide: usize,
    /// The numbers of [`Seen`].
    sum: u64,
}

impl Reader<'_> {
    /// Reads on until so many characters beyond ASCII were read, or to the end.
    fn read(&mut self, most: usize) {
        let Self { line, sights, mut at, mut run, mut wide, mut sum } = *self;
        let addend = |code: u16| ADDENDS[usize::from(sights[usize::from(code)])];
        while wide < most
            && let Some(rest) = line.get(at..)
        {
            if let [0xE0..0xF0, ..] = rest {
                run = 0;
                let characters = rest.as_chunks::<3>().0;
                let characters = characters.get(..most - wide).unwrap_or(characters);
                let before = wide;
                for character in characters {
                    if character[0] & 0xF0 != 0xE0 {
                        break;
                    }
                    sum += addend(code_of(*character));
                    wide += 1;
                }
                at += 3 * (wide - before);
                continue;
            } else if let [0..0x80, ..] = rest {
                run = 0;
                at = after_ascii(line, at + 1);
                continue;
            } else if let [first @ 0x80..0xE0, second, ..] = rest {
                run = if *first < 0xC6 { run + 1 } else { 0 };
                let addend = addend(u16::from(first & 31) << 6 | u16::from(second & 63));
                // A single letter may be an accent, which is not dear.
                sum += match run {
                    0 => addend,
                    1 => addend & SELDOM_ONLY,
                    2 => (addend & SELDOM_ONLY) + (2 << N),
                    _ => (addend & SELDOM_ONLY) + (1 << N),
                };
                at += 2;
            } else if let [first, second, ..] = rest {
                run = 0;
                sum += 1 << N_SELDOM;
                at += 4;
                if !matches!((first, second), (0xF0, 0xA0..0xB0)) {
                    continue;
                }
                sum += (1 << N) + ((MOST as u64) << COST);
            } else {
                break;
            }
            wide += 1;
        }
        *self = Self { at, run, wide, sum, ..*self };
    }
}

/// The bits of [`N_SELDOM`].
const SELDOM_ONLY: u64 = 0xFFFF << N_SELDOM;

/// The code point of a character of three bytes.
#[inline(always)]
fn code_of([first, second, third]: [u8; 3]) -> u16 {
    u16::from(first) << 12 | u16::from(second & 63) << 6 | u16::from(third & 63)
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
    let sights = sights();
    let (mut n, mut wide, mut last) = (0, 0, 0);
    for c in line.chars().filter(|c| !c.is_ascii()) {
        let script = script_of(c);
        let is_seldom = sights.get(c as usize).is_none_or(|sight| sight & SELDOM != 0);
        let is_word = script != 0 && script == last;
        n += usize::from(!is_word && is_seldom);
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

/// What [`sights`] gives.
type Sights = [u8; 1 << 16];

/// For each character of the basic plane what it costs out of context, and whether it is suspect.
///
/// Letters of other scripts cost nothing, or all of Japanese would be dear.
fn sights() -> &'static Sights {
    static SIGHTS: OnceLock<Box<Sights>> = OnceLock::new();
    SIGHTS.get_or_init(|| {
        let mut sights = Box::new([0; 1 << 16]);
        for (code, sight) in (0..).zip(sights.iter_mut()) {
            if let Some(c) = char::from_u32(code).filter(|c| !c.is_ascii()) {
                let suspect = if is_odd(c) { SUSPECT } else { 0 };
                let seldom = if is_seldom(c) { SELDOM } else { 0 };
                let cost = if script_of(c) == 0 { cost_of(c) as u8 } else { 0 };
                *sight = suspect | seldom | cost;
            }
        }
        sights
    })
}

/// Whether a character is seldom a third of a short line, or a letter or symbol of another script.
fn is_seldom(c: char) -> bool {
    is_odd(c)
        || match c {
            '\u{80}'..='\u{BF}' => c != '·' && c != '°',
            '\u{370}'..='\u{4FF}' | '\u{3040}'..='\u{30FF}' => true,
            '㐀'..='鿿' => model().unigram(c) > UNCOMMON,
            _ => false,
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::survey::Surveys;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lines_seen_at_once_are_judged_as_lines_read_on(text in prop_oneof![
            "[一-龥的是在了，。涓枃鈥锛 \na]{0,200}",
            "[的是在，。一-龥가-힣ぁ-んÖÐéa0-9 \n𠀀😀\u{E000}]{0,120}",
        ]) {
            let read_on: Vec<(usize, &str)> = lines(&text)
                .map(|(_, line)| line)
                .enumerate()
                .filter(|(_, line)| is_suspect(line, FEW))
                .collect();
            let surveys = Surveys::of([text.as_str()]);
            prop_assert_eq!(suspect_lines(&text, surveys.get(0)), read_on);
        }
    }
}
