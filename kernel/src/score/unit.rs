//! Units: what n-grams, entropy and stop words count.
//!
//! A unit is a run of letters and digits of scripts that part their words, or any other single
//! character but white space. So Chinese counts by character and English by word.

use super::kind;
use super::repeat::{hash, mix};
use super::sight::Sight;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// The units of one text; buffers kept from text to text.
#[derive(Default)]
pub struct Units {
    /// Which unit stands at each place; equal numbers, equal units.
    pub ids: Vec<u32>,
    /// Characters before each unit, and after the last: one longer than `ids`.
    pub offsets: Vec<u32>,
    /// How often each id occurs.
    pub counts: Vec<u32>,
    /// Units with a letter or digit.
    pub words: u32,
    /// Units that are stop words.
    pub stop_words: u32,
    /// Stop words that occur.
    pub distinct_stop_words: u32,
    /// Units of Latin letters and digits that begin with a letter.
    pub latin_words: u32,
    /// Their characters.
    pub latin_word_characters: u32,
    /// Distinct units of several characters; by id after those of single characters.
    runs: Vec<Range<u32>>,
    slots: Vec<(u32, u32)>,
}

impl Units {
    /// Cuts another text; linear time.
    ///
    /// Stretches of single characters, most of a Chinese text, are copied whole.
    pub fn of(&mut self, sight: &Sight) {
        self.ids.clear();
        self.offsets.clear();
        self.counts.clone_from(&sight.counts);
        self.runs.clear();
        self.slots.clear();
        self.slots.resize(64, (0, 0));
        (self.latin_words, self.latin_word_characters) = (0, 0);
        self.words = sight.count(kind::DIGIT, kind::KANA);
        let (mut at, mut characters) = (0usize, 0u32);
        loop {
            let rest = sight.kinds.get(at..).unwrap_or_default();
            let n = n_single(rest);
            self.ids.extend_from_slice(sight.places.get(at..at + n).unwrap_or_default());
            self.offsets.extend(characters..characters + n as u32);
            at += n;
            characters += n as u32;
            match sight.kinds.get(at) {
                None => break,
                Some(kind) if kind::is_space(*kind) => {
                    self.forget(sight, at..at + 1);
                    at += 1;
                }
                Some(first) => {
                    let length = self.word(sight, at, *first == kind::LATIN);
                    self.offsets.push(characters);
                    characters += length as u32;
                    at += length;
                }
            }
        }
        self.offsets.push(characters);
    }

    /// Adds the word that begins at a character; its length in characters.
    fn word(&mut self, sight: &Sight, start: usize, is_latin: bool) -> usize {
        let rest = sight.kinds.get(start..).unwrap_or_default();
        let length = rest.iter().take_while(|kind| kind::is_word_part(**kind)).count();
        let id = if length == 1 {
            sight.places.get(start).copied().unwrap_or(0)
        } else {
            self.forget(sight, start..start + length);
            self.words -= length as u32 - 1;
            let id = self.run(sight, start as u32..(start + length) as u32);
            if let Some(count) = self.counts.get_mut(id as usize) {
                *count += 1;
            }
            id
        };
        self.ids.push(id);
        self.latin_words += u32::from(is_latin);
        self.latin_word_characters += if is_latin { length as u32 } else { 0 };
        length
    }

    /// Takes back the count of characters that are no units of their own.
    fn forget(&mut self, sight: &Sight, range: Range<usize>) {
        for place in sight.places.get(range).unwrap_or_default() {
            if let Some(count) = self.counts.get_mut(*place as usize) {
                *count -= 1;
            }
        }
    }

    /// Characters in units.
    pub fn characters(&self) -> u32 {
        self.offsets.last().copied().unwrap_or(0)
    }

