//! Repeated n-grams of orders 2 to 10, exactly.
//!
//! An n-gram can repeat only where both (n-1)-grams in it repeat. So order 2 looks only where
//! both units repeat, and each higher order at what is left. An n-gram's key is the number of its
//! first (n-1)-gram and its last unit, which is exact: no hash is taken for the n-gram itself.

use super::unit::Units;

/// The lowest order.
pub const FIRST: usize = 2;
/// The highest order.
pub const LAST: usize = 10;
/// The highest order whose most frequent n-gram is wanted; of higher ones, what repeats.
const LAST_TOP: usize = 4;
/// Pairs of repeated units that have a slot each, so that none is looked for: 4 MB at most.
const MOST_PAIRS: usize = 1 << 20;

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

    fn highest(self) -> usize {
        self.0.checked_ilog2().unwrap_or(0) as usize
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

/// Tables kept from text to text; 32 bytes per unit of the longest text and 4 MB.
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
    /// By unit: 1 + its number among those that occur more than once, 0 for the others.
    ranks: Vec<u32>,
    /// Order 2, for each of `places`: the slot of its pair.
    pair_slots: Vec<u32>,
    /// Order 2, by both units' ranks: `base` + 1 + number.
    pairs: Vec<u32>,
    /// Higher orders, open addressing: `base` + 1 + number.
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
        let n = units.ids.len();
        self.ids.clear();
        self.ids.resize(n, 0);
        self.counts.clear();
        self.counts.resize(n, 0);
        let variety = self.find_pairs(units);
        for order in FIRST..=wanted.highest() {
            if self.places.is_empty() {
                break;
            }
            if order > FIRST {
                std::mem::swap(&mut self.shorter, &mut self.ids);
                self.ids.resize(n, 0);
                self.number(order, &units.ids);
            } else if variety * variety <= MOST_PAIRS {
                self.number_pairs(variety);
            } else {
                self.shorter.clone_from(&units.ids);
                self.number(order, &units.ids);
            }
            if let Some(slot) = found.characters.get_mut(order).filter(|_| wanted.has(order)) {
                *slot = if order <= LAST_TOP {
                    self.top(units, order)
                } else {
                    self.repeated(units, order)
                };
            }
            self.narrow();
        }
        found
    }

    /// Frees all slots of both tables for `n` numbers: what was in use counts as free.
    fn free(&mut self, n: usize) {
        self.base = match self.base.checked_add(self.in_use) {
            Some(base) if base.checked_add(n as u32).is_some() => base,
            _ => {
                self.pairs.clear();
                self.slots.clear();
                0
            }
        };
        self.in_use = n as u32;
    }

    /// Finds the places where both units of a pair repeat; gives how many units do.
    ///
    /// Every place is written where the next one kept would stand, so that nothing branches.
    fn find_pairs(&mut self, units: &Units) -> usize {
        let mut variety = 0;
        self.ranks.clear();
        self.ranks.extend(units.counts.iter().map(|count| {
            variety += u32::from(*count > 1);
            if *count > 1 { variety } else { 0 }
        }));
        self.places.resize(units.ids.len(), 0);
        self.pair_slots.resize(units.ids.len(), 0);
        // Slices of their own, here and below: of a field, each round would ask anew where it is.
        let (ranks, places) = (self.ranks.as_slice(), self.places.as_mut_slice());
        let pair_slots = self.pair_slots.as_mut_slice();
        let (mut kept, mut first) = (0, 0u32);
        for (end, id) in (0u32..).zip(&units.ids) {
            let second = ranks.get(*id as usize).copied().unwrap_or(0);
            if let Some(place) = places.get_mut(kept) {
                *place = end.wrapping_sub(1);
            }
            if let Some(slot) = pair_slots.get_mut(kept) {
                // Of a pair that is kept, both ranks are at least 1.
                *slot = first
                    .wrapping_sub(1)
                    .wrapping_mul(variety)
                    .wrapping_add(second)
                    .wrapping_sub(1);
            }
            kept += usize::from((first != 0) & (second != 0));
            first = second;
        }
        self.places.truncate(kept);
        self.pair_slots.truncate(kept);
        variety as usize
    }

    /// Numbers and counts the pairs at `places`, of `variety` repeated units.
    fn number_pairs(&mut self, variety: usize) {
        self.free(self.ids.len());
        if self.pairs.len() < variety * variety {
            self.pairs.resize(variety * variety, 0);
        }
        let (base, pairs) = (self.base, self.pairs.as_mut_slice());
        let (ids, counts) = (self.ids.as_mut_slice(), self.counts.as_mut_slice());
        for (place, pair) in self.places.iter().zip(&self.pair_slots) {
            let Some(slot) = pairs.get_mut(*pair as usize) else { continue };
            let filled = if *slot > base { *slot } else { base + 1 + place };
            *slot = filled;
            let number = filled - base - 1;
            if let Some(id) = ids.get_mut(*place as usize) {
                *id = number;
            }
            if let Some(count) = counts.get_mut(number as usize) {
                *count += 1;
            }
        }
    }

    /// Numbers and counts the n-grams at `places`.
    ///
    /// A free slot is read as this very place, which equals itself: so the one branch, whether
    /// to look further, is seldom taken.
    fn number(&mut self, order: usize, units: &[u32]) {
        self.free(units.len());
        let size = (self.places.len() * 4).next_power_of_two().max(16);
        if self.slots.len() < size {
            self.slots.resize(size, 0);
        }
        for &place in &self.places {
            if let Some(count) = self.counts.get_mut(place as usize) {
                *count = 0;
            }
        }
        let (base, shift) = (self.base, 64 - size.trailing_zeros());
        let (slots, shorter) = (self.slots.as_mut_slice(), self.shorter.as_slice());
        let (ids, counts) = (self.ids.as_mut_slice(), self.counts.as_mut_slice());
        for &place in &self.places {
            let key = key(shorter, units, place, order);
            let mut at = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> shift) as usize;
            while let Some(slot) = slots.get_mut(at) {
                let first = if *slot > base { *slot - base - 1 } else { place };
                if self::key(shorter, units, first, order) != key {
                    at = (at + 1) & (size - 1);
                    continue;
                }
                *slot = base + 1 + first;
                if let Some(id) = ids.get_mut(place as usize) {
                    *id = first;
                }
                if let Some(count) = counts.get_mut(first as usize) {
                    *count += 1;
                }
                break;
            }
        }
    }

    fn id(&self, place: u32) -> u32 {
        self.ids.get(place as usize).copied().unwrap_or(0)
    }

    /// By number, not by occurrence: each n-gram is looked at where it first begins.
    fn top(&self, units: &Units, order: usize) -> u64 {
        let mut top = (1, 0);
        for &place in &self.places {
            let count = self.counts.get(place as usize).copied().unwrap_or(0);
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
    ///
    /// Every place is written where the next one kept would stand, so that nothing branches.
    fn narrow(&mut self) {
        let (mut kept, mut before, mut was_repeated) = (0, 0, false);
        let (places, ids, counts) = (self.places.as_mut_slice(), &self.ids[..], &self.counts[..]);
        for at in 0..places.len() {
            let place = places.get(at).copied().unwrap_or(0);
            let id = ids.get(place as usize).copied().unwrap_or(0);
            let is_repeated = counts.get(id as usize).is_some_and(|count| *count > 1);
            if let Some(slot) = places.get_mut(kept) {
                *slot = before;
            }
            kept += usize::from(is_repeated & was_repeated & (before + 1 == place));
            (before, was_repeated) = (place, is_repeated);
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
            let all = (FIRST..=LAST).map(Orders::only).fold(Orders::default(), Orders::and);
            let found = tables.count(&units, all);
            for order in FIRST..=LAST {
                let (top, repeated) = plainly(&units, order);
                let expected = if order <= LAST_TOP { top } else { repeated };
                assert_eq!(found.characters[order], expected, "{order} {text}");
            }
        }
    }
}
