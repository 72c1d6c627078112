//! How likely a character is after the two before it, in the Chinese that pages are written in.
//!
//! A pruned character trigram model (`kernel/models/repair.lm.z`; its card says from what). Costs are
//! negative logarithms in integers, [`NAT`] to one nat, so that every implementation adds up the
//! same. A cost takes three loads far apart and a short search; loading inflates 10 MB at the first use,
//! some tens of milliseconds; the tables hold about 20 MB, in huge pages where the system has them.

mod pages;
mod places;

use crate::han;
use miniz_oxide::inflate::decompress_to_vec_zlib;
use places::Places;
use std::sync::OnceLock;

/// Units of cost to one nat.
pub const NAT: i32 = 48;

/// A character as the model sees it: simplified, digits and letters as classes.
pub type Token = u16;

/// The model as a file: counts as costs, little-endian, deflated; [`Model`] is what it says.
pub const BYTES: &[u8] = include_bytes!("../models/repair.lm.z");

const MAGIC: &[u8] = b"LJLM0001";
const STEP: i32 = NAT / 16;
const LEVEL: i32 = NAT / 3;

/// The model, parsed.
pub struct Model {
    ids: Vec<Token>,
    unigrams: Vec<i32>,
    unigram_rests: Vec<i32>,
    starts: Vec<u32>,
    lasts: Vec<u16>,
    places: Places,
    /// In the order of `lasts`, and one more.
    bigrams: &'static [[u8; Bigram::SIZE]],
    trigrams: &'static [[u8; 2]],
    unknown: Token,
    letter: Token,
    digit: Token,
}

/// What is known of two tokens in turn; side by side, as a step asks for all of it.
struct Bigram {
    /// Where the trigrams begin that begin with the two.
    trigrams: u32,
    /// What the second costs after the first.
    cost: u8,
    /// The back-off weight.
    rest: u8,
}

impl Bigram {
    const SIZE: usize = 8;

    fn of([a, b, c, d, cost, rest, ..]: [u8; Self::SIZE]) -> Self {
        Self { trigrams: u32::from_le_bytes([a, b, c, d]), cost, rest }
    }

    fn to_bytes(&self) -> [u8; Self::SIZE] {
        let [a, b, c, d] = self.trigrams.to_le_bytes();
        [a, b, c, d, self.cost, self.rest, 0, 0]
    }

    /// What the second costs after the first.
    fn cost(&self) -> i32 {
        i32::from(self.cost) * STEP
    }
}

/// The last two tokens.
///
/// What is known of the two is looked up when they become a context, a step before it is needed: the
/// tables lie outside the caches, and a processor waits for several of their lines at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Context {
    /// The token before the last.
    pub before: Token,
    /// The last token.
    pub last: Token,
    /// Where the trigrams begin that begin with the two.
    trigrams: u32,
    n_trigrams: u16,
    /// What a token costs more that was not met after the two.
    rest: i16,
}

/// The model that comes with the kernel.
pub fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| {
        let bytes = decompress_to_vec_zlib(BYTES).unwrap_or_default();
        Model::parse(&bytes).unwrap_or_else(Model::empty)
    })
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.bytes.split_at_checked(n)?;
        self.bytes = tail;
        Some(head)
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn u16s(&mut self, n: usize) -> Option<Vec<u16>> {
        let bytes = self.take(n * 2)?;
        Some(bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect())
    }
}

/// Where a token stands among those met after another one.
#[derive(Clone, Copy)]
struct Follower {
    place: u32,
    bigram: u32,
}

/// Back-off weights are stored with 192 for a weight of one.
fn rest(byte: u8) -> i32 {
    (192 - i32::from(byte)) * STEP
}

fn running(lengths: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut total = 0;
    let mut starts = vec![0];
    starts.extend(lengths.map(|length| {
        total += length;
        total
    }));
    starts
}

