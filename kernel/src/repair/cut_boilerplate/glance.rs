//! What a line may be at all, seen in one pass: most lines are nothing.
//!
//! A line without what a phrase is entered with cannot hold it. What is entered is hashed, so a
//! glance may see too much, never too little.

use super::entered::{
    ANYWHERE, BEGINS, COMMA, FIRST_HAN, Folded, ITEM, LEADS, LINE_ANYWHERE, Latin, OPENS_ANYWHERE,
    OPENS_ITEM, OPENS_LINE, Opening, PARTS, RUN_BEGINS, RUN_ENDS_RUN, RUN_PARTS, RUN_STOPS,
    SEMICOLON, SEPARATES, START, STOPS, TABLES, Tables, WEIGHT, ZERO, opens_bracket, pair_slot,
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
    let mut reader = Reader::new(&TABLES);
    let mut characters = line.chars();
    loop {
        let rest = characters.as_str();
        let is_open = reader.start.length >= 3;
        // Behind the openings only pairs tell, until a mark ends an item.
        let n_bytes = match rest.as_bytes() {
            [b'a'..=b'z' | b'A'..=b'Z' | b' ', ..] if is_open => reader.read_english(rest),
            [0xE2..=0xEF, ..] if is_open && reader.items.opening.length >= 3 => {
                reader.read_run(rest)
            }
            _ => 0,
        };
        if n_bytes > 0 {
            characters = rest.get(n_bytes..).unwrap_or_default().chars();
            continue;
        }
        let Some(character) = characters.next() else { break };
        reader.read(character);
    }
    reader.glance()
}

/// What was read of a line.
struct Reader<'a> {
    tables: &'a Tables,
    start: Opening,
    items: Items,
    latin: Latin,
    parts: Parts,
    /// The last character.
    last: Folded,
    /// The flags of all marks.
    seen: Folded,
    /// Folded characters.
    length: usize,
    /// It begins as a phrase does.
    begins: bool,
}

impl<'a> Reader<'a> {
    fn new(tables: &'a Tables) -> Self {
        Self {
            tables,
            start: Opening::default(),
            items: Items::default(),
            latin: Latin::default(),
            parts: Parts::default(),
            last: 0,
            seen: 0,
            length: 0,
            begins: false,
        }
    }

    #[inline(always)]
    fn read(&mut self, character: char) {
        let tables = self.tables;
        let entry = tables.entry(character as usize);
        let letter = entry as u16;
        if letter == 0 {
            return self.items.end(tables);
        }
        if letter == ZERO && self.last as u16 == ZERO {
            // A run of digits is one; an item that begins within it begins with it.
            if self.items.opening.length == 0 {
                self.items.push(entry, tables);
            }
            return;
        }
        self.seen |= entry;
        if letter < FIRST_HAN {
            self.latin.push(letter);
            self.parts.add_latin(self.last as u16, letter, &self.latin, tables);
        }
        self.parts.add_pair(self.last, entry, tables);
        if entry & (SEPARATES | PARTS) != 0 {
            self.items.push_mark(entry, tables);
        } else {
            self.items.push(entry, tables);
        }
        if self.start.length < 3 && (self.start.length > 0 || !opens_bracket(wide(letter))) {
            if self.start.length == 0 && entry & OPENS_LINE == 0 {
                self.start.give_up();
            } else {
                self.start.push(letter);
                self.begins |= tables.flags(self.start.slot()) & START != 0;
            }
        }
        self.length += 1;
        self.last = entry;
    }

    /// Reads the characters of three bytes that the text begins with, up to one that parts items or
    /// is no letter; gives their bytes.
    #[inline(always)]
    fn read_run(&mut self, text: &str) -> usize {
        let tables = self.tables;
        let characters = text.as_bytes().as_chunks::<3>().0;
        let (mut n, mut seen) = (0, 0);
        loop {
            let rest = characters.get(n..).unwrap_or_default();
            let passed = passed(tables, rest, self.last & BEGINS != 0, &mut seen);
            n += passed;
            if let Some(last) = rest.get(..passed).and_then(<[_]>::last) {
                self.last = tables.entry(code_of(last).into());
            }
            // Here stands what ends the run, or the second of a pair.
            let wide = |at: usize| rest.get(at).filter(|next| next[0] & 0xF0 == 0xE0).map(code_of);
            let Some(code) = wide(passed) else { break };
            let (run, entry) = (tables.run(code), tables.entry(code.into()));
            if run & RUN_ENDS_RUN != 0 {
                // The run goes on behind a mark that parts items, if none begins there as one that is known.
                let next = wide(passed + 1).filter(|_| run & RUN_PARTS != 0);
                let opens = |next: u16| {
                    let is_part = tables.run(next) & RUN_ENDS_RUN != 0;
                    is_part || tables.entry(next.into()) & OPENS_ITEM != 0
                };
                if next.is_none_or(opens) {
                    break;
                }
                self.items.n += 1;
            }
            self.parts.add_pair(self.last, entry, tables);
            self.last = entry;
            seen |= run;
            n += 1;
        }
        if seen & RUN_STOPS != 0 {
            self.seen |= STOPS;
        }
        self.length += n;
        3 * n
    }

