//! The exact Jaccard index of two sets of n-grams.

use super::print::Scratch;

/// A set of n-grams, ready to be asked for members.
#[derive(Debug, Default)]
pub struct GramSet {
    slots: Vec<u64>,
    shift: u32,
    members: Vec<u64>,
}

impl GramSet {
    /// Makes this the set of these hashes (none is 0). O(n), reuses memory.
    pub fn load(&mut self, hashes: &[u64]) {
        let size = (hashes.len() * 2).next_power_of_two().max(2);
        self.slots.clear();
        self.slots.resize(size, 0);
        self.shift = 64 - size.trailing_zeros();
        self.members.clear();
        for &hash in hashes {
            let mut slot = (hash >> self.shift) as usize;
            loop {
                match self.slots.get_mut(slot) {
                    Some(held) if *held == 0 => {
                        *held = hash;
                        self.members.push(hash);
                        break;
                    }
                    Some(held) if *held == hash => break,
                    Some(_) => slot += 1,
                    None => slot = 0,
                }
            }
        }
    }

    /// The distinct hashes, in the order in which they first came.
    pub fn members(&self) -> &[u64] {
        &self.members
    }

    #[inline]
    fn contains(&self, hash: u64) -> bool {
        let mut slot = (hash >> self.shift) as usize;
        loop {
            match self.slots.get(slot) {
                Some(&0) => return false,
                Some(&held) if held == hash => return true,
                Some(_) => slot += 1,
                None if self.slots.is_empty() => return false,
                None => slot = 0,
            }
        }
    }

    /// The index with another set, given as its distinct hashes, where it is `least` or more.
    ///
    /// O(n); stops as soon as too many are missing, for unlike texts after a tenth of them. Two
    /// empty sets have no index.
    pub fn jaccard(&self, others: &[u64], least: f64) -> Option<f64> {
        let total = self.members.len() + others.len();
        if total == 0 {
            return None;
        }
        let index = |common: usize| common as f64 / (total - common) as f64;
        let smaller = self.members.len().min(others.len());
        if index(smaller) < least {
            return None;
        }
        let mut missing = 0;
        let mut allowed = others.len() - needed(total, smaller, least);
        for &hash in others {
            if !self.contains(hash) {
                missing += 1;
                if allowed == 0 {
                    return None;
                }
                allowed -= 1;
            }
        }
        Some(index(others.len() - missing)).filter(|&found| found >= least)
    }
}

/// A common count at or below the one from which the index reaches `least`.
fn needed(total: usize, smaller: usize, least: f64) -> usize {
    let common = (least * total as f64 / (1.0 + least)) as usize;
    common.saturating_sub(1).min(smaller)
}

/// The Jaccard index of two texts' sets of n-grams, 0 to 1; `None` where either has none.
pub fn jaccard(a: &str, b: &str, ngram: usize) -> Option<f64> {
    let mut scratch = Scratch::default();
    let (mut one, mut other) = (GramSet::default(), GramSet::default());
    scratch.load(a, ngram);
    one.load(&scratch.hashes);
    scratch.load(b, ngram);
    other.load(&scratch.hashes);
    if one.members.is_empty() || other.members.is_empty() {
        return None;
    }
    one.jaccard(&other.members, 0.0)
}

#[cfg(test)]
mod tests {
    use super::super::gram;
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
        assert_eq!(set.members(), [3, u64::MAX]);
        let mut hashes = Vec::new();
        gram::write(&[7; 40], 5, &mut hashes);
        set.load(&hashes);
        assert_eq!(set.members().len(), 1);
    }
}
