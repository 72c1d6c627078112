//! One look at a text for all repairs: where the few bytes are that any of them begins at.

mod sieve;

use super::cut_spam_tail::seeds;
pub use sieve::{Halves, PART};

/// Where the repairs may have to look in a text: byte offsets, ascending; some more are among them.
///
/// Most of what a repair starts from is rare in clean text, so one pass for all of them is several
/// times faster than one for each.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Survey<'a> {
    /// Of the line feeds.
    pub line_feeds: &'a [usize],
    /// Of `!`, `?`, `:` and `;`, full-width or not, and `.`, that a byte may have been cut at.
    pub marks: &'a [usize],
    /// Of opening brackets with a blank or a letter behind them; of a full-width one the last byte.
    pub brackets: &'a [usize],
    /// Of `&` and `</`.
    pub references: &'a [usize],
    /// Of characters that nobody sees, U+FFFD, and what else is rare.
    pub others: &'a [usize],
    /// Of words that lists of advertising hold.
    pub seeds: &'a [usize],
}

/// How many lists a [`Survey`] has.
const KINDS: usize = 6;

/// The lists of clean texts seldom hold more than one place in so many bytes.
const BYTES_PER_PLACE: usize = 64;

/// The surveys of some texts, side by side.
#[derive(Debug, Default)]
pub struct Surveys {
    lists: [Vec<usize>; KINDS],
    /// For each text the ends of its part of the lists.
    ends: Vec<[usize; KINDS]>,
}

impl Surveys {
    /// Those of these texts. Memory speed where they are clean.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str> + Clone) -> Self {
        let mut surveys = Self::default();
        let size: usize = texts.clone().into_iter().map(str::len).sum();
        surveys.lists.iter_mut().for_each(|list| list.reserve(size / BYTES_PER_PLACE));
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
            seeds: part(SEED),
        }
    }
}

const LINE_FEED: usize = 0;
const MARK: usize = 1;
const BRACKET: usize = 2;
const REFERENCE: usize = 3;
const OTHER: usize = 4;
const SEED: usize = 5;
/// It depends on what follows.
const OPEN: u8 = 6;

/// Puts the bytes of interest into their lists.
#[multiversion::multiversion(targets("x86_64+avx2+bmi1+bmi2+lzcnt+popcnt"))]
fn look(bytes: &[u8], lists: &mut [Vec<usize>; KINDS]) {
    let parts = seeds::parts();
    let visit = |at, hits| put_all(bytes, at, hits, lists);
    multiversion::target::match_target! {
        "x86_64+avx2" => sieve::sift(bytes, |window| sieve::avx2::judge(window, parts), visit),
        _ => sieve::sift(bytes, |window| sieve::judge(window, parts), visit),
    }
}

/// Puts what a block's hits stand for into the lists.
#[inline(always)]
fn put_all(bytes: &[u8], at: usize, hits: sieve::Hits, lists: &mut [Vec<usize>; KINDS]) {
    let sieve::Hits { line_feeds, mut interest, mut seeds } = hits;
    put_line_feeds(at, line_feeds, &mut lists[LINE_FEED]);
    while interest != 0 {
        put(bytes, at + interest.trailing_zeros() as usize, lists);
        interest &= interest - 1;
    }
    while seeds != 0 {
        let part = at + seeds.trailing_zeros() as usize;
        if let Some(start) = part.checked_sub(seeds::SKIPPED)
            && seeds::may_begin(bytes.get(start..).unwrap_or_default())
        {
            lists[SEED].push(start);
        }
        seeds &= seeds - 1;
    }
}

/// Puts the line feeds of a block into their list.
///
/// Whether a block has none, one or two would be guessed wrong: two are written, and cut off again.
#[inline(always)]
fn put_line_feeds(at: usize, mut bits: u64, list: &mut Vec<usize>) {
    let (n_before, n) = (list.len(), bits.count_ones() as usize);
    let mut next = || {
        let place = at + bits.trailing_zeros() as usize;
        bits &= bits.wrapping_sub(1);
        place
    };
    list.extend_from_slice(&[next(), next()]);
    list.truncate(n_before + n);
    list.extend((2..n).map(|_| next()));
}

