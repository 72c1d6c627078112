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
/// Each is found when it is asked for; time by window, not by text.
pub fn windows(text: &str) -> impl ExactSizeIterator<Item = &str> {
    let first = first_chars(text);
    let n = if first.len() == text.len() { 1 } else { 3 };
    (0..n).map(move |number| match number {
        0 => first,
        1 => first_chars(text.get(middle(text)..).unwrap_or("")),
        _ => text.get(last_start(text)..).unwrap_or(""),
    })
}

fn first_chars(text: &str) -> &str {
    let mut end = 0;
    for _ in 0..WINDOW_CHARS {
        // By the first byte of each character: `char_indices` would decode it.
        end += match text.as_bytes().get(end) {
            None => return text,
            Some(0xE0..=0xEF) => 3,
            Some(0..=0x7F) => 1,
            Some(0xF0..) => 4,
            Some(_) => 2,
        };
    }
    text.get(..end).unwrap_or(text)
}

/// Where the character begins that holds the middle byte.
fn middle(text: &str) -> usize {
    let at = text.len() / 2;
    (at.saturating_sub(3)..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn last_start(text: &str) -> usize {
    let is_first = |byte: &u8| byte & 0xC0 != 0x80;
    let mut starts = text.as_bytes().iter().enumerate().rev().filter(|(_, byte)| is_first(byte));
    starts.nth(WINDOW_CHARS - 1).map_or(0, |(at, _)| at)
}

/// The language that the windows agree on, and how sure they are; `None` for a text without ink in
/// them.
///
/// Each window votes for its best language with the probability the model gives it; the greatest
/// sum wins, the earlier window's language if two are equal. About 10 µs for any text.
pub fn detect<'a>(model: &'a Model, text: &str, scratch: &mut Scratch) -> Option<Verdict<'a>> {
    let mut votes = Votes::default();
    windows(text).for_each(|window| votes.ask(model, window, scratch));
    let best = votes.best()?;
    Some(Verdict {
        language: best.language,
        confidence: (best.probability / votes.n_windows as f32).min(1.0),
    })
}

/// The same language, where nobody asks how sure it is: two windows that agree leave nothing for
/// the third to say.
pub fn label<'a>(model: &'a Model, text: &str, scratch: &mut Scratch) -> Option<&'a str> {
    let mut votes = Votes::default();
    let mut windows = windows(text);
    while let Some(window) = windows.next() {
        votes.ask(model, window, scratch);
        if votes.lead() > MOST_VOTE * windows.len() as f32 {
            break;
        }
    }
    votes.best().map(|best| best.language)
}

/// More than a window can give: its probability may exceed 1 by a hair.
const MOST_VOTE: f32 = 1.01;

/// What the windows said so far: each language once, in the order of the windows.
#[derive(Default)]
struct Votes<'a> {
    sums: Vec<Guess<'a>>,
    n_windows: u32,
}

impl<'a> Votes<'a> {
    fn ask(&mut self, model: &'a Model, window: &str, scratch: &mut Scratch) {
        if window.chars().all(char::is_whitespace) {
            return;
        }
        let Some(guess) = model.guess(window, scratch) else { return };
        self.n_windows += 1;
        match self.sums.iter_mut().find(|sum| sum.language == guess.language) {
            Some(sum) => sum.probability += guess.probability,
            None => self.sums.push(guess),
        }
    }

    fn best(&self) -> Option<Guess<'a>> {
        let sums = self.sums.iter().copied();
        sums.reduce(|a, b| if b.probability > a.probability { b } else { a })
    }

    /// By how much the best is before all others.
    fn lead(&self) -> f32 {
        let Some(best) = self.best() else { return 0.0 };
        let others = self.sums.iter().filter(|sum| sum.language != best.language);
        best.probability - others.fold(0.0, |most, sum| sum.probability.max(most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn windows_are_the_first_the_middle_and_the_last_characters(text in "[a\u{e9}中\u{1f600}]{0,300}") {
            let characters: Vec<char> = text.chars().collect();
            let mut middle = text.len() / 2;
            while !text.is_char_boundary(middle) {
                middle -= 1;
            }
            let first = |text: &str| text.chars().take(WINDOW_CHARS).collect::<String>();
            let last = characters.iter().skip(characters.len().saturating_sub(WINDOW_CHARS));
            let mut expected = vec![first(&text)];
            if characters.len() > WINDOW_CHARS {
                expected.extend([first(&text[middle..]), last.collect()]);
            }
            prop_assert_eq!(windows(&text).collect::<Vec<_>>(), expected);
        }
    }
}
