//! Repeated n-grams of orders 2 to 10, exactly.
//!
//! An n-gram can repeat only where both (n-1)-grams in it repeat. So order 2 looks at every
//! unit and each higher order only at what is left: 2.7 look-ups per unit of Chinese news
//! and statutes instead of 9. An n-gram's key is the number of its first (n-1)-gram and its last
//! unit, which is exact: no hash is taken for the n-gram itself.

use super::unit::Units;

/// The lowest order.
pub const FIRST: usize = 2;
/// The highest order.
pub const LAST: usize = 10;
/// The highest order whose most frequent n-gram is wanted.
const LAST_TOP: usize = 4;

/// What the n-grams of one text repeat; indexed by order.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ngrams {
    /// Occurrences times characters of the most frequent n-gram, the longest of several.
    pub top_characters: [u64; LAST + 1],
    /// Characters inside n-grams that occurred earlier, each counted once.
    pub repeated_characters: [u64; LAST + 1],
}

/// Tables kept from text to text; 28 bytes per unit of the longest text.
#[derive(Default)]
pub struct NgramTables {
    /// By place: the number of the (n-1)-gram that begins there.
    shorter: Vec<u32>,
    /// By place: the number of the n-gram, which is the place where it first begins.
    ids: Vec<u32>,
    /// By number: occurrences.
    counts: Vec<u32>,
    /// Places whose n-gram can occur more than once, ascending.
    places: Vec<u32>,
    /// Open addressing: 1 + number; zero means free.
    slots: Vec<u32>,
}

impl NgramTables {
    /// Counts the orders up to `highest`.
    pub fn count(&mut self, units: &Units, highest: usize) -> Ngrams {
        let mut found = Ngrams::default();
        let n = units.ids.len();
        self.shorter.clear();
        self.shorter.extend_from_slice(&units.ids);
        self.ids.clear();
        self.ids.resize(n, 0);
        self.counts.clear();
        self.counts.resize(n, 0);
        self.places.clear();
        self.places.extend(0..n.saturating_sub(1) as u32);
        for order in FIRST..=highest.min(LAST) {
            if self.places.is_empty() {
                break;
            }
            self.number(&units.ids, order);
            if let Some(slot) = found.top_characters.get_mut(order).filter(|_| order <= LAST_TOP) {
                *slot = self.top(units, order);
            }
            if let Some(slot) = found.repeated_characters.get_mut(order) {
                *slot = self.repeated(units, order);
            }
            self.narrow();
            std::mem::swap(&mut self.shorter, &mut self.ids);
        }
        found
    }

    /// Numbers and counts the n-grams at `places`.
    ///
    /// A free slot is read as this very place, which equals itself: so the one branch, whether
    /// to look further, is seldom taken.
    fn number(&mut self, units: &[u32], order: usize) {
        let size = (self.places.len() * 2).next_power_of_two().max(16);
        self.slots.clear();
        self.slots.resize(size, 0);
        for &place in &self.places {
            if let Some(count) = self.counts.get_mut(place as usize) {
                *count = 0;
            }
        }
        let shift = 64 - size.trailing_zeros();
        for &place in &self.places {
            let key = key(&self.shorter, units, place, order);
            let mut at = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> shift) as usize;
            while let Some(slot) = self.slots.get_mut(at) {
                let first = if *slot == 0 { place } else { *slot - 1 };
                if self::key(&self.shorter, units, first, order) != key {
                    at = (at + 1) & (size - 1);
                    continue;
                }
                *slot = first + 1;
                if let Some(id) = self.ids.get_mut(place as usize) {
                    *id = first;
                }
                if let Some(count) = self.counts.get_mut(first as usize) {
                    *count += 1;
                }
                break;
            }
        }
    }

    fn id(&self, place: u32) -> u32 {
        self.ids.get(place as usize).copied().unwrap_or(0)
    }

    fn n_occurrences(&self, place: u32) -> u32 {
        self.counts.get(self.id(place) as usize).copied().unwrap_or(0)
    }

    fn top(&self, units: &Units, order: usize) -> u64 {
        let mut top = (1, 0);
        for &place in &self.places {
            let count = self.n_occurrences(place);
            if count > 1 && count >= top.0 {
                let (start, end) = span(units, place, order);
                top = top.max((count, end - start));
            }
        }
        u64::from(top.0) * u64::from(top.1)
    }

    fn repeated(&self, units: &Units, order: usize) -> u64 {
        let (mut covered, mut repeated) = (0, 0u64);
        for &place in &self.places {
            if self.id(place) != place {
                let (start, end) = span(units, place, order);
                repeated += u64::from(end - start.max(covered));
                covered = end;
            }
        }
        repeated
    }

    /// Keeps the places whose n-gram repeats and the next place's too.
    fn narrow(&mut self) {
        let (mut kept, mut before) = (0, None::<u32>);
        for at in 0..self.places.len() {
            let Some(&place) = self.places.get(at) else { break };
            let is_repeated = self.n_occurrences(place) > 1;
            if let Some(before) = before.filter(|before| is_repeated && before + 1 == place) {
                if let Some(slot) = self.places.get_mut(kept) {
                    *slot = before;
                }
                kept += 1;
            }
            before = is_repeated.then_some(place);
        }
        self.places.truncate(kept);
    }
}

