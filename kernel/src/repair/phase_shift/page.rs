//! What a page says about itself: its script, its words, its glosses.

use super::decoder::Decoder;
use super::tokens::{Kind, Place, gloss_size, id_of, tokens};
use crate::gbk::{gbk, is_private};
use crate::han;
use crate::language_model::{Context, NAT, Token as Id, model};
use crate::reading;
use crate::repair::survey::Survey;
use std::collections::HashSet;
use std::hash::Hash;
use std::sync::LazyLock;

/// A character the model has never met, or a symbol.
const UNKNOWN: i32 = 8 * NAT;
/// A character of the other script than the page's.
const OTHER_SCRIPT: i32 = 4 * NAT;
/// A full-width letter or digit, which the model knows only as one of its class; twice so much for
/// one that the page has nowhere else.
const WIDE: i32 = 5 * NAT;
/// Three characters that the page has elsewhere cost no more than this.
const SEEN_THREE: i32 = 3 * NAT / 2;
/// Two characters that the page has elsewhere cost no more than this.
const SEEN_TWO: i32 = 4 * NAT;
/// A mark that is cut bytewise wherever it stands is not left inside a run.
const CUT: i32 = 6 * NAT;
/// A stop right after another one.
const STOPS: i32 = 3 * NAT;
/// A character that another run of the page opened with costs so much less.
const OPENER: i32 = 2 * NAT;
/// So many glosses that fit their characters prove that the page was glossed.
const PROOF: usize = 5;

/// Items of a page: sorted in one go as they were read, which is several times faster than a hash
/// table that no choice of items slows down; those learnt later stand apart.
#[derive(Debug, Clone)]
struct Items<T> {
    read: Vec<T>,
    learnt: HashSet<T>,
}

impl<T: Copy + Ord + Hash> Items<T> {
    fn of(mut read: Vec<T>) -> Self {
        read.sort_unstable();
        read.dedup();
        Self { read, learnt: HashSet::new() }
    }

    fn contains(&self, item: T) -> bool {
        self.read.binary_search(&item).is_ok() || self.learnt.contains(&item)
    }
}

/// Pairs of tokens; nearly all that are asked for are absent, which a bit says at once.
#[derive(Debug, Clone)]
struct Twos {
    pairs: Items<(Id, Id)>,
    bits: Vec<u64>,
}

impl Twos {
    fn of(pairs: Vec<(Id, Id)>) -> Self {
        let mut twos = Self { pairs: Items::of(pairs), bits: vec![0; 1024] };
        for (first, second) in &twos.pairs.read {
            let (word, bit) = Self::place(*first, *second);
            if let Some(slot) = twos.bits.get_mut(word) {
                *slot |= bit;
            }
        }
        twos
    }

    /// (word, bit) of a pair among the 65,536 bits.
    fn place(first: Id, second: Id) -> (usize, u64) {
        let mixed = (u32::from(first) << 16 | u32::from(second)).wrapping_mul(0x9E37_79B1) >> 16;
        ((mixed >> 6) as usize, 1 << (mixed & 63))
    }

    fn insert(&mut self, first: Id, second: Id) {
        let (word, bit) = Self::place(first, second);
        if let Some(slot) = self.bits.get_mut(word) {
            *slot |= bit;
        }
        self.pairs.learnt.insert((first, second));
    }

    fn contains(&self, first: Id, second: Id) -> bool {
        let (word, bit) = Self::place(first, second);
        self.bits.get(word).is_some_and(|slot| slot & bit != 0)
            && self.pairs.contains((first, second))
    }
}

/// Facts about a page, gathered once before its lines are searched.
#[derive(Debug, Clone)]
pub struct Page {
    /// At least [`PROOF`] glosses fit the characters before them.
    pub glossed: bool,
    /// How it was decoded.
    pub decoder: Decoder,
    /// The marks that were cut bytewise: none is left inside a run.
    cut: Vec<char>,
    /// The characters that clear runs opened with.
    openers: HashSet<char>,
    is_traditional: bool,
    is_simplified: bool,
    characters: Items<char>,
    twos: Twos,
    threes: Items<(Id, Id, Id)>,
}

