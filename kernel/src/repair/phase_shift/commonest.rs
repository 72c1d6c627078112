//! The commonest characters, and which of them often follow which: what clean text has behind marks.

use super::promise::RARE;
use crate::language_model::{Token, model};
use std::sync::LazyLock;

/// The characters that follow a mark in clean text are mostly among so many.
const COMMON: usize = 1500;

/// The [`COMMON`] commonest characters and ASCII, and which of them often follow which.
///
/// 330 KB, which stay in the cache where the model does not.
pub struct Commonest {
    /// The characters, ascending.
    characters: Vec<char>,
    /// One bit a character of the basic plane.
    bits: Vec<u64>,
    /// How many characters are common before each of these words.
    ranks: Vec<u16>,
    /// For each of them in turn one bit for each that costs no more than [`RARE`] behind it.
    pairs: Vec<u64>,
    /// Words of such a row.
    n_words: usize,
}

impl Commonest {
    /// That of the language model.
    pub fn get() -> &'static Self {
        static COMMON: LazyLock<Commonest> = LazyLock::new(Commonest::of_model);
        &COMMON
    }

    fn of_model() -> Self {
        let mut costs: Vec<(i32, u32)> = (0x80..0x1_0000)
            .filter_map(|code| char::from_u32(code).map(|c| (c, code)))
            .filter(|(c, _)| model().knows(*c) && !is_wide(*c))
            .map(|(c, code)| (model().unigram(c), code))
            .collect();
        costs.sort_unstable();
        let commonest = costs.iter().take(COMMON).map(|(_, code)| *code);
        let mut codes: Vec<u32> = commonest.chain(0x20..0x7F).collect();
        codes.sort_unstable();
        let mut bits = vec![0_u64; 1 << 10];
        for code in &codes {
            if let Some(word) = bits.get_mut(*code as usize / 64) {
                *word |= 1 << (code % 64);
            }
        }
        let mut n_before = 0;
        let ranks = bits.iter().map(|word| {
            let rank = n_before;
            n_before += word.count_ones() as u16;
            rank
        });
        let ranks = ranks.collect();
        let characters: Vec<char> = codes.iter().filter_map(|code| char::from_u32(*code)).collect();
        let tokens: Vec<Token> = characters.iter().map(|c| model().token(*c)).collect();
        let pairs = model().pairs_within(&tokens, RARE);
        Self { characters, bits, ranks, pairs, n_words: tokens.len().div_ceil(64) }
    }

    /// The place of a common character among them.
    #[inline(always)]
    pub fn place(&self, c: char) -> Option<usize> {
        let (at, bit) = (c as usize / 64, 1_u64 << (c as u32 % 64));
        let word = self.bits.get(at).filter(|word| **word & bit != 0)?;
        Some(usize::from(*self.ranks.get(at)?) + (word & (bit - 1)).count_ones() as usize)
    }

    /// Whether both are common and `two` follows `one` often enough.
    pub fn is_pair(&self, one: char, two: char) -> bool {
        let (Some(one), Some(two)) = (self.place(one), self.place(two)) else { return false };
        let word = self.pairs.get(one * self.n_words + two / 64);
        word.is_some_and(|word| word >> (two % 64) & 1 == 1)
    }

    /// The bits of the common ones among these characters, by place.
    pub fn set_of(&self, characters: impl Iterator<Item = char>) -> Vec<u64> {
        let mut set = vec![0; self.n_words];
        for place in characters.filter_map(|c| self.place(c)) {
            if let Some(word) = set.get_mut(place / 64) {
                *word |= 1 << (place % 64);
            }
        }
        set
    }

    /// The characters of `set` that follow `one` often enough; all of them if it is not common.
    pub fn followers<'a>(&'a self, one: char, set: &'a [u64]) -> impl Iterator<Item = char> + 'a {
        let row = self.place(one).map(|place| place * self.n_words);
        let row = row.and_then(|start| self.pairs.get(start..start + self.n_words));
        set.iter().enumerate().flat_map(move |(at, word)| {
            let known = row.map_or(u64::MAX, |row| row.get(at).copied().unwrap_or(0));
            let mut rest = word & known;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
                rest &= rest - 1;
                self.characters.get(at * 64 + bit).copied()
            })
        })
    }
}

/// Whether it is a full-width letter or digit: the model has one token for all of them.
fn is_wide(c: char) -> bool {
    matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ')
}
