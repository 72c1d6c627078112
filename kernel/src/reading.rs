//! How a character may be read, and which characters are read so.
//!
//! Readings are pypinyin's (MIT), joined over OpenCC's character pairs so that a traditional
//! character has its simplified form's readings too; written by `kernel/data/make_han.py`.

use crate::data::{inflate, inflate_static};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The table as text: a syllable, the characters it is the usual reading of, others read so too.
pub fn source() -> String {
    inflate(SOURCE)
}

const SOURCE: &[u8] = include_bytes!("../data/reading.tsv.z");

/// Whether `gloss` is a reading of the character.
///
/// With a tone mark (or a digit 1–5 behind) the tone must agree; without one any tone does.
/// `v` and `u:` stand for `ü`, breves for carons, script letters `ɑ ɡ` for `a g`; a final `r`
/// beside the reading is erhua (`huār` fits `花`, `r` fits `儿`). Lower case only: a capital
/// is somebody's name. About 100 ns.
pub fn fits(character: char, gloss: &str) -> bool {
    let Some(syllable) = Syllable::of(gloss) else { return false };
    if matches!(character, '儿' | '兒') && syllable.plain.as_str() == "r" {
        return true;
    }
    let table = &*TABLE;
    let found = |sought: &Syllable| {
        table.ids(character).any(|id| {
            table.syllables.get(id).is_some_and(|known| {
                known.plain == sought.plain && (sought.tone == 0 || known.tone == sought.tone)
            })
        })
    };
    found(&syllable) || syllable.without_erhua().is_some_and(|short| found(&short))
}

/// The readings of a character with tone marks, the usual one first; none if unknown.
pub fn readings(character: char) -> impl Iterator<Item = &'static str> {
    let table = &*TABLE;
    table.ids(character).filter_map(|id| table.syllables.get(id)).map(|known| known.written)
}

/// The characters read so, first those for which it is the usual reading.
///
/// The gloss is understood as by [`fits`] (without erhua); toneless gives all tones. Up to some
/// 600 characters, rare ones included.
pub fn characters(gloss: &str) -> Vec<char> {
    let Some(sought) = Syllable::of(gloss) else { return Vec::new() };
    let table = &*TABLE;
    let ids = table.by_plain.get(sought.plain.as_str()).map(Vec::as_slice).unwrap_or_default();
    let known: Vec<&Known> = ids
        .iter()
        .filter_map(|&id| table.syllables.get(usize::from(id)))
        .filter(|known| sought.tone == 0 || known.tone == sought.tone)
        .collect();
    let mut found: Vec<char> = known.iter().flat_map(|known| known.first.chars()).collect();
    let mut seen: std::collections::HashSet<char> = found.iter().copied().collect();
    found.extend(known.iter().flat_map(|known| known.also.chars()).filter(|&c| seen.insert(c)));
    found
}

/// Whether two glosses say the same syllable; a tone left out of one agrees with any.
pub fn same(one: &str, other: &str) -> bool {
    let (Some(one), Some(other)) = (Syllable::of(one), Syllable::of(other)) else { return false };
    one.plain == other.plain && (one.tone == 0 || other.tone == 0 || one.tone == other.tone)
}

/// Whether some character is read so; tells a syllable from a Latin word.
pub fn is_syllable(gloss: &str) -> bool {
    let known = |s: &Syllable| TABLE.by_plain.contains_key(s.plain.as_str());
    Syllable::of(gloss).is_some_and(|s| known(&s) || s.without_erhua().is_some_and(|s| known(&s)))
}

/// A gloss taken apart: letters without tone, and the tone 1–5; 0 if not said.
#[derive(Clone, Copy)]
struct Syllable {
    plain: Letters,
    tone: u8,
}

