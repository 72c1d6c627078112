//! Traditional to simplified script and back, phrase by phrase as OpenCC does it.
//!
//! The dictionaries are OpenCC's (Apache-2.0), 465 kB deflated, read when first used (30 ms).
//! At each place the longest phrase wins, then the single character; compatibility ideographs
//! are made ordinary ones first.

use super::{Parameters, Repair};
use crate::data::inflate_static;
use crate::edit::{Edit, settle};
use std::collections::HashMap;
use std::sync::LazyLock;

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
    /// On text with nothing to convert one look-up per character.
    fn edits(&self, text: &str) -> Vec<Edit> {
        let conversion = match self.to {
            To::Simplified => &*SIMPLIFIED,
            To::Traditional => &*TRADITIONAL,
        };
        settle(text, |text| conversion.edits(text))
    }
}

/// What may begin at a character; index of `Conversion::begins`.
const NOTHING: u8 = 0;
const CHARACTER: u8 = 1;
const PHRASE: u8 = 2;

struct Conversion {
    /// By code point up to U+FFFF: whether a character or a phrase to convert begins there.
    begins: Vec<u8>,
    /// Single characters, also beyond U+FFFF.
    characters: HashMap<char, &'static str>,
    /// Compatibility ideographs and what they ordinarily are.
    compatible: HashMap<char, &'static str>,
    /// Phrases by their first two characters, longest first.
    phrases: HashMap<(char, char), Vec<(&'static str, &'static str)>>,
}

impl Conversion {
    fn edits(&self, text: &str) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut at = 0;
        while let Some(character) = self.next(text, &mut at) {
            let here = text.get(at..).unwrap_or_default();
            if let Some((key, value)) = self.phrase(here, character) {
                change(&mut edits, at, key, value, "script_phrase");
                at += key.len();
                continue;
            }
            let end = at + character.len_utf8();
            if let Some(value) = self.character(character) {
                let key = text.get(at..end).unwrap_or_default();
                change(&mut edits, at, key, value, "script_character");
            }
            at = end;
        }
        edits
    }

    /// The next character at or after `at` at which something may begin; moves `at` there.
    fn next(&self, text: &str, at: &mut usize) -> Option<char> {
        let here = text.get(*at..)?;
        let found = here.char_indices().find(|&(_, character)| {
            let code = u32::from(character);
            code >= 0x2E80 && self.begins.get(code as usize).is_none_or(|&begins| begins != NOTHING)
        })?;
        *at += found.0;
        Some(found.1)
    }

    fn phrase(&self, here: &str, first: char) -> Option<(&'static str, &'static str)> {
        if self.begins.get(u32::from(first) as usize).is_some_and(|&begins| begins != PHRASE) {
            return None;
        }
        let second = here.chars().nth(1)?;
        let candidates = self.phrases.get(&(first, second))?;
        candidates.iter().find(|(key, _)| here.starts_with(key)).copied()
    }

    fn character(&self, character: char) -> Option<&'static str> {
        let plain = self.compatible.get(&character).copied();
        let usual = plain.and_then(|plain| plain.chars().next()).unwrap_or(character);
        self.characters.get(&usual).copied().or(plain)
    }
}

/// Adds the change of one phrase or character, only where they differ, joined to the one before.
fn change(edits: &mut Vec<Edit>, at: usize, key: &str, value: &str, rule: &'static str) {
    if key.chars().count() != value.chars().count() {
        push(edits, at, key, value, rule);
        return;
    }
    let mut start = at;
    for (before, after) in key.chars().zip(value.chars()) {
        if before != after {
            let (mut old, mut new) = ([0; 4], [0; 4]);
            push(edits, start, before.encode_utf8(&mut old), after.encode_utf8(&mut new), rule);
        }
        start += before.len_utf8();
    }
}

fn push(edits: &mut Vec<Edit>, at: usize, before: &str, after: &str, rule: &'static str) {
    if before == after {
        return;
    }
    match edits.last_mut() {
        Some(last) if last.end == at => {
            last.end += before.len();
            last.after.push_str(after);
        }
        _ => edits.push(Edit {
            rule,
            start: at,
            end: at + before.len(),
            after: after.to_owned(),
            confidence: 0.99,
        }),
    }
}

static DICTIONARIES: LazyLock<HashMap<&'static str, Vec<(&'static str, &'static str)>>> =
    LazyLock::new(|| {
        let text = inflate_static(include_bytes!("../../data/script.tsv.z"));
        let mut sections: HashMap<_, Vec<_>> = HashMap::new();
        let mut section = "";
        for line in text.lines() {
            match line.split_once('\t') {
                Some(entry) => sections.entry(section).or_default().push(entry),
                None => section = line.trim_matches(['[', ']']),
            }
        }
        sections
    });

static SIMPLIFIED: LazyLock<Conversion> =
    LazyLock::new(|| conversion("ts_phrases", &["ts_characters_ext", "ts_characters"]));
static TRADITIONAL: LazyLock<Conversion> =
    LazyLock::new(|| conversion("st_phrases", &["st_characters"]));

/// The conversion with these phrases and these characters, the first dictionary going first.
fn conversion(phrases: &str, characters: &[&str]) -> Conversion {
    let section = |name: &str| DICTIONARIES.get(name).map(Vec::as_slice).unwrap_or_default();
    let mut made = Conversion {
        begins: vec![NOTHING; 0x10000],
        characters: HashMap::new(),
        compatible: HashMap::new(),
        phrases: HashMap::new(),
    };
    let mut mark = |character: char, begins: u8| {
        if let Some(slot) = made.begins.get_mut(u32::from(character) as usize) {
            *slot = (*slot).max(begins);
        }
    };
    for &(key, value) in section("compatibility") {
        if let Some(character) = key.chars().next() {
            made.compatible.insert(character, value);
            mark(character, CHARACTER);
        }
    }
    for &(key, value) in characters.iter().flat_map(|name| section(name)) {
        if let Some(character) = key.chars().next() {
            made.characters.entry(character).or_insert(value);
            if key != value {
                mark(character, CHARACTER);
            }
        }
    }
    for &(key, value) in section(phrases) {
        let mut letters = key.chars();
        match (letters.next(), letters.next()) {
            (Some(first), Some(second)) => {
                made.phrases.entry((first, second)).or_default().push((key, value));
                mark(first, PHRASE);
            }
            (Some(only), None) => {
                made.characters.insert(only, value);
                mark(only, CHARACTER);
            }
            _ => {}
        }
    }
    for candidates in made.phrases.values_mut() {
        candidates.sort_by_key(|(key, _)| std::cmp::Reverse(key.len()));
    }
    made
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
