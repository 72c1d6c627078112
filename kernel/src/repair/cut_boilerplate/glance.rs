//! What a line may be at all, seen in one pass: most lines are nothing.
//!
//! A phrase that stands at the beginning of a line or an item is entered with its first three
//! characters, any other with its rarest pair; a line without them cannot hold the phrase. What is
//! entered is hashed, so a glance may see too much, never too little.

use super::line::{DATE, DISCLAIMER, is_separator};
use super::rules::{Form, RULES};
use crate::language_model::model;
use crate::repair::cut::{fold, key};
use std::sync::LazyLock;

/// A phrase that has to stand at the line's beginning begins so.
const START: u8 = 1;
/// The pair is of a phrase that may stand anywhere.
const ANYWHERE: u8 = 2;
/// An item of a composed line begins so, or (with one or two characters) is so.
const ITEM: u8 = 4;
/// A weight of scored phrases, from this bit on.
const WEIGHT: u32 = 4;
/// Items that a menu needs at least.
pub const MENU: u32 = 4;
const SLOT_BITS: u32 = 18;
/// Stands for all characters that no phrase holds.
const STRANGER: u16 = 1;

/// How a line that names the place of its page may begin.
pub const PLACES: [&str; 9] = [
    "当前位置",
    "您的位置",
    "您当前的位置",
    "你的位置",
    "您现在的位置",
    "您所在的位置",
    "现在位置",
    "所在位置",
    "当前所在位置",
];

/// What a line may be.
#[derive(Debug, Default, PartialEq)]
pub struct Glance {
    /// A phrase may stand in it.
    pub has_phrase: bool,
    /// It may be a path through the site.
    pub has_path: bool,
    /// It may be put together of known items.
    pub has_items: bool,
    /// Items that may be known.
    pub n_items: u32,
    /// Folded characters.
    pub length: usize,
    /// It holds a full stop, or ends with a semicolon or a comma.
    pub is_sentence: bool,
}

impl Glance {
    /// Whether nothing but its length has to be known.
    pub fn is_plain(&self) -> bool {
        !(self.has_phrase || self.has_path || self.has_items)
    }
}

struct Tables {
    /// Folded characters by code point of the basic plane, 0: none, with the flags of theirs that
    /// begin or end an entered pair.
    folded: Vec<Folded>,
    /// Flags and weights by slot.
    entries: Vec<u8>,
    /// Longest folded line (characters) of all rules that need no score.
    longest: usize,
}

/// A folded character, and above it its flags.
type Folded = u32;
/// An entered pair begins with the character.
const BEGINS: Folded = 1 << 16;
/// An entered pair ends with the character.
const ENDS: Folded = 1 << 17;
/// Entered English letters have the character last but one.
const FIFTH: Folded = 1 << 18;
/// Entered English letters end with the character.
const SIXTH: Folded = 1 << 19;

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut of_pairs = vec![0; 1 << 16];
    let mut mark = |letter: u16, flag: Folded| {
        if let Some(flags) = of_pairs.get_mut(usize::from(letter)) {
            *flags |= flag;
        }
    };
    let mut entries = vec![0_u8; 1 << SLOT_BITS];
    let mut enter = |slot: usize, flag: u8, weight: u32| {
        if let Some(entry) = entries.get_mut(slot) {
            let sum = ((u32::from(*entry) >> WEIGHT) + weight).min(DISCLAIMER) as u8;
            *entry = *entry & ((1 << WEIGHT) - 1) | flag | sum << WEIGHT;
        }
    };
    let mut longest = 0;
    for pattern in &RULES.patterns {
        let Some(rule) = RULES.rules.get(pattern.rule) else { continue };
        match rule.form {
            Form::Score | Form::Contains => {
                let (first, second, slot) = rarest_part(&pattern.phrase);
                let is_latin = is_latin(&pattern.phrase);
                mark(first, if is_latin { FIFTH } else { BEGINS });
                mark(second, if is_latin { SIXTH } else { ENDS });
                match rule.form {
                    Form::Score => enter(slot, 0, pattern.weight),
                    _ => enter(slot, ANYWHERE, 0),
                }
            }
            Form::Exact | Form::Prefix => enter(opening(&pattern.phrase, opens_bracket), START, 0),
            Form::Button | Form::Label | Form::Menu => {
                enter(opening(&pattern.phrase, |_| false), ITEM, 0);
            }
        }
        if rule.form != Form::Score {
            longest = longest.max(rule.limit);
        }
    }
    PLACES.iter().for_each(|place| enter(opening(&key(place), opens_bracket), START, 0));
    let folded = (0..=0xFFFF)
        .map(|code| char::from_u32(code).and_then(fold).map_or(0, narrow))
        .map(|letter| Folded::from(letter) | of_pairs.get(usize::from(letter)).unwrap_or(&0))
        .collect();
    Tables { folded, entries, longest }
});

