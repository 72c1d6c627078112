//! Character references that were left over in text: `&nbsp;`, `&amp;quot;`, `&#8220;`, and `</p>` at a line's end.
//!
//! Text about markup keeps them: where tags or code stand in the document, and where a reference
//! makes a tag (`&lt;div&gt;`) or is spoken of, it is content.

use super::survey::{Survey, unseen};
use super::{Parameters, Repair};
use crate::data::inflate_static;
use crate::edit::{Edit, settle};
use crate::han::is_han;
use memchr::{memchr_iter, memrchr};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Finds left-over references; no settings.
pub struct Entities;

/// The repair; it has no settings.
pub fn new(parameters: &Parameters) -> Result<Box<dyn Repair>, String> {
    match parameters.keys().next() {
        Some(name) => Err(format!("entities has no setting {name:?}; it has none")),
        None => Ok(Box::new(Entities)),
    }
}

impl Repair for Entities {
    fn edits_at(&self, text: &str, survey: Survey<'_>) -> Vec<Edit> {
        settle(text, find(text, survey), unseen(find))
    }
}

fn find(text: &str, survey: Survey<'_>) -> Vec<Edit> {
    let mut line = Line::default();
    let mut edits: Vec<Edit> =
        at_byte(text, survey, b'&').filter_map(|at| reference(text, at, &mut line)).collect();
    edits.extend(stray_tags(text, survey));
    if edits.is_empty() || is_markup(text) {
        return Vec::new();
    }
    edits.sort_by_key(|edit| edit.start);
    let mut done = 0;
    edits.retain(|edit| {
        let free = edit.start >= done;
        done = done.max(edit.end);
        free
    });
    edits
}

/// Those of the survey's references that begin with this byte.
fn at_byte<'a>(text: &'a str, survey: Survey<'a>, byte: u8) -> impl Iterator<Item = usize> + 'a {
    let bytes = text.as_bytes();
    survey.references.iter().copied().filter(move |at| bytes.get(*at) == Some(&byte))
}

/// References that also count without a semicolon: they are no words and no query's names.
const WITHOUT_SEMICOLON: [&str; 10] =
    ["nbsp", "ldquo", "rdquo", "lsquo", "rsquo", "hellip", "mdash", "ndash", "middot", "quot"];

/// The edit for the reference at the `&`, with all `amp;` in front of it; `None` if it is content.
fn reference(text: &str, at: usize, line: &mut Line) -> Option<Edit> {
    let here = text.get(at + 1..)?;
    let mut rest = here;
    while let Some(less) = rest.strip_prefix("amp;") {
        rest = less;
    }
    let n_amp = (here.len() - rest.len()) / 4;
    let (rule, length, after) = if let Some(number) = rest.strip_prefix('#') {
        let (digits, character) = numeric(number)?;
        ("numeric_entity", digits + 1, character.to_string())
    } else {
        match named(rest) {
            Some((length, stands)) => ("named_entity", length, spaced(stands)),
            None if n_amp > 0 => ("named_entity", 0, "&".to_owned()),
            None => return None,
        }
    };
    let rule = if n_amp > 0 && length > 0 { "double_escaped_entity" } else { rule };
    let end = at + 1 + n_amp * 4 + length;
    let makes_tag = after == "<" && text.get(end..)?.starts_with(is_tag_start)
        || after == ">"
            && text
                .get(..at)?
                .ends_with(|c: char| c.is_ascii_alphanumeric() || c == '/' || c == '"');
    if makes_tag || is_spoken_of(text, at, end, line) {
        return None;
    }
    Some(Edit { rule, start: at, end, after, confidence: 0.98 })
}

fn is_tag_start(character: char) -> bool {
    character.is_ascii_alphabetic() || matches!(character, '/' | '!' | '?')
}

/// (bytes, what it stands for) of the name that begins here.
fn named(rest: &str) -> Option<(usize, &'static str)> {
    let length = rest.bytes().take(33).take_while(u8::is_ascii_alphanumeric).count();
    let name = rest.get(..length)?;
    match rest.as_bytes().get(length) {
        Some(b';') => {
            let name = NAMES.get(name).or_else(|| NAMES.get(name.to_ascii_lowercase().as_str()))?;
            Some((length + 1, name))
        }
        Some(b'=') => None,
        _ => WITHOUT_SEMICOLON.contains(&name).then(|| Some((length, *NAMES.get(name)?)))?,
    }
}

/// A space for every kind of space, nothing for what has no width.
fn spaced(stands: &str) -> String {
    let mut characters = stands.chars();
    match (characters.next(), characters.next()) {
        (Some('\u{A0}' | '\u{2002}'..='\u{200A}'), None) => " ".to_owned(),
        (Some('\u{AD}' | '\u{200B}'..='\u{200F}'), None) => String::new(),
        _ => stands.to_owned(),
    }
}

