//! What speaks for a reading of a line: what it costs, and whether its characters are known.

use crate::gbk::is_private;
use crate::language_model::{NAT, model};

/// Characters that wrong charsets make and writers do not.
const STRANGE: i32 = 8 * NAT;
/// Characters the model has never met.
const UNKNOWN: i32 = 5 * NAT;
/// No character costs more than this by the model.
const MOST: i32 = 12 * NAT;
/// So many characters beyond ASCII are looked at.
const SAMPLE: i32 = 32;

/// The evidence of a line's first [`SAMPLE`] characters beyond ASCII.
#[derive(Clone, Copy)]
pub struct Evidence {
    /// What they cost; ASCII is free, as no charset changes it.
    pub cost: i32,
    n_wide: i32,
    n_known: i32,
    n_han: i32,
}

impl Evidence {
    /// The evidence of a line. Some 100 ns a character of the sample.
    pub fn of(line: &str) -> Self {
        let mut context = model().line_start();
        let mut found = Self { cost: 0, n_wide: 0, n_known: 0, n_han: 0 };
        for c in line.chars() {
            let token = model().token(c);
            let (cost, next) = model().step(context, token);
            context = next;
            if c.is_ascii() {
                continue;
            }
            let is_known = model().knows(c);
            found.n_wide += 1;
            found.n_known += i32::from(is_known);
            found.n_han += i32::from(is_known && ('㐀'..='鿿').contains(&c));
            found.cost += cost.min(MOST);
            if is_private(c) || c == '\u{FFFD}' || (0x80..0x100).contains(&u32::from(c)) {
                found.cost += STRANGE;
            } else if !is_known {
                found.cost += UNKNOWN;
            }
            if found.n_wide == SAMPLE {
                break;
            }
        }
        found
    }

    /// Whether the line costs less than `most` a character.
    pub fn is_below(&self, most: i32) -> bool {
        self.cost < most * self.n_wide
    }

    /// Whether the model has met nine in ten of the characters, and `n` Chinese ones at least.
    pub fn knows(&self, n: i32) -> bool {
        self.n_han >= n && self.n_known * 10 >= self.n_wide * 9
    }
}
