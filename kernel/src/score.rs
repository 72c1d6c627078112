//! Scores: numbers about a text, all that are wanted in one look at it.
//!
//! What each score says stands with its reference form in `python/lianjin/operators/score/`.

pub mod kind;
mod ngram;
mod repeat;
mod sentence;
mod sight;
mod token;
mod unit;
mod web;

use crate::repair::cut_spam_tail;
use kind::{
    CLOSER, CONTROL, DIGIT, HAN, HAN_SIMPLIFIED, HAN_TRADITIONAL, KANA, LATIN, NEWLINE, PERIOD,
    PRIVATE_USE, PUNCTUATION, REPLACEMENT, SENTENCE_END, SPACE, SYMBOL,
};
use ngram::{NgramTables, Ngrams, Orders};
use repeat::{Pieces, Repeats};
use sight::Sight;
use std::ops::Range;
pub use token::{CLASSES as TOKEN_CLASSES, ratios as token_ratios};
use unit::Units;
pub use unit::stop_words;

/// Parts of the work, each done only if a wanted score needs it.
mod part {
    pub const LINES: u8 = 1;
    pub const LINE_REPEATS: u8 = 2;
    pub const SENTENCES: u8 = 4;
    pub const UNITS: u8 = 8;
    pub const STOP_WORDS: u8 = 16;
    pub const NGRAMS: u8 = 32;
    pub const BRACKETS: u8 = 64;
    pub const RUNS: u8 = 128;
}

/// A score: its name, whether it is a whole number, what it needs, how it is read off the facts.
struct Score {
    name: &'static str,
    is_count: bool,
    needs: u8,
    /// The orders of n-grams looked at.
    orders: Orders,
    read: fn(&Facts, &str) -> f64,
}

/// The scores wanted, compiled once and used on many texts by many threads.
pub struct ScoreSet {
    scores: Vec<Score>,
    needs: u8,
    orders: Orders,
}

impl ScoreSet {
    /// The scores of these names, or a sentence that names an unknown one.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let scores = names.into_iter().map(named).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            needs: scores.iter().fold(0, |needs, score| needs | score.needs),
            orders: scores.iter().fold(Orders::default(), |all, score| all.and(score.orders)),
            scores,
        })
    }

    /// Whether the score is a whole number.
    pub fn is_count(&self, number: usize) -> bool {
        self.scores.get(number).is_some_and(|score| score.is_count)
    }

    /// Writes one value per score, in the order of the names.
    pub fn run(&self, work: &mut Workspace, text: &str, values: &mut Vec<f64>) {
        values.clear();
        if self.scores.is_empty() {
            return;
        }
        work.look(text, self.needs, self.orders);
        values.extend(self.scores.iter().map(|score| (score.read)(&work.facts, text)));
    }
}

/// Buffers kept from text to text; one per thread.
#[derive(Default)]
pub struct Workspace {
    facts: Facts,
    pieces: Pieces,
    sentences: Vec<Range<u32>>,
    ngrams: NgramTables,
}

/// Characters after which buffers are given back: about 64 MB of workspace are kept.
const KEPT_CHARACTERS: usize = 1 << 20;

impl Workspace {
    fn look(&mut self, text: &str, needs: u8, orders: Orders) {
        if self.facts.sight.characters.capacity() > KEPT_CHARACTERS {
            *self = Self::default();
        }
        let facts = &mut self.facts;
        facts.sight.of(text);
        if needs & part::LINES != 0 {
            facts.lines = lines(&facts.sight);
        }
        if needs & part::LINE_REPEATS != 0 {
            facts.line_repeats = self.pieces.repeats(&facts.sight, &facts.sight.lines);
        }
        if needs & part::SENTENCES != 0 {
            sentence::find(&facts.sight, &mut self.sentences);
            facts.sentence_repeats = self.pieces.repeats(&facts.sight, &self.sentences);
        }
        if needs & part::UNITS != 0 {
            facts.units.of(&facts.sight);
        }
        if needs & part::STOP_WORDS != 0 {
            facts.units.count_stop_words(&facts.sight);
        }
        if needs & part::NGRAMS != 0 {
            facts.ngrams = self.ngrams.count(&facts.units, orders);
        }
        if needs & part::BRACKETS != 0 {
            facts.bracketed = web::bracketed_characters(&facts.sight);
        }
        if needs & part::RUNS != 0 {
            facts.longest_run = longest_run(&facts.sight);
        }
    }
}