    /// Entropy of the distribution of units, in nats; 0 for none.
    pub fn entropy_nats(&self) -> f64 {
        let n = self.ids.len() as f64;
        let small = SMALL.as_slice();
        let known = |c: &u32| small.get(*c as usize).copied().unwrap_or_else(|| c_log_c(*c));
        let sum: f64 = self.counts.iter().map(known).sum();
        // Rounding may leave a negative zero's neighbour for a text of one unit.
        if n < 1.0 { 0.0 } else { (n.ln() - sum / n).max(0.0) }
    }

    /// Counts the stop words; time by distinct run and by stop word, not by unit.
    pub fn count_stop_words(&mut self, sight: &Sight) {
        let (mut occurrences, mut seen) = (0, [false; MOST_WORDS]);
        let mut note = |count: u32, word: u16| {
            // `The` and `the` are two units and one stop word.
            if count > 0 {
                occurrences += count;
                seen.iter_mut().skip(usize::from(word)).take(1).for_each(|seen| *seen = true);
            }
        };
        // Of single characters there are fewer in the list than in most texts.
        for (code, word) in &STOP_WORDS.singles {
            let place = sight.place_of(*code);
            let count = place.and_then(|place| self.counts.get(place)).copied();
            note(count.unwrap_or(0), *word);
        }
        let counts = self.counts.iter().skip(sight.distinct.len());
        for (run, count) in self.runs.iter().zip(counts) {
            if let Some(word) = STOP_WORDS.run(sight.slice(run)) {
                note(*count, word);
            }
        }
        self.stop_words = occurrences;
        self.distinct_stop_words = seen.iter().filter(|seen| **seen).count() as u32;
    }

    /// The id of a run of several characters.
    fn run(&mut self, sight: &Sight, range: Range<u32>) -> u32 {
        let characters = sight.slice(&range);
        if self.runs.len() * 2 >= self.slots.len() {
            self.grow(sight);
        }
        let hash = mix(hash(characters));
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while let Some(slot) = self.slots.get_mut(at) {
            if slot.1 == 0 {
                self.runs.push(range);
                *slot = ((hash >> 32) as u32, self.runs.len() as u32);
                self.counts.push(0);
                break;
            }
            let known = self.runs.get(slot.1 as usize - 1).map(|run| sight.slice(run));
            if slot.0 == (hash >> 32) as u32 && known == Some(characters) {
                return (sight.distinct.len() as u32) + slot.1 - 1;
            }
            at = (at + 1) & mask;
        }
        (sight.distinct.len() + self.runs.len()) as u32 - 1
    }

    fn grow(&mut self, sight: &Sight) {
        let size = self.slots.len() * 4;
        self.slots.clear();
        self.slots.resize(size, (0, 0));
        for (number, run) in self.runs.iter().enumerate() {
            let hash = mix(hash(sight.slice(run)));
            let mut at = hash as usize & (size - 1);
            while let Some(slot) = self.slots.get_mut(at) {
                if slot.1 == 0 {
                    *slot = ((hash >> 32) as u32, number as u32 + 1);
                    break;
                }
                at = (at + 1) & (size - 1);
            }
        }
    }
}

/// How many of the first characters are units of their own wherever they stand.
///
/// Eight at a time in one word, as stretches between line ends, numbers and words are short.
fn n_single(kinds: &[u8]) -> usize {
    let (blocks, _) = kinds.as_chunks::<8>();
    for (number, block) in blocks.iter().enumerate() {
        let others = not_single(u64::from_le_bytes(*block));
        if others != 0 {
            return 8 * number + others.trailing_zeros() as usize / 8;
        }
    }
    let start = 8 * blocks.len();
    let rest = kinds.get(start..).unwrap_or_default();
    start + rest.iter().position(|kind| !is_single(*kind)).unwrap_or(rest.len())
}

