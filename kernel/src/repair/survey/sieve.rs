//! Which bytes of a text may be of interest, 64 at a time, and where a seed of advertising may stand.
//!
//! A set of bytes is given by its upper and its lower halves; one look-up for each half of a byte tells
//! of eight sets at once: some GB/s by vectors, some hundred MB/s on machines without AVX2.

/// Bytes judged at once.
const BLOCK: usize = 64;
/// Bytes in turn that tell a seed.
pub const PART: usize = 4;
/// A block with the bytes behind it that its last ones are judged by.
pub const WINDOW: usize = BLOCK + PART - 1;

/// Eight sets of bytes, one bit each: those of which both halves have the bit.
#[derive(Debug, Clone, Copy)]
pub struct Halves {
    upper: [u8; 16],
    lower: [u8; 16],
}

impl Halves {
    /// The sets of these (upper, lower) halves, one bit a half.
    pub const fn of(sets: [(u16, u16); 8]) -> Self {
        let (mut upper, mut lower) = ([0; 16], [0; 16]);
        let mut half = 0;
        while half < 16 {
            let mut set = 0;
            while set < 8 {
                upper[half] |= ((sets[set].0 >> half & 1) as u8) << set;
                lower[half] |= ((sets[set].1 >> half & 1) as u8) << set;
                set += 1;
            }
            half += 1;
        }
        Self { upper, lower }
    }

    /// The sets that hold the byte.
    const fn sets(&self, byte: u8) -> u8 {
        self.upper[byte as usize >> 4] & self.lower[byte as usize & 15]
    }
}

/// All halves.
const ANY: u16 = 0xFFFF;

/// Bytes that are of interest whatever follows, or by what follows as [`super::kind_of`] says.
const ALONE: Halves = Halves::of([
    // Controls.
    (0b11, ANY),
    // What characters of two bytes, and up to U+1FFF, begin with.
    (1 << 0xC | 1 << 0xD, !0b11),
    (1 << 0xD | 1 << 0xE, 0b11),
    // Private use and all beyond, but U+FF00 to U+FFFF.
    (1 << 0xE, 1 << 0xE),
    (1 << 0xF, ANY),
    // `?` and U+007F.
    (1 << 3 | 1 << 7, 1 << 0xF),
    // `!`, `&`, `(` and `.`.
    (1 << 2, 1 << 1 | 1 << 6 | 1 << 8 | 1 << 0xE),
    // `:`, `;` and `<`.
    (1 << 3, 1 << 0xA | 1 << 0xB | 1 << 0xC),
]);

const E: u16 = 1 << 0xE;
/// Three bytes in turn that are of interest together.
const THREE: [Halves; 3] = [
    Halves::of([
        (E, 1 << 3),
        (E, 1 << 0xF),
        (E, 1 << 0xF),
        (E, 1 << 0xF),
        (E, 1 << 0xF),
        (E, 1 << 2),
        (E, 1 << 2),
        (E, 1 << 2),
    ]),
    Halves::of([
        // A filler is in U+3140 to U+317F.
        (1 << 8, 1 << 5),
        // Of U+FF00 to U+FF3F only `！`, `（` and `：` to `？`, of the next 64 none.
        (1 << 0xB, 1 << 0xC),
        (1 << 0xB, 1 << 0xC),
        (ANY, !(1 << 0xC | 1 << 0xD)),
        (!(1 << 0xB), ANY),
        // U+2010 to U+201F, dashes and quotes, are the only common ones of their block.
        (ANY, !1),
        (!(1 << 8), ANY),
        (ANY, ANY),
    ]),
    Halves::of([
        (ANY, ANY),
        (1 << 8, 1 << 1 | 1 << 8),
        (1 << 9, 0xFC00),
        (ANY, ANY),
        (ANY, ANY),
        (ANY, ANY),
        (ANY, ANY),
        (1 << 8 | 1 << 0xA | 1 << 0xB, ANY),
    ]),
];

/// One bit for each byte of a block.
#[derive(Debug, PartialEq)]
pub struct Hits {
    /// Line feeds, half of all that is of interest.
    pub line_feeds: u64,
    /// Others that may be of interest.
    pub interest: u64,
    /// Those at which a part of a seed may begin.
    pub seeds: u64,
}

/// Calls `visit` with the offset of each block and the hits that `judge` finds in it.
#[inline(always)]
pub fn sift(
    bytes: &[u8],
    judge: impl Fn(&[u8; WINDOW]) -> Hits,
    mut visit: impl FnMut(usize, Hits),
) {
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let hits = match rest.first_chunk() {
            Some(window) => judge(window),
            None => judge(&at_end(rest)),
        };
        visit(at, hits);
        at += BLOCK;
    }
}

/// The last bytes of a text with spaces behind them.
fn at_end(bytes: &[u8]) -> [u8; WINDOW] {
    let mut window = [b' '; WINDOW];
    window.iter_mut().zip(bytes).for_each(|(slot, byte)| *slot = *byte);
    window
}

/// For each byte [`BY_ITSELF`] or [`WITH_NEXT`], or 0 if nothing of interest begins with it.
const FIRST: [u8; 256] = {
    let mut first = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        first[byte] = match (ALONE.sets(byte as u8), THREE[0].sets(byte as u8)) {
            (0, 0) => 0,
            (0, _) => WITH_NEXT,
            _ => BY_ITSELF,
        };
        byte += 1;
    }
    first
};
const BY_ITSELF: u8 = 1;
const WITH_NEXT: u8 = 2;

