//! The changes within one line, in characters.

use super::line::half_width;
use crate::han::is_han;
use crate::utf8::decode;
use std::sync::LazyLock;

/// The characters `start..end` of a line become `after`.
pub struct Change {
    /// Which rule decided.
    pub rule: &'static str,
    /// First character replaced.
    pub start: usize,
    /// First character kept.
    pub end: usize,
    /// What stands there then.
    pub after: String,
}

/// A line in characters and what was seen of them in one pass; its memory serves line after line.
#[derive(Default)]
pub struct Line {
    /// The line.
    pub characters: Vec<char>,
    /// Places of all but Chinese characters, ASCII letters and digits, and spaces.
    marks: Vec<usize>,
    /// The line as it becomes while it is looked at.
    now: Vec<char>,
    /// The classes of all its characters together.
    has: u8,
    n_han: usize,
    n_words: usize,
}

/// Classes of characters, one bit each. Of most lines, which have no brackets, no quotes and no
/// address, nothing is looked at in pairs or at length.
mod class {
    pub const HAN: u8 = 1;
    /// A Latin letter, full-width too.
    pub const LETTER: u8 = 2;
    /// All but Chinese characters, ASCII letters and digits, and spaces.
    pub const MARK: u8 = 4;
    /// A bracket that closes.
    pub const BRACKET: u8 = 8;
    pub const QUOTE: u8 = 16;
    /// It may be of an address.
    pub const URL: u8 = 32;
    /// A full-width Latin letter or digit.
    pub const WIDE: u8 = 64;
    pub const KANA: u8 = 128;
}

/// The classes of the characters of the basic plane: a look-up, for branches would be guessed wrong
/// at every mark.
static CLASSES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let of = |code: u32| char::from_u32(code).map_or(class::MARK, class_of);
    (0..1 << 16).map(of).collect()
});

fn class_of(character: char) -> u8 {
    use class::{BRACKET, HAN, KANA, LETTER, MARK, QUOTE, URL, WIDE};
    match character {
        '\u{4E00}'..='\u{9FFF}' => HAN,
        'w' => LETTER | URL,
        'a'..='z' | 'A'..='Z' => LETTER,
        '0'..='9' | ' ' => 0,
        ')' | '）' => MARK | BRACKET,
        '"' | '\'' => MARK | QUOTE,
        '/' => MARK | URL,
        '０'..='９' => MARK | WIDE,
        'Ａ'..='Ｚ' | 'ａ'..='ｚ' => MARK | WIDE | LETTER,
        '\u{3041}'..='\u{30FA}' => MARK | KANA,
        _ if is_han(character) => HAN,
        _ => MARK,
    }
}

impl Line {
    /// Takes another line in the place of the last.
    pub fn read(&mut self, line: &str) {
        self.characters.clear();
        self.characters.reserve(line.len());
        let mut rest = line.as_bytes();
        while let Some((code, tail)) = decode(rest) {
            self.characters.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            rest = tail;
        }
        self.look();
    }

    fn look(&mut self) {
        let n = self.characters.len();
        self.marks.resize(n, 0);
        let (marks, classes) = (self.marks.as_mut_slice(), CLASSES.as_slice());
        let (mut has, mut n_han, mut n_words, mut n_marks, mut before) = (0, 0, 0, 0, 0);
        for (at, character) in self.characters.iter().enumerate() {
            let known = classes.get(*character as usize).copied();
            let class = known.unwrap_or_else(|| class_of(*character));
            has |= class;
            n_han += usize::from(class & class::HAN);
            n_words += usize::from(class & !before & class::LETTER != 0);
            before = class;
            // Each place is written where the next mark's would stand, so that nothing branches.
            if let Some(mark) = marks.get_mut(n_marks) {
                *mark = at;
            }
            n_marks += usize::from(class & class::MARK != 0);
        }
        self.marks.truncate(n_marks);
        (self.has, self.n_han, self.n_words) = (has, n_han, n_words);
    }

