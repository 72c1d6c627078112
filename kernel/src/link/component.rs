//! Components: which texts can have to do with each other, found from keys alone.

/// Bits of a key by which rows are brought together before they are sorted.
const BUCKET_BITS: u32 = 10;

/// A partition of texts 0 to n, joined key by key; 4 bytes per text.
#[derive(Debug, Clone)]
pub struct Components {
    parents: Vec<u32>,
}

impl Components {
    /// Each of `n` texts on its own.
    pub fn new(n: u32) -> Self {
        Self { parents: (0..n).collect() }
    }

    /// Joins all texts that have a key in common; texts out of range are passed over.
    ///
    /// Goes over `rows` twice and holds them once, by the first bits of their keys: many short
    /// sorts in the cache take half the time of a long one.
    pub fn add_all(&mut self, rows: impl Iterator<Item = (u64, u32)> + Clone) {
        let bucket = |key: u64| (key >> (u64::BITS - BUCKET_BITS)) as usize;
        let mut ends = vec![0; 1 << BUCKET_BITS];
        for (key, _) in rows.clone() {
            ends[bucket(key)] += 1;
        }
        let mut n = 0;
        for end in &mut ends {
            // Where the bucket begins: each row then moves it on.
            (*end, n) = (n, n + *end);
        }
        let mut ordered = vec![(0, 0); n];
        for (key, text) in rows {
            let end = &mut ends[bucket(key)];
            ordered[*end] = (key, text);
            *end += 1;
        }
        let mut start = 0;
        for end in ends {
            self.add(&mut ordered[start..end]);
            start = end;
        }
    }

    /// As [`Self::add_all`], of rows that are few or in a slice of the caller's, which is sorted.
    pub fn add(&mut self, rows: &mut [(u64, u32)]) {
        rows.sort_unstable();
        for pair in rows.windows(2) {
            if let [(a, one), (b, other)] = pair
                && a == b
            {
                self.join(*one, *other);
            }
        }
    }

    /// Joins two texts.
    pub fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.find(one), self.find(other));
        // The least member is the root, so labels depend on the partition alone.
        if let Some(parent) = self.parents.get_mut(one.max(other) as usize) {
            *parent = one.min(other);
        }
    }

    /// The label of a text: the least text of its component.
    pub fn find(&mut self, mut text: u32) -> u32 {
        while let Some(&parent) = self.parents.get(text as usize)
            && parent != text
        {
            let grandparent = self.parents.get(parent as usize).copied().unwrap_or(parent);
            if let Some(slot) = self.parents.get_mut(text as usize) {
                *slot = grandparent;
            }
            text = grandparent;
        }
        text
    }

    /// The label of every text.
    pub fn labels(&mut self) -> Vec<u32> {
        (0..self.parents.len() as u32).map(|text| self.find(text)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_all_buckets_are_joined_as_those_of_one_sort() {
        let rows: Vec<(u64, u32)> = (0..5_000u64)
            .map(|n| ((n * n % 701).wrapping_mul(0x9E37_79B9_7F4A_7C15), (n % 3_000) as u32))
            .collect();
        let (mut sorted, mut bucketed) = (Components::new(3_000), Components::new(3_000));
        sorted.add(&mut rows.clone());
        bucketed.add_all(rows.iter().copied());
        bucketed.add_all(std::iter::empty());
        assert_eq!(bucketed.labels(), sorted.labels());
    }

    #[test]
    fn labels_do_not_depend_on_the_order_of_keys() {
        let mut rows = vec![(9, 4), (1, 0), (9, 2), (1, 3), (7, 3), (7, 2), (5, 1), (5, 77)];
        let mut whole = Components::new(6);
        whole.add(&mut rows.clone());
        let mut at_once = Components::new(6);
        at_once.add_all(rows.iter().copied());
        assert_eq!(at_once.labels(), whole.labels());
        rows.reverse();
        let mut parts = Components::new(6);
        for key in [5, 7, 9, 1] {
            parts.add(&mut rows.iter().copied().filter(|row| row.0 == key).collect::<Vec<_>>());
        }
        assert_eq!(whole.labels(), [0, 1, 0, 0, 0, 5]);
        assert_eq!(parts.labels(), whole.labels());
    }
}