/// What was found in one text.
#[derive(Default)]
struct Facts {
    sight: Sight,
    lines: Lines,
    line_repeats: Repeats,
    sentence_repeats: Repeats,
    units: Units,
    ngrams: Ngrams,
    /// Characters inside 【】 and inside parentheses.
    bracketed: (u32, u32),
    /// Characters of the longest run without punctuation or line end.
    longest_run: u32,
}

impl Facts {
    fn n(&self) -> f64 {
        self.sight.characters.len() as f64
    }

    /// Characters that are not white space.
    fn n_inked(&self) -> f64 {
        self.n() - f64::from(self.sight.count(NEWLINE, SPACE))
    }

    fn n_distinct_inked(&self) -> f64 {
        let table = kind::table();
        let is_inked =
            |code: &&u32| table.get(**code as usize).is_some_and(|k| !kind::is_space(*k));
        self.sight.distinct.iter().filter(is_inked).count() as f64
    }

    fn share_of(&self, first: u8, last: u8) -> f64 {
        share(f64::from(self.sight.count(first, last)), self.n())
    }

    fn share_of_lines(&self, lines: u32) -> f64 {
        share(f64::from(lines), self.sight.lines.len() as f64)
    }

    fn share_of_words(&self, count: u32) -> f64 {
        share(f64::from(count), f64::from(self.units.words))
    }

    /// How often `...` (not overlapping) and `…` stand in the text.
    fn ellipses(&self, text: &str) -> u32 {
        let dots = if self.sight.count_of(0x2E) < 3 { 0 } else { web::triple_dots(text) };
        dots + self.sight.count_of(0x2026)
    }

    /// Distinct characters of simplified text only, and of traditional text only.
    fn script_only(&self) -> (f64, f64) {
        let table = kind::table();
        let mut found = (0.0, 0.0);
        for code in &self.sight.distinct {
            match table.get(*code as usize).copied() {
                Some(HAN_SIMPLIFIED) => found.0 += 1.0,
                Some(HAN_TRADITIONAL) => found.1 += 1.0,
                _ => {}
            }
        }
        found
    }

    /// Overlapping repeats may add up to more than the text: such a share is 1.
    fn ngram_share(&self, order: usize) -> f64 {
        let characters = self.ngrams.characters.get(order).copied().unwrap_or(0);
        share(characters as f64, f64::from(self.units.characters())).min(1.0)
    }
}

/// What the lines of a text are like.
#[derive(Clone, Copy, Debug, Default)]
struct Lines {
    characters: u32,
    longest: u32,
    short: u32,
    terminal: u32,
    bullet: u32,
    ellipsis: u32,
}

/// Characters below which a line counts as short.
const SHORT_LINE: usize = 30;
/// Marks that begin an entry of a list.
const BULLETS: &str = "•‣▪▫◦●○◆◇■□★☆※▶►·・*-+–";

fn lines(sight: &Sight) -> Lines {
    let mut found = Lines::default();
    for line in &sight.lines {
        let (characters, kinds) = (sight.slice(line), sight.kinds_of(line));
        found.characters += line.len() as u32;
        found.longest = found.longest.max(line.len() as u32);
        found.short += u32::from(line.len() < SHORT_LINE);
        let end = kinds.iter().rev().find(|kind| **kind != CLOSER);
        found.terminal += u32::from(end.is_some_and(|k| *k == SENTENCE_END || *k == PERIOD));
        let first = characters.first().and_then(|code| char::from_u32(*code));
        found.bullet += u32::from(first.is_some_and(|mark| BULLETS.contains(mark)));
        let is_ellipsis = matches!(
            characters,
            [.., 0x2026] | [.., 0x2E, 0x2E, 0x2E] | [.., 0x3002, 0x3002, 0x3002]
        );
        found.ellipsis += u32::from(is_ellipsis);
    }
    found
}