impl Syllable {
    /// `None` if it has other than lower-case letters of pinyin, two tones, or over eight bytes.
    fn of(gloss: &str) -> Option<Self> {
        let (mut plain, mut tone) = (Letters::default(), 0);
        for character in gloss.chars() {
            let (letter, its_tone) = letter_and_tone(character)?;
            if its_tone != 0 && tone != 0 {
                return None;
            }
            tone = tone.max(its_tone);
            match letter {
                Some('v') => plain.push('ü')?,
                // A combining diaeresis or a colon behind u: ü spelt in two.
                Some(':') => plain.dot_u()?,
                Some(letter) => plain.push(letter)?,
                None if plain.is_empty() => return None,
                None => {}
            }
        }
        (!plain.is_empty()).then_some(Self { plain, tone })
    }

    fn without_erhua(&self) -> Option<Self> {
        let plain = self.plain.as_str().strip_suffix('r').filter(|rest| !rest.is_empty())?;
        Some(Self { plain: Letters::of(plain)?, tone: self.tone })
    }
}

/// Up to eight bytes of letters, kept where they are: syllables are looked up by the million.
#[derive(Clone, Copy, Default, PartialEq)]
struct Letters {
    bytes: [u8; 8],
    length: u8,
}

impl Letters {
    /// `None` if it is too long.
    fn of(text: &str) -> Option<Self> {
        let mut letters = Self::default();
        text.chars().try_for_each(|letter| letters.push(letter))?;
        Some(letters)
    }

    fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// `None` if there is no room.
    fn push(&mut self, letter: char) -> Option<()> {
        let mut encoded = [0; 4];
        let added = letter.encode_utf8(&mut encoded).as_bytes();
        let start = usize::from(self.length);
        self.bytes.get_mut(start..start + added.len())?.copy_from_slice(added);
        self.length += added.len() as u8;
        Some(())
    }

    /// Makes the last letter, which must be u, an ü.
    fn dot_u(&mut self) -> Option<()> {
        let last = self.as_str().strip_suffix('u')?.len();
        self.length = last as u8;
        self.push('ü')
    }
}

/// The letters with each tone mark. The fifth form is a breve, a common misspelling of the third.
const MARKED: [(char, &str); 8] = [
    ('a', "āáǎàă"),
    ('e', "ēéěèĕ"),
    ('i', "īíǐìĭ"),
    ('o', "ōóǒòŏ"),
    ('u', "ūúǔùŭ"),
    ('ü', "ǖǘǚǜ"),
    ('n', "\u{0}ńňǹ"),
    ('m', "\u{0}ḿ"),
];
/// All of [`MARKED`] but `ḿ` come before this.
const BEYOND: usize = 0x200;
/// Letter and tone by code point; tone 0: none.
static MARKS: LazyLock<[(char, u8); BEYOND]> = LazyLock::new(|| {
    let mut marks = [('\0', 0); BEYOND];
    for (letter, marked) in MARKED {
        for (character, tone) in marked.chars().zip([1, 2, 3, 4, 3]).filter(|(c, _)| *c != '\0') {
            if let Some(slot) = marks.get_mut(character as usize) {
                *slot = (letter, tone);
            }
        }
    }
    marks
});

/// The letter (none for a combining mark or a digit) and the tone (0: none) of one character.
fn letter_and_tone(character: char) -> Option<(Option<char>, u8)> {
    match character {
        'a'..='z' | 'ü' | 'ê' => return Some((Some(character), 0)),
        'ɑ' => return Some((Some('a'), 0)),
        'ɡ' => return Some((Some('g'), 0)),
        ':' | '\u{308}' => return Some((Some(':'), 0)),
        '1'..='5' => return Some((None, character as u8 - b'0')),
        '\u{304}' => return Some((None, 1)),
        '\u{301}' => return Some((None, 2)),
        '\u{30C}' | '\u{306}' => return Some((None, 3)),
        '\u{300}' => return Some((None, 4)),
        'ế' => return Some((Some('ê'), 2)),
        'ề' => return Some((Some('ê'), 4)),
        'ḿ' => return Some((Some('m'), 2)),
        _ => {}
    }
    let (letter, tone) = MARKS.get(character as usize).copied().filter(|(_, tone)| *tone != 0)?;
    Some((Some(letter), tone))
}

