//! A line as the search sees it: characters with their two bytes, marks, markers and glosses.

use super::brackets::Open;
use crate::gbk::{gbk, is_private};
use crate::language_model::{Context, NAT, Token as Id, model};
use crate::reading;

/// What a gloss costs that does not fit the character before it.
const MISFIT: i32 = 5 * NAT;
/// What U+FFFD and private-use characters cost beyond what the model says: clean text has none.
const STRANGE: i32 = 5 * NAT;

/// What symbols and characters cost beyond it that the model has never met.
const ODD: i32 = 2 * NAT;

/// What a token is, beside being a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A character.
    Plain,
    /// A gloss with both brackets: `(shù)`.
    Gloss,
    /// A gloss whose opening bracket was swallowed: `shù)` after `?`.
    Tail,
}

/// One character, or one gloss.
#[derive(Debug, Clone, Copy)]
pub struct Token {
    /// First byte in the line.
    pub start: usize,
    /// First byte after it.
    pub end: usize,
    /// The character; the first one of a gloss.
    pub c: char,
    /// Character or gloss.
    pub kind: Kind,
    /// The two bytes of the character in GBK.
    pub pair: Option<(u8, u8)>,
    id: Id,
}

impl Token {
    fn new(start: usize, c: char) -> Self {
        let (pair, id) = (gbk().pair(c), id_of(c));
        Self { start, end: start + c.len_utf8(), c, kind: Kind::Plain, pair, id }
    }

    /// The byte of an ASCII character that could be the second of a pair.
    pub fn trail(&self) -> Option<u8> {
        let byte = u8::try_from(self.c).ok()?;
        (self.kind == Kind::Plain && (0x40..=0x7E).contains(&byte)).then_some(byte)
    }

    /// The two bytes of the full-width mark that it is, or was before it became ASCII.
    pub fn mark(&self) -> Option<(u8, u8)> {
        if self.kind == Kind::Plain { mark_of(self.c) } else { None }
    }
}

/// The two bytes of the full-width mark that a character is, or was before it became ASCII.
pub fn mark_of(c: char) -> Option<(u8, u8)> {
    match c {
        '!' | '！' => Some((0xA3, 0xA1)),
        '?' | '？' => Some((0xA3, 0xBF)),
        ':' | '：' => Some((0xA3, 0xBA)),
        ';' | '；' => Some((0xA3, 0xBB)),
        ',' | '，' => Some((0xA3, 0xAC)),
        '。' | '.' => Some((0xA1, 0xA3)),
        _ => None,
    }
}

/// The token of the language model; a tag ends a line as a line's end does.
pub fn id_of(c: char) -> Id {
    model().token(if c == '<' { '\n' } else { c })
}

/// The tokens of a line; glosses are tokens of their own where the page has glosses.
pub fn tokens(line: &str, glossed: bool) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::with_capacity(line.len() / 3 + 1);
    let mut done = 0;
    for (start, c) in line.char_indices() {
        if start < done {
            continue;
        }
        let mut token = Token::new(start, c);
        let after_query = found.last().is_some_and(|t| t.kind == Kind::Plain && t.c == '?');
        let size = match c {
            _ if !glossed => None,
            '(' => gloss_size(line.get(start + 1..).unwrap_or_default()).map(|n| n + 1),
            _ if after_query => gloss_size(line.get(start..).unwrap_or_default()),
            _ => None,
        };
        if let Some(size) = size {
            token.end = start + size;
            token.kind = if c == '(' { Kind::Gloss } else { Kind::Tail };
        }
        done = token.end;
        found.push(token);
    }
    found
}

/// Length of `shù)` at the start of `text`, if a syllable and a bracket stand there.
pub fn gloss_size(text: &str) -> Option<usize> {
    let end = text.char_indices().take(8).find(|(_, c)| *c == ')').map(|(at, _)| at)?;
    let gloss = text.get(..end)?;
    (gloss.starts_with(|c: char| c.is_alphabetic()) && reading::is_syllable(gloss))
        .then_some(end + 1)
}

/// The reading a gloss token gives.
pub fn reading_of<'a>(line: &'a str, token: &Token) -> &'a str {
    let text = line.get(token.start..token.end).unwrap_or_default();
    text.trim_start_matches('(').trim_end_matches(')')
}

/// A place in a line, as the language model knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The last two tokens.
    pub context: Context,
    /// The last character, for glosses to fit.
    pub last: char,
    /// The quotes and brackets that stand open.
    pub open: Open,
}

/// The place after `token`, and what it costs to read the token as it stands.
pub fn read(line: &str, place: Place, token: &Token) -> (i32, Place) {
    if token.kind != Kind::Plain {
        let fits = token.kind == Kind::Gloss && reading::fits(place.last, reading_of(line, token));
        return (if fits { 0 } else { MISFIT }, place);
    }
    let (cost, context) = model().step(place.context, token.id);
    let extra = match token.c {
        '\u{FFFD}' => STRANGE,
        c if is_private(c) => STRANGE,
        c if token.pair.is_some() && !model().knows(c) => ODD,
        _ => 0,
    };
    let open = place.open.after(token.c);
    (cost + extra, Place { context, last: token.c, open })
}
