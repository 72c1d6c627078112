//! What kind of character each code point is.

use crate::han;
use std::sync::LazyLock;

/// Number of code points, and of entries in the table.
pub const CODE_POINTS: usize = 0x11_0000;

/// How a kind is called in `kernel/data/kinds.tsv`, by its number.
pub const NAMES: [&str; 19] = [
    "other",
    "newline",
    "space",
    "control",
    "digit",
    "latin",
    "letter",
    "lone",
    "han",
    "han_simplified",
    "han_traditional",
    "kana",
    "punctuation",
    "sentence_end",
    "period",
    "closer",
    "symbol",
    "replacement",
    "private_use",
];

/// Line feed.
pub const NEWLINE: u8 = 1;
/// White space but the line feed; with it, Unicode's White_Space.
pub const SPACE: u8 = 2;
/// Control character that is not white space.
pub const CONTROL: u8 = 3;
/// Decimal digit: ASCII, full width, Arabic.
pub const DIGIT: u8 = 4;
/// Latin letter, full width included.
pub const LATIN: u8 = 5;
/// Letter or mark of another script that parts its words.
pub const LETTER: u8 = 6;
/// Letter of a script that does not part its words: Thai, Khmer.
pub const LONE: u8 = 7;
/// Han character of both scripts; the two after it are of one script only.
pub const HAN: u8 = 8;
/// Han character of simplified text only.
pub const HAN_SIMPLIFIED: u8 = 9;
/// Han character of traditional text only.
pub const HAN_TRADITIONAL: u8 = 10;
/// Kana and bopomofo: the last of the kinds that letters have.
pub const KANA: u8 = 11;
/// Punctuation not named below.
pub const PUNCTUATION: u8 = 12;
/// 。！？… and their like.
pub const SENTENCE_END: u8 = 13;
/// The ASCII full stop.
pub const PERIOD: u8 = 14;
/// Closing quotation marks and brackets, straight quotation marks.
pub const CLOSER: u8 = 15;
/// Currency, mathematics, box drawing, emoji and the like.
pub const SYMBOL: u8 = 16;
/// U+FFFD.
pub const REPLACEMENT: u8 = 17;
/// Private use.
pub const PRIVATE_USE: u8 = 18;

/// The kind of every code point; 1.1 MB, of which a text touches little.
pub fn table() -> &'static [u8] {
    &TABLE
}

/// Whether the kind is part of a word that is written between spaces.
#[inline]
pub fn is_word_part(kind: u8) -> bool {
    (DIGIT..=LETTER).contains(&kind)
}

/// Whether the kind is a letter, of whatever script, or a digit.
#[inline]
pub fn is_letter_or_digit(kind: u8) -> bool {
    (DIGIT..=KANA).contains(&kind)
}

/// Whether the kind is white space.
#[inline]
pub fn is_space(kind: u8) -> bool {
    kind == SPACE || kind == NEWLINE
}

static TABLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut kinds = vec![0u8; CODE_POINTS];
    for line in include_str!("../../data/kinds.tsv").lines().filter(|line| !line.starts_with('#')) {
        let mut cells = line.split('\t');
        let mut code = || usize::from_str_radix(cells.next().unwrap_or_default(), 16).unwrap_or(0);
        let (first, last) = (code(), code());
        let name = cells.next().unwrap_or_default();
        let kind = NAMES.iter().position(|known| *known == name).unwrap_or(0);
        if let Some(range) = kinds.get_mut(first..=last) {
            range.fill(kind as u8);
        }
    }
    // Han characters stand in four planes of seventeen: asking all takes ten milliseconds more.
    for (code, kind) in kinds.iter_mut().enumerate().take(0x4_0000).skip(0x3000) {
        let Some(character) = char::from_u32(code as u32).filter(|c| han::is_han(*c)) else {
            continue;
        };
        *kind = if han::is_simplified_only(character) {
            HAN_SIMPLIFIED
        } else if han::is_traditional_only(character) {
            HAN_TRADITIONAL
        } else {
            HAN
        };
    }
    kinds
});

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn name(character: char) -> &'static str {
        NAMES[usize::from(table()[character as usize])]
    }

    #[test]
    fn every_row_of_the_table_is_understood() {
        for line in include_str!("../../data/kinds.tsv").lines().filter(|l| !l.starts_with('#')) {
            let cells: Vec<&str> = line.split('\t').collect();
            assert!(NAMES.contains(&cells[2]), "{line}");
            let first = usize::from_str_radix(cells[0], 16).unwrap();
            assert!(first <= usize::from_str_radix(cells[1], 16).unwrap(), "{line}");
        }
    }

    #[test]
    fn well_known_characters_have_their_kinds() {
        let shown: Vec<_> = "a１é한ก一书書あ，。.”$\n\u{3000}".chars().map(name).collect();
        let expected = [
            "latin",
            "digit",
            "latin",
            "letter",
            "lone",
            "han",
            "han_simplified",
            "han_traditional",
            "kana",
            "punctuation",
            "sentence_end",
            "period",
            "closer",
            "symbol",
            "newline",
            "space",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn white_space_is_that_of_unicode() {
        for character in '\0'..=char::MAX {
            let kind = table()[character as usize];
            assert_eq!(is_space(kind), character.is_whitespace(), "{character:?}");
        }
    }
}
