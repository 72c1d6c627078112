//! What the states of a search wrote: steps that share their beginnings.

use super::tokens::Token;

/// The index before the first character of a run.
pub const START: u32 = u32::MAX;

/// What a path writes at one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// A character.
    Char(char),
    /// A token of the line as it stands.
    Token(usize),
}

/// Everything written by any state, each with the one before it.
#[derive(Debug, Default)]
pub struct Paths(Vec<(Written, u32)>);

impl Paths {
    /// Adds a step and gives its index.
    pub fn push(&mut self, written: Written, before: u32) -> u32 {
        self.0.push((written, before));
        u32::try_from(self.0.len() - 1).unwrap_or(START)
    }

    /// What was written on the way to `path`.
    pub fn text(&self, mut path: u32, line: &str, tokens: &[Token]) -> String {
        let mut steps = Vec::new();
        while let Some((written, before)) = self.0.get(path as usize) {
            steps.push(*written);
            path = *before;
        }
        let mut text = String::new();
        for written in steps.iter().rev() {
            match written {
                Written::Char(c) => text.push(*c),
                Written::Token(i) => {
                    let token = tokens.get(*i);
                    text.push_str(token.and_then(|t| line.get(t.start..t.end)).unwrap_or_default());
                }
            }
        }
        text
    }
}
