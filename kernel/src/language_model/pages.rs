//! Memory for tables of many megabytes that are asked at random, for as long as the process runs.

/// Bytes of a huge page.
const HUGE: usize = 1 << 21;

/// The items side by side and for ever, in huge pages where the system has them, else as any memory.
///
/// A processor remembers where some two thousand pages lie: the model has more of 4 KB each.
pub fn keep<const N: usize>(items: impl ExactSizeIterator<Item = [u8; N]>) -> &'static [[u8; N]] {
    let size_bytes = items.len() * N;
    let bytes = in_huge_pages(size_bytes).unwrap_or_else(|| vec![0; size_bytes].leak());
    let slots = bytes.as_chunks_mut().0;
    slots.iter_mut().zip(items).for_each(|(slot, item)| *slot = item);
    slots
}

/// So many zeroes in a mapping that huge pages are asked for; `None` where there are none.
#[cfg(target_os = "linux")]
fn in_huge_pages(size_bytes: usize) -> Option<&'static mut [u8]> {
    use memmap2::{Advice, MmapMut};
    let map = MmapMut::map_anon(size_bytes + HUGE).ok()?;
    map.advise(Advice::HugePage).ok()?;
    let map: &'static mut MmapMut = Box::leak(Box::new(map));
    // From the first whole huge page on; what lies before it is never touched.
    let start = map.as_ptr().addr().wrapping_neg() % HUGE;
    map.get_mut(start..start + size_bytes)
}

#[cfg(not(target_os = "linux"))]
fn in_huge_pages(_size_bytes: usize) -> Option<&'static mut [u8]> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_lie_as_they_came() {
        assert_eq!(keep::<2>([].into_iter()), &[[0_u8; 2]; 0]);
        let items: Vec<[u8; 8]> = (0..400_000_u64).map(u64::to_le_bytes).collect();
        assert_eq!(keep(items.iter().copied()), items);
    }
}
