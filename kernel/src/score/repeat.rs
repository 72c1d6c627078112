//! Pieces of a text (lines, sentences) that repeat an earlier piece, compared in full.

use super::sight::Sight;
use std::ops::Range;

/// What the pieces of one text repeat.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Repeats {
    /// Number of pieces.
    pub pieces: u32,
    /// Their characters.
    pub characters: u32,
    /// Pieces equal to an earlier one.
    pub repeated: u32,
    /// Characters of those.
    pub repeated_characters: u32,
}

/// An open-addressing table of pieces, kept from text to text.
#[derive(Default)]
pub struct Pieces {
    /// (upper half of the hash, 1 + number of the piece); zero means free.
    slots: Vec<(u32, u32)>,
    /// How many pieces have an outline, 255 at most; by some bits of it.
    outlines: Vec<u8>,
}

impl Pieces {
    /// Counts the repeats; linear time, one comparison per repeat.
    ///
    /// Most pieces have an outline of their own, and then need no hash: nothing equals them.
    pub fn repeats(&mut self, sight: &Sight, pieces: &[Range<u32>]) -> Repeats {
        let mut found = Repeats { pieces: pieces.len() as u32, ..Repeats::default() };
        found.characters = pieces.iter().map(ExactSizeIterator::len).sum::<usize>() as u32;
        if pieces.len() < 2 {
            return found;
        }
        let size = (pieces.len() * 2).next_power_of_two();
        self.slots.clear();
        self.slots.resize(size, (0, 0));
        self.outlines.clear();
        self.outlines.resize(size * 2, 0);
        let place = |piece: &Range<u32>| outline(sight.slice(piece)) as usize & (size * 2 - 1);
        for piece in pieces {
            if let Some(count) = self.outlines.get_mut(place(piece)) {
                *count = count.saturating_add(1);
            }
        }
        for (number, piece) in pieces.iter().enumerate() {
            if self.outlines.get(place(piece)).is_some_and(|count| *count < 2) {
                continue;
            }
            if self.insert(sight, pieces, number as u32) {
                found.repeated += 1;
                found.repeated_characters += piece.len() as u32;
            }
        }
        found
    }

    /// Whether the piece was there before.
    fn insert(&mut self, sight: &Sight, pieces: &[Range<u32>], number: u32) -> bool {
        let of = |number: u32| pieces.get(number as usize).map(|range| sight.slice(range));
        let Some(piece) = of(number) else { return false };
        let hash = hash(piece);
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while let Some(slot) = self.slots.get_mut(at) {
            if slot.1 == 0 {
                *slot = ((hash >> 32) as u32, number + 1);
                return false;
            }
            if slot.0 == (hash >> 32) as u32 && of(slot.1 - 1) == Some(piece) {
                return true;
            }
            at = (at + 1) & mask;
        }
        false
    }
}

/// What is seen of a piece at a glance: its length, its first and its last character.
fn outline(characters: &[u32]) -> u64 {
    let (first, last) = (characters.first().copied(), characters.last().copied());
    mix(word(first.unwrap_or(0), last.unwrap_or(0)) ^ (characters.len() as u64) << 22)
}

/// A 64-bit hash of code points; equal hashes are compared in full by the caller.
///
/// Eight at a step: their four words are mixed side by side, for one alone would wait for itself.
pub fn hash(characters: &[u32]) -> u64 {
    let mut hash = characters.len() as u64;
    let (groups, rest) = characters.as_chunks::<8>();
    for [a, b, c, d, e, f, g, h] in groups {
        let (one, other) = (word(*a, *b) ^ FIRST, word(*c, *d) ^ SECOND);
        let (third, fourth) = (word(*e, *f) ^ THIRD, word(*g, *h));
        hash = mix(hash ^ mix(one) ^ mix(other) ^ mix(third) ^ mix(fourth));
    }
    for pair in rest.chunks(2) {
        hash = mix(hash ^ pair.iter().fold(0, |word, code| word << 32 | u64::from(*code)));
    }
    hash
}

/// What tells the words of a step apart, so that they cannot change places.
const FIRST: u64 = 0xA076_1D64_78BD_642F;
const SECOND: u64 = 0xE703_7ED1_A0B4_28DB;
const THIRD: u64 = 0x8EBC_6AF0_9C88_C6E3;

#[inline]
fn word(first: u32, second: u32) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}

/// Spreads a word over all bits: the halves of a 128-bit product, folded.
#[inline]
pub fn mix(word: u64) -> u64 {
    let product = u128::from(word ^ 0x9E37_79B9_7F4A_7C15) * 0xD6E8_FEB8_6659_FD93;
    (product >> 64) as u64 ^ product as u64
}
