//! Repeated n-grams of orders 2 to 10, exactly.
//!
//! An n-gram can repeat only where all shorter n-grams in it repeat. So order 2 looks only where
//! both units repeat, and each higher order at what is left. An n-gram's key is the numbers of two
//! shorter ones that cover it, which is exact: no hash is taken for the n-gram itself. So an order
//! that nobody asks for is passed over, as long as the next one is no longer than two of the last.

use super::unit::Units;

/// The highest order.
pub const LAST: usize = 10;
/// The highest order whose most frequent n-gram is wanted; of higher ones, what repeats.
const LAST_TOP: usize = 4;

/// The table of fewer n-grams is a quarter full at most and not half: it stays in the cache.
const SHORT: usize = 1 << 14;

/// A set of orders, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Orders(u16);

impl Orders {
    /// The set of this order alone.
    pub fn only(order: usize) -> Self {
        Self(1 << order.min(LAST))
    }

    /// What is in either set.
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn has(self, order: usize) -> bool {
        self.0 >> order & 1 == 1
    }

    /// The order to count after `order`: the next of the set, by at most twice the length.
    fn after(self, order: usize) -> Option<usize> {
        let next = (order + 1..=LAST).find(|next| self.has(*next))?;
        Some(next.min(2 * order))
    }
}

/// What the n-grams of one text repeat; indexed by order, 0 for an order not asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ngrams {
    /// Orders 2 to 4: occurrences times characters of the most frequent n-gram, the longest of
    /// several; 0 if none occurs twice. Orders 5 to 10: characters inside n-grams that occurred
    /// earlier, each counted once.
    pub characters: [u64; LAST + 1],
}

/// Tables kept from text to text; at most 40 bytes per unit of the longest text.
#[derive(Default)]
pub struct NgramTables {
    /// Places whose n-gram can occur more than once, ascending.
    places: Vec<u32>,
    /// Those of them that are kept for the next order.
    kept: Vec<u32>,
    /// For each of `places`: the number of its n-gram, which is the index where it first occurs.
    ids: Vec<u32>,
    /// By number: occurrences.
    counts: Vec<u32>,
    /// The most of them.
    most: u32,
    /// For each of `places`: the numbers of the two shorter n-grams that cover its n-gram.
    keys: Vec<u64>,
    /// Open addressing: `base` + 1 + number.
    slots: Vec<u32>,
    /// Slots up to this value were filled by earlier texts and orders, and are free.
    base: u32,
    /// How many numbers above `base` may be in use.
    in_use: u32,
}

impl NgramTables {
    /// Counts the orders that are wanted.
    pub fn count(&mut self, units: &Units, wanted: Orders) -> Ngrams {
        let mut found = Ngrams::default();
        let mut order = 1;
        while let Some(next) = wanted.after(order) {
            if order == 1 {
                self.find_pairs(units);
            } else {
                self.narrow(next - order);
            }
            self.number();
            order = next;
            if let Some(slot) = found.characters.get_mut(order).filter(|_| wanted.has(order)) {
                *slot = if order <= LAST_TOP {
                    self.top(units, order)
                } else {
                    self.repeated(units, order)
                };
            }
        }
        found
    }

    /// Frees all slots for `n` numbers: what was in use counts as free.
    fn free(&mut self, n: usize) {
        self.base = match self.base.checked_add(self.in_use) {
            Some(base) if base.checked_add(n as u32).is_some_and(|end| end < u32::MAX) => base,
            _ => {
                self.slots.clear();
                0
            }
        };
        self.in_use = n as u32;
    }

    /// Finds the places where both units of a pair repeat, and the keys of the pairs.
    ///
    /// Every place is written where the next one kept would stand, so that nothing branches.
    fn find_pairs(&mut self, units: &Units) {
        let n = units.ids.len();
        self.keys.resize(n, 0);
        self.places.resize(n, 0);
        // Slices of their own, here and below: of a field, each round would ask anew where it is.
        let (keys, places) = (self.keys.as_mut_slice(), self.places.as_mut_slice());
        let repeats = |id: u32| units.counts.get(id as usize).copied().unwrap_or(0) > 1;
        let mut first = units.ids.first().copied().unwrap_or(0);
        let (mut n_kept, mut is_kept) = (0, repeats(first));
        for (place, second) in units.ids.get(1..).unwrap_or_default().iter().enumerate() {
            if let (Some(key), Some(slot)) = (keys.get_mut(n_kept), places.get_mut(n_kept)) {
                *key = self::key(first, *second);
                *slot = place as u32;
            }
            let repeats = repeats(*second);
            n_kept += usize::from(is_kept & repeats);
            (first, is_kept) = (*second, repeats);
        }
        self.keys.truncate(n_kept);
        self.places.truncate(n_kept);
    }

