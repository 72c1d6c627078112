//! Components: which texts can have to do with each other, found from keys alone.

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

    /// Joins all texts that have a key in common. Sorts `rows`; texts out of range are passed over.
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
    fn labels_do_not_depend_on_the_order_of_keys() {
        let mut rows = vec![(9, 4), (1, 0), (9, 2), (1, 3), (7, 3), (7, 2), (5, 1), (5, 77)];
        let mut whole = Components::new(6);
        whole.add(&mut rows.clone());
        rows.reverse();
        let mut parts = Components::new(6);
        for key in [5, 7, 9, 1] {
            parts.add(&mut rows.iter().copied().filter(|row| row.0 == key).collect::<Vec<_>>());
        }
        assert_eq!(whole.labels(), [0, 1, 0, 0, 0, 5]);
        assert_eq!(parts.labels(), whole.labels());
    }
}
