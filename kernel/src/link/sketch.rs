//! Sketches: 128 small numbers whose agreement tells how alike two sets are.
//!
//! One hash per n-gram, thrown into one of 128 bins, where the least wins; bins left empty are
//! filled by further rounds with new hashes (fast similarity sketching, Dahlgaard, Knudsen and
//! Thorup 2017). Each bin agrees with probability J, also for texts of a few n-grams, and a text
//! of a thousand costs one round where the classic form costs 128 multiplications per n-gram.

use super::gram::mix;

/// Numbers in a sketch.
pub const VALUES: usize = 128;

/// The sketch of a set of n-grams.
pub type Sketch = [u32; VALUES];

const EMPTY: u32 = u32::MAX;

/// The sketch of the set of these hashes; `None` for the empty set. Repeats and order change
/// nothing. O(n + 128 log 128), no memory.
pub fn sketch(hashes: &[u64]) -> Option<Sketch> {
    if hashes.is_empty() {
        return None;
    }
    let mut sketch = throw(hashes.iter().copied());
    for round in 1..VALUES as u64 {
        if !sketch.contains(&EMPTY) {
            return Some(sketch);
        }
        let seed = round.wrapping_mul(0x8EBC_6AF0_9C88_C6E3);
        let next = throw(hashes.iter().map(|&hash| mix(hash ^ seed, 0x5899_65CC_7537_4CC3)));
        fill(&mut sketch, &next);
    }
    // A set so small that chance left a bin empty 128 times: its least member under a hash of
    // the bin's own.
    for (bin, value) in sketch.iter_mut().enumerate().filter(|(_, value)| **value == EMPTY) {
        let seed = (bin as u64 + 1).wrapping_mul(0x1D8E_4E27_C47D_124F);
        let least = hashes.iter().map(|&hash| part(mix(hash ^ seed, 0xEB44_ACCA_B455_D165))).min();
        *value = least.unwrap_or(EMPTY);
    }
    Some(sketch)
}

/// The least value thrown into each bin.
#[inline]
fn throw(hashes: impl Iterator<Item = u64>) -> Sketch {
    let mut bins = [EMPTY; VALUES];
    for hash in hashes {
        let bin = &mut bins[(hash >> 57) as usize % VALUES];
        *bin = part(hash).min(*bin);
    }
    bins
}

fn part(hash: u64) -> u32 {
    hash as u32 & 0x7FFF_FFFF
}

fn fill(sketch: &mut Sketch, next: &Sketch) {
    for (value, new) in sketch.iter_mut().zip(next) {
        if *value == EMPTY {
            *value = *new;
        }
    }
}

/// The last byte of each number: enough to refuse most candidates, at a quarter of the memory.
pub type Thumb = [u8; VALUES];

/// The last bytes of a sketch.
pub fn thumb(sketch: &Sketch) -> Thumb {
    sketch.map(|value| value as u8)
}

/// How many of the 128 bytes agree.
#[inline]
pub fn agreement(a: &Thumb, b: &Thumb) -> u32 {
    // Counting in bytes keeps the loop in vector registers: 128 matches fit.
    let count = a.iter().zip(b).fold(0u8, |sum, (a, b)| sum + u8::from(a == b));
    u32::from(count)
}

/// The least agreement at which a pair can still have an index of `jaccard`: six standard
/// deviations below what it has on average, which a true pair misses once in 10^9.
pub fn least_agreement(jaccard: f64) -> u32 {
    let values = VALUES as f64;
    let spread = (values * jaccard * (1.0 - jaccard)).sqrt();
    (values * jaccard - 6.0 * spread).max(0.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(range: std::ops::Range<u64>) -> Vec<u64> {
        let codes: Vec<u32> = range.map(|i| i as u32).collect();
        let mut hashes = Vec::new();
        super::super::gram::write(&codes, 1, &mut hashes);
        hashes
    }

    fn agreeing(a: &[u64], b: &[u64]) -> usize {
        let (a, b) = (sketch(a).unwrap_or([0; VALUES]), sketch(b).unwrap_or([1; VALUES]));
        a.iter().zip(&b).filter(|(a, b)| a == b).count()
    }

    #[test]
    fn agreement_is_the_jaccard_index_for_large_and_small_sets() {
        for size in [10, 100, 1_000] {
            let mut sum = 0;
            for trial in 0..100 {
                let start = trial * 10_000;
                let a = members(start..start + size * 9 / 10);
                let b = members(start + size / 10..start + size);
                sum += agreeing(&a, &b);
            }
            let mean = sum as f64 / 100.0 / VALUES as f64;
            assert!((mean - 0.8).abs() < 0.02, "{size} members: {mean}");
        }
    }

    #[test]
    fn no_bin_stays_empty_even_for_one_member() {
        for size in [1, 2, 5, 127, 5_000] {
            assert!(!sketch(&members(0..size)).unwrap_or([EMPTY; VALUES]).contains(&EMPTY));
        }
        assert_eq!(sketch(&[]), None);
    }

    #[test]
    fn order_and_repeats_change_nothing() {
        let forwards = members(0..50);
        let mut backwards = forwards.iter().rev().copied().collect::<Vec<_>>();
        backwards.extend(members(0..9));
        assert_eq!(sketch(&forwards), sketch(&backwards));
    }

    #[test]
    fn thumbs_agree_where_sketches_do() {
        let a = sketch(&members(0..500)).map(|sketch| thumb(&sketch)).unwrap_or([0; VALUES]);
        assert_eq!(agreement(&a, &a), 128);
        assert_eq!(least_agreement(1.0), 128);
        assert_eq!(least_agreement(0.8), 75);
    }
}