    /// Numbers and counts the n-grams by their `keys`.
    ///
    /// A free slot is read as this very n-gram, which equals itself: so the one branch, whether
    /// to look further, is seldom taken.
    fn number(&mut self) {
        let n = self.keys.len();
        self.free(n);
        let size = (n * if n < SHORT { 4 } else { 2 }).next_power_of_two().max(16);
        if self.slots.len() < size {
            self.slots.resize(size, 0);
        }
        self.ids.resize(n, 0);
        self.counts.clear();
        self.counts.resize(n, 0);
        let (lowest, shift) = (self.base + 1, 64 - size.trailing_zeros());
        let (slots, keys) = (self.slots.as_mut_slice(), self.keys.as_slice());
        let counts = self.counts.as_mut_slice();
        let mut most = 0;
        for (number, (id, key)) in self.ids.iter_mut().zip(keys).enumerate() {
            let mut at = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> shift) as usize;
            while let Some(slot) = slots.get_mut(at) {
                // Of a free slot the difference wraps beyond all numbers.
                let first = slot.wrapping_sub(lowest).min(number as u32);
                if keys.get(first as usize) != Some(key) {
                    at = (at + 1) & (size - 1);
                    continue;
                }
                *slot = lowest + first;
                *id = first;
                if let Some(count) = counts.get_mut(first as usize) {
                    *count += 1;
                    most = most.max(*count);
                }
                break;
            }
        }
        self.most = most;
    }

    /// Occurrences times characters of the most frequent n-gram, the longest of several.
    fn top(&self, units: &Units, order: usize) -> u64 {
        if self.most < 2 {
            return 0;
        }
        let counted = self.places.iter().zip(&self.counts);
        let lengths = counted.filter(|(_, count)| **count == self.most).map(|(place, _)| {
            let (start, end) = span(units, *place, order);
            end - start
        });
        u64::from(self.most) * u64::from(lengths.max().unwrap_or(0))
    }

    /// Characters inside n-grams that occurred earlier.
    fn repeated(&self, units: &Units, order: usize) -> u64 {
        let (mut covered, mut repeated) = (0, 0u64);
        for (number, (id, place)) in self.ids.iter().zip(&self.places).enumerate() {
            if *id as usize != number {
                let (start, end) = span(units, *place, order);
                repeated += u64::from(end - start.max(covered));
                covered = end;
            }
        }
        repeated
    }

    /// Keeps the places whose n-gram repeats, and those of the `step` places after it, too; writes
    /// the keys of the n-grams that are longer by `step`.
    ///
    /// Every place is written where the next one kept would stand, so that nothing branches.
    fn narrow(&mut self, step: usize) {
        let n = self.places.len();
        self.keys.resize(n, 0);
        self.kept.resize(n, 0);
        let (keys, kept) = (self.keys.as_mut_slice(), self.kept.as_mut_slice());
        let (ids, counts, places) = (&self.ids[..], &self.counts[..], &self.places[..]);
        let mut run = 0u32;
        let mut longer = |run: u32, id: &u32| {
            let is_repeated = u32::from(counts.get(*id as usize).copied().unwrap_or(0) > 1);
            (run + 1) & 0u32.wrapping_sub(is_repeated)
        };
        let (before, rest) = ids.split_at_checked(step).unwrap_or_default();
        run = before.iter().fold(run, &mut longer);
        let last = places.get(step..).unwrap_or_default();
        let mut n_kept = 0;
        for (((id, first), end), start) in rest.iter().zip(ids).zip(last).zip(places) {
            run = longer(run, id);
            if let (Some(key), Some(place)) = (keys.get_mut(n_kept), kept.get_mut(n_kept)) {
                *key = self::key(*first, *id);
                *place = *start;
            }
            n_kept += usize::from((run > step as u32) & (start + step as u32 == *end));
        }
        self.keys.truncate(n_kept);
        self.kept.truncate(n_kept);
        std::mem::swap(&mut self.places, &mut self.kept);
    }
}

/// The numbers of two shorter n-grams as one: equal for equal n-grams only.
#[inline]
fn key(first: u32, last: u32) -> u64 {
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
    fn a_text_counts_the_same_after_a_longer_one() {
        let (mut sight, mut units) = (Sight::default(), Units::default());
        let mut tables = NgramTables::default();
        let mut top = |text: &str| {
            sight.of(text);
            units.of(&sight);
            tables.count(&units, Orders::only(2)).characters[2]
        };
        // The pair 数据 fills its slot with a number beyond all of the second text.
        assert_eq!(top(&("数".repeat(50) + "据据")), 49 * 2);
        assert_eq!(top("数据数据数据"), 3 * 2);
    }

    #[test]
    fn numbers_begin_anew_before_they_overflow() {
        let (mut sight, mut units) = (Sight::default(), Units::default());
        sight.of("数据数据数据");
        units.of(&sight);
        for left in 0..12 {
            let mut tables = NgramTables { base: u32::MAX - left, ..NgramTables::default() };
            for _ in 0..3 {
                assert_eq!(tables.count(&units, Orders::only(2)).characters[2], 3 * 2);
            }
            sight.of("");
            units.of(&sight);
            assert_eq!(tables.count(&units, Orders::only(2)).characters[2], 0);
            sight.of("数据数据数据");
            units.of(&sight);
        }
    }

    #[test]
    fn an_order_asked_for_alone_counts_the_same() {
        let (mut sight, mut units) = (Sight::default(), Units::default());
        let mut tables = NgramTables::default();
        sight.of(&"数据集的数据，是数据集的数据。".repeat(7));
        units.of(&sight);
        for order in 2..=LAST {
            let found = tables.count(&units, Orders::only(order));
            let (top, repeated) = plainly(&units, order);
            let mut expected = [0; LAST + 1];
            expected[order] = if order <= LAST_TOP { top } else { repeated };
            assert_eq!(found.characters, expected);
        }
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
            let all = (2..=LAST).map(Orders::only).fold(Orders::default(), Orders::and);
            let found = tables.count(&units, all);
            for order in 2..=LAST {
                let (top, repeated) = plainly(&units, order);
                let expected = if order <= LAST_TOP { top } else { repeated };
                assert_eq!(found.characters[order], expected, "{order} {text}");
            }
        }
    }
}
