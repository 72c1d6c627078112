//! Chinese characters: which they are, and how traditional and simplified forms belong together.
//!
//! The tables are OpenCC's (Apache-2.0), written by `kernel/data/make_han.py`; 40 kB in the library.

use crate::data::inflate;
use std::sync::LazyLock;

const SOURCE: &[u8] = include_bytes!("../data/han.tsv.z");
/// First character of the directly indexed block (extension A).
const FIRST: u32 = 0x3400;
/// Last character of the directly indexed block (compatibility ideographs).
const LAST: u32 = 0xFAFF;

/// The tables as text: one named row of characters each.
pub fn source() -> String {
    inflate(SOURCE)
}

/// Whether the character is a Chinese character: unified, compatibility or extension A–I, or 〇.
///
/// Radicals, strokes, `々` and numerals like `〩` are not. A few comparisons.
#[inline]
pub fn is_han(character: char) -> bool {
    matches!(character,
        '\u{4E00}'..='\u{9FFF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{3007}'
        | '\u{F900}'..='\u{FAD9}'
        | '\u{20000}'..='\u{323AF}')
}

/// The simplified form of one character, without context; itself if it has none.
///
/// `乾` gives `干` although `乾坤` keeps it: the usual form where there are several. One table look-up.
#[inline]
pub fn to_simplified(character: char) -> char {
    let code = u32::from(character);
    if code < FIRST {
        return character;
    }
    TABLES.simplified(character)
}

/// The characters that it is the simplified form of, in order: `干` gives `乾 幹 榦`.
#[inline]
pub fn traditional_forms(character: char) -> impl Iterator<Item = char> {
    let pairs = &TABLES.traditional;
    let start = pairs.partition_point(|pair| pair.0 < character);
    let found = pairs.get(start..).unwrap_or_default();
    found.iter().take_while(move |pair| pair.0 == character).map(|pair| pair.1)
}

/// Whether the character occurs in traditional text only: `書`, `軟`; not `後` (后), not `乾` (乾坤).
#[inline]
pub fn is_traditional_only(character: char) -> bool {
    u32::from(character) >= FIRST && contains(&TABLES.traditional_only, character)
}

/// Whether the character occurs in simplified text only: `书`, `软`; not `后` or `干`.
#[inline]
pub fn is_simplified_only(character: char) -> bool {
    u32::from(character) >= FIRST && contains(&TABLES.simplified_only, character)
}

/// Whether the two scripts write the character's word differently: `數`, `数`, `后` (後), `干` (乾, 幹).
#[inline]
pub fn is_convertible(character: char) -> bool {
    u32::from(character) >= FIRST
        && (contains(&TABLES.changing, character) || TABLES.simplified(character) != character)
}

/// Whether the character, in its simplified form, is one of the 3,755 of daily life (GB 2312, level 1).
#[inline]
pub fn is_common(character: char) -> bool {
    u32::from(character) >= FIRST && contains(&TABLES.common, TABLES.simplified(character))
}

/// A set of characters: one bit each in the indexed block, sorted beyond it.
struct Set {
    bits: Vec<u64>,
    beyond: Vec<char>,
}

fn contains(set: &Set, character: char) -> bool {
    let code = u32::from(character);
    if code > LAST {
        return set.beyond.binary_search(&character).is_ok();
    }
    let at = (code - FIRST) as usize;
    set.bits.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
}

fn set_of(characters: &str) -> Set {
    let mut bits = vec![0u64; ((LAST - FIRST) as usize).div_ceil(64) + 1];
    let mut beyond = Vec::new();
    for character in characters.chars() {
        let code = u32::from(character);
        let at = code.saturating_sub(FIRST) as usize;
        match bits.get_mut(at / 64) {
            Some(word) if (FIRST..=LAST).contains(&code) => *word |= 1 << (at % 64),
            _ => beyond.push(character),
        }
    }
    beyond.sort_unstable();
    Set { bits, beyond }
}

struct Tables {
    /// Simplified form by code point from `FIRST`; pairs that fit 16 bits on both sides.
    near: Vec<u16>,
    /// All other pairs, by the traditional character.
    far: Vec<(char, char)>,
    /// All pairs, by the simplified character.
    traditional: Vec<(char, char)>,
    traditional_only: Set,
    simplified_only: Set,
    changing: Set,
    common: Set,
}

impl Tables {
    fn simplified(&self, character: char) -> char {
        let code = u32::from(character);
        if let Some(&other) = self.near.get((code - FIRST) as usize)
            && other != 0
        {
            return char::from_u32(u32::from(other)).unwrap_or(character);
        }
        match self.far.binary_search_by_key(&character, |pair| pair.0) {
            Ok(at) => self.far.get(at).map_or(character, |pair| pair.1),
            Err(_) => character,
        }
    }
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let text = inflate(SOURCE);
    let row = |name: &str| {
        let found = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('\t'));
        found.unwrap_or_default()
    };
    // Zero means "look beyond"; a character without a pair points at itself, so that
    // the common case never searches.
    let mut near: Vec<u16> = (FIRST..=LAST).map(|code| code as u16).collect();
    let (mut far, mut traditional) = (Vec::new(), Vec::new());
    let mut characters = row("pairs").chars();
    while let (Some(from), Some(to)) = (characters.next(), characters.next()) {
        traditional.push((to, from));
        let at = (u32::from(from) - FIRST) as usize;
        match (near.get_mut(at), u16::try_from(u32::from(to))) {
            (Some(slot), Ok(code)) => *slot = code,
            (slot, _) => {
                if let Some(slot) = slot {
                    *slot = 0;
                }
                far.push((from, to));
            }
        }
    }
    far.sort_unstable();
    traditional.sort_unstable();
    Tables {
        near,
        far,
        traditional,
        traditional_only: set_of(row("traditional")),
        simplified_only: set_of(row("simplified")),
        changing: set_of(row("changing")),
        common: set_of(row("common")),
    }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn han_covers_extensions_and_nothing_beside() {
        assert!("一龥㐀〇豈𠀀𪚥𰻝".chars().all(is_han));
        assert!(!"aあア、。々〩ー한Ａ１　⼀".chars().any(is_han));
    }

    #[test]
    fn traditional_characters_have_their_simplified_form() {
        let simplified: String = "質量數據乾這後𠁞体a。".chars().map(to_simplified).collect();
        assert_eq!(simplified, "质量数据干这后𠀾体a。");
    }

    #[test]
    fn simplified_characters_have_their_traditional_forms() {
        let forms = |character| traditional_forms(character).collect::<String>();
        assert_eq!([forms('干'), forms('拼'), forms('我')], ["乾幹榦", "拚", ""]);
    }

    #[test]
    fn one_script_only_means_never_written_in_the_other() {
        assert!("書軟數據".chars().all(is_traditional_only));
        assert!(!"乾書体后干一a".chars().skip(2).any(is_traditional_only));
        assert!("书软数据".chars().take(3).all(is_simplified_only));
        assert!(!"据後后干一a".chars().any(is_simplified_only));
    }

    #[test]
    fn convertible_and_common_look_at_both_forms() {
        assert!("數数后後据干".chars().all(is_convertible));
        assert!(!"我人a。".chars().any(is_convertible));
        assert!("數数我的龟龜".chars().all(is_common));
        assert!(!"觳觫a。".chars().any(is_common));
    }

    #[test]
    fn no_character_panics() {
        for character in ('\0'..=char::MAX).step_by(7) {
            let once = to_simplified(character);
            assert!(is_han(character) || once == character);
            assert!(!(is_traditional_only(character) && is_simplified_only(character)));
        }
    }
}
