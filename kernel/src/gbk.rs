//! The two-byte characters of GBK, both ways, and which pairs of bytes are none.
//!
//! Built once from the decoder of `encoding_rs`, in about a millisecond; 250 KB of memory.

use encoding_rs::GB18030;
use std::sync::OnceLock;

/// Lead bytes of a pair.
pub const LEADS: std::ops::RangeInclusive<u8> = 0x81..=0xFE;
/// Trail bytes of a pair; 7F is not one.
pub const TRAILS: std::ops::RangeInclusive<u8> = 0x40..=0xFE;

/// (code point, pair, how many): private-use characters that decoders before GB18030-2022 show.
const EARLIER: [(u32, u16, u16); 12] = [
    (0xE5E5, 0xA3A0, 1),
    (0xE78D, 0xA6D9, 7),
    (0xE794, 0xA6EC, 2),
    (0xE796, 0xA6F3, 1),
    (0xE7C7, 0xA8BC, 1),
    (0xE81E, 0xFE59, 1),
    (0xE826, 0xFE61, 1),
    (0xE82B, 0xFE66, 2),
    (0xE832, 0xFE6D, 1),
    (0xE843, 0xFE7E, 1),
    (0xE854, 0xFE90, 1),
    (0xE864, 0xFEA0, 1),
];

/// GBK as tables.
pub struct Gbk {
    chars: Vec<char>,
    pairs: Vec<u16>,
}

/// The tables.
pub fn gbk() -> &'static Gbk {
    static TABLES: OnceLock<Gbk> = OnceLock::new();
    TABLES.get_or_init(Gbk::build)
}

impl Gbk {
    fn build() -> Self {
        let mut chars = vec!['\0'; 1 << 16];
        let mut pairs = vec![0; 1 << 16];
        for pair in 0x8140..=0xFEFE_u16 {
            let bytes = pair.to_be_bytes();
            let (decoded, _, bad) = GB18030.decode(&bytes);
            let mut found = decoded.chars();
            let (Some(c), None, false) = (found.next(), found.next(), bad) else { continue };
            if let Some(slot) = chars.get_mut(usize::from(pair)) {
                *slot = c;
            }
            // A3A0 is a space as well; writers use the first pair, A1A1.
            if let Some(slot) = pairs.get_mut(c as usize).filter(|slot| **slot == 0) {
                *slot = pair;
            }
        }
        for (code, pair, n) in EARLIER {
            let first = code as usize;
            let slots = pairs.get_mut(first..first + usize::from(n)).unwrap_or_default();
            slots.iter_mut().zip(pair..).for_each(|(slot, pair)| *slot = pair);
        }
        Self { chars, pairs }
    }

    /// The character of a pair; user-defined pairs give none. O(1).
    pub fn char(&self, lead: u8, trail: u8) -> Option<char> {
        self.any_char(lead, trail).filter(|c| !is_private(*c))
    }

    /// The character of a pair, private-use ones included. O(1).
    pub fn any_char(&self, lead: u8, trail: u8) -> Option<char> {
        let pair = usize::from(u16::from_be_bytes([lead, trail]));
        self.chars.get(pair).copied().filter(|c| *c != '\0')
    }

    /// The pair of a character, also of one that only earlier decoders show; none for ASCII and what
    /// GBK lacks. O(1).
    pub fn pair(&self, c: char) -> Option<(u8, u8)> {
        let pair = self.pairs.get(c as usize).copied().filter(|pair| *pair != 0)?;
        let [lead, trail] = pair.to_be_bytes();
        Some((lead, trail))
    }

    /// Whether a decoder that meets these two bytes may have to give up. O(1).
    ///
    /// FE50 to FEA0 are characters of GB18030; GBK has none there.
    pub fn is_invalid(&self, lead: u8, trail: u8) -> bool {
        lead == 0xFE && (0x50..=0xA0).contains(&trail) || self.char(lead, trail).is_none()
    }
}

/// Whether a character is in the private-use area, where decoders put user-defined pairs.
pub fn is_private(c: char) -> bool {
    ('\u{E000}'..='\u{F8FF}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_go_both_ways() {
        assert_eq!(gbk().pair('。'), Some((0xA1, 0xA3)));
        assert_eq!(gbk().char(0xB0, 0xB1), Some('氨'));
        assert_eq!(gbk().pair('業'), Some((0x98, 0x49)));
        assert_eq!(gbk().pair('a'), None);
        assert_eq!(
            (gbk().pair('ḿ'), gbk().pair('\u{E7C7}')),
            (Some((0xA8, 0xBC)), Some((0xA8, 0xBC)))
        );
        assert_eq!(gbk().pair('　'), Some((0xA1, 0xA1)));
        assert!(gbk().is_invalid(0xAC, 0xD1));
        assert!(gbk().is_invalid(0xFE, 0x82) && !gbk().is_invalid(0xFE, 0x40));
    }
}
