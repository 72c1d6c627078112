//! How a page was decoded: what became of bytes that are no character.

use super::tokens::{Kind, Token};
use crate::language_model::NAT;

/// A byte was dropped without a trace, on a page that does not tell how it was decoded.
const DROPPED: i32 = 2 * NAT;
/// A mark was cut from two characters where any mark may have been.
const UNMARKED: i32 = 2 * NAT;

/// What a decoder leaves of bytes that are no character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decoder {
    /// Any of the others: the page does not tell.
    Unknown,
    /// Nothing; it goes on with the byte after the first.
    Drop,
    /// `?` for a pair, even where its second byte is ASCII.
    Question,
    /// U+FFFD for a pair.
    Pair,
    /// U+FFFD for the first byte; it goes on with the second.
    Byte,
}

impl Decoder {
    /// The decoders that may have left `text`.
    pub fn candidates(text: &str) -> [Self; 2] {
        if text.contains('\u{FFFD}') {
            [Self::Pair, Self::Byte]
        } else {
            [Self::Question, Self::Drop]
        }
    }

    /// Whether it puts `token` where it gave up.
    pub fn marks(self, token: &Token) -> bool {
        token.kind == Kind::Plain
            && match self {
                Self::Unknown => matches!(token.c, '?' | '\u{FFFD}'),
                Self::Drop => false,
                Self::Question => token.c == '?',
                Self::Pair | Self::Byte => token.c == '\u{FFFD}',
            }
    }

    /// What a byte costs that was dropped without a trace, if that may be.
    pub fn dropped(self) -> Option<i32> {
        match self {
            Self::Unknown => Some(DROPPED),
            Self::Drop => Some(0),
            Self::Question | Self::Pair | Self::Byte => None,
        }
    }

    /// What it costs that a run opens without a marker, if that may be.
    pub fn unmarked(self) -> Option<i32> {
        self.dropped().map(|cost| cost.max(UNMARKED))
    }

    /// Whether a marker may stand for two bytes.
    pub fn loses_pairs(self) -> bool {
        self != Self::Byte
    }

    /// What a marker before a character costs that stands for one byte, if that may be.
    pub fn lost_one(self, marker: char) -> Option<i32> {
        match self {
            Self::Unknown if marker == '?' => Some(DROPPED),
            Self::Unknown | Self::Byte => Some(0),
            Self::Drop | Self::Question | Self::Pair => None,
        }
    }
}
