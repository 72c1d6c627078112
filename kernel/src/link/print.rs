//! A text's print: the hash of its normal form and its sketch, in one pass.

use super::sketch::{Sketch, sketch};
use super::{gram, normal};
use xxhash_rust::xxh3::Xxh3Default;

/// What is known of a text when it is looked for among others.
#[derive(Debug, Clone, PartialEq)]
pub struct Print {
    /// 128-bit XXH3 of the normal form in UTF-32LE: equal for exact duplicates.
    pub exact: u128,
    /// Characters of the normal form.
    pub length_chars: u32,
    /// `None` where the normal form is shorter than an n-gram: then only `exact` can link it.
    pub sketch: Option<Sketch>,
}

/// Memory that one text after the other may use.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) normal: Vec<u32>,
    pub(super) hashes: Vec<u64>,
}

impl Scratch {
    /// Fills `normal` and `hashes` with those of `text`.
    pub(super) fn load(&mut self, text: &str, ngram: usize) {
        self.normal.clear();
        normal::write(text, &mut self.normal);
        gram::write(&self.normal, ngram, &mut self.hashes);
    }
}

/// The print of a text with n-grams of `ngram` characters.
pub fn print(text: &str, ngram: usize, scratch: &mut Scratch) -> Print {
    scratch.load(text, ngram);
    Print {
        exact: hash(&scratch.normal),
        length_chars: u32::try_from(scratch.normal.len()).unwrap_or(u32::MAX),
        sketch: sketch(&scratch.hashes),
    }
}

/// (hash, characters) of the normal form alone, for exact duplicates.
pub fn exact(text: &str, scratch: &mut Scratch) -> (u128, u32) {
    scratch.normal.clear();
    normal::write(text, &mut scratch.normal);
    let length_chars = u32::try_from(scratch.normal.len()).unwrap_or(u32::MAX);
    (hash(&scratch.normal), length_chars)
}

fn hash(normal: &[u32]) -> u128 {
    let mut hasher = Xxh3Default::new();
    let mut bytes = [0u8; 4096];
    for block in normal.chunks(bytes.len() / 4) {
        let (slots, _) = bytes.as_chunks_mut::<4>();
        for (slot, code) in slots.iter_mut().zip(block) {
            *slot = code.to_le_bytes();
        }
        hasher.update(bytes.get(..block.len() * 4).unwrap_or_default());
    }
    hasher.digest128()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_normal_forms_have_equal_prints() {
        let mut scratch = Scratch::default();
        let a = print("数据，质量 ABC", 5, &mut scratch);
        assert_eq!(a, print("数据,质量\nabc", 5, &mut scratch));
        assert_eq!((a.exact, a.length_chars), exact("数据,质量abc", &mut scratch));
        assert_ne!(a.exact, exact("数据质量abc", &mut scratch).0);
    }

    #[test]
    fn short_texts_are_told_apart() {
        let mut scratch = Scratch::default();
        let (a, b) = (print("是", 5, &mut scratch), print("否", 5, &mut scratch));
        assert_ne!(a.exact, b.exact);
        assert_eq!((a.sketch, b.sketch), (None, None));
        assert_eq!(print("", 5, &mut scratch).length_chars, 0);
    }
}