/// Puts the byte at `at` into the list of its kind, by what follows it, if it is of interest.
#[inline(always)]
fn put(bytes: &[u8], at: usize, lists: &mut [Vec<usize>; KINDS]) {
    let rest = bytes.get(at..).unwrap_or_default();
    let kind = rest.first().map_or(OTHER as u8, |first| KIND[usize::from(*first)]);
    let (kind, at) = if kind == OPEN { kind_of(rest, at) } else { (usize::from(kind), at) };
    if let Some(list) = lists.get_mut(kind) {
        list.push(at);
    }
}

/// The kinds of bytes of interest by themselves. A look-up: branches would be guessed wrong.
static KIND: [u8; 256] = {
    let mut kinds = [OTHER as u8; 256];
    kinds[b'!' as usize] = MARK as u8;
    kinds[b'?' as usize] = MARK as u8;
    kinds[b'&' as usize] = REFERENCE as u8;
    kinds[b':' as usize] = OPEN;
    kinds[b';' as usize] = OPEN;
    kinds[b'.' as usize] = OPEN;
    kinds[b'<' as usize] = OPEN;
    kinds[b'(' as usize] = OPEN;
    kinds[0xE2] = OPEN;
    kinds[0xEF] = OPEN;
    kinds
};

/// The kind and the place of what begins at `at` and is of interest or not by what follows.
#[inline(always)]
fn kind_of(rest: &[u8], at: usize) -> (usize, usize) {
    let opens = |next: Option<&u8>| next.is_some_and(|next| matches!(next, b' ' | b'a'..=0xE1));
    match rest {
        [b':' | b';' | b'.', 0x80..=0xFF, ..] => (MARK, at),
        [b'<', b'/', ..] => (REFERENCE, at),
        [b'(', next @ ..] if opens(next.first()) => (BRACKET, at),
        [0xEF, 0xBC, 0x88, next @ ..] if opens(next.first()) => (BRACKET, at + 2),
        [b':' | b';' | b'.' | b'<' | b'(', ..] | [0xEF, 0xBC, 0x88, ..] => (KINDS, at),
        // Dots and dashes.
        [0xE2, 0x80, 0x90..0xA8, ..] => (KINDS, at),
        [0xEF, 0xBC, ..] => (MARK, at),
        _ => (OTHER, at),
    }
}

/// `find` for a text that nobody has looked at yet.
pub fn unseen<T>(find: impl Fn(&str, Survey<'_>) -> T) -> impl Fn(&str) -> T {
    move |text| find(text, Surveys::of([text]).get(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// (kind, offset) of a character at `at` that is of interest, by what follows.
    fn told(text: &str, at: usize, c: char) -> Option<(usize, usize)> {
        let next = text.as_bytes().get(at + c.len_utf8()).copied();
        let is_letter = next.is_some_and(|next| next == b' ' || (b'a'..=0xE1).contains(&next));
        let kind = match c {
            '\n' => LINE_FEED,
            '!' | '?' | '！' | '：'..='？' => MARK,
            ':' | ';' | '.' if next >= Some(0x80) => MARK,
            '(' | '（' if is_letter => BRACKET,
            '&' => REFERENCE,
            '<' if next == Some(b'/') => REFERENCE,
            '\0'..='\u{1F}' | '\u{7F}'..='\u{200F}' | '\u{2028}'..='\u{2FFF}' => OTHER,
            '\u{3140}'..='\u{317F}' | '\u{E000}'..='\u{FEFF}' | '\u{FF80}'.. => OTHER,
            _ => return None,
        };
        Some((kind, if kind == BRACKET { at + c.len_utf8() - 1 } else { at }))
    }

    proptest! {
        #[test]
        fn what_is_of_interest_is_found_wherever_it_stands(pieces in prop::collection::vec(
            prop_oneof![any::<char>(), prop::sample::select("一的，。、！？：；（）“”…—\u{2028}\u{200B}　ㄱㅤＡｱ \t\n!?:;.(<&/aé\u{FFFD}\u{7F}が".chars().collect::<Vec<_>>())], 0..200))
        {
            let text: String = pieces.iter().collect();
            let surveys = Surveys::of([text.as_str()]);
            for kind in 0..SEED {
                let told = text.char_indices().filter_map(|(at, c)| told(&text, at, c));
                let wanted: Vec<usize> =
                    told.filter(|(k, _)| *k == kind).map(|(_, at)| at).collect();
                prop_assert_eq!(&surveys.lists[kind], &wanted, "{} {:?}", kind, text);
            }
        }
    }

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
