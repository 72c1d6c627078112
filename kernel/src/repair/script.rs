//! Traditional to simplified script and back, phrase by phrase as OpenCC does it.
//!
//! The dictionaries are OpenCC's (Apache-2.0), 465 kB deflated, read when first used (30 ms).
//! At each place the longest phrase wins, then the single character; compatibility ideographs
//! are made ordinary ones first.
//!
//! A character is foreign if it never stands in what a conversion writes, and every one is
//! converted: so a converted text has none, and a text that has none is passed over at the speed
//! of one bit looked up per character. That is why nothing is converted twice.

use super::survey::Survey;
use super::{Parameters, Repair};
use crate::data::{inflate, inflate_static};
use crate::edit::Edit;
use crate::mix::BuildMix;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

const SOURCE: &[u8] = include_bytes!("../../data/script.tsv.z");

/// The dictionaries as text: a section's name in square brackets, then its rows `key TAB value`.
pub fn source() -> String {
    inflate(SOURCE)
}

/// Which script the text is to be in.
#[derive(Debug, Clone, Copy, PartialEq)]
enum To {
    Simplified,
    Traditional,
}

/// Converts the script.
pub struct Script {
    to: To,
}

/// The repair with these settings: `to`, `simplified` (default) or `traditional`.
pub fn new(parameters: &Parameters) -> Result<Box<dyn Repair>, String> {
    let mut to = To::Simplified;
    for (name, value) in parameters {
        to = match (name.as_str(), value.as_str()) {
            ("to", Some("simplified")) => To::Simplified,
            ("to", Some("traditional")) => To::Traditional,
            ("to", _) => return Err(format!("to is {value}; expected simplified or traditional")),
            _ => return Err(format!("script has no setting {name:?}; it has to")),
        }
    }
    Ok(Box::new(Script { to }))
}

impl Repair for Script {
    /// A text in the wanted script throughout passes at 1.4 GB/s or more, another at 60 to 120 MB/s.
    fn edits_at(&self, text: &str, _: Survey<'_>) -> Vec<Edit> {
        let (conversion, other) = match self.to {
            To::Simplified => (&*SIMPLIFIED, &*TRADITIONAL),
            To::Traditional => (&*TRADITIONAL, &*SIMPLIFIED),
        };
        if conversion.foreign.next(text, 0).is_none() {
            return Vec::new();
        }
        // A text in the wanted script but for some places keeps what both scripts have.
        let (mut foreign, mut native) = (0usize, 0usize);
        for character in text.chars() {
            foreign += usize::from(conversion.foreign.contains(character));
            native += usize::from(other.foreign.contains(character));
        }
        conversion.edits(text, foreign > native)
    }
}

/// A set of characters, one bit each up to U+FFFF.
struct Set {
    bits: Box<[u64; 1024]>,
    beyond: HashSet<char>,
}

impl Set {
    fn new() -> Self {
        Self { bits: Box::new([0; 1024]), beyond: HashSet::new() }
    }

    fn insert(&mut self, character: char) {
        match u16::try_from(u32::from(character)) {
            Ok(code) => {
                if let Some(word) = self.bits.get_mut(usize::from(code >> 6)) {
                    *word |= 1 << (code & 63);
                }
            }
            Err(_) => {
                self.beyond.insert(character);
            }
        }
    }

    fn contains(&self, character: char) -> bool {
        match u16::try_from(u32::from(character)) {
            Ok(code) => self.has(code),
            Err(_) => self.beyond.contains(&character),
        }
    }

    #[inline]
    fn has(&self, code: u16) -> bool {
        self.bits.get(usize::from(code >> 6)).is_some_and(|word| word >> (code & 63) & 1 == 1)
    }

