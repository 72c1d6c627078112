//! What speaks for a reading of a line: whether its characters are known, and what they cost.
//!
//! The first characters beyond ASCII are looked at; ASCII is free, as no charset changes it.

use crate::gbk::is_private;
use crate::language_model::{NAT, model};

/// What a character costs that wrong charsets make and writers do not.
const STRANGE: i32 = 16 * NAT;
/// What one costs that the model has never met: by the model itself a run of them is cheap.
const UNKNOWN: i32 = 12 * NAT;
/// No other character costs more than this.
const MOST: i32 = 12 * NAT;
/// So many characters beyond ASCII are looked at.
const SAMPLE: usize = 32;

/// What the first [`SAMPLE`] characters of a line beyond ASCII are.
#[derive(Clone, Copy)]
pub struct Evidence {
    n_wide: i32,
    n_known: i32,
    /// Known Chinese characters that do not repeat the one before.
    n_han: i32,
    /// Chinese characters and signs of Chinese text that do not repeat the one before.
    n_written: i32,
}

impl Evidence {
    /// The evidence of a line. Some nanoseconds a character of the sample.
    pub fn of(line: &str) -> Self {
        let mut found = Self { n_wide: 0, n_known: 0, n_han: 0, n_written: 0 };
        let (mut last, mut last_written) = ('\0', '\0');
        for c in line.chars().filter(|c| !c.is_ascii()) {
            let is_known = model().knows(c);
            let is_known_han = is_known && ('㐀'..='鿿').contains(&c);
            if is_known_han || is_sign(c) {
                found.n_written += i32::from(c != last_written);
                last_written = c;
            }
            if !says_something(c) {
                continue;
            }
            found.n_wide += 1;
            found.n_known += i32::from(is_known);
            if is_known_han {
                found.n_han += i32::from(c != last);
                last = c;
            }
            if found.n_wide as usize == SAMPLE {
                break;
            }
        }
        found
    }

    /// What the line costs if each character does `per_char`.
    pub fn times(&self, per_char: i32) -> i32 {
        per_char * self.n_wide
    }

    /// Whether the model has met nine in ten of the characters, and `n` Chinese ones at least.
    pub fn knows(&self, n: i32) -> bool {
        self.n_han >= n && self.n_known * 10 >= self.n_wide * 9
    }

    /// Whether the model has met two in three of the characters, and three Chinese ones.
    pub fn knows_most(&self) -> bool {
        self.n_han >= 3 && self.n_known * 3 >= self.n_wide * 2
    }

    /// Whether the model has met nine in ten of the characters, and three are Chinese or signs.
    pub fn writes_three(&self) -> bool {
        self.n_written >= 3 && self.knows(0)
    }

    /// Whether the model has met three of the characters, and nine in ten.
    pub fn knows_three(&self) -> bool {
        self.n_known >= 3 && self.knows(0)
    }
}

/// Whether a character is a mark, a bracket or a number in a circle as Chinese text has them.
fn is_sign(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '、'
            | '；'
            | '：'
            | '？'
            | '！'
            | '．'
            | '（'
            | '）'
            | '《'
            | '》'
            | '〈'
            | '〉'
            | '「'
            | '」'
            | '『'
            | '』'
            | '【'
            | '】'
            | '“'
            | '”'
            | '‘'
            | '’'
            | '—'
            | '…'
            | '①'..='⑩' | '×'
    )
}

/// Whether a character speaks for or against a reading: ASCII does not, nor do numbers
/// in circles and forms of punctuation that the model has not met, as `｜` and `﹐`.
fn says_something(c: char) -> bool {
    match c {
        '\0'..='\x7F' => false,
        '×' | '\u{2460}'..='\u{24FF}' => false,
        '\u{3000}'..='\u{303F}' | '\u{FE50}'..='\u{FE6B}' | '\u{FF01}'..='\u{FF5E}' => {
            model().knows(c)
        }
        _ => true,
    }
}

/// What the first [`SAMPLE`] characters of a line beyond ASCII cost. Some 60 ns each.
pub fn cost_of(line: &str) -> i32 {
    cost_below(line, i32::MAX).unwrap_or(i32::MAX)
}

/// The same, or none as soon as it is `most` or more.
pub fn cost_below(line: &str, most: i32) -> Option<i32> {
    let mut context = model().line_start();
    let (mut total, mut n_wide) = (0, 0);
    for c in line.chars() {
        let (cost, next) = model().step(context, model().token(c));
        context = next;
        if !says_something(c) {
            continue;
        }
        total += if is_private(c) || c == '\u{FFFD}' || (0x80..0x100).contains(&u32::from(c)) {
            STRANGE
        } else if model().knows(c) {
            cost.clamp(0, MOST)
        } else {
            UNKNOWN
        };
        n_wide += 1;
        if n_wide == SAMPLE || total >= most {
            break;
        }
    }
    (total < most).then_some(total)
}
