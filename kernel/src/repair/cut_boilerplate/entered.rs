//! What the phrases of the rules are entered with, so that one pass over a line finds what it may be.
//!
//! A phrase that stands at the beginning of a line or an item is entered with its first three
//! characters, any other with its rarest pair. What is entered is hashed.

use super::line::{DISCLAIMER, is_separator};
use super::rules::{Form, RULES, Zone};
use crate::language_model::model;
use crate::repair::cut::{fold, key};
use std::sync::LazyLock;

/// A phrase that has to stand at the line's beginning begins so.
pub const START: u8 = 1;
/// The pair is of a phrase that may stand anywhere.
pub const ANYWHERE: u8 = 2;
/// An item of a composed line begins so, or (with one or two characters) is so.
pub const ITEM: u8 = 4;
/// A phrase of a rule that acts anywhere, and has to stand at the line's beginning, begins so.
pub const LINE_ANYWHERE: u8 = 8;
/// A weight of scored phrases, from this bit on.
pub const WEIGHT: u32 = 4;
const SLOT_BITS: u32 = 18;
/// Stands for all characters that no phrase holds.
pub const STRANGER: u16 = 1;

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

/// What the phrases of all rules are entered with.
pub struct Tables {
    /// Folded characters by code point of the basic plane, 0: none, with the flags of theirs.
    folded: Vec<Folded>,
    /// Of each of them the flags that matter behind the opening of an item, four times smaller.
    runs: Box<[u8; 1 << 16]>,
    /// Which characters entered letters end with, by the one before: one bit for four of them.
    latin: [u32; 128],
    /// Flags and weights by slot.
    entries: Vec<u8>,
    /// One bit for four of the slots, set if anything is entered there: they stay in the cache.
    filled: [u64; 1 << (SLOT_BITS - 8)],
    /// Longest folded line (characters) of all rules that need no score.
    pub longest: usize,
}

impl Tables {
    /// The character, folded, with its flags.
    #[inline(always)]
    pub fn entry(&self, code: usize) -> Folded {
        self.folded.get(code).copied().unwrap_or(STRANGER.into())
    }

    /// The flags of a character that matter behind the opening of an item.
    #[inline(always)]
    pub fn run(&self, code: u16) -> u8 {
        self.runs[usize::from(code)]
    }

    /// Whether entered letters may end with these two.
    #[inline(always)]
    pub fn may_end_latin(&self, last: u16, letter: u16) -> bool {
        self.latin[usize::from(last % 128)] >> (letter % 32) & 1 == 1
    }

    /// What is entered there; mostly nothing.
    #[inline(always)]
    pub fn flags(&self, slot: usize) -> u8 {
        if self.filled[slot >> 8 & (self.filled.len() - 1)] >> (slot >> 2 & 63) & 1 == 0 {
            return 0;
        }
        self.entries.get(slot).copied().unwrap_or_default()
    }
}

/// A folded character, and above it its flags.
pub type Folded = u32;
/// An entered pair begins with the character.
pub const BEGINS: Folded = 1 << 16;
/// An entered pair ends with the character.
pub const ENDS: Folded = BEGINS << 1;
/// An entered item begins with the character.
pub const OPENS_ITEM: Folded = 1 << 18;
/// What is entered for the beginning of a line begins with the character.
pub const OPENS_LINE: Folded = 1 << 19;
/// The character parts items.
pub const SEPARATES: Folded = 1 << 20;
/// The character parts items of a menu.
pub const PARTS: Folded = 1 << 21;
/// The character leads on in a path.
pub const LEADS: Folded = 1 << 22;
/// The character is a full stop.
pub const STOPS: Folded = 1 << 23;

/// What is entered as [`LINE_ANYWHERE`] begins with the character.
pub const OPENS_ANYWHERE: Folded = 1 << 24;

/// Flags of [`Tables::runs`]: [`BEGINS`], [`ENDS`], [`STOPS`], and that the character parts items, is
/// none, or may be a digit or of entered Latin letters.
pub const RUN_BEGINS: u8 = 1;
const RUN_ENDS: u8 = RUN_BEGINS << 1;
pub const RUN_ENDS_RUN: u8 = 4;
pub const RUN_STOPS: u8 = 8;
/// And that it parts items, and does nothing else.
pub const RUN_PARTS: u8 = 16;

