//! The exact Jaccard index of two sets of n-grams.

use super::print::Scratch;

/// A set of n-grams, ready to be compared with the n-grams of other texts.
#[derive(Debug, Default)]
pub struct GramSet {
    held: Table,
    /// For each slot the comparison that last found it.
    found: Vec<u32>,
    n_compared: u32,
    /// What the other text of a comparison has alone.
    missing: Table,
}

impl GramSet {
    /// Makes this the set of these hashes (none is 0, repeats count once). O(n), reuses memory.
    pub fn load(&mut self, hashes: &[u64]) {
        self.held.clear(hashes.len());
        hashes.iter().for_each(|&hash| _ = self.held.insert(hash));
        self.found.clear();
        self.found.resize(self.held.slots.len(), 0);
        self.n_compared = 0;
    }

    /// The index with the set of `others` (repeats count once), where it is `least` or more.
    ///
    /// O(n), one look-up per n-gram; stops as soon as too many are missing, so unlike texts cost
    /// a fraction. `None` also where both sets are empty.
    pub fn jaccard(&mut self, others: &[u64], least: f64) -> Option<f64> {
        let index = |common: usize, all: usize| Some(common as f64 / all as f64);
        self.n_compared += 1;
        self.missing.clear(others.len().min(self.most_missing(least) + 1));
        let (mut common, mut missing) = (0, 0);
        for (done, &hash) in others.iter().enumerate() {
            match self.held.find(hash) {
                Some(slot) => {
                    if let Some(found) = self.found.get_mut(slot) {
                        common += usize::from(*found != self.n_compared);
                        *found = self.n_compared;
                    }
                }
                None if self.missing.insert(hash) => {
                    missing += 1;
                    let most = self.held.n.min(common + others.len() - done - 1);
                    if index(most, self.held.n + missing) < Some(least) {
                        return None;
                    }
                }
                None => {}
            }
        }
        index(common, self.held.n + missing).filter(|&found| found >= least)
    }

    /// How many of another set's members may be missing here before the index must be less.
    fn most_missing(&self, least: f64) -> usize {
        if least > 0.0 {
            (self.held.n as f64 * (1.0 - least) / least) as usize + 1
        } else {
            usize::MAX - 1
        }
    }
}

/// A hash table of hashes: open addressing, at most half full; 0 is an empty slot.
#[derive(Debug, Default)]
struct Table {
    slots: Vec<u64>,
    shift: u32,
    n: usize,
}

impl Table {
    /// Empties the table and makes room for `n` hashes.
    fn clear(&mut self, n: usize) {
        let size = (n * 2).next_power_of_two().max(2);
        self.slots.clear();
        self.slots.resize(size, 0);
        self.shift = 64 - size.trailing_zeros();
        self.n = 0;
    }

    /// Whether the hash is new.
    #[inline]
    fn insert(&mut self, hash: u64) -> bool {
        let mut slot = (hash >> self.shift) as usize;
        loop {
            match self.slots.get_mut(slot) {
                Some(held) if *held == 0 => {
                    *held = hash;
                    self.n += 1;
                    return true;
                }
                Some(held) if *held == hash => return false,
                Some(_) => slot += 1,
                None => slot = 0,
            }
        }
    }

    /// The slot that holds the hash.
    #[inline]
    fn find(&self, hash: u64) -> Option<usize> {
        let mut slot = (hash >> self.shift) as usize;
        loop {
            match self.slots.get(slot) {
                Some(&held) if held == hash => return Some(slot),
                Some(&0) => return None,
                Some(_) => slot += 1,
                None if self.slots.is_empty() => return None,
                None => slot = 0,
            }
        }
    }
}

/// The Jaccard index of two texts' sets of n-grams, 0 to 1; `None` where either has none.
pub fn jaccard(a: &str, b: &str, ngram: usize) -> Option<f64> {
    let (mut one, mut other) = (Scratch::default(), Scratch::default());
    one.load(a, ngram);
    other.load(b, ngram);
    if one.hashes.is_empty() || other.hashes.is_empty() {
        return None;
    }
    let mut set = GramSet::default();
    set.load(&one.hashes);
    set.jaccard(&other.hashes, 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn known_pairs() {
        assert_eq!(jaccard("一二三四五六", "一二三四五七", 5), Some(1.0 / 3.0));
        assert_eq!(jaccard("一二三四五", "一 二三，四五", 5), Some(0.0));
        assert_eq!(jaccard("Ａbcde", "abＣde", 5), Some(1.0));
        assert_eq!(jaccard("一二三四", "一二三四", 5), None);
    }

    #[test]
    fn the_threshold_changes_no_index() {
        let sets: [Vec<u64>; 4] =
            [(1..=10).collect(), (1..=8).collect(), (3..=12).collect(), vec![u64::MAX, 5]];
        for a in &sets {
            for b in &sets {
                let mut set = GramSet::default();
                set.load(a);
                let (x, y) = (a.iter().collect::<HashSet<_>>(), b.iter().collect::<HashSet<_>>());
                let brute = x.intersection(&y).count() as f64 / x.union(&y).count() as f64;
                for least in [0.0, 0.1, 0.5, 2.0 / 3.0, 0.8, 1.0] {
                    let expected = (brute >= least).then_some(brute);
                    assert_eq!(set.jaccard(b, least), expected, "{a:?} {b:?} {least}");
                }
            }
        }
    }

    #[test]
    fn repeats_count_once() {
        let mut set = GramSet::default();
        set.load(&[3, 3, u64::MAX, 3]);
        assert_eq!(set.jaccard(&[5, 5, 3, 3, 5], 0.0), Some(1.0 / 3.0));
        assert_eq!(set.jaccard(&[3, u64::MAX, u64::MAX], 1.0), Some(1.0));
        assert_eq!(jaccard("一一一一一一一", "一一一一一", 5), Some(1.0));
    }
}
