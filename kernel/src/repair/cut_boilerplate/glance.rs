//! What a line may be at all, seen in one pass: most lines are nothing.
//!
//! A line without what a phrase is entered with cannot hold it. What is entered is hashed, so a
//! glance may see too much, never too little.

use super::entered::{
    ANYWHERE, BEGINS, COMMA, FIRST_HAN, Folded, ITEM, LEADS, Latin, OPENS_ITEM, OPENS_LINE,
    Opening, PARTS, RUN_BEGINS, RUN_LETTER, SEMICOLON, SEPARATES, START, STOPS, TABLES, Tables,
    WEIGHT, ZERO, opens_bracket, pair_slot,
};
use super::line::{DATE, DISCLAIMER};

/// Items that a menu needs at least.
pub const MENU: u32 = 4;

/// What a line may be.
#[derive(Debug, Default, PartialEq)]
pub struct Glance {
    /// A phrase may stand in it.
    pub has_phrase: bool,
    /// It may be a path through the site.
    pub has_path: bool,
    /// It may be put together of known items.
    pub has_items: bool,
    /// Items that may be known.
    pub n_items: u32,
    /// Folded characters.
    pub length: usize,
    /// It holds a full stop, or ends with a semicolon or a comma.
    pub is_sentence: bool,
    /// No phrase can be in it but one that a part of it begins with, however long it is.
    pub is_bare: bool,
}

impl Glance {
    /// Whether nothing but its length has to be known.
    pub fn is_plain(&self) -> bool {
        !(self.has_phrase || self.has_path || self.has_items)
    }
}

/// The items of a line as they come: how many there are, and how many are known.
#[derive(Default)]
struct Items {
    opening: Opening,
    n: u32,
    n_known: u32,
    is_first_known: bool,
    /// First character of the first item.
    first: u16,
}

impl Items {
    #[inline(always)]
    fn push(&mut self, entry: Folded, tables: &Tables) {
        if self.opening.length == 0 {
            self.n += 1;
            if self.n == 1 {
                self.first = entry as u16;
            }
            if entry & OPENS_ITEM == 0 {
                return self.opening.give_up();
            }
        }
        self.opening.push(entry as u16);
        if self.opening.length == 3 {
            self.know(tables);
        }
    }

    /// Ends the item; one of one or two characters is known only as a whole.
    #[inline(always)]
    fn end(&mut self, tables: &Tables) {
        if matches!(self.opening.length, 1 | 2) {
            self.know(tables);
        }
        self.opening = Opening::default();
    }

    /// Takes in a mark that may end an item.
    fn push_mark(&mut self, entry: Folded, tables: &Tables) {
        if entry & SEPARATES != 0 {
            return self.end(tables);
        }
        // `首页-新闻` are two items of a menu, `e-mail` is one of a line of buttons.
        let opening = self.opening.clone();
        self.end(tables);
        self.opening = opening;
        self.push(entry, tables);
        self.end(tables);
    }

    fn know(&mut self, tables: &Tables) {
        if tables.flags(self.opening.slot()) & ITEM != 0 {
            self.n_known += 1;
            self.is_first_known |= self.n == 1;
        }
    }

    /// Whether they may make a menu, or a line that begins with a known item or a date.
    fn may_compose(&self) -> bool {
        let is_dated = || DATE.chars().any(|c| u32::from(c) == u32::from(self.first));
        self.n_known >= MENU || self.n_known > 0 && (self.is_first_known || is_dated())
    }
}

