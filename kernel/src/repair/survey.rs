//! One look at a text for all repairs: where the few bytes are that any of them begins at.

use super::blocks::suspects;

/// Where the repairs may have to look in a text: byte offsets, ascending; some more are among them.
///
/// Most of what a repair starts from is rare in clean text, so one pass for all of them is several
/// times faster than one for each.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Survey<'a> {
    /// Of the line feeds.
    pub line_feeds: &'a [usize],
    /// Of `!`, `?`, `:` and `;`, full-width or not, that a byte may have been cut at.
    pub marks: &'a [usize],
    /// Of opening brackets with a blank or a letter behind them; of a full-width one the last byte.
    pub brackets: &'a [usize],
    /// Of `&` and `</`.
    pub references: &'a [usize],
    /// Of characters that nobody sees, U+FFFD, and what else is rare.
    pub others: &'a [usize],
}

/// How many lists a [`Survey`] has.
const KINDS: usize = 5;

/// The surveys of some texts, side by side.
#[derive(Debug, Default)]
pub struct Surveys {
    lists: [Vec<usize>; KINDS],
    /// For each text the ends of its part of the lists.
    ends: Vec<[usize; KINDS]>,
}

impl Surveys {
    /// Those of these texts. Memory speed where they are clean.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut surveys = Self::default();
        for text in texts {
            look(text.as_bytes(), &mut surveys.lists);
            surveys.ends.push(surveys.lists.each_ref().map(Vec::len));
        }
        surveys
    }

    /// That of the text with this number; an empty one if there is none.
    pub fn get(&self, number: usize) -> Survey<'_> {
        let Some(to) = self.ends.get(number) else { return Survey::default() };
        let from = number.checked_sub(1).and_then(|before| self.ends.get(before));
        let from = from.unwrap_or(&[0; KINDS]);
        let part = |kind: usize| self.lists[kind].get(from[kind]..to[kind]).unwrap_or_default();
        Survey {
            line_feeds: part(LINE_FEED),
            marks: part(MARK),
            brackets: part(BRACKET),
            references: part(REFERENCE),
            others: part(OTHER),
        }
    }
}

const LINE_FEED: usize = 0;
const MARK: usize = 1;
const BRACKET: usize = 2;
const REFERENCE: usize = 3;
const OTHER: usize = 4;

/// Puts the bytes of interest into their lists.
#[multiversion::multiversion(targets("x86_64+avx2+bmi1+bmi2+lzcnt"))]
fn look(bytes: &[u8], lists: &mut [Vec<usize>; KINDS]) {
    suspects(bytes, is_of_interest, |at| {
        let rest = bytes.get(at..).unwrap_or_default();
        lists[kind_of(rest)].push(at);
    });
}

/// The list of a byte of interest, by what begins with it. A look-up: branches would be guessed wrong.
#[inline(always)]
fn kind_of(rest: &[u8]) -> usize {
    static KIND: [u8; 256] = {
        let mut kinds = [OTHER as u8; 256];
        kinds[b'\n' as usize] = LINE_FEED as u8;
        kinds[b'!' as usize] = MARK as u8;
        kinds[b'?' as usize] = MARK as u8;
        kinds[b':' as usize] = MARK as u8;
        kinds[b';' as usize] = MARK as u8;
        kinds[b'(' as usize] = BRACKET as u8;
        kinds[0x88] = BRACKET as u8;
        kinds[b'&' as usize] = REFERENCE as u8;
        kinds[b'<' as usize] = REFERENCE as u8;
        kinds
    };
    match rest {
        [0xEF, 0xBC, ..] => MARK,
        [first, ..] => usize::from(KIND[usize::from(*first)]),
        [] => OTHER,
    }
}

/// Whether one of these may begin with the byte `a`; arithmetic without branches.
///
/// Controls; characters that nobody sees, as `invisible` looks for them; marks that are cut bytewise,
/// as `phase_shift` does; `&`, `</`, and brackets (of a full-width one the last byte) with a blank or
/// a letter of pinyin behind them.
#[inline(always)]
fn is_of_interest(before: u8, a: u8, b: u8, c: u8) -> bool {
    let control = (a < 0x20) | (a == 0x7F);
    // Characters of two bytes, and up to U+1FFF.
    let lead = a.wrapping_sub(0xC2) < 0x20;
    // U+2010 to U+2027, dashes and quotes, are the only common ones of their block.
    let general = (a == 0xE2) & !((b == 0x80) & (c.wrapping_sub(0x90) < 0x18));
    let filler = (a == 0xE3) & (b == 0x85);
    // Private use and all beyond; of U+FF00 to U+FF7F only `！` and `：` to `？`.
    let mark = (b == 0xBC) & ((c == 0x81) | (c.wrapping_sub(0x9A) < 6));
    let last = (a >= 0xEE) & !((a == 0xEF) & (b | 1 == 0xBD) & !mark);
    let cut = (a == b'!') | ((a | 1) == b';') & (b >= 0x80) | (a == b'?');
    let reference = (a == b'&') | (a == b'<') & (b == b'/');
    let letter = (b.wrapping_sub(b'a') < 0x81) | (b == b' ');
    let bracket = ((a == b'(') | (before == 0xBC) & (a == 0x88)) & letter;
    control | lead | general | filler | last | cut | reference | bracket
}

/// `find` for a text that nobody has looked at yet.
pub fn unseen<T>(find: impl Fn(&str, Survey<'_>) -> T) -> impl Fn(&str) -> T {
    move |text| find(text, Surveys::of([text]).get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surveys_of_texts_lie_side_by_side() {
        let texts = [
            "他说：“好！”\n\n百度(bǎidù)",
            "",
            "一\n&amp;</p>\u{FFFD}",
            "今天（星期三）天气很好。",
        ];
        let surveys = Surveys::of(texts);
        let first = Survey {
            line_feeds: &[21, 22],
            marks: &[6, 15],
            brackets: &[29],
            others: &[31, 35],
            ..Survey::default()
        };
        let third =
            Survey { line_feeds: &[3], references: &[4, 9], others: &[13], ..Survey::default() };
        assert_eq!(surveys.get(0), first);
        assert_eq!(surveys.get(1), Survey::default());
        assert_eq!(surveys.get(2), third);
        assert_eq!(surveys.get(3), Survey::default());
        assert_eq!(surveys.get(4), Survey::default());
    }
}