fn narrow(character: char) -> u16 {
    u16::try_from(u32::from(character)).unwrap_or(STRANGER).max(STRANGER)
}

/// The slot of the phrase's first characters, without those to skip.
fn opening(phrase: &str, is_skipped: fn(char) -> bool) -> usize {
    let mut opening = Opening::default();
    let mut slot = 0;
    for character in phrase.trim_start_matches(is_skipped).chars() {
        slot = opening.push(narrow(character)).unwrap_or(slot);
        if parts_menu(character) {
            break;
        }
    }
    slot
}

/// Whether the phrase is entered with its first letters.
fn is_latin(phrase: &str) -> bool {
    phrase.is_ascii() && phrase.len() >= Latin::LENGTH
}

/// The pair that surprises the language model most, and its slot; in English the last two of the
/// first letters, and the slot of all.
fn rarest_part(phrase: &str) -> (u16, u16, usize) {
    if is_latin(phrase) {
        let mut latin = Latin::default();
        let letters = phrase.chars().map(narrow).take(Latin::LENGTH);
        let ends = |(_, before, _), letter| (before, letter, latin.push(letter));
        return letters.fold((0, 0, 0), ends);
    }
    let model = model();
    let cost = |first: char, second: char| {
        let (one, context) = model.step(model.line_start(), model.token(first));
        one + model.step(context, model.token(second)).0
    };
    let pairs = phrase.chars().zip(phrase.chars().skip(1));
    let rarest = pairs.max_by_key(|(first, second)| cost(*first, *second));
    let (first, second) = rarest.map_or((0, 0), |(first, second)| (narrow(first), narrow(second)));
    (first, second, pair_slot(first, second))
}

/// The last letters: pairs of English letters are all common.
#[derive(Default)]
struct Latin {
    letters: u64,
}

impl Latin {
    const LENGTH: usize = 6;

    /// The slot of the last six characters; whatever is not ASCII stands for itself badly.
    #[inline(always)]
    fn push(&mut self, folded: u16) -> usize {
        self.letters = (self.letters << 8 | u64::from(folded & 0xFF)) & 0xFFFF_FFFF_FFFF;
        slot(2 << 48 | self.letters)
    }
}

/// The first three folded characters of a line or an item.
#[derive(Clone, Default)]
struct Opening {
    letters: u64,
    length: u32,
}

impl Opening {
    /// The slot of the characters up to this one; `None` behind the third.
    #[inline(always)]
    fn push(&mut self, folded: u16) -> Option<usize> {
        if self.length >= 3 {
            self.length = 4;
            return None;
        }
        self.letters = self.letters << 16 | u64::from(folded);
        self.length += 1;
        Some(slot(self.letters))
    }
}

fn pair_slot(first: u16, second: u16) -> usize {
    slot(1 << 48 | u64::from(first) << 16 | u64::from(second))
}

fn slot(letters: u64) -> usize {
    (letters.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - SLOT_BITS)) as usize
}

/// The items of a line as they come: how many there are, and how many are known.
#[derive(Default)]
struct Items {
    opening: Opening,
    n: u32,
    n_known: u32,
    is_first_known: bool,
    /// First character of the first item.
    first: u16,
}

impl Items {
    #[inline(always)]
    fn push(&mut self, folded: u16, entries: &[u8]) {
        if self.opening.length == 0 {
            self.n += 1;
            if self.n == 1 {
                self.first = folded;
            }
        }
        if let Some(slot) = self.opening.push(folded)
            && self.opening.length == 3
        {
            self.know(slot, entries);
        }
    }

