//! A few words looked for in much text.

use aho_corasick::{Span, packed};

/// Bytes of a word before the part that is searched.
///
/// The packed searcher looks at four bytes. The first two of a Chinese character say least, and
/// most words here begin with a common one; behind them stand the bytes that tell words apart.
const SKIPPED: usize = 2;

/// Words of two Chinese characters or more; no part of one behind [`SKIPPED`] begins another's.
pub struct Words {
    words: &'static [&'static str],
    searcher: Option<packed::Searcher>,
}

impl Words {
    /// The words, ready to be found; at most 64.
    pub fn new(words: &'static [&'static str]) -> Self {
        let part = |word: &&'static str| word.as_bytes().get(SKIPPED..).unwrap_or_default();
        debug_assert!(words.iter().enumerate().all(|(at, word)| {
            words.iter().skip(at + 1).all(|other| {
                !part(word).starts_with(part(other)) && !part(other).starts_with(part(word))
            })
        }));
        Self { words, searcher: packed::Searcher::new(words.iter().map(part)) }
    }

    /// (start, word) of the first word in the text at or behind the byte `from`. Memory speed.
    pub fn find(&self, text: &str, from: usize) -> Option<(usize, &'static str)> {
        let bytes = text.as_bytes();
        let mut at = from + SKIPPED;
        while let Some(hit) = self
            .searcher
            .as_ref()?
            .find_in(bytes, Span { start: at.min(bytes.len()), end: bytes.len() })
        {
            let start = hit.start() - SKIPPED;
            let word = self.words.get(hit.pattern().as_usize())?;
            if bytes.get(start..).is_some_and(|here| here.starts_with(word.as_bytes())) {
                return Some((start, word));
            }
            at = hit.start() + 1;
        }
        None
    }

    /// How often the words occur without overlap, at most so many times.
    pub fn count(&self, text: &str, most: usize) -> usize {
        let (mut n, mut at) = (0, 0);
        while n < most
            && let Some((start, word)) = self.find(text, at)
        {
            n += 1;
            at = start + word.len();
        }
        n
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_without_overlap() {
        let words = Words::new(&["久久", "在线观", "毛片"]);
        for (text, n) in
            [("", 0), ("久", 0), ("久久久", 1), ("久久久久在线观毛片", 4), ("在线毛片", 1)]
        {
            assert_eq!(words.count(text, 9), n, "{text}");
            assert_eq!(words.count(text, 1), n.min(1), "{text}");
        }
    }
}
