//! What speaks for a reading of a line: whether its characters are known, and what they cost.
//!
//! The first characters beyond ASCII are looked at; ASCII is free, as no charset changes it.

use crate::gbk::is_private;
use crate::language_model::{NAT, model};

/// Characters that wrong charsets make and writers do not.
const STRANGE: i32 = 8 * NAT;
/// Characters the model has never met.
const UNKNOWN: i32 = 5 * NAT;
/// No character costs more than this by the model.
const MOST: i32 = 12 * NAT;
/// So many characters beyond ASCII are looked at.
const SAMPLE: usize = 32;

/// What the first [`SAMPLE`] characters of a line beyond ASCII are.
#[derive(Clone, Copy)]
pub struct Evidence {
    n_wide: i32,
    n_known: i32,
    n_han: i32,
}

impl Evidence {
    /// The evidence of a line. Some nanoseconds a character of the sample.
    pub fn of(line: &str) -> Self {
        let mut found = Self { n_wide: 0, n_known: 0, n_han: 0 };
        for c in line.chars().filter(|c| !c.is_ascii()).take(SAMPLE) {
            let is_known = model().knows(c);
            found.n_wide += 1;
            found.n_known += i32::from(is_known);
            found.n_han += i32::from(is_known && ('㐀'..='鿿').contains(&c));
        }
        found
    }

    /// Whether a line of this cost costs less than `most` a character.
    pub fn is_below(&self, cost: i32, most: i32) -> bool {
        cost < most * self.n_wide
    }

    /// Whether the model has met nine in ten of the characters, and `n` Chinese ones at least.
    pub fn knows(&self, n: i32) -> bool {
        self.n_han >= n && self.n_known * 10 >= self.n_wide * 9
    }
}

/// What the first [`SAMPLE`] characters of a line beyond ASCII cost. Some 60 ns each.
pub fn cost_of(line: &str) -> i32 {
    let mut context = model().line_start();
    let (mut total, mut n_wide) = (0, 0);
    for c in line.chars() {
        let (cost, next) = model().step(context, model().token(c));
        context = next;
        if c.is_ascii() {
            continue;
        }
        total += cost.min(MOST);
        if is_private(c) || c == '\u{FFFD}' || (0x80..0x100).contains(&u32::from(c)) {
            total += STRANGE;
        } else if !model().knows(c) {
            total += UNKNOWN;
        }
        n_wide += 1;
        if n_wide == SAMPLE {
            break;
        }
    }
    total
}
