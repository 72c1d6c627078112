//! Decoding of UTF-8 that is known to be valid.

/// The first code point and the bytes after it.
///
/// Three bytes first, as in Chinese text; `str::chars` asks for them last and is half as fast.
#[inline]
pub(crate) fn decode(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let bits = |byte: u8| u32::from(byte & 0x3F);
    match bytes {
        [a @ 0xE0..=0xEF, b, c, tail @ ..] => {
            Some((u32::from(a & 0x0F) << 12 | bits(*b) << 6 | bits(*c), tail))
        }
        [a @ 0..=0x7F, tail @ ..] => Some((u32::from(*a), tail)),
        [a @ 0xC0..=0xDF, b, tail @ ..] => Some((u32::from(a & 0x1F) << 6 | bits(*b), tail)),
        [a, b, c, d, tail @ ..] => {
            let code = u32::from(a & 0x07) << 18 | bits(*b) << 12 | bits(*c) << 6 | bits(*d);
            Some((code, tail))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_decoded() {
        let every: String = ('\0'..=char::MAX).collect();
        let mut rest = every.as_bytes();
        for c in '\0'..=char::MAX {
            let (code, tail) = decode(rest).unwrap_or_default();
            assert_eq!(code, c as u32);
            rest = tail;
        }
        assert_eq!(decode(rest), None);
    }
}
