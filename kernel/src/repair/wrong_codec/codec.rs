//! Which charset was taken for which, undone.

use super::charset::{Charset, read, write};

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

    /// The text as it was meant; none if it cannot have been misread so. Linear.
    pub fn apply(&self, text: &str) -> Option<String> {
        changed(text, read(&write(text, self.read, self.wrote)?, self.wrote)?)
    }
}

/// (inverse, text as it was meant) for all that can have been, each charset written once.
pub fn inverted(text: &str, is_first: bool) -> Vec<(&'static Inverse, String)> {
    const ALL: &[Inverse] = &INVERSES;
    let some = if is_first { ALL } else { ALL.get(..N_CHAINED).unwrap_or(ALL) };
    some.chunk_by(|a, b| a.read == b.read)
        .flat_map(|inverses| {
            let other = inverses.last().map_or(Utf8, |inverse| inverse.wrote);
            let bytes = inverses.first().and_then(|first| write(text, first.read, other));
            inverses.iter().filter_map(move |inverse| {
                let meant = match inverse.wrote {
                    Utf8 if inverse.read == Gbk => return Some((inverse, inverse.apply(text)?)),
                    _ => read(bytes.as_ref()?, inverse.wrote)?,
                };
                Some((inverse, changed(text, meant)?))
            })
        })
        .collect()
}

fn changed(text: &str, meant: String) -> Option<String> {
    (meant != text && !meant.contains('\u{FFFD}') && !meant.contains('\n')).then_some(meant)
}
