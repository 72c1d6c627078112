//! Repeated n-grams of orders 2 to 10, exactly.
//!
//! An n-gram can repeat only where both (n-1)-grams in it repeat. So order 2 looks at every
//! unit and each higher order only at what is left: about 1.6 look-ups per unit of ordinary
//! Chinese instead of 9. An n-gram's key is the number of its first (n-1)-gram and its last
//! unit, which is exact: no hash is taken for the n-gram itself.

use super::repeat::mix;
use super::unit::Units;

/// The lowest order.
pub const FIRST: usize = 2;
/// The highest order.
pub const LAST: usize = 10;

/// What the n-grams of one text repeat; indexed by order.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ngrams {
    /// Occurrences times characters of the most frequent n-gram, the longest of several.
    pub top_characters: [u64; LAST + 1],
    /// Characters inside n-grams that occurred earlier, each counted once.
    pub repeated_characters: [u64; LAST + 1],
}

/// Tables kept from text to text; 40 bytes per unit of the longest text.
#[derive(Default)]
pub struct NgramTables {
    /// Number of the n-gram that begins at each unit.
    ids: Vec<u32>,
    /// Places whose n-gram occurs more than once, ascending.
    places: Vec<u32>,
    /// Occurrences by n-gram number.
    counts: Vec<u32>,
    slots: Vec<Slot>,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    key: u64,
    /// 1 + number of the n-gram; zero means free.
    id: u32,
}

impl NgramTables {
    /// Counts the orders up to `highest`.
    pub fn count(&mut self, units: &Units, highest: usize) -> Ngrams {
        let mut found = Ngrams::default();
        let n = units.ids.len();
        self.ids.clear();
        self.ids.extend_from_slice(&units.ids);
        self.places.clear();
        self.places.extend(0..n.saturating_sub(1) as u32);
        for order in FIRST..=highest.min(LAST) {
            self.number(units, order, &mut found);
            if self.places.is_empty() {
                break;
            }
        }
        found
    }

    /// Numbers the n-grams at `places`, notes what repeats, keeps the places for the next order.
    fn number(&mut self, units: &Units, order: usize, found: &mut Ngrams) {
        let size = (self.places.len() * 2).next_power_of_two().max(16);
        self.slots.clear();
        self.slots.resize(size, Slot::default());
        self.counts.clear();
        let mut covered = 0;
        let mut repeated = 0u64;
        for &place in &self.places {
            let at = place as usize;
            let (Some(id), Some(&last)) = (self.ids.get_mut(at), units.ids.get(at + order - 1))
            else {
                continue;
            };
            let key = u64::from(*id) << 32 | u64::from(last);
            let (number, is_new) = find(&mut self.slots, key, self.counts.len() as u32);
            *id = number;
            if is_new {
                self.counts.push(1);
                continue;
            }
            if let Some(count) = self.counts.get_mut(number as usize) {
                *count += 1;
            }
            let (start, end) = span(units, at, order);
            repeated += u64::from(end - start.max(covered));
            covered = end;
        }
        let number_of = |at: usize| self.ids.get(at).copied().unwrap_or(0);
        let count_of = |at: usize| self.counts.get(number_of(at) as usize).copied().unwrap_or(0);
        let mut top = (1, 0);
        for &place in &self.places {
            let count = count_of(place as usize);
            if count > 1 && count >= top.0 {
                let (start, end) = span(units, place as usize, order);
                top = top.max((count, end - start));
            }
        }
        if let Some(slot) = found.top_characters.get_mut(order) {
            *slot = u64::from(top.0) * u64::from(top.1);
        }
        if let Some(slot) = found.repeated_characters.get_mut(order) {
            *slot = repeated;
        }
        narrow(&mut self.places, |place| count_of(place as usize) > 1);
    }
}

/// Keeps the places that are repeated and whose next place is repeated too.
fn narrow(places: &mut Vec<u32>, is_repeated: impl Fn(u32) -> bool) {
    places.retain(|place| is_repeated(*place));
    let mut kept = 0;
    for at in 1..places.len() {
        if let (Some(&before), Some(&place)) = (places.get(at - 1), places.get(at))
            && before + 1 == place
        {
            if let Some(slot) = places.get_mut(kept) {
                *slot = before;
            }
            kept += 1;
        }
    }
    places.truncate(kept);
}

/// Characters before and up to the end of the n-gram.
#[inline]
fn span(units: &Units, at: usize, order: usize) -> (u32, u32) {
    let offset = |at: usize| units.offsets.get(at).copied().unwrap_or(0);
    (offset(at), offset(at + order))
}

/// The number of the key, and whether it got the number `next` just now.
#[inline]
fn find(slots: &mut [Slot], key: u64, next: u32) -> (u32, bool) {
    let mask = slots.len() - 1;
    let mut at = mix(key) as usize & mask;
    while let Some(slot) = slots.get_mut(at) {
        if slot.id == 0 {
            *slot = Slot { key, id: next + 1 };
            return (next, true);
        }
        if slot.key == key {
            return (slot.id - 1, false);
        }
        at = (at + 1) & mask;
    }
    (next, true)
}
