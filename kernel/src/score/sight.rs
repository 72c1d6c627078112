//! One text as all scores look at it: code points, kinds, lines; buffers kept from text to text.

use super::kind::{self, NEWLINE};
use std::ops::Range;

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
    /// Number of characters of each kind.
    pub n_of_kind: [u32; 32],
    /// Lines without the white space around them; none is empty.
    pub lines: Vec<Range<u32>>,
    /// By code point: 1 + its place in `distinct`, 0 if the text has it not.
    known: Vec<u32>,
}

impl Default for Sight {
    fn default() -> Self {
        Self {
            characters: Vec::new(),
            kinds: Vec::new(),
            places: Vec::new(),
            distinct: Vec::new(),
            n_of_kind: [0; 32],
            lines: Vec::new(),
            known: vec![0; kind::CODE_POINTS],
        }
    }
}

impl Sight {
    /// Looks at another text; linear time.
    pub fn of(&mut self, text: &str) {
        for character in self.distinct.drain(..) {
            if let Some(place) = self.known.get_mut(character as usize) {
                *place = 0;
            }
        }
        self.characters.clear();
        // A text has at most one character per byte, so nothing below allocates.
        self.characters.reserve(text.len());
        text.chars().for_each(|character| self.characters.push(u32::from(character)));
        let table = kind::table();
        let kind_of = |code: &u32| table.get(*code as usize).copied().unwrap_or(0);
        self.kinds.clear();
        self.kinds.extend(self.characters.iter().map(kind_of));
        self.places.clear();
        self.places.reserve(self.characters.len());
        for code in &self.characters {
            let Some(place) = self.known.get_mut(*code as usize) else { continue };
            if *place == 0 {
                self.distinct.push(*code);
                *place = self.distinct.len() as u32;
            }
            self.places.push(*place - 1);
        }
        self.n_of_kind = counted(&self.kinds);
        self.find_lines();
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

/// How often each kind occurs. Four counters take turns, for one alone would wait for itself.
fn counted(kinds: &[u8]) -> [u32; 32] {
    let mut turns = [[0u32; 32]; 4];
    for group in kinds.chunks(4) {
        for (counts, kind) in turns.iter_mut().zip(group) {
            counts[usize::from(*kind & 31)] += 1;
        }
    }
    std::array::from_fn(|kind| turns.iter().map(|counts| counts[kind]).sum())
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
