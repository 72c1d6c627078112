//! Which charset was taken for which, undone.

use super::charset::{Charset, begins, read, write, write_head};

/// Text that was written in one charset and read in another.
pub struct Inverse {
    /// The rule that an edit by this inverse bears.
    pub rule: &'static str,
    wrote: Charset,
    read: Charset,
}

use Charset::{Big5, EucJp, EucKr, Gbk, Latin, ShiftJis, Utf8};

/// All pairs that are undone; those of Chinese and Latin text, which come in chains, first.
pub const INVERSES: [Inverse; 14] = [
    Inverse { rule: "utf8_as_gbk", wrote: Utf8, read: Gbk },
    Inverse { rule: "big5_as_gbk", wrote: Big5, read: Gbk },
    Inverse { rule: "utf8_as_latin", wrote: Utf8, read: Latin },
    Inverse { rule: "gbk_as_latin", wrote: Gbk, read: Latin },
    Inverse { rule: "big5_as_latin", wrote: Big5, read: Latin },
    Inverse { rule: "utf8_as_big5", wrote: Utf8, read: Big5 },
    Inverse { rule: "gbk_as_big5", wrote: Gbk, read: Big5 },
    Inverse { rule: "utf8_as_shift_jis", wrote: Utf8, read: ShiftJis },
    Inverse { rule: "gbk_as_shift_jis", wrote: Gbk, read: ShiftJis },
    Inverse { rule: "big5_as_shift_jis", wrote: Big5, read: ShiftJis },
    Inverse { rule: "gbk_as_euc_jp", wrote: Gbk, read: EucJp },
    Inverse { rule: "utf8_as_euc_kr", wrote: Utf8, read: EucKr },
    Inverse { rule: "gbk_as_euc_kr", wrote: Gbk, read: EucKr },
    Inverse { rule: "big5_as_euc_kr", wrote: Big5, read: EucKr },
];

/// So many characters in UTF-8 are none by chance.
pub const SEQUENCES: usize = 3;

/// No more than one in so many characters beyond ASCII may be U+FFFD.
const SHARE_LOST: usize = 8;

/// So many of [`INVERSES`] are tried on their own results.
const N_CHAINED: usize = 7;

impl Inverse {
    /// Whether UTF-8 comes out, which bytes of another charset are not by chance.
    pub fn is_strict(&self) -> bool {
        self.wrote == Utf8 && !matches!(self.read, ShiftJis | EucKr)
    }

    /// Different characters, up to [`SEQUENCES`], that are UTF-8 not by chance.
    ///
    /// Two bytes may be by chance, unless Latin letters were.
    pub fn n_sequences(&self, text: &str) -> usize {
        let first = if self.is_from_latin() { '\u{80}' } else { '\u{800}' };
        let mut found = Vec::with_capacity(SEQUENCES);
        for c in text.chars().filter(|c| self.is_strict() && *c >= first) {
            if !found.contains(&c) {
                found.push(c);
            }
            if found.len() == SEQUENCES {
                break;
            }
        }
        found.len()
    }

    /// Whether Latin text goes in: no writer puts its letters beyond ASCII in a row.
    pub fn is_from_latin(&self) -> bool {
        self.read == Latin
    }

    /// Whether Korean text goes in.
    pub fn is_from_korean(&self) -> bool {
        self.read == EucKr
    }

    /// The text as it was meant; none if it cannot have been misread so. Linear.
    pub fn apply(&self, text: &str) -> Option<String> {
        let meant = read(&write(text, self.read, self.wrote)?, self.wrote)?;
        let is_text = meant != text && !meant.contains('\n') && !self.is_destroyed(&meant);
        is_text.then_some(meant)
    }

    /// Whether much of what came out had been lost before: UTF-8 may have a few U+FFFD of its own.
    fn is_destroyed(&self, meant: &str) -> bool {
        if !meant.contains('\u{FFFD}') {
            return false;
        }
        let n_lost = meant.chars().filter(|c| *c == '\u{FFFD}').count();
        let n_wide = meant.chars().filter(|c| !c.is_ascii()).count();
        self.wrote != Utf8 || n_lost * SHARE_LOST > n_wide
    }

    /// Whether the other one gives the text back as it was.
    fn is_undone_by(&self, other: &Self) -> bool {
        self.wrote == other.read && self.read == other.wrote
    }
}

/// (inverse, text as it was meant) for all that can have been, `last` having been undone before.
///
/// Most fail on the first characters, in some ten nanoseconds each.
pub fn inverted(text: &str, last: Option<&Inverse>) -> Vec<(&'static Inverse, String)> {
    const ALL: &[Inverse] = &INVERSES;
    let some = if last.is_none() { ALL } else { ALL.get(..N_CHAINED).unwrap_or(ALL) };
    let mut found = Vec::new();
    for inverses in some.chunk_by(|a, b| a.read == b.read) {
        let Some(head) = inverses.first().and_then(|first| write_head(text, first.read)) else {
            continue;
        };
        for inverse in inverses {
            let is_back = last.is_some_and(|last| last.is_undone_by(inverse));
            if is_back || !begins(head.bytes(), inverse.wrote) {
                continue;
            }
            if let Some(meant) = inverse.apply(text) {
                found.push((inverse, meant));
            }
        }
    }
    found
}