/// One row of the table.
struct Known {
    written: &'static str,
    plain: Letters,
    tone: u8,
    first: &'static str,
    also: &'static str,
}

struct Table {
    syllables: Vec<Known>,
    by_plain: HashMap<String, Vec<u16>>,
    /// (character, rank, syllable): sorted, so a character's readings lie together, usual first.
    by_character: Vec<(char, u8, u16)>,
}

impl Table {
    fn ids(&self, character: char) -> impl Iterator<Item = usize> {
        let start = self.by_character.partition_point(|row| row.0 < character);
        let rows = self.by_character.get(start..).unwrap_or_default();
        rows.iter().take_while(move |row| row.0 == character).map(|row| usize::from(row.2))
    }
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let text = inflate_static(SOURCE);
    let mut table = Table { syllables: vec![], by_plain: HashMap::new(), by_character: vec![] };
    for line in text.lines() {
        let mut columns = line.split('\t');
        let (Some(written), Some(first), Some(also)) =
            (columns.next(), columns.next(), columns.next())
        else {
            continue;
        };
        let Some(Syllable { plain, tone }) = Syllable::of(written) else { continue };
        // A written reading without a mark is the neutral tone, not an unknown one.
        let tone = if tone == 0 { 5 } else { tone };
        let id = table.syllables.len() as u16;
        for (rank, characters) in [(0, first), (1, also)] {
            table.by_character.extend(characters.chars().map(|character| (character, rank, id)));
        }
        table.by_plain.entry(plain.as_str().to_owned()).or_default().push(id);
        table.syllables.push(Known { written, plain, tone, first, also });
    }
    table.by_character.sort_unstable();
    table
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_toned_gloss_fits_by_its_tone() {
        for (character, gloss) in
            [('質', "zhì"), ('数', "shù"), ('數', "shǔ"), ('一', "yí"), ('㑇', "zhòu")]
        {
            assert!(fits(character, gloss), "{character} {gloss}");
        }
        assert!(!fits('質', "zhí2"));
        assert!(!fits('質', "zhāng"));
        assert!(!fits('質', "zhǐ1"));
    }

    #[test]
    fn a_toneless_gloss_fits_any_tone() {
        assert!(fits('質', "zhi") && fits('的', "de") && fits('的', "di"));
        assert!(!fits('質', "zi"));
    }

    #[test]
    fn spellings_of_u_with_dots_and_odd_letters_fit() {
        for gloss in ["lǜ", "lü", "lv", "lv4", "lu:4", "lu\u{308}\u{300}"] {
            assert!(fits('綠', gloss), "{gloss}");
        }
        assert!(fits('好', "hăo") && fits('光', "ɡuānɡ") && fits('上', "shɑng"));
    }

    #[test]
    fn erhua_fits_the_character_before_and_the_suffix_itself() {
        assert!(fits('花', "huār") && fits('儿', "r") && fits('兒', "ér"));
        assert!(!fits('花', "r") && !fits('花', "hua1r2"));
    }

    #[test]
    fn capitals_values_and_other_text_fit_nothing() {
        for gloss in ["Li", "x", "", "1", "li li", "zhì!", "數", "zhuangzhuang", "ìì"] {
            assert!(!fits('李', gloss) && characters(gloss).is_empty(), "{gloss}");
        }
        assert!(!fits('a', "a") && !fits('值', "x"));
    }

    #[test]
    fn readings_and_characters_agree() {
        assert_eq!(readings('行').next(), Some("xíng"));
        assert!(readings('a').next().is_none());
        for character in "質量數據集行長著㑇𠀀".chars() {
            for reading in readings(character) {
                assert!(fits(character, reading), "{character} {reading}");
                assert!(characters(reading).contains(&character), "{character} {reading}");
            }
        }
        assert!(characters("shu").len() > characters("shù").len());
    }

    #[test]
    fn a_syllable_is_known_from_a_word() {
        assert!(is_syllable("zhì") && is_syllable("zhuang") && is_syllable("huār"));
        assert!(!is_syllable("word") && !is_syllable("x") && !is_syllable("abc"));
    }
}