fn longest_run(sight: &Sight) -> u32 {
    let is_break = |kind: &u8| (PUNCTUATION..=CLOSER).contains(kind) || *kind == NEWLINE;
    sight.kinds.split(is_break).map(<[u8]>::len).max().unwrap_or(0) as u32
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// Names of all scores about characters, lines, words and n-grams.
pub fn names() -> impl Iterator<Item = &'static str> {
    COUNTS.iter().chain(RATIOS).map(|score| score.0).chain(NGRAMS.iter().map(|score| score.0))
}

fn named(name: &str) -> Result<Score, String> {
    for (table, is_count) in [(COUNTS, true), (RATIOS, false)] {
        if let Some(&(name, needs, read)) = table.iter().find(|score| score.0 == name) {
            return Ok(Score { name, is_count, needs, orders: Orders::default(), read });
        }
    }
    NGRAMS.iter().find(|score| score.0 == name).map_or_else(
        || Err(format!("no score is called {name:?}")),
        |&(name, order, read)| {
            let needs = part::UNITS | part::NGRAMS;
            Ok(Score { name, is_count: false, needs, orders: Orders::only(order), read })
        },
    )
}

impl std::fmt::Debug for Score {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}

type Row = (&'static str, u8, fn(&Facts, &str) -> f64);

const COUNTS: &[Row] = &[
    ("chars", 0, |f, _| f.n()),
    ("control_chars", 0, |f, _| f64::from(f.sight.count(CONTROL, CONTROL))),
    ("distinct_spam_terms", 0, |_, text| f64::from(cut_spam_tail::distinct_terms(text))),
    ("distinct_stop_words", part::UNITS | part::STOP_WORDS, |f, _| {
        f64::from(f.units.distinct_stop_words)
    }),
    ("javascript_mentions", 0, |_, text| f64::from(web::javascript_mentions(text))),
    ("lines", 0, |f, _| f.sight.lines.len() as f64),
    ("lorem_ipsum", 0, |_, text| f64::from(u8::from(web::has_lorem_ipsum(text)))),
    ("max_line_length", part::LINES, |f, _| f64::from(f.lines.longest)),
    ("max_unpunctuated_length", part::RUNS, |f, _| f64::from(f.longest_run)),
    ("private_use_chars", 0, |f, _| f64::from(f.sight.count(PRIVATE_USE, PRIVATE_USE))),
    ("replacement_chars", 0, |f, _| f64::from(f.sight.count(REPLACEMENT, REPLACEMENT))),
    ("sentences", part::SENTENCES, |f, _| f64::from(f.sentence_repeats.pieces)),
    ("tokens_estimate", 0, |f, _| token::estimate(&f.sight) as f64),
    ("words", part::UNITS, |f, _| f64::from(f.units.words)),
];

const RATIOS: &[Row] = &[
    ("bullet_line_ratio", part::LINES, |f, _| f.share_of_lines(f.lines.bullet)),
    ("curly_bracket_ratio", 0, |f, _| {
        share(f64::from(f.sight.count_of(0x7B) + f.sight.count_of(0x7D)), f.n())
    }),
    ("digit_ratio", 0, |f, _| f.share_of(DIGIT, DIGIT)),
    ("dup_line_char_ratio", part::LINE_REPEATS, |f, _| chars_repeated(f.line_repeats)),
    ("dup_line_ratio", part::LINE_REPEATS, |f, _| pieces_repeated(f.line_repeats)),
    ("dup_sentence_char_ratio", part::SENTENCES, |f, _| chars_repeated(f.sentence_repeats)),
    ("dup_sentence_ratio", part::SENTENCES, |f, _| pieces_repeated(f.sentence_repeats)),
    ("ellipsis_line_ratio", part::LINES, |f, _| f.share_of_lines(f.lines.ellipsis)),
    ("ellipsis_word_ratio", part::UNITS, |f, text| f.share_of_words(f.ellipses(text))),
    ("han_ratio", 0, |f, _| f.share_of(HAN, HAN_TRADITIONAL)),
    ("hash_word_ratio", part::UNITS, |f, _| f.share_of_words(f.sight.count_of(0x23))),
    ("latin_ratio", 0, |f, _| f.share_of(LATIN, LATIN)),
    ("lenticular_ratio", part::BRACKETS, |f, _| share(f64::from(f.bracketed.0), f.n())),
    ("letter_ratio", 0, |f, _| f.share_of(LATIN, KANA)),
    ("line_end_punctuation_ratio", part::LINES, |f, _| f.share_of_lines(f.lines.terminal)),
    ("mean_line_length", part::LINES, |f, _| f.share_of_lines(f.lines.characters)),
    ("mean_sentence_length", part::SENTENCES, |f, _| {
        share(f64::from(f.sentence_repeats.characters), f64::from(f.sentence_repeats.pieces))
    }),
    ("mean_word_length", part::UNITS, |f, _| {
        share(f64::from(f.units.latin_word_characters), f64::from(f.units.latin_words))
    }),
    ("newline_word_ratio", part::UNITS, |f, _| f.share_of_words(f.sight.count(NEWLINE, NEWLINE))),
    ("parenthesis_ratio", part::BRACKETS, |f, _| share(f64::from(f.bracketed.1), f.n())),
    ("punctuation_ratio", 0, |f, _| f.share_of(PUNCTUATION, CLOSER)),
    ("replacement_ratio", 0, |f, _| f.share_of(REPLACEMENT, REPLACEMENT)),
    ("short_line_ratio", part::LINES, |f, _| f.share_of_lines(f.lines.short)),
    ("stop_word_ratio", part::UNITS | part::STOP_WORDS, |f, _| {
        f.share_of_words(f.units.stop_words)
    }),
    ("symbol_ratio", 0, |f, _| f.share_of(SYMBOL, SYMBOL)),
    ("traditional_ratio", 0, |f, _| {
        let (simplified, traditional) = f.script_only();
        share(traditional, simplified + traditional)
    }),
    ("unigram_entropy", part::UNITS, |f, _| f.units.entropy_nats()),
    ("unique_char_ratio", 0, |f, _| share(f.n_distinct_inked(), f.n_inked())),
    ("url_ratio", 0, |f, text| share(f64::from(web::url_characters(text)), f.n())),
    ("variant_mix", 0, |f, _| {
        let (simplified, traditional) = f.script_only();
        share(simplified.min(traditional), simplified + traditional)
    }),
    ("whitespace_ratio", 0, |f, _| f.share_of(NEWLINE, SPACE)),
];

/// Name, order, value.
type NgramRow = (&'static str, usize, fn(&Facts, &str) -> f64);

const NGRAMS: &[NgramRow] = &[
    ("top_ngram_2", 2, |f, _| f.ngram_share(2)),
    ("top_ngram_3", 3, |f, _| f.ngram_share(3)),
    ("top_ngram_4", 4, |f, _| f.ngram_share(4)),
    ("dup_ngram_5", 5, |f, _| f.ngram_share(5)),
    ("dup_ngram_6", 6, |f, _| f.ngram_share(6)),
    ("dup_ngram_7", 7, |f, _| f.ngram_share(7)),
    ("dup_ngram_8", 8, |f, _| f.ngram_share(8)),
    ("dup_ngram_9", 9, |f, _| f.ngram_share(9)),
    ("dup_ngram_10", 10, |f, _| f.ngram_share(10)),
];

fn chars_repeated(repeats: Repeats) -> f64 {
    share(f64::from(repeats.repeated_characters), f64::from(repeats.characters))
}

fn pieces_repeated(repeats: Repeats) -> f64 {
    share(f64::from(repeats.repeated), f64::from(repeats.pieces))
}
