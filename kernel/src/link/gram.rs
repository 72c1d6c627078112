//! Character n-grams as 64-bit hashes.

const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// Both halves of the 128-bit product, folded: one multiplication mixes 64 bits.
#[inline]
pub(super) fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product >> 64) as u64 ^ product as u64
}

/// Writes the hash of every run of `n` characters to `out`, in order; none where the text is
/// shorter. No hash is 0. Two different n-grams agree once in 2^64 pairs.
///
/// O(length), whatever `n`. Up to six characters, as is usual, fit into two words without loss.
pub fn write(normal: &[u32], n: usize, out: &mut Vec<u64>) {
    out.clear();
    match n {
        4 => write_packed::<4>(normal, out),
        5 => write_packed::<5>(normal, out),
        6 => write_packed::<6>(normal, out),
        _ => write_rolling(normal, n, out),
    }
}

/// Three characters a word: the first three, and the rest.
///
/// Each word is the one before it, with one character more and one less.
fn write_packed<const N: usize>(normal: &[u32], out: &mut Vec<u64>) {
    let next = |word: u64, code: &u32| word >> 21 | u64::from(*code) << 42;
    let Some(from_last) = normal.get(N - 1..) else { return };
    let (start, from_third) = normal.split_at_checked(2).unwrap_or_default();
    let before_last = normal.get(N - 3..N - 1).unwrap_or_default();
    let mut first = start.iter().fold(0, next);
    let mut last = before_last.iter().fold(0, next);
    out.extend(from_third.iter().zip(from_last).map(|(third, code)| {
        (first, last) = (next(first, third), next(last, code));
        finish(first, last >> (21 * (6 - N)))
    }));
}

fn write_rolling(normal: &[u32], n: usize, out: &mut Vec<u64>) {
    let Some((first, rest)) = normal.split_at_checked(n) else { return };
    let oldest = (0..n).fold(1u64, |power, _| power.wrapping_mul(BASE));
    let mut rolling =
        first.iter().fold(0u64, |sum, &c| sum.wrapping_mul(BASE).wrapping_add(u64::from(c)));
    out.reserve(rest.len() + 1);
    out.push(finish(rolling, rolling.rotate_left(32)));
    out.extend(rest.iter().zip(normal).map(|(&new, &old)| {
        rolling = rolling
            .wrapping_mul(BASE)
            .wrapping_add(u64::from(new))
            .wrapping_sub(u64::from(old).wrapping_mul(oldest));
        finish(rolling, rolling.rotate_left(32))
    }));
}

/// Both factors carry the n-gram: with a constant one, n-grams that differ in one character would
/// spread evenly instead of at random, and sketches would agree too often.
#[inline]
fn finish(low: u64, high: u64) -> u64 {
    mix(low ^ 0xA076_1D64_78BD_642F, high ^ 0xE703_7ED1_A0B4_28DB).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(text: &str, n: usize) -> Vec<u64> {
        let mut out = vec![7];
        write(&text.chars().map(|c| c as u32).collect::<Vec<_>>(), n, &mut out);
        out
    }

    #[test]
    fn equal_grams_have_equal_hashes_wherever_they_stand() {
        let all = hashes("数据质量与数据质量", 4);
        assert_eq!(all.len(), 6);
        assert_eq!(all[0], all[5]);
        assert_eq!(all[0], hashes("数据质量", 4)[0]);
        assert_eq!(all.iter().collect::<std::collections::HashSet<_>>().len(), 5);
    }

    #[test]
    fn any_length_tells_all_its_grams_apart() {
        let text: Vec<u32> = (0..200).map(|i| 0x4E00 + i * i % 37 % 5).collect();
        for n in 1..=12 {
            let mut hashes = Vec::new();
            write(&text, n, &mut hashes);
            assert_eq!(hashes.len(), 201 - n, "{n}");
            for (i, a) in text.windows(n).enumerate() {
                for (j, b) in text.windows(n).enumerate() {
                    assert_eq!(a == b, hashes[i] == hashes[j], "{n} {i} {j}");
                }
            }
        }
    }

    #[test]
    fn a_text_shorter_than_a_gram_has_none() {
        assert!(hashes("数据", 5).is_empty());
        assert!(hashes("", 1).is_empty());
    }
}
