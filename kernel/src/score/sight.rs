//! One text as all scores look at it: code points, kinds, lines; buffers kept from text to text.

use super::kind::{self, NEWLINE};
use crate::utf8::decode;
use std::ops::Range;

/// Characters decoded before they are stored: a block on the stack costs less than many pushes.
const BLOCK: usize = 128;
/// A known character's entry: its kind in the low byte, above it 1 + its place in `distinct`.
const PLACE: u32 = 8;

/// A text decoded once. 9 bytes per character, and 4.4 MB for the table of characters seen.
pub struct Sight {
    /// The code points.
    pub characters: Vec<u32>,
    /// Their kinds.
    pub kinds: Vec<u8>,
    /// Their places in `distinct`.
    pub places: Vec<u32>,
    /// Distinct code points in the order of their first occurrence.
    pub distinct: Vec<u32>,
    /// How often each of them occurs.
    pub counts: Vec<u32>,
    /// Number of characters of each kind.
    pub n_of_kind: [u32; 32],
    /// Lines without the white space around them; none is empty.
    pub lines: Vec<Range<u32>>,
    /// By code point: its kind, and its place if the text has it.
    known: Vec<u32>,
}

impl Default for Sight {
    fn default() -> Self {
        Self {
            characters: Vec::new(),
            kinds: Vec::new(),
            places: Vec::new(),
            distinct: Vec::new(),
            counts: Vec::new(),
            n_of_kind: [0; 32],
            lines: Vec::new(),
            known: kind::table().iter().map(|kind| u32::from(*kind)).collect(),
        }
    }
}

impl Sight {
    /// Looks at another text; linear time.
    pub fn of(&mut self, text: &str) {
        for character in self.distinct.drain(..) {
            if let Some(entry) = self.known.get_mut(character as usize) {
                *entry &= (1 << PLACE) - 1;
            }
        }
        self.characters.clear();
        self.kinds.clear();
        self.places.clear();
        self.counts.clear();
        let (mut rest, mut n_distinct) = (text.as_bytes(), 0);
        let mut block = Block::default();
        while !rest.is_empty() {
            self.distinct.resize(n_distinct + BLOCK, 0);
            self.counts.resize(n_distinct + BLOCK, 0);
            rest = block.fill(
                rest,
                &mut self.known,
                (&mut self.distinct, &mut self.counts),
                &mut n_distinct,
            );
            let n = ..block.n;
            self.characters.extend_from_slice(block.characters.get(n).unwrap_or_default());
            self.kinds.extend_from_slice(block.kinds.get(n).unwrap_or_default());
            self.places.extend_from_slice(block.places.get(n).unwrap_or_default());
        }
        self.distinct.truncate(n_distinct);
        self.counts.truncate(n_distinct);
        self.n_of_kind = [0; 32];
        for (code, count) in self.distinct.iter().zip(&self.counts) {
            let entry = self.known.get(*code as usize).copied().unwrap_or(0);
            self.n_of_kind[entry as usize & 31] += count;
        }
        self.find_lines();
    }

    /// The place of a character in `distinct`, if the text has it.
    #[inline]
    pub fn place_of(&self, code: u32) -> Option<usize> {
        (self.known.get(code as usize)? >> PLACE).checked_sub(1).map(|place| place as usize)
    }

    /// How often the character occurs.
    pub fn count_of(&self, code: u32) -> u32 {
        self.place_of(code).and_then(|place| self.counts.get(place)).copied().unwrap_or(0)
    }

    /// The characters of a range of this text.
    #[inline]
    pub fn slice(&self, range: &Range<u32>) -> &[u32] {
        self.characters.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    /// The kinds of a range of this text.
    #[inline]
    pub fn kinds_of(&self, range: &Range<u32>) -> &[u8] {
        self.kinds.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    /// Number of characters of the kinds `first` to `last`.
    pub fn count(&self, first: u8, last: u8) -> u32 {
        self.n_of_kind.iter().take(usize::from(last) + 1).skip(usize::from(first)).sum()
    }

    fn find_lines(&mut self) {
        self.lines.clear();
        let mut start = 0;
        let ends = memchr::memchr_iter(NEWLINE, &self.kinds).chain([self.kinds.len()]);
        for end in ends {
            let line = start..end as u32;
            start = line.end + 1;
            let trimmed = trim(&self.kinds, line);
            if !trimmed.is_empty() {
                self.lines.push(trimmed);
            }
        }
    }
}

/// Some characters of a text, with what `Sight` holds of each.
struct Block {
    characters: [u32; BLOCK],
    kinds: [u8; BLOCK],
    places: [u32; BLOCK],
    n: usize,
}

impl Default for Block {
    fn default() -> Self {
        Self { characters: [0; BLOCK], kinds: [0; BLOCK], places: [0; BLOCK], n: 0 }
    }
}

impl Block {
    /// Takes the next characters of `text`, counts them, and gives what is left of it.
    ///
    /// `distinct` and `counts` have room for as many more as a block holds. Every character is
    /// written where the next new one would stand, so that nothing branches.
    fn fill<'a>(
        &mut self,
        mut text: &'a [u8],
        known: &mut [u32],
        (distinct, counts): (&mut [u32], &mut [u32]),
        n_distinct: &mut usize,
    ) -> &'a [u8] {
        let (mut n, mut n_known) = (0, *n_distinct);
        let all = self.characters.iter_mut().zip(&mut self.kinds).zip(&mut self.places);
        for ((character, kind), place) in all {
            let Some((code, rest)) = decode(text) else { break };
            text = rest;
            let Some(entry) = known.get_mut(code as usize) else { break };
            if let Some(next) = distinct.get_mut(n_known) {
                *next = code;
            }
            n_known += usize::from(*entry >> PLACE == 0);
            let new = *entry | (n_known as u32) << PLACE;
            let now = if *entry >> PLACE == 0 { new } else { *entry };
            *entry = now;
            *character = code;
            *kind = now as u8;
            *place = (now >> PLACE) - 1;
            if let Some(count) = counts.get_mut(*place as usize) {
                *count += 1;
            }
            n += 1;
        }
        (self.n, *n_distinct) = (n, n_known);
        text
    }
}

/// The range without white space at its ends.
pub fn trim(kinds: &[u8], range: Range<u32>) -> Range<u32> {
    let all = kinds.get(range.start as usize..range.end as usize).unwrap_or_default();
    let Some(first) = all.iter().position(|kind| !kind::is_space(*kind)) else {
        return range.end..range.end;
    };
    let last = all.iter().rposition(|kind| !kind::is_space(*kind)).unwrap_or(first);
    range.start + first as u32..range.start + last as u32 + 1
}
