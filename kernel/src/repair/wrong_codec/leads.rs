//! Where characters begin in the first bytes of a line, all at once.

/// Bytes looked at.
pub const SPAN: usize = 64;
/// The span with what its last character may have behind it.
pub const WINDOW: usize = SPAN + 2;

/// One bit for each byte of the span.
#[derive(Debug, PartialEq)]
pub struct Leads {
    /// Those that characters of three bytes begin with.
    pub three: u64,
    /// Those that other characters beyond ASCII begin with.
    pub other: u64,
}

/// The bytes of a text that is shorter than a window, with spaces behind.
#[cold]
pub fn padded(text: &[u8]) -> [u8; WINDOW] {
    let mut window = [b' '; WINDOW];
    if let Some(slots) = window.get_mut(..text.len()) {
        slots.copy_from_slice(text);
    }
    window
}

/// The leads of a span by vectors of 32 bytes.
#[inline]
#[target_feature(enable = "avx2")]
pub fn leads(window: &[u8; WINDOW]) -> Leads {
    let (low, high) = (Leads::of(window, 0), Leads::of(window, 4));
    Leads { three: high.three << 32 | low.three, other: high.other << 32 | low.other }
}

impl Leads {
    /// Those of 32 bytes from the eight with number `n` on.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn of(window: &[u8; WINDOW], n: usize) -> Self {
        use std::arch::x86_64::{
            _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_movemask_epi8, _mm256_set1_epi8,
            _mm256_setr_epi64x,
        };
        let words = window.as_chunks::<8>().0;
        let word = |n: usize| words.get(n).map_or(0, |eight| i64::from_le_bytes(*eight));
        let bytes = _mm256_setr_epi64x(word(n), word(n + 1), word(n + 2), word(n + 3));
        let three = _mm256_and_si256(bytes, _mm256_set1_epi8(0xF0_u8 as i8));
        let three = _mm256_cmpeq_epi8(three, _mm256_set1_epi8(0xE0_u8 as i8));
        let three = _mm256_movemask_epi8(three) as u32;
        let all = _mm256_and_si256(bytes, _mm256_set1_epi8(0xC0_u8 as i8));
        let all = _mm256_cmpeq_epi8(all, _mm256_set1_epi8(0xC0_u8 as i8));
        let all = _mm256_movemask_epi8(all) as u32;
        Self { three: three.into(), other: (all & !three).into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By vectors, where the machine has them.
    #[multiversion::multiversion(targets("x86_64+avx2+bmi1+bmi2+lzcnt"))]
    fn by_vectors(window: &[u8; WINDOW]) -> Option<Leads> {
        multiversion::target::match_target! {
            "x86_64+avx2" => Some(leads(window)),
            _ => Some(window).and(None),
        }
    }

    proptest! {
        #[test]
        fn leads_are_where_characters_begin(text in "[一-龥，a\n é𠀀]{0,40}") {
            let bit = |size: usize| {
                let begins = text.char_indices().filter(|(at, c)| *at < SPAN && c.len_utf8() == size);
                begins.fold(0_u64, |bits, (at, _)| bits | 1 << at)
            };
            let found = Leads { three: bit(3), other: bit(2) | bit(4) };
            let window = text.as_bytes().first_chunk().copied();
            let seen = by_vectors(&window.unwrap_or_else(|| padded(text.as_bytes())));
            prop_assert!(seen.is_none_or(|seen| seen == found));
        }
    }
}