    /// Ends the item; one of one or two characters is known only as a whole.
    fn end(&mut self, entries: &[u8]) {
        if matches!(self.opening.length, 1 | 2) {
            self.know(slot(self.opening.letters), entries);
        }
        self.opening = Opening::default();
    }

    fn know(&mut self, slot: usize, entries: &[u8]) {
        if flags(entries, slot) & ITEM != 0 {
            self.n_known += 1;
            self.is_first_known |= self.n == 1;
        }
    }

    /// Whether they may make a menu, or a line that begins with a known item or a date.
    fn may_compose(&self) -> bool {
        let is_dated = || DATE.chars().any(|c| u32::from(c) == u32::from(self.first));
        self.n_known >= MENU || self.n_known > 0 && (self.is_first_known || is_dated())
    }
}

#[inline(always)]
fn flags(entries: &[u8], slot: usize) -> u8 {
    entries.get(slot).copied().unwrap_or(0)
}

/// What the line may be. One look-up for each Chinese character, and one more for each of the pairs
/// whose characters are those of a phrase.
pub fn glance(line: &str) -> Glance {
    let Tables { folded, entries, longest } = &*TABLES;
    let mut glance = Glance::default();
    let (mut start, mut items) = (Opening::default(), Items::default());
    let (mut latin, mut last, mut parts) = (Latin::default(), 0, Parts::default());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        let entry = folded.get(u32::from(character) as usize).copied().unwrap_or(STRANGER.into());
        let letter = entry as u16;
        if letter == 0 {
            items.end(entries);
            continue;
        }
        if letter == ZERO && last as u16 == ZERO {
            // A run of digits is one; an item that begins within it begins with it.
            if items.opening.length == 0 {
                items.push(letter, entries);
            }
            continue;
        }
        if last & BEGINS != 0 && entry & ENDS != 0 {
            parts.add(flags(entries, pair_slot(last as u16, letter)));
        }
        if letter >= FIRST_HAN {
            items.push(letter, entries);
        } else {
            glance.has_path |= matches!(character, '>' | '›' | '»' | '＞' | '→');
            glance.is_sentence |= letter == FULL_STOP;
            let slot = latin.push(letter);
            if last & FIFTH != 0 && entry & SIXTH != 0 {
                parts.add(flags(entries, slot));
            }
            if character.is_ascii_alphanumeric() {
                items.push(letter, entries);
            } else {
                push_mark(&mut items, character, letter, entries);
            }
        }
        if start.length < 3 && (start.length > 0 || !opens_bracket(wide(letter))) {
            let slot = start.push(letter).unwrap_or_default();
            glance.has_phrase |= flags(entries, slot) & START != 0;
        }
        glance.length += 1;
        last = entry;
        if items.opening.length > 3 && start.length >= 3 {
            // Behind the third character of an item only pairs tell, until a mark ends it.
            let rest = characters.as_str();
            let n = han_run(rest, &mut last, &mut parts);
            glance.length += n;
            characters = rest.get(3 * n..).unwrap_or_default().chars();
        }
    }
    items.end(entries);
    glance.is_sentence |= matches!(last as u16, SEMICOLON | COMMA);
    glance.has_phrase = (glance.has_phrase || parts.has_phrase) && glance.length <= *longest
        || parts.weight >= DISCLAIMER;
    glance.has_items = items.may_compose();
    glance.n_items = items.n_known;
    glance
}

/// What the entered parts of phrases say that were met so far.
#[derive(Default)]
struct Parts {
    weight: u32,
    has_phrase: bool,
}

impl Parts {
    #[inline(always)]
    fn add(&mut self, flags: u8) {
        self.weight += u32::from(flags >> WEIGHT);
        self.has_phrase |= flags & ANYWHERE != 0;
    }
}