/// The highest bit of each of eight kinds that is white space or part of a word.
fn not_single(kinds: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    // Kinds are small, so that nothing is borrowed from one byte to the next.
    let at_least = |least: u8| (kinds | HIGH) - ONES * u64::from(least);
    let is_other = ((kinds ^ (ONES * u64::from(kind::CONTROL))) | HIGH) - ONES;
    at_least(kind::NEWLINE) & !at_least(kind::LETTER + 1) & is_other & HIGH
}

/// Whether a character of the kind is a unit of its own wherever it stands.
fn is_single(kind: u8) -> bool {
    !(kind::is_space(kind) | kind::is_word_part(kind))
}

/// `c ln c` of small counts, which most units of a text share with many others; 0 for none.
static SMALL: LazyLock<Vec<f64>> = LazyLock::new(|| (0..1024).map(c_log_c).collect());

fn c_log_c(count: u32) -> f64 {
    if count < 2 { 0.0 } else { f64::from(count) * f64::from(count).ln() }
}

/// The ASCII and full-width Latin letter in lower case; others as they are.
fn lower(code: u32) -> u32 {
    match code {
        0x41..=0x5A | 0xFF21..=0xFF3A => code + 0x20,
        _ => code,
    }
}

/// The stop words, as `kernel/data/stop_words.txt` has them.
pub fn stop_words() -> impl Iterator<Item = &'static str> {
    include_str!("../../data/stop_words.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
}

struct StopWords {
    n_words: u16,
    /// (code point, number of its stop word) of every form that one of a single character has.
    singles: Vec<(u32, u16)>,
    /// Numbers of the longer ones, by their characters in ASCII.
    runs: HashMap<[u8; LONGEST], u16>,
}

/// Characters of the longest stop word.
const LONGEST: usize = 8;
/// Room for the stop words.
const MOST_WORDS: usize = 256;

impl StopWords {
    fn run(&self, characters: &[u32]) -> Option<u16> {
        let mut word = [0; LONGEST];
        if characters.len() > LONGEST {
            return None;
        }
        for (byte, code) in word.iter_mut().zip(characters) {
            *byte = u8::try_from(lower(*code)).ok().filter(u8::is_ascii)?;
        }
        self.runs.get(&word).copied()
    }
}

static STOP_WORDS: LazyLock<StopWords> = LazyLock::new(|| {
    let mut known = StopWords { n_words: 0, singles: Vec::new(), runs: HashMap::new() };
    for word in stop_words() {
        let number = known.n_words;
        let mut characters = word.chars().map(u32::from);
        if let (Some(only), None) = (characters.next(), characters.next()) {
            let capital = only.wrapping_sub(0x20);
            let forms = [capital, only].into_iter().filter(|code| lower(*code) == only);
            known.singles.extend(forms.map(|code| (code, number)));
        }
        let mut padded = [0; LONGEST];
        if word.is_ascii() && word.len() <= LONGEST {
            padded.iter_mut().zip(word.bytes()).for_each(|(slot, byte)| *slot = byte);
            known.runs.insert(padded, number);
        }
        known.n_words += 1;
    }
    known
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_characters_end_where_a_space_or_a_word_begins() {
        for kind in 0..kind::NAMES.len() as u8 {
            for n in 0..40 {
                let mut kinds = vec![kind::HAN; n];
                kinds.push(kind);
                kinds.push(kind::LATIN);
                assert_eq!(n_single(&kinds), n + usize::from(is_single(kind)), "{kind} {n}");
                kinds.resize(50, kind::SPACE);
                assert_eq!(n_single(&kinds), n + usize::from(is_single(kind)), "{kind} {n}");
            }
        }
    }

    #[test]
    fn stop_words_fit_the_table_and_stand_once() {
        let mut known = std::collections::HashSet::new();
        for word in stop_words() {
            assert!(known.insert(word), "{word} stands twice");
            assert!(word.chars().count() == 1 || word.is_ascii() && word.len() <= LONGEST);
            assert_eq!(word, word.to_lowercase());
        }
        assert!(known.len() <= MOST_WORDS);
    }
}