pub static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut of_letters = vec![0; 1 << 16];
    let mut mark = |letter: u16, flag: Folded| {
        if let Some(flags) = of_letters.get_mut(usize::from(letter)) {
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
    let (mut latin, mut longest) = ([0_u32; 128], 0);
    let mut in_latin: Vec<u8> = (b'0'..=b'9').collect();
    for pattern in &RULES.patterns {
        let Some(rule) = RULES.rules.get(pattern.rule) else { continue };
        match rule.form {
            Form::Score | Form::Contains => {
                let (first, second, slot) = rarest_part(&pattern.phrase);
                if is_latin(&pattern.phrase) {
                    latin[usize::from(first % 128)] |= 1_u32 << (second % 32);
                    in_latin.extend(pattern.phrase.bytes().take(Latin::LENGTH));
                } else {
                    mark(first, BEGINS);
                    mark(second, ENDS);
                }
                match rule.form {
                    Form::Score => enter(slot, 0, pattern.weight),
                    _ => enter(slot, ANYWHERE, 0),
                }
            }
            Form::Exact | Form::Prefix => {
                let (first, slot) = opening(&pattern.phrase, opens_bracket);
                mark(first, OPENS_LINE);
                enter(slot, START, 0);
                if rule.zone == Zone::Anywhere {
                    mark(first, OPENS_ANYWHERE);
                    enter(slot, LINE_ANYWHERE, 0);
                }
            }
            Form::Button | Form::Label | Form::Menu => {
                let (first, slot) = opening(&pattern.phrase, |_| false);
                mark(first, OPENS_ITEM);
                enter(slot, ITEM, 0);
            }
        }
        if rule.form != Form::Score {
            longest = longest.max(rule.limit);
        }
    }
    for place in PLACES {
        let (first, slot) = opening(&key(place), opens_bracket);
        mark(first, OPENS_LINE);
        enter(slot, START, 0);
    }
    let entry = |character: char| {
        let letter = fold(character).map_or(0, narrow);
        let flags = of_letters.get(usize::from(letter)).copied().unwrap_or_default();
        Folded::from(letter) | flags | flags_of(character, letter)
    };
    let folded: Vec<Folded> =
        (0..=0xFFFF).map(|code| char::from_u32(code).map_or(0, entry)).collect();
    let run = |entry: &Folded| {
        let has = |flag, name| if entry & flag != 0 { name } else { 0 };
        let letter = *entry as u16;
        let is_within = entry & (SEPARATES | PARTS | LEADS) == 0;
        let is_latin = u8::try_from(letter).is_ok_and(|letter| in_latin.contains(&letter));
        let ends = if is_within && letter != 0 && !is_latin { 0 } else { RUN_ENDS_RUN };
        let parts =
            entry & LEADS == 0 && entry & (SEPARATES | PARTS) != 0 && letter != 0 && !is_latin;
        let ends = if parts { ends | RUN_PARTS } else { ends };
        has(BEGINS, RUN_BEGINS) | has(ENDS, RUN_ENDS) | has(STOPS, RUN_STOPS) | ends
    };
    let mut runs = Box::new([0; 1 << 16]);
    runs.iter_mut().zip(&folded).for_each(|(slot, entry)| *slot = run(entry));
    let mut filled = [0; 1 << (SLOT_BITS - 8)];
    for (word, slots) in filled.iter_mut().zip(entries.chunks(256)) {
        let fours =
            slots.chunks(4).enumerate().filter(|(_, four)| four.iter().any(|one| *one != 0));
        *word = fours.fold(0, |bits, (at, _)| bits | 1 << at);
    }
    Tables { folded, runs, latin, entries, filled, longest }
});

/// The flags that a character has as a mark.
fn flags_of(character: char, letter: u16) -> Folded {
    if letter == 0 || letter >= FIRST_HAN {
        return 0;
    }
    let flag = |is_so, flag| if is_so { flag } else { 0 };
    flag(is_separator(character), SEPARATES)
        | flag(parts_menu(character), PARTS)
        | flag(matches!(character, '>' | '›' | '»' | '＞' | '→'), LEADS)
        | flag(letter == FULL_STOP, STOPS)
}

fn narrow(character: char) -> u16 {
    u16::try_from(u32::from(character)).unwrap_or(STRANGER).max(STRANGER)
}

/// The first character of the phrase without those to skip, and the slot of its first ones.
fn opening(phrase: &str, is_skipped: fn(char) -> bool) -> (u16, usize) {
    let mut opening = Opening::default();
    let phrase = phrase.trim_start_matches(is_skipped);
    for character in phrase.chars() {
        opening.push(narrow(character));
        if parts_menu(character) {
            break;
        }
    }
    (phrase.chars().next().map_or(0, narrow), opening.slot())
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
        let (first, second) = letters.fold((0, 0), |(_, before), letter| {
            latin.push(letter);
            (before, letter)
        });
        return (first, second, latin.slot());
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
pub struct Latin {
    /// The last eight.
    letters: u64,
}

impl Latin {
    /// So many are entered.
    pub const LENGTH: usize = 6;

    /// Whatever is not ASCII stands for itself badly.
    #[inline(always)]
    pub fn push(&mut self, folded: u16) {
        self.letters = self.letters << 8 | u64::from(folded & 0xFF);
    }

    /// The slot of the last six characters.
    pub fn slot(&self) -> usize {
        slot(2 << 48 | self.letters & 0xFFFF_FFFF_FFFF)
    }
}

/// The first three folded characters of a line or an item.
#[derive(Clone, Default)]
pub struct Opening {
    /// The last of them lowest.
    pub letters: u64,
    /// 4: more than three, or nothing that is entered begins so.
    pub length: u32,
}

impl Opening {
    #[inline(always)]
    pub fn push(&mut self, folded: u16) {
        if self.length < 3 {
            self.letters = self.letters << 16 | u64::from(folded);
            self.length += 1;
        } else {
            self.length = 4;
        }
    }

    /// Nothing that is entered begins so: what follows is not looked at.
    #[inline(always)]
    pub fn give_up(&mut self) {
        self.length = 4;
    }

    /// The slot of what is there.
    pub fn slot(&self) -> usize {
        slot(self.letters)
    }
}

/// The slot of two folded characters.
pub fn pair_slot(first: u16, second: u16) -> usize {
    slot(1 << 48 | u64::from(first) << 16 | u64::from(second))
}

fn slot(letters: u64) -> usize {
    (letters.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - SLOT_BITS)) as usize
}

pub const ZERO: u16 = b'0' as u16;
const FULL_STOP: u16 = '。' as u16;
pub const SEMICOLON: u16 = b';' as u16;
pub const COMMA: u16 = b',' as u16;
/// Folded characters from here on are no marks.
pub const FIRST_HAN: u16 = 0x3400;

/// Whether the character, folded, is a bracket that a phrase at the line's beginning may follow.
pub fn opens_bracket(character: char) -> bool {
    matches!(character, '(' | '[' | '<' | '「')
}

/// Whether the character parts items of a menu, but not those of other lines.
fn parts_menu(character: char) -> bool {
    matches!(character, '-' | '/' | '>' | '—' | '、')
}
