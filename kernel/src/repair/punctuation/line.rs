//! What kind of line this is: Chinese, or one whose marks are not prose.

use crate::han::is_han;

/// How a line begins that is code or comment.
const CODE_STARTS: [&str; 12] =
    ["# ", "#!", "#include", "#define", "//", "/*", "*/", "--", "<", "@", "import ", ">>>"];
/// What only code and markup contain.
const CODE_PARTS: [&str; 22] = [
    "()", "(\"", "('", "\")", "')", "`", "==", "!=", "=>", "->", "</", "/>", " = ", "+=", "&&",
    "||", "{", "}", "\\", "\": ", "\":\"", " //",
];

/// What the marks of a line may be taken for.
pub struct Nature {
    /// Code, a table or a comma list: nothing is changed.
    pub is_protected: bool,
    /// More Han characters than Latin words, and no kana.
    pub is_chinese: bool,
}

/// Whether the line holds nothing this repair could change; the gate before any decision.
pub fn is_plain(line: &str) -> bool {
    let bytes = line.as_bytes();
    let hit = |part: &[u8]| {
        matches!(
            *part,
            [b',' | b'?' | b'!' | b':' | b';' | b'.' | b'(' | b')' | b'-' | b'"' | b'\'', ..]
                | [0xE2, 0x80, 0x94 | 0xA6]
                | [0xEF, 0xBC, 0x90..=0x99 | 0xA1..=0xBA]
                | [0xEF, 0xBD, 0x81..=0x9A]
        )
    };
    let is_doubled = |six: &[u8]| {
        matches!(*six, [0xE3, 0x80, 0x81 | 0x82, ..] | [0xEF, 0xBC, 0x8C | 0x9A | 0x9B, ..])
            && six[..3] == six[3..]
    };
    if bytes.is_ascii() {
        return true;
    }
    // The last two bytes have no window; a mark there can only be ASCII.
    let end = bytes.len().saturating_sub(2);
    !(bytes.windows(3).any(hit)
        || bytes.get(end..).is_some_and(|rest| rest.iter().any(|b| hit(&[*b])))
        || bytes.windows(6).any(is_doubled))
}

/// The nature of one line without its line feed.
pub fn nature(line: &str) -> Nature {
    let (mut n_han, mut n_words, mut is_word, mut is_japanese) = (0, 0, false, false);
    for character in line.chars().map(half_width) {
        n_han += usize::from(is_han(character));
        n_words += usize::from(character.is_ascii_alphabetic() && !is_word);
        is_word = character.is_ascii_alphabetic();
        is_japanese |= matches!(character, '\u{3041}'..='\u{30FA}');
    }
    let is_protected = line.contains(['\t', '|']) || is_comma_list(line) || is_code(line);
    Nature { is_protected, is_chinese: n_han > n_words && !is_japanese }
}

/// Whether the line is code, a comment, markup or a record.
pub fn is_code(line: &str) -> bool {
    let line: String = line.trim_matches(' ').chars().map(half_width).collect();
    let is_statement = line.strip_suffix(';').is_some_and(|rest| {
        rest.ends_with(|c: char| c.is_ascii_alphanumeric() || c == ')' || c == '"')
    });
    is_statement
        || CODE_STARTS.iter().any(|start| line.starts_with(start))
        || CODE_PARTS.iter().any(|part| line.contains(part))
}

/// Whether the line is a row of values: three or more, no sentence, all short or one a number.
fn is_comma_list(line: &str) -> bool {
    let is_number = |cell: &str| !cell.is_empty() && cell.bytes().all(|b| b.is_ascii_digit());
    let cells = || line.split(',').map(|cell| cell.trim_matches(' '));
    line.matches(',').count() >= 2
        && !line.contains(['。', '？', '！', '；', '?', '!', ';'])
        && !line.ends_with('.')
        && (cells().all(|cell| cell.chars().count() <= 8) || cells().any(is_number))
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