/// What the line may be. One look-up for each character, and one more for each of the pairs and
/// openings whose characters are those of a phrase.
pub fn glance(line: &str) -> Glance {
    let tables = &*TABLES;
    let mut glance = Glance::default();
    let (mut start, mut items) = (Opening::default(), Items::default());
    let (mut latin, mut last, mut parts) = (Latin::default(), 0, Parts::default());
    let mut seen = 0;
    let mut characters = line.chars();
    loop {
        let rest = characters.as_str();
        // Behind the openings only pairs tell, until a mark ends an item.
        let read = match rest.as_bytes() {
            [b'a'..=b'z' | b'A'..=b'Z' | b' ', ..] if start.length >= 3 => {
                english(rest, &mut last, &mut items, &mut latin, &mut parts, tables)
            }
            [0xE4..=0xE9, ..] if start.length >= 3 && items.opening.length >= 3 => {
                han_run(rest, &mut last, &mut parts, tables)
            }
            _ => Read::default(),
        };
        if read.bytes > 0 {
            glance.length += read.characters;
            characters = rest.get(read.bytes..).unwrap_or_default().chars();
            continue;
        }
        let Some(character) = characters.next() else { break };
        let entry = tables.entry(character as usize);
        let letter = entry as u16;
        if letter == 0 {
            items.end(tables);
            continue;
        }
        if letter == ZERO && last as u16 == ZERO {
            // A run of digits is one; an item that begins within it begins with it.
            if items.opening.length == 0 {
                items.push(entry, tables);
            }
            continue;
        }
        seen |= entry;
        if letter < FIRST_HAN {
            latin.push(letter);
            parts.add_latin(last as u16, letter, &latin, tables);
        }
        parts.add_pair(last, entry, tables);
        if entry & (SEPARATES | PARTS) != 0 {
            items.push_mark(entry, tables);
        } else {
            items.push(entry, tables);
        }
        if start.length < 3 && (start.length > 0 || !opens_bracket(wide(letter))) {
            if start.length == 0 && entry & OPENS_LINE == 0 {
                start.give_up();
            } else {
                start.push(letter);
                glance.has_phrase |= tables.flags(start.slot()) & START != 0;
            }
        }
        glance.length += 1;
        last = entry;
    }
    items.end(tables);
    glance.has_path = seen & LEADS != 0;
    glance.is_sentence = seen & STOPS != 0 || matches!(last as u16, SEMICOLON | COMMA);
    glance.has_phrase = (glance.has_phrase || parts.has_phrase) && glance.length <= tables.longest
        || parts.weight >= DISCLAIMER;
    glance.is_bare = parts.is_empty() && !glance.has_path && items.n_known == 0;
    glance.has_items = items.may_compose();
    glance.n_items = items.n_known;
    glance
}

/// What the entered parts of phrases say that were met so far.
#[derive(Default)]
struct Parts {
    weight: u32,
    has_phrase: bool,
}

impl Parts {
    fn is_empty(&self) -> bool {
        self.weight == 0 && !self.has_phrase
    }

    #[inline(always)]
    fn add(&mut self, flags: u8) {
        self.weight += u32::from(flags >> WEIGHT);
        self.has_phrase |= flags & ANYWHERE != 0;
    }

    /// Adds what the pair is entered for.
    #[inline(always)]
    fn add_pair(&mut self, last: Folded, entry: Folded, tables: &Tables) {
        if last & entry >> 1 & BEGINS != 0 {
            self.add(tables.flags(pair_slot(last as u16, entry as u16)));
        }
    }

    /// Adds what the letters are entered for that end with these two.
    #[inline(always)]
    fn add_latin(&mut self, last: u16, letter: u16, latin: &Latin, tables: &Tables) {
        if tables.may_end_latin(last, letter) {
            self.add(tables.flags(latin.slot()));
        }
    }
}

/// How much of a text was read.
#[derive(Default)]
struct Read {
    characters: usize,
    bytes: usize,
}

/// The Chinese characters the text begins with; their pairs are added to `parts`, the first with
/// `last`, which becomes the last of them.
#[inline(always)]
fn han_run(text: &str, last: &mut Folded, parts: &mut Parts, tables: &Tables) -> Read {
    let (mut n, mut code_before) = (0, 0);
    let mut run_before = if *last & BEGINS != 0 { RUN_BEGINS } else { 0 };
    for bytes in text.as_bytes().chunks_exact(3) {
        let [first @ 0xE4..=0xE9, second, third] = bytes else { break };
        let (first, second) = (u16::from(*first) << 12, u16::from(second & 0x3F) << 6);
        let code = first | second | u16::from(third & 0x3F);
        let run = tables.run(code);
        if run & RUN_LETTER == 0 {
            break;
        }
        if run_before & run >> 1 & RUN_BEGINS != 0 {
            let before = if n == 0 { *last } else { tables.entry(code_before.into()) };
            parts.add(tables.flags(pair_slot(before as u16, tables.entry(code.into()) as u16)));
        }
        (run_before, code_before) = (run, code);
        n += 1;
    }
    if n > 0 {
        *last = tables.entry(code_before.into());
    }
    Read { characters: n, bytes: 3 * n }
}