    /// The line with the changes carried out in the place of the line; the line as it was.
    pub fn change(&mut self, changes: &[Change]) -> Vec<char> {
        let mut after = Vec::with_capacity(self.characters.len());
        let mut done = 0;
        for change in changes {
            after.extend_from_slice(self.characters.get(done..change.start).unwrap_or_default());
            after.extend(change.after.chars());
            done = change.end;
        }
        after.extend_from_slice(self.characters.get(done..).unwrap_or_default());
        let before = std::mem::replace(&mut self.characters, after);
        self.look();
        before
    }

    fn has(&self, class: u8) -> bool {
        self.has & class != 0
    }

    /// Whether the line has more Han characters than Latin words, and no kana.
    pub fn is_chinese(&self) -> bool {
        self.n_han > self.n_words && !self.has(class::KANA)
    }

    /// Whether full-width Latin letters or digits stand in the line.
    pub fn has_wide(&self) -> bool {
        self.has(class::WIDE)
    }

    /// All changes one look at the line finds; `is_chinese` opens all rules, else only `width`.
    pub fn changes(&mut self, is_chinese: bool) -> Vec<Change> {
        let (has_bracket, has_quote) = (self.has(class::BRACKET), self.has(class::QUOTE));
        let is_url = if self.has(class::URL) { urls(&self.characters) } else { Vec::new() };
        let Self { characters: line, marks, now, .. } = self;
        now.clone_from(line);
        if is_chinese && has_bracket {
            pair_brackets(now, marks);
        }
        if is_chinese && has_quote {
            pair_quotes(now, marks, '"', ['“', '”']);
            pair_quotes(now, marks, '\'', ['‘', '’']);
        }
        let is_dotted = is_chinese && ends_with_dot(line);
        let mut changes = Vec::new();
        let mut done = 0;
        for at in marks.iter().copied() {
            if at < done {
                continue;
            }
            let first = line[at];
            let same = line[at..].iter().take_while(|c| **c == first).count();
            let is_open = is_chinese && is_url.get(at) != Some(&true);
            let (end, found) = if now[at] != first {
                let rule = if "()（）".contains(first) { "bracket" } else { "quote" };
                (at + 1, Some((rule, now[at].to_string())))
            } else if half_width(first) != first {
                (at + 1, Some(("width", half_width(first).to_string())))
            } else if is_open && DECIDED.contains(&first) {
                decide(now, at, at + same, is_dotted)
            } else {
                (at + 1, None)
            };
            if let Some((rule, after)) = found {
                for slot in &mut now[at..end] {
                    *slot = after.chars().last().unwrap_or(first);
                }
                push(&mut changes, Change { rule, start: at, end, after });
            }
            done = end;
        }
        changes
    }
}

/// Adds a change; one of `width` joins the one before it.
fn push(changes: &mut Vec<Change>, change: Change) {
    match changes.last_mut() {
        Some(last)
            if last.rule == "width" && change.rule == "width" && last.end == change.start =>
        {
            last.end = change.end;
            last.after.push_str(&change.after);
        }
        _ => changes.push(change),
    }
}

/// The characters whose runs [`decide`] may change.
const DECIDED: [char; 14] =
    ['.', '。', '…', '-', '—', '，', '、', '；', '：', ',', '?', '!', ':', ';'];