    /// The byte offset of the first of the set's characters at or after `from`.
    fn next(&self, text: &str, from: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let mut at = from;
        loop {
            match bytes.get(at..)? {
                [lead @ 0xE2..=0xEF, second, third, ..] => {
                    let code = u16::from(lead & 15) << 12
                        | u16::from(second & 63) << 6
                        | u16::from(third & 63);
                    if self.has(code) {
                        return Some(at);
                    }
                    at += 3;
                }
                [0xF0..=0xFF, ..] => {
                    let character = text.get(at..)?.chars().next()?;
                    if self.beyond.contains(&character) {
                        return Some(at);
                    }
                    at += 4;
                }
                // Words of eight ASCII letters at once.
                [a, b, c, d, e, f, g, h, ..] if (a | b | c | d | e | f | g | h) < 0x80 => at += 8,
                // Han begins at E2; the bytes behind smaller leads are smaller as well.
                [_, ..] => at += 1,
                [] => return None,
            }
        }
    }
}

/// A phrase, what it becomes, and whether it holds a foreign character.
type Phrase = (&'static str, &'static str, bool);

struct Conversion {
    /// Characters that are converted and that no conversion writes.
    foreign: Set,
    /// Characters with which something to convert begins.
    begins: Set,
    characters: HashMap<char, char, BuildMix>,
    /// Phrases by their first two characters, longest first.
    phrases: HashMap<(char, char), Vec<Phrase>, BuildMix>,
    /// The first characters of phrases.
    firsts: Set,
}

impl Conversion {
    /// The edits of a text; if not `is_whole`, only of what is or holds a foreign character.
    fn edits(&self, text: &str, is_whole: bool) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut at = 0;
        while let Some(place) = self.begins.next(text, at) {
            at = place;
            let here = text.get(at..).unwrap_or_default();
            let Some(character) = here.chars().next() else { break };
            if let Some(&(key, value, _)) = self.phrase(here, character, is_whole) {
                change(&mut edits, at, key.chars().zip(value.chars()), "script_phrase");
                at += key.len();
                continue;
            }
            if (is_whole || self.foreign.contains(character))
                && let Some(&value) = self.characters.get(&character)
            {
                change(&mut edits, at, [(character, value)].into_iter(), "script_character");
            }
            at += character.len_utf8();
        }
        edits
    }

    fn phrase(&self, here: &str, first: char, is_whole: bool) -> Option<&Phrase> {
        if !self.firsts.contains(first) {
            return None;
        }
        let candidates = self.phrases.get(&(first, here.chars().nth(1)?))?;
        candidates
            .iter()
            .find(|(key, _, is_foreign)| (is_whole || *is_foreign) && here.starts_with(key))
    }
}

/// Adds the changes of one phrase or character, only where they differ, joined to those before.
fn change(
    edits: &mut Vec<Edit>,
    at: usize,
    pairs: impl Iterator<Item = (char, char)>,
    rule: &'static str,
) {
    let mut start = at;
    for (before, after) in pairs {
        let end = start + before.len_utf8();
        if before != after {
            match edits.last_mut() {
                Some(last) if last.end == start => {
                    last.end = end;
                    last.after.push(after);
                }
                _ => {
                    let mut text = String::with_capacity(12);
                    text.push(after);
                    let after = text;
                    edits.push(Edit { rule, start, end, after, confidence: 0.99 });
                }
            }
        }
        start = end;
    }
}

type Section = Vec<(&'static str, &'static str)>;

static DICTIONARIES: LazyLock<HashMap<&'static str, Section>> = LazyLock::new(|| {
    let mut sections: HashMap<_, Section> = HashMap::new();
    let mut section = "";
    for line in inflate_static(SOURCE).lines() {
        match line.split_once('\t') {
            Some(entry) => sections.entry(section).or_default().push(entry),
            None => section = line.trim_matches(['[', ']']),
        }
    }
    sections
});

static SIMPLIFIED: LazyLock<Conversion> =
    LazyLock::new(|| conversion("ts_phrases", &["ts_characters", "ts_characters_ext"]));
static TRADITIONAL: LazyLock<Conversion> =
    LazyLock::new(|| conversion("st_phrases", &["st_characters"]));