/// The ASCII letters and blanks that the text begins with, taken in word by word.
#[inline(always)]
fn english(
    text: &str,
    last: &mut Folded,
    items: &mut Items,
    latin: &mut Latin,
    parts: &mut Parts,
    tables: &Tables,
) -> Read {
    let bytes = text.as_bytes();
    let mut read = Read::default();
    while let Some(&first) = bytes.get(read.bytes) {
        if first == b' ' {
            items.end(tables);
            read.bytes += 1;
            continue;
        }
        let start = read.bytes;
        let mut before = *last as u16;
        while let Some(letter @ b'a'..=b'z') = bytes.get(read.bytes).map(|byte| byte | 0x20) {
            let letter = u16::from(letter);
            latin.push(letter);
            parts.add_latin(before, letter, latin, tables);
            before = letter;
            read.bytes += 1;
        }
        if read.bytes == start {
            break;
        }
        read.characters += read.bytes - start;
        parts.add_pair(*last, tables.entry(first.into()), tables);
        *last = tables.entry(before.into());
        if items.opening.length <= 3 {
            for byte in bytes.get(start..read.bytes).unwrap_or_default() {
                items.push(tables.entry((*byte).into()), tables);
                if items.opening.length > 3 {
                    break;
                }
            }
        }
    }
    read
}

/// Whether a line that begins so may be named by its beginning or its first item.
pub fn may_begin(line: &str) -> bool {
    let tables = &*TABLES;
    let (mut start, mut item) = (Opening::default(), Opening::default());
    let (mut begins, mut last) = (0, 0);
    for character in line.chars() {
        let entry = tables.entry(character as usize);
        let letter = entry as u16;
        if letter == 0 || letter == ZERO && last == ZERO {
            continue;
        }
        if item.length == 0 && entry & OPENS_ITEM == 0 {
            item.give_up();
        } else if item.length < 3 {
            item.push(letter);
            begins |= tables.flags(item.slot()) & ITEM;
        }
        if start.length == 0 && !opens_bracket(wide(letter)) && entry & OPENS_LINE == 0 {
            start.give_up();
        } else if start.length < 3 && (start.length > 0 || !opens_bracket(wide(letter))) {
            start.push(letter);
            begins |= tables.flags(start.slot()) & START;
        }
        if start.length >= 3 && item.length >= 3 {
            break;
        }
        last = letter;
    }
    begins != 0
}

fn wide(folded: u16) -> char {
    char::from_u32(folded.into()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::cut::key;
    use crate::repair::cut_boilerplate::line::ruled;
    use crate::repair::cut_boilerplate::rules::{Form, RULES};
    use proptest::prelude::*;

    #[test]
    fn phrases_are_long_enough_to_be_seen() {
        for pattern in &RULES.patterns {
            let least = match RULES.rules.get(pattern.rule).map(|rule| rule.form) {
                Some(Form::Contains | Form::Score) if pattern.phrase.is_ascii() => Latin::LENGTH,
                Some(Form::Contains | Form::Score) => 2,
                Some(Form::Label) => 3,
                _ => 1,
            };
            assert!(pattern.phrase.chars().count() >= least, "{}", pattern.phrase);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn a_glance_misses_no_rule(picks in prop::collection::vec(
            (0..RULES.patterns.len(), prop::sample::select(vec![
                "", "", " ", "|", "(", ")", "【", "】", "-", "/", "、", ">", "12", "3", "年", "。", "，", "一", "a", "大", "丨",
            ])), 0..6))
        {
            let line: String = picks
                .iter()
                .filter_map(|&(at, glue)| Some([glue, &RULES.patterns.get(at)?.phrase]))
                .flatten()
                .collect();
            let line = crate::repair::trim_blank(&line);
            let length = key(line).chars().count();
            let open = Glance { has_phrase: true, has_path: true, has_items: true, n_items: MENU, length, ..Glance::default() };
            let seen = glance(line);
            prop_assert_eq!(seen.length, length, "{:?}", line);
            prop_assert_eq!(ruled(line, &seen), ruled(line, &open), "{:?} {:?}", line, seen);
        }
    }
}