/// (bytes, character) of a number behind `&#`.
///
/// Letters, digits and the characters of references themselves are left alone: nobody escapes
/// those by accident, and they could spell a new reference.
fn numeric(number: &str) -> Option<(usize, char)> {
    let (radix, skipped) = if number.starts_with(['x', 'X']) { (16, 1) } else { (10, 0) };
    let digits = number.get(skipped..)?;
    let length = digits.chars().take_while(|c| c.is_digit(radix)).count();
    let code = u32::from_str_radix(digits.get(..length).filter(|d| d.len() <= 7)?, radix).ok()?;
    let behind = digits.as_bytes().get(length);
    let has_end = behind == Some(&b';');
    if !has_end && (code < 0xA0 || length < 4 || behind.is_some_and(u8::is_ascii_alphanumeric)) {
        return None;
    }
    let character = match code {
        0xA0 | 0x3000 | 0x2002..=0x200A => ' ',
        0x20 | 0x22 | 0x27 | 0x3C | 0x3E => char::from_u32(code)?,
        0x80..=0x9F => *WINDOWS.get(code as usize - 0x80).filter(|&&c| c != ' ')?,
        0..=0x9F | 0xFFFE.. if code < 0x10000 => return None,
        _ => char::from_u32(code)?,
    };
    Some((skipped + length + usize::from(has_end), character))
}

/// Numbers 128 to 159 mean Windows-1252, as browsers read them; a space where that has none.
const WINDOWS: [char; 32] = [
    '€', ' ', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', ' ', 'Ž', ' ', ' ', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', ' ', 'ž', 'Ÿ',
];