impl Model {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader { bytes };
        if reader.take(MAGIC.len())? != MAGIC {
            return None;
        }
        let n = reader.u32()? as usize;
        let n_bigrams = reader.u32()? as usize;
        let n_trigrams = reader.u32()? as usize;
        let code_points = reader.take(n * 4)?;
        let mut ids = vec![Token::MAX; 1 << 16];
        for (id, code_point) in code_points.chunks_exact(4).enumerate() {
            let code_point = u32::from_le_bytes(code_point.try_into().ok()?) as usize;
            if let Some(slot) = ids.get_mut(code_point) {
                *slot = u16::try_from(id).ok()?;
            }
        }
        let unigrams = reader.take(n)?.iter().map(|b| i32::from(*b) * STEP * 2).collect();
        let unigram_rests = reader.take(n)?.iter().map(|b| rest(*b)).collect();
        let starts = running(reader.u16s(n)?.into_iter().map(u32::from));
        let lasts = reader.u16s(n_bigrams)?;
        let costs = reader.take(n_bigrams)?;
        let rests = reader.take(n_bigrams)?;
        let size = reader.u32()? as usize;
        let trigram_starts = running(read_lengths(reader.take(size)?).into_iter());
        let known = costs.iter().zip(rests).chain([(&0, &0)]);
        let bigrams: Vec<Bigram> = trigram_starts
            .into_iter()
            .zip(known)
            .map(|(trigrams, (cost, rest))| Bigram { trigrams, cost: *cost, rest: *rest })
            .collect();
        let bigrams = pages::keep(bigrams.iter().map(Bigram::to_bytes));
        let trigrams = pages::keep(reader.take(n_trigrams * 2)?.as_chunks().0.iter().copied());
        let places = Places::of(&starts, &lasts);
        let (unknown, letter, digit) = (ids[0], ids['a' as usize], ids['0' as usize]);
        for id in &mut ids {
            *id = if *id == Token::MAX { unknown } else { *id };
        }
        let model = Self {
            ids,
            unigrams,
            unigram_rests,
            starts,
            lasts,
            places,
            bigrams,
            trigrams,
            unknown,
            letter,
            digit,
        };
        Some(model.with_classes())
    }

    /// Folds every character of the basic plane onto its token.
    fn with_classes(mut self) -> Self {
        let folded = (0..=0xFFFF_u32)
            .map(|code_point| match char::from_u32(code_point) {
                Some(c) => self.ids.get(fold(c) as usize).copied().unwrap_or(self.unknown),
                None => self.unknown,
            })
            .collect();
        self.ids = folded;
        self
    }

    /// A model that knows nothing, for a build whose model file is damaged.
    fn empty() -> Self {
        Self {
            ids: vec![0; 1 << 16],
            unigrams: vec![0],
            unigram_rests: vec![0],
            starts: vec![0, 0],
            lasts: Vec::new(),
            places: Places::default(),
            bigrams: &[],
            trigrams: &[],
            unknown: 0,
            letter: Token::MAX,
            digit: Token::MAX,
        }
    }

    /// The token of a character. O(1).
    pub fn token(&self, c: char) -> Token {
        self.ids.get(c as usize).copied().unwrap_or(self.unknown)
    }

    /// All tokens, ascending.
    pub fn tokens(&self) -> impl Iterator<Item = Token> {
        (0..).take(self.unigrams.len())
    }

    /// Whether the model has met the character. O(1).
    pub fn knows(&self, c: char) -> bool {
        self.token(c) != self.unknown
    }

    /// What a character costs out of context. O(1).
    pub fn unigram(&self, c: char) -> i32 {
        self.unigrams.get(usize::from(self.token(c))).copied().unwrap_or(0)
    }

    /// The context at the start of a line.
    pub fn line_start(&self) -> Context {
        let line = self.token('\n');
        Context::unmet(line, line)
    }

    /// The context after a token of which nothing before it is known.
    pub fn after(&self, token: Token) -> Context {
        Context::unmet(token, token)
    }

    /// The context after two tokens that are not the same.
    pub fn after_both(&self, before: Token, last: Token) -> Context {
        self.known(before, last, self.find(before, last)).0
    }

    /// The context after `token`, and what the step costs. A run of letters or digits counts once.
    pub fn step(&self, context: Context, token: Token) -> (i32, Context) {
        if token == context.last && (token == self.letter || token == self.digit) {
            return (0, context);
        }
        let follower = self.find(context.last, token);
        let (next, cost) = self.known(context.last, token, follower);
        let level = follower.and_then(|follower| self.trigram(context, follower.place));
        (level.unwrap_or(i32::from(context.rest) + cost), next)
    }

    /// For each of the tokens in turn one bit for each of them that [`Self::step`] says costs no
    /// more than `most` after it, of which nothing before it is known; rows of whole words.
    ///
    /// One pass over the followers of the tokens: two milliseconds for those of daily life.
    pub fn pairs_within(&self, tokens: &[Token], most: i32) -> Vec<u64> {
        let n_words = tokens.len().div_ceil(64);
        let mut bits = vec![0_u64; tokens.len() * n_words];
        let mut places: Vec<(Token, usize)> = tokens.iter().copied().zip(0..).collect();
        places.sort_unstable();
        let mut cheapest: Vec<(i32, usize)> = tokens
            .iter()
            .map(|token| self.unigrams.get(usize::from(*token)).copied().unwrap_or(0))
            .zip(0..)
            .collect();
        cheapest.sort_unstable();
        for (first, row) in tokens.iter().zip(bits.chunks_exact_mut(n_words)) {
            let at = usize::from(*first);
            let unseen = self.unigram_rests.get(at).copied().unwrap_or(0);
            let mut put = |place: usize, is_within: bool| {
                if let Some(word) = row.get_mut(place / 64) {
                    *word = *word & !(1 << (place % 64)) | u64::from(is_within) << (place % 64);
                }
            };
            cheapest
                .iter()
                .take_while(|(cost, _)| unseen + cost <= most)
                .for_each(|(_, place)| put(*place, true));
            let mut places = places.iter().peekable();
            for (token, cost) in self.followers(*first) {
                while places.next_if(|(other, _)| *other < token).is_some() {}
                while let Some((_, place)) = places.next_if(|(other, _)| *other == token) {
                    put(*place, cost <= most);
                }
            }
            if *first == self.letter || *first == self.digit {
                tokens
                    .iter()
                    .zip(0..)
                    .filter(|(other, _)| *other == first)
                    .for_each(|(_, place)| put(place, 0 <= most));
            }
        }
        bits
    }

    /// The tokens that were met after `first`, ascending, and what they cost there.
    fn followers(&self, first: Token) -> impl Iterator<Item = (Token, i32)> {
        let first = usize::from(first);
        let bigrams = match (self.starts.get(first), self.starts.get(first + 1)) {
            (Some(start), Some(end)) => *start as usize..*end as usize,
            _ => 0..0,
        };
        let lasts = self.lasts.get(bigrams.clone()).unwrap_or_default();
        let known = self.bigrams.get(bigrams).unwrap_or_default();
        lasts.iter().zip(known).map(|(token, bytes)| (*token, Bigram::of(*bytes).cost()))
    }

    /// The context after two tokens, and what the second costs after the first.
    #[inline(always)]
    fn known(&self, before: Token, last: Token, follower: Option<Follower>) -> (Context, i32) {
        let at = follower.map_or(usize::MAX, |follower| follower.bigram as usize);
        let Some([one, next]) = self.bigrams.get(at..at.saturating_add(2)) else {
            let unseen = self.unigram_rests.get(usize::from(before)).copied().unwrap_or(0);
            let cost = unseen + self.unigrams.get(usize::from(last)).copied().unwrap_or(0);
            return (Context::unmet(before, last), cost);
        };
        let (one, end) = (Bigram::of(*one), Bigram::of(*next).trigrams);
        let n_trigrams = (end - one.trigrams) as u16;
        let rest = rest(one.rest) as i16;
        (Context { before, last, trigrams: one.trigrams, n_trigrams, rest }, one.cost())
    }

    /// Where the second token stands among those that were met after the first.
    #[inline(always)]
    fn find(&self, first: Token, second: Token) -> Option<Follower> {
        let at = usize::from(first);
        let start = *self.starts.get(at)?;
        let place = match self.places.row(first) {
            Some(row) => row.place(second)?,
            None => {
                let end = *self.starts.get(at + 1)?;
                let followers = self.lasts.get(start as usize..end as usize)?;
                followers.binary_search(&second).ok()? as u32
            }
        };
        Some(Follower { place, bigram: start + place })
    }

    /// What a token costs after the two of the context, if the three were met; it has this place
    /// among the followers of the second.
    #[inline(always)]
    fn trigram(&self, context: Context, place: u32) -> Option<i32> {
        let start = context.trigrams as usize;
        let entries = self.trigrams.get(start..start + usize::from(context.n_trigrams))?;
        let entry = |bytes: &[u8; 2]| u32::from(u16::from_le_bytes(*bytes));
        let found = entries.binary_search_by_key(&place, |bytes| entry(bytes) >> 5).ok()?;
        entries.get(found).map(|bytes| (entry(bytes) & 31) as i32 * LEVEL)
    }
}

