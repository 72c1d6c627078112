//! What characters cost in a line, and what a run out of step promises there.

use super::commonest::Commonest;
use crate::gbk::gbk;
use crate::han::is_han;
use crate::language_model::{Context, NAT, model};
use std::sync::LazyLock;

/// Of two common characters the second costs less than this in clean text.
pub const RARE: i32 = 7 * NAT;
/// What characters of a garbled page cost on the average.
pub const STRANGE: i32 = 8 * NAT;
/// What characters of a garbled line cost on the average; those of a classical text up to as much.
pub const GARBLED: i32 = 9 * NAT;
/// What a character costs beyond what the model says that it has never met.
const ODD: i32 = 4 * NAT;
/// And one that a shift makes, as the search counts it.
const STRAY: i32 = 8 * NAT;
/// Marks that are cut bytewise, and what they become.
pub const MARKS: &str = "!?.,:;。，！？：；";
/// Read one byte later, the characters after the mark must be so much likelier.
pub const BETTER: i32 = 4 * NAT;
/// And so much where less than [`TELLING`] characters of the line stand before it, or rare ones.
pub const UNPRECEDED: i32 = 11 * NAT;
/// See [`UNPRECEDED`].
pub const TELLING: i32 = 4;
/// So many characters before a run have to read as text.
const BEFORE: usize = 12;
/// So many characters of a run tell what it promises, if the first [`HEAD_OF_RUN`] say [`BETTER`].
const REACH: usize = 16;
/// See [`REACH`].
const HEAD_OF_RUN: usize = 4;

/// Whether `rest` begins as clean text does behind a mark.
pub fn is_usual(rest: &str) -> bool {
    let mut ahead = rest.chars();
    are_usual(ahead.next(), ahead.next())
}

/// Whether clean text has such characters behind a mark.
#[inline(always)]
pub fn are_usual(one: Option<char>, two: Option<char>) -> bool {
    match (one, two) {
        (None | Some('\n'), _) => true,
        (Some(one), Some(two)) => Commonest::get().is_pair(one, two),
        (Some(one), None) => Commonest::get().place(one).is_some(),
    }
}

/// Where a sentence has ended.
pub fn full_stop() -> Sum {
    (0, FIRSTS.full_stop)
}

/// What `rest` gains at most by being read one byte later, from `second` on.
///
/// Follows the characters that are read for sure, [`REACH`] at most; nothing is guessed. A marker
/// among the first [`HEAD_OF_RUN`], behind characters that are no text, promises [`UNPRECEDED`].
pub fn promise(mut now: Sum, mut shifted: Sum, second: u8, rest: &str) -> i32 {
    let mut pending = second;
    let mut best = 0;
    for (n, c) in (1..).zip(rest.chars().take(REACH)) {
        let read = match (gbk().pair(c), u8::try_from(c)) {
            (Some((first, next)), _) => {
                let read = gbk().char(pending, first);
                pending = next;
                read
            }
            (None, Ok(trail @ 0x40..=0x7E)) => {
                let read = gbk().char(pending, trail);
                pending = trail;
                read
            }
            _ if n <= HEAD_OF_RUN && matches!(c, '?' | '\u{FFFD}') && now.0 > STRANGE => {
                return UNPRECEDED;
            }
            _ => break,
        };
        let Some(read) = read else { break };
        now = add(now, c);
        shifted = match n {
            // No mark stands behind a full stop: what was cut before it was a character.
            1 if MARKS.contains(read) && !MARKS.contains(c) => {
                (0, model().after(model().token(read)))
            }
            _ => add_with(shifted, read, STRAY),
        };
        best = best.max(now.0 - shifted.0);
        if pending < 0x80 || best > UNPRECEDED || n >= HEAD_OF_RUN && best <= BETTER {
            break;
        }
    }
    best
}

/// What a run has to promise after `before`, what stands before it on its line: more behind rare
/// characters, as lists and classical texts have, and nothing helps behind what is no text, or behind
/// a character that GBK does not have.
pub fn needed(before: &str) -> i32 {
    let last = last_of_line(before);
    if last.iter().any(|c| is_han(*c) && gbk().pair(*c).is_none()) {
        return i32::MAX;
    }
    match cost_of(last.into_iter(), is_han) {
        (n, _) if n < TELLING => UNPRECEDED,
        (n, total) if total > n * GARBLED => i32::MAX,
        (n, total) if total > n * STRANGE => UNPRECEDED,
        _ => BETTER,
    }
}

/// How many of these characters, which follow each other from a line's start, count, and their cost.
pub fn cost_of(
    characters: impl Iterator<Item = char>,
    counts: impl Fn(char) -> bool,
) -> (i32, i32) {
    let (mut n, mut total) = (0, 0);
    let mut sum = (0, model().line_start());
    for c in characters {
        let before = sum.0;
        sum = add(sum, c);
        if counts(c) {
            (n, total) = (n + 1, total + sum.0 - before);
        }
    }
    (n, total)
}

/// The last [`BEFORE`] characters of the line that `before` ends in.
pub fn last_of_line(before: &str) -> Vec<char> {
    let mut last = Vec::with_capacity(BEFORE);
    last.extend(before.chars().rev().take_while(|c| *c != '\n').take(BEFORE));
    last.reverse();
    last
}

/// A cost so far, and where the language model stands.
pub type Sum = (i32, Context);

pub fn add(sum: Sum, c: char) -> Sum {
    add_with(sum, c, ODD)
}

/// The same where a character costs so much more that the model has never met.
fn add_with((cost, context): Sum, c: char, odd: i32) -> Sum {
    let (more, context) = FIRSTS.step(context, c);
    let is_odd = !model().knows(c) && gbk().pair(c).is_some();
    (cost + more + if is_odd { odd } else { 0 }, context)
}

/// What every token costs after a full stop, and the context then: what clean text asks for most.
struct Firsts {
    full_stop: Context,
    sums: Vec<Sum>,
}

static FIRSTS: LazyLock<Firsts> = LazyLock::new(|| {
    let full_stop = model().step(model().line_start(), model().token('。')).1;
    let sums = model().tokens().map(|token| model().step(full_stop, token)).collect();
    Firsts { full_stop, sums }
});

impl Firsts {
    /// The model's step, from memory where it is after the full stop.
    fn step(&self, context: Context, c: char) -> Sum {
        let token = model().token(c);
        let known = self.sums.get(usize::from(token)).filter(|_| context == self.full_stop);
        known.copied().unwrap_or_else(|| model().step(context, token))
    }
}

/// Whether `two` seldom follows `one`.
pub fn is_rare(one: char, two: char) -> bool {
    let context = model().after(model().token(one));
    model().step(context, model().token(two)).0 > RARE
}