/// The number of the (n-1)-gram and the last unit: equal for equal n-grams only.
#[inline]
fn key(shorter: &[u32], units: &[u32], place: u32, order: usize) -> u64 {
    let first = shorter.get(place as usize).copied().unwrap_or(0);
    let last = units.get(place as usize + order - 1).copied().unwrap_or(0);
    u64::from(first) << 32 | u64::from(last)
}

/// Characters before and up to the end of the n-gram.
#[inline]
fn span(units: &Units, place: u32, order: usize) -> (u32, u32) {
    let offset = |at: usize| units.offsets.get(at).copied().unwrap_or(0);
    (offset(place as usize), offset(place as usize + order))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::score::sight::Sight;
    use std::collections::{HashMap, HashSet};

    /// The definition, order by order.
    fn plainly(units: &Units, order: usize) -> (u64, u64) {
        let (mut counts, mut seen) = (HashMap::new(), HashSet::new());
        let mut inside = vec![false; units.ids.len()];
        for (at, ngram) in units.ids.windows(order).enumerate() {
            let length = u64::from(units.offsets[at + order] - units.offsets[at]);
            counts.entry(ngram).or_insert((0u64, length)).0 += 1;
            if !seen.insert(ngram) {
                inside[at..at + order].fill(true);
            }
        }
        let top = counts.into_values().filter(|top| top.0 > 1).max().unwrap_or((0, 0));
        let length = |at: usize| u64::from(units.offsets[at + 1] - units.offsets[at]);
        let repeated = (0..inside.len()).filter(|at| inside[*at]).map(length).sum();
        (top.0 * top.1, repeated)
    }

    #[test]
    fn all_orders_agree_with_the_definition() {
        let (mut sight, mut units) = (Sight::default(), Units::default());
        let mut tables = NgramTables::default();
        let mut state = 7u64;
        for round in 0..300 {
            let (n, variety) = (round * 3 % 400, 2 + round % 9);
            let mut text = String::new();
            for _ in 0..n {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let pick = (state >> 40) as usize % variety;
                text.push_str(["数", "据", "集", "ab ", "c", "。", " ", "的", "炼金", "\n"][pick]);
            }
            sight.of(&text);
            units.of(&sight);
            let found = tables.count(&units, LAST);
            for order in FIRST..=LAST {
                let (top, repeated) = plainly(&units, order);
                assert_eq!(found.repeated_characters[order], repeated, "{order} {text}");
                if order <= LAST_TOP {
                    assert_eq!(found.top_characters[order], top, "{order} {text}");
                }
            }
        }
    }
}