/// Whether the text names the reference instead of using it: quoted, in backticks, as code.
fn is_spoken_of(text: &str, start: usize, end: usize, line: &mut Line) -> bool {
    let (left, right) =
        (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    let quoted = left.ends_with(['`', '"', '\'', '“', '‘', '「', '"', '\\'])
        && right.starts_with(['`', '"', '\'', '”', '’', '」', '"']);
    line.advance(left);
    quoted || line.n_backticks % 2 == 1 || line.is_code
}

/// What stands on a line so far; references come in ascending order, and a line may hold many.
#[derive(Default)]
struct Line {
    /// Up to where it was read.
    read: usize,
    n_backticks: usize,
    /// It begins with four blanks and holds more than blanks.
    is_code: bool,
    starts_with_blanks: bool,
}

impl Line {
    /// Reads on to the end of `left`.
    fn advance(&mut self, left: &str) {
        let mut new = left.get(self.read..).unwrap_or_default();
        if let Some(line_end) = memrchr(b'\n', new.as_bytes()) {
            new = new.get(line_end + 1..).unwrap_or_default();
            *self = Self::default();
        }
        if self.read == 0 {
            self.starts_with_blanks = new.starts_with("    ");
        }
        self.n_backticks += memchr_iter(b'`', new.as_bytes()).count();
        self.is_code |= self.starts_with_blanks && !new.trim().is_empty();
        self.read = left.len();
    }
}

/// Elements whose closing tag may have been left behind.
const ELEMENTS: [&str; 22] = [
    "p", "div", "span", "br", "a", "strong", "b", "i", "em", "font", "td", "tr", "table", "li",
    "ul", "ol", "section", "article", "h1", "h2", "h3", "center",
];

/// Bytes of the longest of them.
const LONGEST_ELEMENT: usize = 7;

/// The edits for closing tags at a line's end whose opening stands nowhere in the text, last first.
fn stray_tags(text: &str, survey: Survey<'_>) -> Vec<Edit> {
    let mut opened = [None; ELEMENTS.len()];
    // Where the tag behind begins, and whether it is at the line's end.
    let mut behind = (usize::MAX, false);
    let mut edits = Vec::new();
    let tags: Vec<usize> = at_byte(text, survey, b'<').collect();
    for at in tags.into_iter().rev() {
        let inside = text.get(at + 2..).unwrap_or_default();
        let length = inside.bytes().take(LONGEST_ELEMENT).take_while(|b| *b != b'>').count();
        let Some(rest) = inside.get(length..).and_then(|rest| rest.strip_prefix('>')) else {
            continue;
        };
        let next = rest.trim_start_matches([' ', '\t', '\r']);
        let start = text.len() - next.len();
        let is_end = next.is_empty() || next.starts_with('\n') || behind == (start, true);
        // Most tags stand within a line and need no name.
        let name = if is_end { inside.get(..length).and_then(element) } else { None };
        behind = (at, name.is_some());
        let Some(element) = name else { continue };
        let left = text.get(..at).unwrap_or_default();
        let is_prose = || left.trim_end().ends_with(is_prose) || left.ends_with('>');
        let (Some(name), Some(is_open)) = (ELEMENTS.get(element), opened.get_mut(element)) else {
            continue;
        };
        if is_prose() && !*is_open.get_or_insert_with(|| is_opened(text, name)) {
            let end = text.len() - rest.len();
            let after = String::new();
            edits.push(Edit { rule: "stray_tag", start: at, end, after, confidence: 0.97 });
        }
    }
    edits
}

/// Which of the elements that is, in any case.
fn element(tag: &str) -> Option<usize> {
    ELEMENTS.iter().position(|name| name.eq_ignore_ascii_case(tag))
}

/// Whether a tag begins with the name of the element: `<article` opens `a` as well.
fn is_opened(text: &str, name: &str) -> bool {
    let begins = |open: usize| {
        let inside = text.as_bytes().get(open + 1..open + 1 + name.len());
        inside.is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
    };
    memchr_iter(b'<', text.as_bytes()).any(begins)
}

fn is_prose(character: char) -> bool {
    is_han(character)
        || matches!(character, '\u{3001}'..='\u{3011}' | '\u{FF01}'..='\u{FF5E}' | '“' | '”' | '…')
}

/// Whether the document shows markup or code, in which references are content.
fn is_markup(text: &str) -> bool {
    let tags = memchr_iter(b'<', text.as_bytes())
        .filter(|&at| is_open_tag(text.get(at + 1..).unwrap_or_default()))
        .take(3)
        .count();
    tags >= 3
        || ["```", "<?xml", "<!DOCTYPE", "<!doctype", "#include"].iter().any(|s| text.contains(s))
}

/// Whether `name>`, `name attribute…>` or `name/>` begins here.
fn is_open_tag(inside: &str) -> bool {
    let length = inside.bytes().take(12).take_while(u8::is_ascii_alphanumeric).count();
    let named = inside.starts_with(|c: char| c.is_ascii_alphabetic());
    let rest = inside.get(length..).unwrap_or_default();
    named
        && (rest.starts_with(['>', '/'])
            || rest.starts_with(' ') && rest.chars().take(300).any(|c| c == '>'))
}

static NAMES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let table = inflate_static(include_bytes!("../../data/entities.tsv.z"));
    table.lines().filter_map(|line| line.split_once('\t')).collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{apply, is_well_formed};
    use proptest::prelude::*;

    fn mended(text: &str) -> String {
        let edits = Entities.edits(text);
        assert!(is_well_formed(text, &edits), "{text:?} {edits:?}");
        apply(text, &edits)
    }

    #[test]
    fn left_over_references_become_characters() {
        for (dirty, clean) in [
            ("首页&nbsp;&gt;&nbsp;新闻", "首页 > 新闻"),
            ("他说&ldquo;好&rdquo;&hellip;&hellip;", "他说“好”……"),
            ("&amp;nbsp;&amp;amp;quot;引&amp;quot;", " \"引\""),
            ("&#8220;数据&#x201D;&#20013;&#150;", "“数据”中–"),
            ("AT&amp;T 与 R&amp;D", "AT&T 与 R&D"),
            ("一&nbsp二&ldquo三", "一 二“三"),
            ("的生态。”</p>\n下段</div></section>", "的生态。”\n下段"),
            ("数&NBSP;据&shy;集&zwnj;", "数 据集"),
        ] {
            assert_eq!(mended(dirty), clean);
        }
    }

    #[test]
    fn references_that_are_content_stay() {
        for text in [
            "写 `&nbsp;` 得空格",
            "用“&amp;”表示和号",
            "标签 &lt;div&gt; 表示块",
            "http://a.cn/?x=1&copy=2&nbsp=3",
            "<p>一</p><p>二&nbsp;三</p><br/>",
            "```\na &amp;&amp; b\n```",
            "R&D 与 A&B; &nosuch; &#97; &#0; &#xD800; &#99999999;",
            "</p> 是结束标签",
        ] {
            assert_eq!(mended(text), text);
        }
    }

    proptest! {
        #[test]
        fn once_is_enough(pieces in prop::collection::vec(prop::sample::select(vec![
            "&", "amp;", "lt;", "gt;", "nbsp", ";", "#", "39", "x4E00", "一", "。", "</p>", "<p>", "\n", " ", "`", "quot;", "#38;", "a",
        ]), 0..16)) {
            let once = mended(&pieces.concat());
            prop_assert_eq!(mended(&once), once);
        }
    }
}
