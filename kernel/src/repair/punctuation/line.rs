//! What kind of line this is: Chinese, or one whose marks are not prose.

use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// How a line begins that is code or comment.
const CODE_STARTS: [&str; 12] =
    ["# ", "#!", "#include", "#define", "//", "/*", "*/", "--", "<", "@", "import ", ">>>"];
/// Longest cell (characters) of a row of short values: a word or a name, no clause.
const LONGEST_CELL: usize = 4;
/// What only code and markup contain.
const CODE_PARTS: [&str; 24] = [
    "[\"", "\"]", "()", "(\"", "('", "\")", "')", "`", "==", "!=", "=>", "->", "</", "/>", " = ",
    "+=", "&&", "||", "{", "}", "\\", "\": ", "\":\"", " //",
];

/// Whether the byte `a` may begin something this repair changes; arithmetic without branches.
#[inline(always)]
pub fn is_suspect(before: u8, a: u8, b: u8, c: u8) -> bool {
    let is_beside = (before >= 0x80) | (b >= 0x80);
    let mark = (a | 2 == b'.') | (a | 1 == b';') | (a == b'?') | (a == b'!');
    let hyphens = (a == b'-') & (b == b'-') & (before >= 0x80);
    let pair = (a == b'"') | (a.wrapping_sub(b'\'') < 3);
    let line = (a == 0xE2) & (b == 0x80) & ((c == 0x94) | (c == 0xA6));
    let again = (before == c) & ((a == 0xE3) & (b == 0x80) | (a == 0xEF) & (b == 0xBC));
    let digit_or_capital = (b == 0xBC) & ((c.wrapping_sub(0x90) < 10) | (c >= 0xA1));
    let wide = (a == 0xEF) & (digit_or_capital | (b == 0xBD) & (c.wrapping_sub(0x81) < 26));
    mark & is_beside | hyphens | pair | line | again | wide
}

/// Whether the suspect at `at` is none: a dot before Chinese (`1.中`), of a whole `——` or `……`, or a
/// mark behind a character that only ends in the same byte.
pub fn is_settled(bytes: &[u8], at: usize) -> bool {
    if let Some(here @ ([0xE3, ..] | [0xEF, 0xBC, 0x8C | 0x9A | 0x9B])) = bytes.get(at..at + 3) {
        return at.checked_sub(3).and_then(|i| bytes.get(i..at)) != Some(here);
    }
    if bytes.get(at) == Some(&b'.') {
        let follows = at.checked_sub(1).and_then(|i| bytes.get(i)).is_some_and(|b| *b >= 0x80);
        let is_run = bytes.get(at..).is_some_and(|here| here.starts_with(b"..."));
        return !follows && !is_run;
    }
    let mark = |at: usize| match bytes.get(at..at + 3) {
        Some([0xE2, 0x80, last @ (0x94 | 0xA6)]) => Some(*last),
        _ => None,
    };
    let Some(first) = mark(at) else { return false };
    let is_same = |place: Option<usize>| place.and_then(mark) == Some(first);
    let is_second = is_same(at.checked_sub(3)) && !is_same(at.checked_sub(6));
    let is_first = is_same(Some(at + 3)) && !is_same(Some(at + 6));
    is_first != is_second
}

/// Whether the line is a row of values: with tabs or bars, or short or numeric between commas.
pub fn is_table(line: &str) -> bool {
    line.contains(['\t', '|']) || is_comma_list(line)
}

/// Whether the line is code, a comment, markup or a record. Most lines are not at first sight.
pub fn is_code(line: &str) -> bool {
    let line = line.trim_matches(' ');
    let bytes = line.as_bytes();
    // A full-width letter, 0xEF, may be one once it is narrow.
    let begins =
        matches!(bytes.first(), Some(b'#' | b'/' | b'*' | b'-' | b'<' | b'@' | b'i' | b'>' | 0xEF));
    if !begins && bytes.last() != Some(&b';') && !has_code_byte(bytes) {
        return false;
    }
    if has_wide(line) {
        return is_narrow_code(&line.chars().map(half_width).collect::<String>());
    }
    is_narrow_code(line)
}

fn is_narrow_code(line: &str) -> bool {
    static PARTS: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| AhoCorasick::new(CODE_PARTS).ok());
    is_statement(line)
        || CODE_STARTS.iter().any(|start| line.starts_with(start))
        || PARTS.as_ref().is_some_and(|parts| parts.is_match(line))
}

/// Whether the line ends as a statement of many languages does.
fn is_statement(line: &str) -> bool {
    line.strip_suffix(';').is_some_and(|rest| {
        rest.ends_with(|c: char| c.is_ascii_alphanumeric() || c == ')' || c == '"')
    })
}

/// Whether one of the bytes occurs that every one of [`CODE_PARTS`] holds.
fn has_code_byte(bytes: &[u8]) -> bool {
    let is_code_byte = |b: u8| {
        (b == b'(')
            | (b == b')')
            | (b == b'`')
            | (b == b'"')
            | (b == b'/')
            | (b == b'&')
            | (b == b'\\')
            | (b.wrapping_sub(b'<') < 3)
            | (b.wrapping_sub(b'{') < 3)
    };
    bytes.iter().fold(0, |hit, b| hit | u8::from(is_code_byte(*b))) != 0
}

/// Whether the line is a row of values: three or more, no sentence, all short or one a number.
fn is_comma_list(line: &str) -> bool {
    let is_number = |cell: &str| !cell.is_empty() && cell.bytes().all(|b| b.is_ascii_digit());
    let cells = || line.split(',').map(|cell| cell.trim_matches(' '));
    line.matches(',').count() >= 2
        && !line.contains(['。', '？', '！', '；', '?', '!', ';'])
        && !line.ends_with('.')
        && (cells().all(|cell| cell.chars().count() <= LONGEST_CELL) || cells().any(is_number))
}

/// Whether full-width Latin letters or digits stand in the line.
fn has_wide(line: &str) -> bool {
    line.chars().any(|c| half_width(c) != c)
}

/// The half-width form of a full-width Latin letter or digit; other characters as they are.
pub fn half_width(character: char) -> char {
    match character {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character)
        }
        _ => character,
    }
}
