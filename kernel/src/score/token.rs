//! About how many tokens a text has: its characters, words and marks by class, each at a fitted rate.
//!
//! A tokenizer looks through tens of thousands of merges at each word; this looks at kinds alone.

use super::kind::{
    CONTROL, DIGIT, HAN, HAN_SIMPLIFIED, HAN_TRADITIONAL, KANA, LATIN, LETTER, LONE, NEWLINE,
    PRIVATE_USE, PUNCTUATION, REPLACEMENT, SPACE, SYMBOL,
};
use super::sight::Sight;
use std::sync::LazyLock;

/// The classes, in the order of the counts, as `kernel/data/token_ratios.tsv` calls them.
pub const CLASSES: [&str; 11] = [
    "han",
    "han_traditional",
    "kana",
    "lone",
    "digit",
    "latin_word",
    "other_word",
    "mark_run",
    "space_run",
    "newline_run",
    "rest",
];

/// Thousandths of a token for one of each class.
pub fn ratios() -> [u32; 11] {
    *RATIOS
}

static RATIOS: LazyLock<[u32; 11]> = LazyLock::new(|| {
    let mut ratios = [0; 11];
    let table = include_str!("../../data/token_ratios.tsv");
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let (class, ratio) = line.split_once('\t').unwrap_or((line, ""));
        let named = CLASSES.iter().zip(&mut ratios).find(|(name, _)| **name == class);
        if let Some((_, slot)) = named {
            *slot = ratio.parse().unwrap_or(0);
        }
    }
    ratios
});

/// The tokens of a text, to the nearest whole one. One look at the kinds for each class of runs that
/// the text has: .25 ms per MB of Chinese at most.
pub fn estimate(sight: &Sight) -> u64 {
    let total: u64 = counts(sight)
        .iter()
        .zip(RATIOS.iter())
        .map(|(count, ratio)| u64::from(*count) * u64::from(*ratio))
        .sum();
    (total + 500) / 1000
}

/// How many of each class a text has.
fn counts(sight: &Sight) -> [u32; 11] {
    [
        sight.count(HAN, HAN_SIMPLIFIED),
        sight.count(HAN_TRADITIONAL, HAN_TRADITIONAL),
        sight.count(KANA, KANA),
        sight.count(LONE, LONE),
        sight.count(DIGIT, DIGIT),
        runs(sight, LATIN, LATIN),
        runs(sight, LETTER, LETTER),
        runs(sight, PUNCTUATION, SYMBOL),
        runs(sight, SPACE, SPACE),
        runs(sight, NEWLINE, NEWLINE),
        sight.count(0, 0) + sight.count(CONTROL, CONTROL) + sight.count(REPLACEMENT, PRIVATE_USE),
    ]
}

/// Kinds looked at before their runs are added up: as many as fit a byte.
const BLOCK: usize = 255;

/// How many runs of the kinds `first` to `last` a text has; most texts have none of some kinds.
fn runs(sight: &Sight, first: u8, last: u8) -> u32 {
    if sight.count(first, last) == 0 { 0 } else { runs_of(&sight.kinds, first, last) }
}

/// A run begins where a kind is of them and the one before is not; without a branch, so that many
/// are asked in one instruction.
fn runs_of(kinds: &[u8], first: u8, last: u8) -> u32 {
    let is_one = |kind: u8| kind.wrapping_sub(first) <= last - first;
    let begins = kinds.first().is_some_and(|kind| is_one(*kind));
    let later = kinds.get(1..).unwrap_or_default();
    let mut found = u32::from(begins);
    for (now, before) in later.chunks(BLOCK).zip(kinds.chunks(BLOCK)) {
        let begun: u8 = now
            .iter()
            .zip(before)
            .map(|(now, before)| u8::from(is_one(*now) & !is_one(*before)))
            .sum();
        found += u32::from(begun);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_a_ratio_and_every_line_a_class() {
        let table = include_str!("../../data/token_ratios.tsv");
        let named: Vec<_> = table
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.split_once('\t').map(|(class, ratio)| (class, ratio.parse::<u32>())))
            .collect();
        let expected: Vec<_> =
            CLASSES.iter().zip(ratios()).map(|(class, ratio)| Some((*class, Ok(ratio)))).collect();
        assert_eq!(named, expected);
    }

    #[test]
    fn runs_are_counted_across_blocks() {
        for n in [0, 1, 2, 254, 255, 256, 257, 600] {
            assert_eq!(runs_of(&vec![LATIN; n], LATIN, LATIN), u32::from(n > 0), "{n}");
            let mut kinds = vec![HAN; n];
            kinds.extend([LATIN, LATIN, SPACE, LATIN]);
            assert_eq!(runs_of(&kinds, LATIN, LATIN), 2, "{n}");
            assert_eq!(runs_of(&kinds, HAN, HAN_TRADITIONAL), u32::from(n > 0), "{n}");
        }
    }
}