impl Context {
    /// Two tokens that were not met in turn.
    fn unmet(before: Token, last: Token) -> Self {
        Self { before, last, trigrams: u32::MAX, n_trigrams: 0, rest: 0 }
    }
}

fn read_lengths(bytes: &[u8]) -> Vec<u32> {
    let mut lengths = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        match rest {
            [255, low, high, tail @ ..] => {
                lengths.push(u32::from(u16::from_le_bytes([*low, *high])));
                rest = tail;
            }
            [length, tail @ ..] => {
                lengths.push(u32::from(*length));
                rest = tail;
            }
            [] => return lengths,
        }
    }
}

/// The character whose token stands for `c`.
fn fold(c: char) -> char {
    match c {
        '㐀'..='鿿' | '〇' => han::to_simplified(c),
        '！' => '!',
        '？' => '?',
        '，' => ',',
        '：' => ':',
        '；' => ';',
        '（' => '(',
        '）' => ')',
        '．' => '.',
        '0'..='9' | '０'..='９' => '0',
        'A'..='Z' | 'a'..='z' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => 'a',
        '!' | '?' | ',' | '.' | ':' | ';' | '(' | ')' | '\n' => c,
        _ if "。、“”‘’《》〈〉【】「」『』—…·~～%-/'\"<>[]{}|=+*&#@$_^`\\".contains(c) => {
            c
        }
        _ if c.is_ascii() || c.is_whitespace() => ' ',
        _ => '\0',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(text: &str) -> i32 {
        let mut context = model().line_start();
        text.chars()
            .map(|c| {
                let (cost, next) = model().step(context, model().token(c));
                context = next;
                cost
            })
            .sum()
    }

    #[test]
    fn pairs_within_a_cost_are_those_of_steps() {
        let tokens: Vec<Token> =
            "的中国数据數鱢aA09。，! \n龘".chars().map(|c| model().token(c)).collect();
        for most in [-1, 0, 3 * NAT, 7 * NAT, 12 * NAT] {
            let bits = model().pairs_within(&tokens, most);
            for (first, row) in tokens.iter().zip(&bits) {
                for (place, second) in tokens.iter().enumerate() {
                    let cost = model().step(model().after(*first), *second).0;
                    assert_eq!(row >> place & 1 == 1, cost <= most, "{first} {second} {most}");
                }
            }
        }
    }

    #[test]
    fn sense_is_cheaper_than_nonsense() {
        assert!(cost("比如有的企业") * 2 < cost("氨热缬械钠髽"), "{}", cost("比如有的企业"));
        assert_eq!(cost("數據"), cost("数据"));
        assert_eq!(cost("2024年"), cost("7年"));
    }
}