/// What becomes of the run `at..end` of one character: where it ends, and rule and new text.
fn decide(
    now: &[char],
    at: usize,
    end: usize,
    is_dotted: bool,
) -> (usize, Option<(&'static str, String)>) {
    let left = at.checked_sub(1).and_then(|i| now.get(i)).copied();
    let right = now.get(end).copied();
    let (is_left, is_right) = (left.is_some_and(is_near), right.is_some_and(is_near));
    let (first, length) = (now[at], end - at);
    let gap = now[end..].iter().take_while(|c| **c == ' ').count();
    let next = now.get(end + gap).copied();
    match first {
        '.' | '。' | '…' if length >= 3 || (first == '…' && length == 1) => {
            let is_leader = length > 12 || next.is_some_and(|c| c.is_ascii_digit() || c == '/');
            let is_ellipsis = (is_left || right.is_some_and(is_han)) && !is_leader;
            (end, is_ellipsis.then(|| ("ellipsis", "……".to_owned())))
        }
        '-' | '—' => {
            let is_word = |c: Option<char>| c.is_some_and(is_han);
            let is_dash = match first {
                '—' if length == 1 => is_left && is_right && !(is_word(left) && is_word(right)),
                '—' => (3..=4).contains(&length) && is_left && is_right,
                _ => (2..=4).contains(&length) && is_left && is_right,
            };
            (end, is_dash.then(|| ("dash", "——".to_owned())))
        }
        '，' | '、' | '；' | '：' | '。' => {
            // Three commas or more are empty cells.
            (end, (length == 2).then(|| ("repeated", first.to_string())))
        }
        '.' => {
            let is_stop = is_left
                && length == 1
                && (next.is_none() || is_dotted && right.is_some_and(is_near));
            (end, is_stop.then(|| ("stop", "。".to_owned())))
        }
        ',' | '?' | '!' | ':' | ';' => decide_ascii(now, at, end),
        '…' => (end, None),
        _ => (at + 1, None),
    }
}

/// What becomes of the run `at..end` of one ASCII mark.
fn decide_ascii(now: &[char], at: usize, end: usize) -> (usize, Option<(&'static str, String)>) {
    let (first, length) = (now[at], end - at);
    let left = at.checked_sub(1).and_then(|i| now.get(i)).copied();
    let right = now.get(end).copied();
    let is_left = left.is_some_and(is_near);
    let gap = now[end..].iter().take_while(|c| **c == ' ').count();
    let next = now.get(end + gap).copied();
    let is_face = matches!(first, ':' | ';') && right.is_some_and(|c| "()-DPp'/\\|^".contains(c));
    // `E!`, `5!`: a name, a factorial.
    let follows =
        first != '!' && left.is_some_and(|c| c.is_ascii_alphanumeric() || ")%\"".contains(c));
    let is_mark = is_left || follows && right.is_some_and(is_han);
    let is_empty_cell = matches!(first, ',' | ':' | ';') && length >= 3;
    let is_other = is_face || is_empty_cell || right == Some('=');
    if !is_mark || is_other || first == ';' && ends_reference(now, at) {
        return (end, None);
    }
    let (rule, wide) = match first {
        ',' => ("comma", '，'),
        ':' => ("colon", '：'),
        ';' => ("semicolon", '；'),
        '?' => ("question", '？'),
        _ => ("exclamation", '！'),
    };
    let times = if matches!(first, '?' | '!') { length } else { 1 };
    let end = if next.is_some_and(is_near) { end + gap } else { end };
    (end, Some((rule, wide.to_string().repeat(times))))
}

/// Whether the semicolon at `at` ends a character reference: `&lt;`, `&#39;`.
fn ends_reference(now: &[char], at: usize) -> bool {
    let before = now.get(..at).unwrap_or_default();
    let name = before.iter().rev().take_while(|c| c.is_ascii_alphanumeric() || **c == '#').count();
    name > 0 && before.iter().rev().nth(name) == Some(&'&')
}

/// Whether a mark beside this character stands in Chinese.
fn is_near(character: char) -> bool {
    is_han(character)
        || matches!(
            character,
            '，' | '。'
                | '、'
                | '；'
                | '：'
                | '？'
                | '！'
                | '（'
                | '）'
                | '“'
                | '”'
                | '‘'
                | '’'
                | '《'
                | '》'
                | '〈'
                | '〉'
                | '【'
                | '】'
                | '「'
                | '」'
                | '『'
                | '』'
                | '…'
                | '—'
        )
}

/// Whether the line ends with a single dot behind a Chinese character: its stops are dots.
fn ends_with_dot(line: &[char]) -> bool {
    matches!(line, [.., before, '.'] if is_near(*before))
}

/// Which characters belong to an address: from its scheme to a space, comma, quote or Chinese mark.
fn urls(line: &[char]) -> Vec<bool> {
    let mut is_url = vec![false; line.len()];
    let mut inside = false;
    for (at, character) in line.iter().enumerate() {
        let here = || line.get(at..).unwrap_or_default();
        inside |= match character {
            ':' => here().starts_with(&[':', '/', '/']),
            'w' => here().starts_with(&['w', 'w', 'w', '.']),
            _ => false,
        };
        if inside {
            let is_end = matches!(character, ' ' | '\t' | ',' | '"' | '\'' | ')')
                || !is_han(*character) && is_near(*character);
            inside = !is_end;
            is_url[at] = inside;
        }
    }
    is_url
}

/// Writes the Chinese forms over brackets that belong together and hold or follow Chinese.
fn pair_brackets(now: &mut [char], marks: &[usize]) {
    let mut open = Vec::new();
    for at in marks.iter().copied() {
        match now[at] {
            '(' | '（' => open.push(at),
            ')' | '）' => {
                let Some(start) = open.pop() else { continue };
                let inside = &now[start + 1..at];
                let has_word = inside.iter().any(|c| c.is_ascii_alphanumeric());
                let follows = start > 0 && is_near(now[start - 1]);
                let is_mixed = now[start] == '（' || now[at] == '）';
                if is_formula(now, start, at) {
                    continue;
                }
                if is_mixed || inside.iter().any(|c| is_han(*c)) || follows && has_word {
                    (now[start], now[at]) = ('（', '）');
                }
            }
            _ => {}
        }
    }
}

/// Whether both brackets are half-width and belong to a calculation.
///
/// An operator stands beside them, or within them and no Chinese.
fn is_formula(now: &[char], start: usize, end: usize) -> bool {
    let is_operator = |c: &char| "+*/^=×÷".contains(*c);
    let is_ink = |c: &&char| **c != ' ';
    let before = now.get(..start).unwrap_or_default().iter().rev().find(is_ink);
    let behind = now.get(end + 1..).unwrap_or_default().iter().find(is_ink);
    let inside = now.get(start + 1..end).unwrap_or_default();
    let is_half = now.get(start) == Some(&'(') && now.get(end) == Some(&')');
    let is_sum = inside.iter().any(is_operator) && !inside.iter().any(|c| is_han(*c));
    is_half && (is_sum || before.is_some_and(is_operator) || behind.is_some_and(is_operator))
}

/// Writes the Chinese forms over straight quotes, first and second in turn, if their number is even.
fn pair_quotes(now: &mut [char], marks: &[usize], straight: char, curly: [char; 2]) {
    let is_letter =
        |at: Option<usize>| at.and_then(|i| now.get(i)).is_some_and(char::is_ascii_alphanumeric);
    let is_apostrophe =
        |at: usize| straight == '\'' && (is_letter(at.checked_sub(1)) && is_letter(Some(at + 1)));
    let is_quote = |at: &usize| now[*at] == straight && !is_apostrophe(*at);
    let quotes: Vec<usize> = marks.iter().copied().filter(is_quote).collect();
    if quotes.len() % 2 == 1 {
        return;
    }
    for pair in quotes.chunks_exact(2) {
        let (start, end) = (pair[0], pair[1]);
        let is_beside =
            start > 0 && is_near(now[start - 1]) || now.get(end + 1).is_some_and(|c| is_near(*c));
        let has_han = now[start + 1..end].iter().any(|c| is_han(*c));
        if end > start + 1 && (has_han || straight == '"' && is_beside) {
            (now[start], now[end]) = (curly[0], curly[1]);
        }
    }
}
