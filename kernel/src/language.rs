//! The language of a text: fastText's lid.176 asked in three windows.

mod model;
mod tree;

pub use model::{Guess, Model, Scratch};

/// Characters of a window.
pub const WINDOW_CHARS: usize = 90;

/// What the windows of a text say together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict<'a> {
    /// fastText's code: `zh`, `en`, `yue`…
    pub language: &'a str,
    /// Mean over the windows of the probability given to this language where it won, 0 to 1.
    pub confidence: f32,
}

/// The windows of a text: its first and last [`WINDOW_CHARS`] characters, and as many from the
/// character that holds its middle byte; without repeats, and the whole text if it is no longer.
///
/// Time by window, not by text.
pub fn windows(text: &str) -> Vec<&str> {
    let first = first_chars(text);
    if first.len() == text.len() {
        return vec![text];
    }
    let holds_middle = (0..=text.len() / 2).rev().find_map(|at| text.get(at..));
    let middle = first_chars(holds_middle.unwrap_or(""));
    let last_start = text.char_indices().rev().nth(WINDOW_CHARS - 1).map_or(0, |(at, _)| at);
    vec![first, middle, text.get(last_start..).unwrap_or("")]
}

fn first_chars(text: &str) -> &str {
    let end = text.char_indices().nth(WINDOW_CHARS).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or("")
}

/// The language that the windows agree on; `None` for a text without ink in them.
///
/// Each window votes for its best language with the probability the model gives it; the greatest
/// sum wins, the earlier window's language if two are equal. About 10 µs for any text.
pub fn detect<'a>(model: &'a Model, text: &str, scratch: &mut Scratch) -> Option<Verdict<'a>> {
    let mut votes: Vec<Guess<'a>> = Vec::with_capacity(3);
    let mut n_windows = 0;
    for window in windows(text) {
        if window.chars().all(char::is_whitespace) {
            continue;
        }
        let Some(guess) = model.guess(window, scratch) else { continue };
        n_windows += 1;
        match votes.iter_mut().find(|vote| vote.language == guess.language) {
            Some(vote) => vote.probability += guess.probability,
            None => votes.push(guess),
        }
    }
    let best =
        votes.iter().copied().reduce(|a, b| if b.probability > a.probability { b } else { a });
    best.map(|vote| Verdict {
        language: vote.language,
        confidence: (vote.probability / n_windows as f32).min(1.0),
    })
}