    /// Reads the ASCII letters and blanks that the text begins with, word by word; gives their bytes.
    #[inline(always)]
    fn read_english(&mut self, text: &str) -> usize {
        let (tables, bytes) = (self.tables, text.as_bytes());
        let mut at = 0;
        while let Some(&first) = bytes.get(at) {
            if first == b' ' {
                self.items.end(tables);
                at += 1;
                continue;
            }
            let start = at;
            let mut before = self.last as u16;
            while let Some(letter @ b'a'..=b'z') = bytes.get(at).map(|byte| byte | 0x20) {
                let letter = u16::from(letter);
                self.latin.push(letter);
                self.parts.add_latin(before, letter, &self.latin, tables);
                before = letter;
                at += 1;
            }
            if at == start {
                break;
            }
            self.length += at - start;
            self.parts.add_pair(self.last, tables.entry(first.into()), tables);
            self.last = tables.entry(before.into());
            if self.items.opening.length <= 3 {
                for byte in bytes.get(start..at).unwrap_or_default() {
                    self.items.push(tables.entry((*byte).into()), tables);
                    if self.items.opening.length > 3 {
                        break;
                    }
                }
            }
        }
        at
    }

    fn glance(mut self) -> Glance {
        self.items.end(self.tables);
        let (parts, items) = (self.parts, self.items);
        let has_path = self.seen & LEADS != 0;
        Glance {
            has_phrase: (self.begins || parts.has_phrase) && self.length <= self.tables.longest
                || parts.weight >= DISCLAIMER,
            has_path,
            has_items: items.may_compose(),
            n_items: items.n_known,
            length: self.length,
            is_sentence: self.seen & STOPS != 0 || matches!(self.last as u16, SEMICOLON | COMMA),
            is_bare: parts.is_empty() && !has_path && items.n_known == 0,
        }
    }
}

/// How many of these characters of three bytes neither end a run nor may be the second of an entered
/// pair; their flags go to `seen`. `begins`: the character before them may be the first of one.
///
/// On its own, so that all it needs stays in registers.
#[inline(never)]
fn passed(tables: &Tables, characters: &[[u8; 3]], begins: bool, seen: &mut u8) -> usize {
    let mut ending = RUN_ENDS_RUN | u8::from(begins) << 1;
    let mut all = 0;
    let place = characters.iter().position(|character| {
        let run = tables.run(code_of(character));
        if character[0] & 0xF0 != 0xE0 || run & ending != 0 {
            return true;
        }
        ending = RUN_ENDS_RUN | (run & RUN_BEGINS) << 1;
        all |= run;
        false
    });
    *seen |= all;
    place.unwrap_or(characters.len())
}

/// The code point of a character of three bytes.
#[inline(always)]
fn code_of([first, second, third]: &[u8; 3]) -> u16 {
    u16::from(*first) << 12 | u16::from(second & 63) << 6 | u16::from(third & 63)
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

/// Whether a line may be one that is cut wherever it stands, by its first character; most are not.
#[inline(always)]
pub fn may_be_anywhere(line: &[u8]) -> bool {
    let code = match line {
        [first @ 0xE4..=0xE9, second, third, ..] => code_of(&[*first, *second, *third]),
        [first @ b'-'..=b';' | first @ b'A'..=b'Z' | first @ b'a'..=b'z', ..] => (*first).into(),
        _ => return true,
    };
    TABLES.entry(code.into()) & OPENS_ANYWHERE != 0
}

/// Whether a line that begins so may be one that is cut wherever it stands.
pub fn begins_anywhere(line: &str) -> bool {
    let tables = &*TABLES;
    let (mut start, mut last) = (Opening::default(), 0);
    for character in line.chars() {
        let entry = tables.entry(character as usize);
        let letter = entry as u16;
        if letter == 0 || letter == ZERO && last == ZERO {
            continue;
        }
        last = letter;
        if start.length == 0 && entry & OPENS_ANYWHERE == 0 {
            if opens_bracket(wide(letter)) {
                continue;
            }
            // Most lines are done here.
            return false;
        }
        start.push(letter);
        if start.length > 3 || tables.flags(start.slot()) & LINE_ANYWHERE != 0 {
            return start.length <= 3;
        }
    }
    false
}

fn wide(folded: u16) -> char {
    char::from_u32(folded.into()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::cut::key;
    use crate::repair::cut_boilerplate::line::ruled;
    use crate::repair::cut_boilerplate::rules::{Form, RULES, Zone};
    use proptest::prelude::*;

    #[test]
    fn lines_that_are_cut_anywhere_are_known_by_their_beginning() {
        for pattern in &RULES.patterns {
            let Some(rule) = RULES.rules.get(pattern.rule) else { continue };
            let is_anywhere = rule.zone == Zone::Anywhere;
            assert!(
                !is_anywhere || matches!(rule.form, Form::Exact | Form::Prefix),
                "{}",
                rule.name
            );
            for line in [pattern.phrase.clone(), format!(" （{}", pattern.phrase)] {
                let may_be = may_be_anywhere(line.as_bytes()) && begins_anywhere(&line);
                assert!(!is_anywhere || may_be, "{line}");
            }
        }
        assert!(!may_be_anywhere("今天的会议讨论了明年的工作安排".as_bytes()));
        assert!(!begins_anywhere("今天的会议讨论了明年的工作安排"));
    }

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