impl Page {
    /// No facts: for a first look at a page that is likely clean.
    pub fn unread() -> &'static Self {
        static UNREAD: LazyLock<Page> = LazyLock::new(|| Page {
            glossed: false,
            decoder: Decoder::Unknown,
            cut: vec!['！', '？'],
            openers: HashSet::new(),
            is_traditional: false,
            is_simplified: false,
            characters: Items::of(Vec::new()),
            twos: Twos::of(Vec::new()),
            threes: Items::of(Vec::new()),
        });
        &UNREAD
    }

    /// The facts about `text`. A few passes and a sort, some 15 bytes of memory a character.
    pub fn of(text: &str, glossed: bool) -> Self {
        let mut page = Self { glossed, ..Self::unread().clone() };
        let traditional = text.chars().filter(|c| han::is_traditional_only(*c)).count();
        let simplified = text.chars().filter(|c| han::is_simplified_only(*c)).count();
        page.is_traditional = traditional > 4 * simplified;
        page.is_simplified = simplified > 4 * traditional;
        let wide = [('，', ','), ('：', ':'), ('；', ';'), ('（', '('), ('）', ')')];
        page.cut.extend(
            wide.iter()
                .filter(|(c, ascii)| !text.contains(*c) && text.contains(*ascii))
                .map(|(c, _)| *c),
        );
        let (mut characters, mut twos, mut threes) = (Vec::new(), Vec::new(), Vec::new());
        for line in text.split('\n') {
            words(line, glossed, |c, [before, last, id]| {
                characters.push(c);
                twos.push((last, id));
                threes.push((before, last, id));
            });
        }
        page.characters = Items::of(characters);
        page.twos = Twos::of(twos);
        page.threes = Items::of(threes);
        page
    }

    /// The same page under the assumption that `decoder` read it.
    pub fn decoded_by(&self, decoder: Decoder) -> Self {
        Self { decoder, ..self.clone() }
    }

    /// Learns the words of a line.
    pub fn read(&mut self, line: &str) {
        words(line, self.glossed, |c, [before, last, id]| {
            self.characters.learnt.insert(c);
            self.twos.insert(last, id);
            self.threes.learnt.insert((before, last, id));
        });
    }

    /// Learns that this full-width mark was cut bytewise, and across which character first.
    pub fn confirm(&mut self, mark: (u8, u8), first: Option<char>) {
        self.cut.extend(gbk().char(mark.0, mark.1));
        self.openers.extend(first);
    }

    /// What a run costs that opens with `c`: words recur.
    pub fn opener_cost(&self, c: char) -> i32 {
        if self.openers.contains(&c) { -OPENER } else { 0 }
    }

    /// Whether the character occurs on the page.
    pub fn has(&self, c: char) -> bool {
        self.characters.contains(c)
    }

    /// What `c` costs inside a run beyond its own cost, as it would have been cut there.
    pub fn cut_cost(&self, c: char) -> i32 {
        if self.cut.contains(&c) { CUT } else { 0 }
    }

    /// The place after writing `c`, and what that costs.
    pub fn write(&self, place: Place, c: char) -> (i32, Place) {
        self.write_as(place, c, self.step(place, c))
    }

    /// What `c` costs by the model and by what the page has elsewhere, and where the model stands then:
    /// the same for all characters that the model has never met.
    pub fn step(&self, place: Place, c: char) -> (i32, Context) {
        let id = id_of(c);
        let (mut cost, context) = model().step(place.context, id);
        let (before, last) = (place.context.before, place.context.last);
        if self.twos.contains(last, id) {
            let is_seen = self.threes.contains((before, last, id));
            cost = cost.min(if is_seen { SEEN_THREE } else { SEEN_TWO });
        }
        (cost, context)
    }

    /// The place after writing `c`, where its step is known, and what that costs.
    pub fn write_as(&self, place: Place, c: char, step: (i32, Context)) -> (i32, Place) {
        let (mut cost, context) = step;
        if !model().knows(c) || is_private(c) {
            cost += UNKNOWN;
        }
        if matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '．' | '　') {
            cost += if self.has(c) { WIDE } else { 2 * WIDE };
        }
        let foreign = (self.is_traditional && han::is_simplified_only(c))
            || (self.is_simplified && han::is_traditional_only(c));
        if foreign {
            cost += OTHER_SCRIPT;
        } else if han::is_han(c) && han::to_simplified(c) != c && !self.characters.contains(c) {
            cost += NAT / 2;
        }
        if !han::is_han(c) {
            cost += place.open.cost(c);
            if is_stop(c) && is_stop(place.last) && c != place.last {
                cost += STOPS;
            }
        }
        (cost, Place { context, last: c, open: place.open.after(c) })
    }
}

/// Calls `visit` with each plain character of a line, its token and the two before it.
fn words(line: &str, glossed: bool, mut visit: impl FnMut(char, [Id; 3])) {
    let mut context = model().line_start();
    for token in tokens(line, glossed).into_iter().filter(|token| token.kind == Kind::Plain) {
        let id = model().token(token.c);
        visit(token.c, [context.before, context.last, id]);
        context = model().step(context, id).1;
    }
}

fn is_stop(c: char) -> bool {
    matches!(c, '。' | '，' | '、' | '；' | '：')
}

/// Whether at least [`PROOF`] glosses stand after characters that read so.
pub fn is_glossed(text: &str, survey: Survey<'_>) -> bool {
    let fits = |at: &usize| gloss_fits(text, *at) == Some(true);
    let is_narrow = |at: &usize| text.as_bytes().get(*at) == Some(&b'(');
    let brackets = survey.brackets.iter().copied().filter(is_narrow);
    brackets.filter(fits).nth(PROOF - 1).is_some()
}

/// Whether a gloss stands where no character reads so, or lost its bracket to a decoder: the trace
/// of a gloss that was inserted across two characters. A dictionary's glosses all fit.
pub fn has_stray_gloss(text: &str) -> bool {
    let strays = |at: usize| gloss_fits(text, at) == Some(false);
    let is_tail = |at: usize| gloss_size(text.get(at + 1..).unwrap_or_default()).is_some();
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'(', bytes).any(strays) || memchr::memchr_iter(b'?', bytes).any(is_tail)
}

/// Whether the gloss whose bracket stands at `at` gives the reading of the character before it;
/// nothing if it is no gloss.
fn gloss_fits(text: &str, at: usize) -> Option<bool> {
    let (before, bracket) = text.split_at_checked(at)?;
    let after = bracket.get(1..)?;
    let gloss = after.get(..gloss_size(after)? - 1)?;
    let character = before.chars().next_back().filter(|c| !c.is_ascii());
    Some(character.is_some_and(|c| reading::fits(c, gloss)))
}
