//! Traces of web pages: addresses, brackets, marks that stand for omitted text, scripts.

use super::sight::Sight;
use memchr::memmem::{self, Finder};
use std::sync::LazyLock;

/// Characters inside URLs: from `http://`, `https://` or `www.` to the first character that no
/// URL has. Two byte searches.
pub fn url_characters(text: &str) -> u32 {
    static SCHEME: LazyLock<Finder> = LazyLock::new(|| Finder::new("://"));
    static WWW: LazyLock<Finder> = LazyLock::new(|| Finder::new("www."));
    let bytes = text.as_bytes();
    let mut starts: Vec<usize> = SCHEME
        .find_iter(bytes)
        .filter_map(|at| {
            let before = bytes.get(..at).unwrap_or_default();
            let scheme = ["https", "http"].iter().find(|name| before.ends_with(name.as_bytes()))?;
            Some(at - scheme.len())
        })
        .chain(WWW.find_iter(bytes))
        .collect();
    starts.sort_unstable();
    let (mut end, mut characters) = (0, 0);
    for start in starts.into_iter().filter(|start| *start < bytes.len()) {
        if start < end {
            continue;
        }
        let rest = bytes.get(start..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| is_url_byte(**byte)).count();
        end = start + length;
        characters += length as u32;
    }
    characters
}

fn is_url_byte(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte)
}

/// Characters inside 【】 and inside parentheses (half and full width), brackets included.
///
/// A pair opens and closes in one line; an opening bracket in it starts again.
pub fn bracketed_characters(sight: &Sight) -> (u32, u32) {
    let (mut lenticular, mut parentheses) = (0, 0);
    for line in &sight.lines {
        let (mut opened_lenticular, mut opened_parenthesis) = (None, None);
        for (at, code) in (0u32..).zip(sight.slice(line)) {
            match *code {
                0x3010 => opened_lenticular = Some(at),
                0x28 | 0xFF08 => opened_parenthesis = Some(at),
                0x3011 => {
                    lenticular += opened_lenticular.take().map_or(0, |start| at + 1 - start);
                }
                0x29 | 0xFF09 => {
                    parentheses += opened_parenthesis.take().map_or(0, |start| at + 1 - start);
                }
                _ => {}
            }
        }
    }
    (lenticular, parentheses)
}

/// How often `...` stands in the text, not overlapping.
pub fn triple_dots(text: &str) -> u32 {
    memmem::find_iter(text.as_bytes(), "...").count() as u32
}

/// How often the text says `javascript`, in any case of ASCII letters.
pub fn javascript_mentions(text: &str) -> u32 {
    const WORD: &[u8] = b"javascript";
    let bytes = text.as_bytes();
    let is_word = |at: &usize| {
        bytes.get(*at..at + WORD.len()).is_some_and(|word| word.eq_ignore_ascii_case(WORD))
    };
    memchr::memchr2_iter(b'j', b'J', bytes).filter(is_word).count() as u32
}

/// Whether the text holds `lorem ipsum` or `Lorem ipsum`.
pub fn has_lorem_ipsum(text: &str) -> bool {
    memmem::find_iter(text.as_bytes(), "orem ipsum").any(|at| {
        let before = at.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        before.is_some_and(|byte| byte.eq_ignore_ascii_case(&b'l'))
    })
}