/// The hits of a block, byte by byte; `parts` are the sets of a seed's [`PART`] bytes, the last one of
/// a character and the three of the next.
pub fn judge(window: &[u8; WINDOW], parts: &[Halves; PART]) -> Hits {
    let mut hits = Hits { line_feeds: 0, interest: 0, seeds: 0 };
    for (at, bytes) in window.windows(PART).enumerate() {
        let [first, second, ..] = bytes else { continue };
        let in_turn = |halves: &[Halves]| {
            halves.iter().zip(bytes).fold(u8::MAX, |all, (half, byte)| all & half.sets(*byte)) != 0
        };
        let is_hit = match FIRST[usize::from(*first)] {
            WITH_NEXT => in_turn(&THREE),
            by_itself => by_itself == BY_ITSELF,
        };
        let is_seed = (0x80..0xC0).contains(first) && *second >= 0xE0 && in_turn(parts);
        let is_line_feed = *first == b'\n';
        hits.line_feeds |= u64::from(is_line_feed) << at;
        hits.interest |= u64::from(is_hit && !is_line_feed) << at;
        hits.seeds |= u64::from(is_seed) << at;
    }
    hits
}

/// The same by vectors of 32 bytes.
#[cfg(target_arch = "x86_64")]
pub mod avx2 {
    use super::{ALONE, BLOCK, Halves, Hits, PART, THREE, WINDOW};
    use std::arch::x86_64::{
        __m256i, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_movemask_epi8, _mm256_or_si256,
        _mm256_set1_epi8, _mm256_setr_epi64x, _mm256_setzero_si256, _mm256_shuffle_epi8,
        _mm256_srli_epi16,
    };

    /// Bytes of a vector.
    const LANES: usize = 32;

    /// The hits of a block.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub fn judge(window: &[u8; WINDOW], parts: &[Halves; PART]) -> Hits {
        let (mut line_feeds, mut interest, mut seeds) = (0, 0, 0);
        for at in [LANES, 0] {
            let bytes: [Split; PART] = std::array::from_fn(|n| Split::of(window, at + n));
            let alone = bytes[0].sets(&ALONE);
            let three = THREE.iter().zip(&bytes).map(|(halves, byte)| byte.sets(halves));
            let three = three.reduce(|all, sets| _mm256_and_si256(all, sets)).unwrap_or(alone);
            let part = parts.iter().zip(&bytes).map(|(halves, byte)| byte.sets(halves));
            let part = part.reduce(|all, sets| _mm256_and_si256(all, sets)).unwrap_or(alone);
            let line_feed = _mm256_cmpeq_epi8(load(window, at), _mm256_set1_epi8(b'\n' as i8));
            line_feeds = line_feeds << LANES | u64::from(_mm256_movemask_epi8(line_feed) as u32);
            interest = interest << LANES | any(_mm256_or_si256(alone, three));
            seeds = seeds << LANES | any(part);
        }
        Hits { line_feeds, interest: interest & !line_feeds, seeds }
    }

    /// 32 bytes from `at` on.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(window: &[u8; WINDOW], at: usize) -> __m256i {
        const { assert!(BLOCK == 2 * LANES) };
        let bytes = window.get(at..at + LANES).unwrap_or_default().as_chunks::<8>().0;
        let word = |n: usize| bytes.get(n).map_or(0, |eight| i64::from_le_bytes(*eight));
        _mm256_setr_epi64x(word(0), word(1), word(2), word(3))
    }

    /// The halves of 32 bytes.
    struct Split {
        upper: __m256i,
        lower: __m256i,
    }

    impl Split {
        #[inline]
        #[target_feature(enable = "avx2")]
        fn of(window: &[u8; WINDOW], at: usize) -> Self {
            let bytes = load(window, at);
            let half = _mm256_set1_epi8(15);
            let upper = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), half);
            Self { upper, lower: _mm256_and_si256(bytes, half) }
        }

        /// For each byte the sets that hold it.
        #[inline]
        #[target_feature(enable = "avx2")]
        fn sets(&self, halves: &Halves) -> __m256i {
            let upper = _mm256_shuffle_epi8(table(&halves.upper), self.upper);
            _mm256_and_si256(upper, _mm256_shuffle_epi8(table(&halves.lower), self.lower))
        }
    }

    /// Sixteen sets, twice, as a look-up wants them.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn table(sets: &[u8; 16]) -> __m256i {
        let words = sets.as_chunks::<8>().0;
        let word = |n: usize| words.get(n).map_or(0, |eight| i64::from_le_bytes(*eight));
        _mm256_setr_epi64x(word(0), word(1), word(0), word(1))
    }

    /// One bit for each byte that is not 0.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn any(sets: __m256i) -> u64 {
        let none = _mm256_cmpeq_epi8(sets, _mm256_setzero_si256());
        u64::from(!_mm256_movemask_epi8(none) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::cut_spam_tail::seeds;
    use proptest::prelude::*;

    /// The hits of a block by vectors, where the machine has them.
    #[multiversion::multiversion(targets("x86_64+avx2+bmi1+bmi2+lzcnt"))]
    fn judged(window: &[u8; WINDOW]) -> Hits {
        let parts = seeds::parts();
        multiversion::target::match_target! {
            "x86_64+avx2" => avx2::judge(window, parts),
            _ => judge(window, parts),
        }
    }

    proptest! {
        #[test]
        fn vectors_judge_as_bytes_do(bytes in prop::collection::vec(prop_oneof![
            any::<u8>(), Just(0xE2), Just(0xEF), Just(0xBC), Just(0xE6), Just(0x80),
        ], WINDOW)) {
            let window = bytes.as_slice().try_into().unwrap_or(&[0; WINDOW]);
            prop_assert_eq!(judged(window), judge(window, seeds::parts()));
        }
    }
}
