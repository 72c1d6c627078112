//! What the class and id of an element say about it.

use aho_corasick::{AhoCorasick, MatchKind};
use std::sync::OnceLock;

/// A guess from names alone; the text may say otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Navigation, comments, recommendations, advertisement…
    pub is_noise: bool,
    /// Named as article text.
    pub is_body: bool,
    /// Date, author, source.
    pub is_meta: bool,
}

struct Patterns {
    automaton: AhoCorasick,
    /// For each pattern: its verdict, and whether it must be a whole word.
    kinds: Vec<(Verdict, bool)>,
}

/// The verdict on one class or id value. O(value); two automata are built at the first call.
pub fn judge(value: &str) -> Verdict {
    let Some(patterns) = patterns() else { return Verdict::default() };
    let bytes = value.as_bytes();
    let mut verdict = Verdict::default();
    for found in patterns.automaton.find_overlapping_iter(value) {
        let Some((kind, is_word)) = patterns.kinds.get(found.pattern().as_usize()) else {
            continue;
        };
        if *is_word && !stands_alone(bytes, found.start(), found.end()) {
            continue;
        }
        verdict.is_noise |= kind.is_noise;
        verdict.is_body |= kind.is_body;
        verdict.is_meta |= kind.is_meta;
    }
    verdict
}

/// Whether no letter or digit of the same word stands before or after.
fn stands_alone(bytes: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    let after = bytes.get(end).copied().unwrap_or(b' ');
    let first = bytes.get(start).copied().unwrap_or(b' ');
    let is_start = !before.is_ascii_alphanumeric()
        || before.is_ascii_lowercase() && first.is_ascii_uppercase();
    let is_end = !after.is_ascii_alphabetic() || after.is_ascii_uppercase();
    is_start && is_end
}

fn patterns() -> Option<&'static Patterns> {
    static PATTERNS: OnceLock<Option<Patterns>> = OnceLock::new();
    PATTERNS.get_or_init(|| build(include_str!("names.txt"))).as_ref()
}

fn build(table: &str) -> Option<Patterns> {
    let mut words = Vec::new();
    let mut kinds = Vec::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let (kind, pattern) = line.split_once(' ')?;
        let verdict =
            Verdict { is_noise: kind == "noise", is_body: kind == "body", is_meta: kind == "meta" };
        let word = pattern.strip_prefix('/').and_then(|pattern| pattern.strip_suffix('/'));
        words.push(word.unwrap_or(pattern));
        kinds.push((verdict, word.is_some()));
    }
    let automaton = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .build(words)
        .ok()?;
    Some(Patterns { automaton, kinds })
}
