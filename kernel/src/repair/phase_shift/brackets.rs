//! Which quotes and brackets stand open at a place, and how likely that makes the next ones.
//!
//! The language model sees two characters back; whether `”` is right is told by the `“` before it,
//! and by what closes or opens after the run.

use super::tokens::{Kind, Token};
use crate::language_model::NAT;
use crate::repair::survey::Survey;

/// What one kind costs beyond the language model: log odds counted in 7 million characters of
/// sixteen genres, rounded towards none; of `“` between those of all and those of fiction and news,
/// at a line's end half more, as damage cuts there (two more tuning pages, none lost).
struct Costs {
    /// Opens while it is open.
    again: i32,
    /// Closes while it is open: a gain.
    close: i32,
    /// Closes while none is open.
    stray: i32,
    /// The line ends while it is open.
    unclosed: i32,
}

/// `“`, `‘`, `《`, `（`, `【`, in the order of the bits of [`Open`].
const COSTS: [Costs; 5] = [
    Costs { again: 3 * NAT, close: -3 * NAT / 2, stray: 4 * NAT, unclosed: 9 * NAT / 2 },
    Costs { again: NAT, close: -3 * NAT, stray: 2 * NAT, unclosed: 3 * NAT / 2 },
    Costs { again: 4 * NAT, close: -3 * NAT, stray: 4 * NAT, unclosed: 5 * NAT / 2 },
    Costs { again: NAT / 2, close: -2 * NAT, stray: 3 * NAT, unclosed: 2 * NAT },
    Costs { again: NAT, close: -3 * NAT, stray: 3 * NAT, unclosed: 2 * NAT },
];
/// So many lines of a page left open are no slips: of 10 million characters of clean text no
/// document has two.
const LEFT_OPEN: usize = 2;
/// A stop inside a title.
const STOP_IN_TITLE: i32 = 3 * NAT;
/// The bit of `《`.
const TITLE: u8 = 1 << 2;

/// (bit, whether it opens) of a quote or bracket.
fn turn(c: char) -> Option<(usize, bool)> {
    match c {
        '“' => Some((0, true)),
        '”' => Some((0, false)),
        '‘' => Some((1, true)),
        '’' => Some((1, false)),
        '《' => Some((2, true)),
        '》' => Some((2, false)),
        '（' | '(' => Some((3, true)),
        '）' | ')' => Some((3, false)),
        '【' => Some((4, true)),
        '】' => Some((4, false)),
        _ => None,
    }
}

/// Marks at the end of lines whose last `“` is never closed, if a page has [`LEFT_OPEN`] of them: of
/// `。”` a `!` is left that the first byte of the one and the last of the other are gone with.
pub fn left_open(text: &str, survey: Survey<'_>) -> Vec<usize> {
    let marks = survey.marks.iter().copied();
    let found: Vec<usize> = marks.filter(|at| ends_left_open(text, *at)).collect();
    if found.len() < LEFT_OPEN { Vec::new() } else { found }
}

/// Whether the mark at `at`, or it and a marker, end a line that leaves a quote open which no line
/// after it closes and the next one does not open again, as speech of several lines does.
fn ends_left_open(text: &str, at: usize) -> bool {
    // Most marks are others.
    if !matches!(text.as_bytes().get(at..), Some([b'!', ..] | [0xEF, 0xBC, 0x81, ..])) {
        return false;
    }
    let (before, behind) = text.split_at_checked(at).unwrap_or_default();
    let Some(rest) = behind.strip_prefix(['!', '！']) else { return false };
    let is_marked = before.ends_with('?');
    let rest = rest.strip_prefix('?').filter(|_| is_marked).unwrap_or(rest);
    if !(rest.is_empty() || rest.starts_with('\n')) {
        return false;
    }
    let line = before.get(before.rfind('\n').map_or(0, |n| n + 1)..).unwrap_or_default();
    let is_quote = |c: &char| matches!(c, '“' | '”');
    line.chars().rev().find(is_quote) == Some('“')
        && !rest.trim_start().starts_with('“')
        && rest.chars().find(is_quote) != Some('”')
}

/// The quotes and brackets open at a place of a line, one bit a kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Open(u8);

impl Open {
    /// What stands open after `c`; a tag ends it as a line's end does.
    pub fn after(self, c: char) -> Self {
        match turn(c) {
            Some((bit, true)) => Self(self.0 | 1 << bit),
            Some((bit, false)) => Self(self.0 & !(1 << bit)),
            None if c == '<' => Self(0),
            None => self,
        }
    }

    /// What writing `c` costs here beyond what the language model says.
    pub fn cost(self, c: char) -> i32 {
        match turn(c) {
            Some((bit, opens)) => self.turn_cost(bit, opens),
            None if self.0 & TITLE != 0 && "。，；！？".contains(c) => STOP_IN_TITLE,
            None => 0,
        }
    }

    fn turn_cost(self, bit: usize, opens: bool) -> i32 {
        let Some(costs) = COSTS.get(bit) else { return 0 };
        match (self.0 >> bit & 1 == 1, opens) {
            (true, true) => costs.again,
            (true, false) => costs.close,
            (false, true) => 0,
            (false, false) => costs.stray,
        }
    }

    /// What it costs that the line goes on with `ahead`.
    pub fn cost_before(self, ahead: Ahead) -> i32 {
        (0..COSTS.len())
            .map(|bit| match ahead.0.get(bit) {
                Some(Next::Opens) => self.turn_cost(bit, true),
                Some(Next::Closes) => self.turn_cost(bit, false),
                Some(Next::End) if self.0 >> bit & 1 == 1 => {
                    COSTS.get(bit).map_or(0, |costs| costs.unclosed)
                }
                _ => 0,
            })
            .sum()
    }
}

/// What comes next of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Opens,
    Closes,
    End,
    /// The text between is damaged.
    Unknown,
}

/// What comes next of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ahead([Next; COSTS.len()]);

impl Ahead {
    /// What comes next from each token of a line on, the line's end included; unknown behind a
    /// token that `is_marker`.
    pub fn of(tokens: &[Token], is_marker: impl Fn(&Token) -> bool) -> Vec<Self> {
        let end = Self([Next::End; COSTS.len()]);
        let mut ahead = vec![end; tokens.len() + 1];
        let mut now = end;
        for (token, slot) in tokens.iter().zip(&mut ahead).rev() {
            if token.kind == Kind::Plain {
                now = now.before(token.c, is_marker(token));
            }
            *slot = now;
        }
        ahead
    }

    fn before(mut self, c: char, is_marker: bool) -> Self {
        if is_marker {
            return Self([Next::Unknown; COSTS.len()]);
        }
        match turn(c) {
            Some((bit, opens)) => {
                if let Some(slot) = self.0.get_mut(bit) {
                    *slot = if opens { Next::Opens } else { Next::Closes };
                }
            }
            None if c == '<' => self = Self([Next::End; COSTS.len()]),
            None => {}
        }
        self
    }
}
