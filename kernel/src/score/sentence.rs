//! Where sentences end.

use super::kind::{self, CLOSER, PERIOD, SENTENCE_END};
use super::sight::{Sight, trim};
use std::ops::Range;

/// Writes the sentences of the text, without the white space around them; none is empty.
///
/// A sentence ends with its line, after a full stop before white space or the line's end, and
/// after 。！？… with what closing marks follow. Linear time.
pub fn find(sight: &Sight, sentences: &mut Vec<Range<u32>>) {
    sentences.clear();
    for line in &sight.lines {
        let kinds = sight.kinds_of(line);
        let mut start = 0;
        let mut put = |start: usize, end: usize| {
            let sentence = trim(&sight.kinds, line.start + start as u32..line.start + end as u32);
            if !sentence.is_empty() {
                sentences.push(sentence);
            }
        };
        for at in memchr::memchr2_iter(SENTENCE_END, PERIOD, kinds) {
            if at < start {
                continue;
            }
            let after = kinds.get(at + 1..).unwrap_or_default();
            let length = if kinds.get(at) == Some(&PERIOD) {
                match after.first() {
                    Some(kind) if !kind::is_space(*kind) => continue,
                    _ => 1,
                }
            } else {
                let more = |kind: &&u8| **kind == SENTENCE_END || **kind == CLOSER;
                1 + after.iter().take_while(more).count()
            };
            put(start, at + length);
            start = at + length;
        }
        put(start, kinds.len());
    }
}