/// The conversion with these phrases and these characters, the last dictionary going first.
fn conversion(phrases: &str, characters: &[&str]) -> Conversion {
    let section = |name: &str| DICTIONARIES.get(name).map(Vec::as_slice).unwrap_or_default();
    let mut made = Conversion {
        foreign: Set::new(),
        begins: Set::new(),
        characters: HashMap::default(),
        phrases: HashMap::default(),
        firsts: Set::new(),
    };
    for (key, value) in characters.iter().flat_map(|name| single(section(name))) {
        made.characters.insert(key, value);
    }
    for (key, plain) in single(section("compatibility")) {
        let value = made.characters.get(&plain).copied().unwrap_or(plain);
        made.characters.insert(key, value);
    }
    let mut written = Set::new();
    let phrases = section(phrases);
    phrases.iter().flat_map(|(_, value)| value.chars()).for_each(|c| written.insert(c));
    made.characters.values().for_each(|&value| written.insert(value));
    for (&key, &value) in &made.characters {
        if !written.contains(key) {
            made.foreign.insert(key);
        }
        if key != value {
            made.begins.insert(key);
        }
    }
    for &(key, value) in phrases {
        let mut letters = key.chars();
        if let (Some(first), Some(second)) = (letters.next(), letters.next()) {
            let is_foreign = key.chars().any(|c| made.foreign.contains(c));
            made.phrases.entry((first, second)).or_default().push((key, value, is_foreign));
            made.begins.insert(first);
            made.firsts.insert(first);
        }
    }
    for candidates in made.phrases.values_mut() {
        candidates.sort_by_key(|(key, _, _)| std::cmp::Reverse(key.len()));
    }
    made
}

/// The rows of a section whose keys and values are one character each.
fn single(section: &[(&'static str, &'static str)]) -> impl Iterator<Item = (char, char)> {
    section.iter().filter_map(|(key, value)| Some((key.chars().next()?, value.chars().next()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{apply, is_well_formed};

    fn converted(text: &str, to: To) -> String {
        let edits = Script { to }.edits(text);
        assert!(is_well_formed(text, &edits), "{text:?} {edits:?}");
        apply(text, &edits)
    }

    #[test]
    fn phrases_decide_before_characters() {
        assert_eq!(
            converted("著作、麵條、聯繫、皇后身後、乾坤乾淨、頭髮發展", To::Simplified),
            "著作、面条、联系、皇后身后、乾坤干净、头发发展"
        );
        assert_eq!(
            converted("皇后身后、面条、干净、头发发展、系统联系", To::Traditional),
            "皇后身後、麪條、乾淨、頭髮發展、系統聯繫"
        );
    }

    #[test]
    fn nothing_is_converted_twice() {
        for (text, once) in [("乾安縣在東北", "乾安县在东北"), ("萬里長徵", "万里长征")]
        {
            assert_eq!(converted(text, To::Simplified), once);
            assert_eq!(converted(once, To::Simplified), once);
        }
        for (text, once) in [("万里长征", "萬里長征"), ("一出声", "一出聲")] {
            assert_eq!(converted(text, To::Traditional), once);
            assert_eq!(converted(once, To::Traditional), once);
        }
    }

    #[test]
    fn a_text_in_the_wanted_script_keeps_what_both_have() {
        assert_eq!(
            converted("编著者说：乾隆的著作質量很高", To::Simplified),
            "编著者说：乾隆的著作质量很高"
        );
        assert_eq!(
            converted("一出門，里長說這邊的数據", To::Traditional),
            "一出門，里長說這邊的數據"
        );
    }

    #[test]
    fn text_in_the_wanted_script_stays() {
        for text in ["简体中文，English、日本のもの。", "", "a\u{0}"] {
            assert_eq!(converted(text, To::Simplified), text);
        }
        assert_eq!(converted("皇后身後", To::Traditional), "皇后身後");
    }

    #[test]
    fn edits_are_as_small_as_the_change() {
        let edits = Script { to: To::Simplified }.edits("我們發現了新東西");
        let afters: Vec<&str> = edits.iter().map(|edit| edit.after.as_str()).collect();
        assert_eq!(afters, ["们发现", "东"]);
    }

    #[test]
    fn settings_are_checked() {
        let settings = |json| new(&serde_json::from_str(json).unwrap_or_default()).err();
        assert_eq!(settings(r#"{"to": "traditional"}"#), None);
        assert!(settings(r#"{"to": "klingon"}"#).is_some_and(|e| e.contains("simplified")));
        assert!(settings(r#"{"two": 1}"#).is_some_and(|e| e.contains("two")));
    }
}
