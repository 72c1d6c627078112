//! Bands: groups of a sketch's numbers, each group one key; texts that share a key are compared.

use super::gram::mix;
use super::sketch::{Sketch, VALUES};

/// A sketch is cut into `bands` keys of `rows` numbers each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bands {
    /// Keys per text.
    pub bands: usize,
    /// Numbers per key.
    pub rows: usize,
}

impl Bands {
    /// The longest keys with which a pair of index `jaccard` shares one or more with probability
    /// `recall`: 25 of 5 for 0.8 and 0.999. Longer keys bring fewer chance pairs together.
    pub fn for_recall(jaccard: f64, recall: f64) -> Self {
        (1..=16)
            .rev()
            .map(|rows| Self { bands: VALUES / rows, rows })
            .find(|bands| bands.recall(jaccard) >= recall)
            .unwrap_or(Self { bands: VALUES, rows: 1 })
    }

    /// The probability with which a pair of index `jaccard` shares a key.
    pub fn recall(&self, jaccard: f64) -> f64 {
        1.0 - (1.0 - jaccard.powf(self.rows as f64)).powf(self.bands as f64)
    }

    /// The keys of a sketch, one per band; keys of different bands differ.
    pub fn keys(&self, sketch: &Sketch) -> impl Iterator<Item = u64> {
        sketch.chunks_exact(self.rows).take(self.bands).enumerate().map(|(band, rows)| {
            let seed = mix(band as u64 + 1, 0x2D35_8DCC_AA6C_78A5);
            rows.iter().fold(seed, |key, &value| {
                mix(key ^ u64::from(value) ^ 0x8BB8_4B93_962E_ACC9, 0x4B33_A62E_D433_D4A3)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_as_long_as_the_recall_allows() {
        assert_eq!(Bands::for_recall(0.8, 0.999), Bands { bands: 25, rows: 5 });
        assert_eq!(Bands::for_recall(0.7, 0.999), Bands { bands: 32, rows: 4 });
        assert_eq!(Bands::for_recall(0.1, 0.999_999_9), Bands { bands: 128, rows: 1 });
        assert_eq!(Bands::for_recall(1.0, 0.999), Bands { bands: 8, rows: 16 });
    }

    #[test]
    fn a_changed_number_changes_one_key() {
        let bands = Bands { bands: 25, rows: 5 };
        let sketch: Sketch = std::array::from_fn(|i| i as u32);
        let mut changed = sketch;
        changed[7] = 99;
        let differing = bands.keys(&sketch).zip(bands.keys(&changed)).filter(|(a, b)| a != b);
        assert_eq!(differing.count(), 1);
        assert_eq!(bands.keys(&sketch).count(), 25);
    }
}