/// How many Chinese characters the text begins with; their pairs are added to `parts`, the first
/// with `last`, which becomes the last of them.
#[inline(always)]
fn han_run(text: &str, last: &mut Folded, parts: &mut Parts) -> usize {
    let Tables { folded, entries, .. } = &*TABLES;
    let mut n = 0;
    for bytes in text.as_bytes().chunks_exact(3) {
        let [0xE4..=0xE9, _, _] = bytes else { break };
        let (high, middle) = (u32::from(bytes[0] & 0xF) << 12, u32::from(bytes[1] & 0x3F) << 6);
        let code = high | middle | u32::from(bytes[2] & 0x3F);
        let entry = folded.get(code as usize).copied().unwrap_or_default();
        if (entry as u16) < FIRST_HAN {
            break;
        }
        if *last & BEGINS != 0 && entry & ENDS != 0 {
            parts.add(flags(entries, pair_slot(*last as u16, entry as u16)));
        }
        *last = entry;
        n += 1;
    }
    n
}

/// Whether a line that begins so may be named by its beginning or its first item.
pub fn may_begin(line: &str) -> bool {
    let Tables { folded, entries, .. } = &*TABLES;
    let (mut start, mut item) = (Opening::default(), Opening::default());
    let (mut begins, mut last) = (0, 0);
    for character in line.chars() {
        let entry = folded.get(u32::from(character) as usize).copied().unwrap_or(STRANGER.into());
        let letter = entry as u16;
        if letter == 0 || letter == ZERO && last == ZERO {
            continue;
        }
        if let Some(slot) = item.push(letter) {
            begins |= flags(entries, slot) & ITEM;
        }
        if start.length > 0 || !opens_bracket(wide(letter)) {
            let Some(slot) = start.push(letter) else { break };
            begins |= flags(entries, slot) & START;
        }
        last = letter;
    }
    begins != 0
}

/// Takes in what is no Chinese character: it may end an item.
fn push_mark(items: &mut Items, character: char, folded: u16, entries: &[u8]) {
    if is_separator(character) {
        items.end(entries);
    } else if parts_menu(character) {
        // `首页-新闻` are two items of a menu, `e-mail` is one of a line of buttons.
        let opening = items.opening.clone();
        items.end(entries);
        items.opening = opening;
        items.push(folded, entries);
        items.end(entries);
    } else {
        items.push(folded, entries);
    }
}

fn wide(folded: u16) -> char {
    char::from_u32(folded.into()).unwrap_or_default()
}

const ZERO: u16 = b'0' as u16;
const FULL_STOP: u16 = '。' as u16;
const SEMICOLON: u16 = b';' as u16;
const COMMA: u16 = b',' as u16;
/// Folded characters from here on are no marks.
const FIRST_HAN: u16 = 0x3400;

/// Whether the character, folded, is a bracket that a phrase at the line's beginning may follow.
pub fn opens_bracket(character: char) -> bool {
    matches!(character, '(' | '[' | '<' | '「')
}

/// Whether the character parts items of a menu, but not those of other lines.
fn parts_menu(character: char) -> bool {
    matches!(character, '-' | '/' | '>' | '—' | '、')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::cut_boilerplate::line::ruled;
    use proptest::prelude::*;

    #[test]
    fn phrases_are_long_enough_to_be_seen() {
        for pattern in &RULES.patterns {
            let least = match RULES.rules.get(pattern.rule).map(|rule| rule.form) {
                Some(Form::Contains | Form::Score) => 2,
                Some(Form::Label) => 3,
                _ => 1,
            };
            assert!(pattern.phrase.chars().count() >= least, "{}", pattern.phrase);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn a_glance_misses_no_rule(picks in prop::collection::vec(
            (0..RULES.patterns.len(), prop::sample::select(vec![
                "", "", " ", "|", "(", ")", "【", "】", "-", "/", "、", ">", "12", "3", "年", "。", "，", "一", "a", "大", "丨",
            ])), 0..6))
        {
            let line: String = picks
                .iter()
                .filter_map(|&(at, glue)| Some([glue, &RULES.patterns.get(at)?.phrase]))
                .flatten()
                .collect();
            let line = crate::repair::trim_blank(&line);
            let length = key(line).chars().count();
            let open = Glance { has_phrase: true, has_path: true, has_items: true, n_items: MENU, length, ..Glance::default() };
            let seen = glance(line);
            prop_assert_eq!(seen.length, length, "{:?}", line);
            prop_assert_eq!(ruled(line, &seen), ruled(line, &open), "{:?} {:?}", line, seen);
        }
    }
}
