//! What may come next in a run of characters that are one byte out of step.

use super::decoder::Decoder;
use super::page::Page;
use super::paths::{Paths, START, Written};
use super::tokens::{Kind, Place, Token, read, reading_of};
use crate::gbk::{LEADS, TRAILS, gbk};
use crate::language_model::{NAT, model};
use crate::reading;
use std::sync::OnceLock;

/// A `?` in a run is a cut mark and not what the decoder left for a bad pair.
const CUT: i32 = 6 * NAT;
/// `?` swallowed an ASCII character; twice so much for one that the page has nowhere else.
const SWALLOW: i32 = 2 * NAT;
/// What it may have swallowed, beside digits and the `<` of a tag.
const SWALLOWED: &str = ",:;() .-\"";
/// Characters that may have lost both bytes: so many of the commonest.
const COMMON: usize = 1500;
/// A character that stays unreadable.
const UNREADABLE: i32 = 9 * NAT;
/// How many guesses at an unknown byte are followed.
const GUESSES: usize = 16;
/// And at the first character of a run, which what follows decides.
const OPENINGS: usize = 48;

/// What the run waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pending {
    /// The second byte of a character with this first byte.
    Lead(u8),
    /// The second byte of a character whose first byte was lost together with this byte before it.
    Lost(u8),
}

/// A way to read the run up to some token.
#[derive(Debug, Clone, Copy)]
pub struct State {
    /// What it waits for.
    pub pending: Pending,
    /// Where the language model stands.
    pub place: Place,
    /// What it cost so far.
    pub cost: i32,
    /// The last character written, in [`Paths`].
    pub path: u32,
    /// Whether the byte it waits with is of a mark that was cut: the next character may look like one.
    pub is_cut: bool,
}

/// A way to read the run to its end: in step again before token `next`.
#[derive(Debug, Clone, Copy)]
pub struct Closed {
    /// The first token that is read as it stands again.
    pub next: usize,
    /// Where the language model stands.
    pub place: Place,
    /// What it cost.
    pub cost: i32,
    /// The last character written, in [`Paths`].
    pub path: u32,
}

/// A character that may stand at a place, what it costs there, and the place after it.
#[derive(Clone, Copy)]
pub struct Guess {
    cost: i32,
    c: char,
    place: Place,
}

/// A place and a first byte, and the cheapest characters there.
type Asked = ((Place, u8), Vec<Guess>);

/// The automaton on one line.
pub struct Automaton<'a> {
    /// What the page says about itself.
    pub page: &'a Page,
    /// The line.
    pub line: &'a str,
    /// Its tokens.
    pub tokens: &'a [Token],
    /// What was written.
    pub paths: Paths,
    /// The states after the token.
    pub live: Vec<State>,
    /// The ends found.
    pub closed: Vec<Closed>,
    /// The place and first byte that [`Automaton::with_lead`] was asked for last, and its answer.
    pub last_asked: Option<Asked>,
    /// States that cost more are not asked whether a byte was dropped without a trace.
    pub most_cost: i32,
}

impl Automaton<'_> {
    fn token(&self, i: usize) -> Option<&Token> {
        self.tokens.get(i)
    }

    /// The state after writing `c`.
    fn write(&mut self, state: &State, c: char) -> State {
        let (cost, place) = self.page.write(state.place, c);
        self.take(state, Guess { cost, c, place })
    }

    /// The state after writing what was guessed at its place.
    fn take(&mut self, state: &State, Guess { cost, c, place }: Guess) -> State {
        let extra = if state.is_cut { 0 } else { self.page.cut_cost(c) };
        let path = self.paths.push(Written::Char(c), state.path);
        State { place, cost: state.cost + cost + extra, path, is_cut: false, ..*state }
    }

    /// The cheapest characters among `candidates`, best first.
    fn best(&self, place: Place, candidates: impl Iterator<Item = char>) -> Vec<Guess> {
        self.best_of(place, candidates, GUESSES)
    }

    /// The `most` cheapest ones; characters that the model has never met only where others are too few.
    fn best_of(
        &self,
        place: Place,
        candidates: impl Iterator<Item = char>,
        most: usize,
    ) -> Vec<Guess> {
        let guess = |c, step| {
            let (cost, place) = self.page.write_as(place, c, step);
            Guess { cost, c, place }
        };
        let most_candidates = candidates.size_hint().1.unwrap_or(0);
        let mut guesses = Vec::with_capacity(most_candidates);
        let mut unknown = Vec::with_capacity(most_candidates);
        for c in candidates {
            if model().knows(c) {
                guesses.push(guess(c, self.page.step(place, c)));
            } else {
                unknown.push(c);
            }
        }
        if let Some(one) = unknown.first().filter(|_| guesses.len() < most) {
            let step = self.page.step(place, *one);
            guesses.extend(unknown.iter().map(|c| guess(*c, step)));
        }
        let order = |guess: &Guess| (guess.cost, guess.c);
        if guesses.len() > most {
            guesses.select_nth_unstable_by_key(most, order);
            guesses.truncate(most);
        }
        guesses.sort_unstable_by_key(order);
        guesses
    }

    fn close(&mut self, state: &State, next: usize, extra: i32) {
        let State { place, cost, path, .. } = *state;
        self.closed.push(Closed { next, place, cost: cost + extra, path });
    }

    /// Starts runs at token `i`, a mark found across two characters.
    ///
    /// `marked` says that the decoder left a marker before it for the first byte of the first.
    pub fn open_at_mark(&mut self, i: usize, place: Place, marked: bool) {
        let Some((first, second)) = self.token(i).and_then(Token::mark) else { return };
        let candidates = LEADS.filter_map(|lead| gbk().char(lead, first));
        let Some(cost) = (if marked { Some(0) } else { self.page.decoder.unmarked() }) else {
            return;
        };
        let pending = Pending::Lead(second);
        let start = State { pending, place, cost, path: START, is_cut: false };
        for guess in self.best_of(place, candidates, OPENINGS) {
            let state = self.take(&start, guess);
            let cost = state.cost + self.page.opener_cost(guess.c);
            self.live.push(State { cost, is_cut: true, ..state });
        }
    }

    /// Starts runs at token `i`, a gloss whose character was found across two characters.
    ///
    /// `before` is the token of the character before it, whose second byte was its first.
    pub fn open_at_gloss(&mut self, i: usize, before: usize, place: Place) {
        let Some(token) = self.token(i) else { return };
        let Some((_, lead)) = self.token(before).and_then(|token| token.pair) else { return };
        let mut trails: Vec<u8> = reading::characters(reading_of(self.line, token))
            .into_iter()
            .filter_map(|c| gbk().pair(c))
            .filter(|pair| pair.0 == lead && pair.1 > 0x80)
            .map(|pair| pair.1)
            .collect();
        trails.sort_unstable();
        trails.dedup();
        for trail in trails {
            let pending = Pending::Lead(trail);
            self.live.push(State { pending, place, cost: 0, path: START, is_cut: false });
        }
    }

    /// Follows `state` over token `i`; at the line's end there is none.
    pub fn step(&mut self, state: &State, i: usize) {
        match state.pending {
            Pending::Lead(lead) => self.step_lead(state, lead, i),
            Pending::Lost(lost) => self.step_lost(state, lost, i),
        }
    }

    fn step_lead(&mut self, state: &State, lead: u8, i: usize) {
        let Some(token) = self.token(i).copied() else {
            return self.end(state, lead, i);
        };
        match token.kind {
            Kind::Gloss => return self.close_at_gloss(state, lead, i, None),
            Kind::Tail => return,
            Kind::Plain => {}
        }
        if let Some((first, second)) = token.pair {
            if let Some(c) = gbk().char(lead, first) {
                let state = self.write(state, c);
                self.wait_for(&state, second, i + 1);
            }
            self.drop(state, lead, i, Some(first).filter(|_| token.mark().is_none()));
        } else if let Some(c) = token.trail().and_then(|trail| gbk().char(lead, trail)) {
            let state = self.write(state, c);
            self.close(&state, i + 1, 0);
        } else if token.c.is_ascii() || token.mark().is_some() {
            self.drop(state, lead, i, None);
        }
        if self.page.decoder.marks(&token) {
            self.step_marker(state, lead, i);
        }
        if let Some((first, second)) = token.mark()
            && let Some(c) = gbk().char(lead, first)
        {
            let mut state = self.write(state, c);
            state.cost += if self.page.decoder.marks(&token) { CUT } else { 0 };
            self.live.push(State { pending: Pending::Lead(second), is_cut: true, ..state });
        }
    }

    /// After a character: `byte` is the first of the next one, or an ASCII character.
    fn wait_for(&mut self, state: &State, byte: u8, next: usize) {
        if byte > 0x80 {
            self.live.push(State { pending: Pending::Lead(byte), ..*state });
        } else if byte < 0x80 {
            let state = self.write(state, char::from(byte));
            self.close(&state, next, 0);
        }
    }

    /// The line's end: a decoder that leaves markers would have left one.
    fn end(&mut self, state: &State, lead: u8, next: usize) {
        if self.page.decoder.dropped().is_some() {
            self.guess_trail(state, lead, next, 0, None);
        }
    }

    /// In step again before token `next`, the second byte dropped without a trace: before a character
    /// that begins with `first` one that makes no pair with it.
    fn drop(&mut self, state: &State, lead: u8, next: usize, first: Option<u8>) {
        if let Some(extra) = self.page.decoder.dropped()
            && state.cost <= self.most_cost
        {
            self.guess_trail(state, lead, next, extra, first);
        }
    }

    /// In step again before token `next`, the second byte unknown, but that it makes no pair with `first`.
    fn guess_trail(&mut self, state: &State, lead: u8, next: usize, extra: i32, first: Option<u8>) {
        let guesses = match first {
            None => self.with_lead(state.place, lead),
            Some(first) => {
                let trails = TRAILS.filter(|t| *t == 0x80 || gbk().is_invalid(*t, first));
                self.best(state.place, trails.filter_map(|trail| gbk().char(lead, trail)))
            }
        };
        for guess in guesses {
            let state = self.take(state, guess);
            self.close(&state, next, extra);
        }
    }

    /// The cheapest characters with this first byte; a state asks up to three times in turn.
    fn with_lead(&mut self, place: Place, lead: u8) -> Vec<Guess> {
        if let Some((known, guesses)) = &self.last_asked
            && *known == (place, lead)
        {
            return guesses.clone();
        }
        let guesses = self.best(place, TRAILS.filter_map(|trail| gbk().char(lead, trail)));
        self.last_asked = Some(((place, lead), guesses.clone()));
        guesses
    }

    /// A gloss tells how the character reads whose second byte is unknown.
    fn close_at_gloss(&mut self, state: &State, lead: u8, i: usize, bracket: Option<char>) {
        let Some(token) = self.token(i) else { return };
        let gloss = reading_of(self.line, token);
        let fitting =
            TRAILS.filter_map(|trail| gbk().char(lead, trail)).filter(|c| reading::fits(*c, gloss));
        let previous = i.checked_sub(1).and_then(|i| self.token(i)).map(|token| token.c);
        for guess in self.best(state.place, fitting) {
            let mut state = self.take(state, guess);
            if let Some(bracket) = bracket {
                state.path = self.paths.push(Written::Char(bracket), state.path);
                state.path = self.paths.push(Written::Token(i), state.path);
                self.close(&state, i + 1, 0);
            } else {
                self.close(&state, i, 0);
            }
        }
        // The gloss of a character that two halves only seemed to be: it goes.
        if bracket.is_none() && previous.is_some_and(|c| reading::fits(c, gloss)) {
            self.live.push(*state);
        }
    }

    /// The decoder gave up here: one byte, two, or one and an ASCII character are lost.
    fn step_marker(&mut self, state: &State, lead: u8, i: usize) {
        let next = self.token(i + 1).copied();
        let decoder = self.page.decoder;
        let marker = self.token(i).map_or('?', |token| token.c);
        let swallows = marker == '?';
        match next {
            Some(Token { kind: Kind::Tail, .. }) => {
                return self.close_at_gloss(state, lead, i + 1, Some('('));
            }
            Some(Token { kind: Kind::Gloss, .. }) => {
                return self.close_at_gloss(state, lead, i + 1, None);
            }
            Some(next @ Token { pair: Some((first, _)), .. }) if next.mark().is_none() => {
                if let Some(extra) = decoder.lost_one(marker) {
                    self.guess_trail(state, lead, i + 1, extra, Some(first));
                }
            }
            Some(next) if swallows && next.c.is_ascii() && next.mark().is_none() => {}
            _ => self.guess_trail(state, lead, i + 1, 0, None),
        }
        if self.swallows(i) {
            self.restore_swallowed(state, lead, i);
        }
        let goes_on = next.is_some_and(|token| {
            token.pair.is_some() || token.trail().is_some() || decoder.marks(&token)
        });
        if goes_on && decoder.loses_pairs() {
            let candidates = lossy().trails.iter().filter_map(|trail| gbk().char(lead, *trail));
            for guess in self.best(state.place, candidates) {
                let state = self.take(state, guess);
                let lost = gbk().pair(guess.c).map_or(0, |pair| pair.1);
                self.live.push(State { pending: Pending::Lost(lost), ..state });
            }
        }
    }

    /// `?` took an ASCII character with it: `<` before a tag's rest, or what reads best; a digit
    /// is only flagged by the `?` that stays.
    fn restore_swallowed(&mut self, state: &State, lead: u8, i: usize) {
        for guess in self.with_lead(state.place, lead) {
            let state = self.take(state, guess);
            self.close_swallowed(&state, i);
        }
    }

    /// Whether the `?` at token `i` may have swallowed an ASCII character, as one decoder does: on a
    /// page that does not tell how it was decoded only the `<` of a tag.
    fn swallows(&self, i: usize) -> bool {
        let is_query = self.token(i).is_some_and(|token| token.c == '?');
        let next = self.token(i + 1).filter(|next| is_query && next.kind == Kind::Plain);
        next.is_some_and(|next| {
            self.page.decoder == Decoder::Question
                || is_tag_rest(self.line.get(next.start..).unwrap_or_default())
        })
    }

    /// In step again behind the `?` at token `i`, which swallowed an ASCII character.
    fn close_swallowed(&mut self, state: &State, i: usize) {
        let Some(next) = self.token(i + 1).copied() else { return };
        if is_tag_rest(self.line.get(next.start..).unwrap_or_default()) {
            let state = self.write(state, '<');
            return self.close(&state, i + 1, 0);
        }
        if let Some((extra, swallowed)) = self.swallowed(state, &next) {
            let state = self.write(state, swallowed);
            self.close(&state, i + 1, extra);
        }
        let (cost, place) = self.page.write(state.place, '0');
        let path = self.paths.push(Written::Token(i), state.path);
        let state = State { place, cost: state.cost + cost, path, ..*state };
        self.close(&state, i + 1, SWALLOW);
    }

    /// What `?` most likely swallowed before `next`, and what that costs beyond its own cost.
    fn swallowed(&self, state: &State, next: &Token) -> Option<(i32, char)> {
        let cost = |c: char| {
            let extra = if self.page.has(c) { SWALLOW } else { 2 * SWALLOW };
            let (cost, place) = self.page.write(state.place, c);
            (cost + extra + read(self.line, place, next).0, extra, c)
        };
        SWALLOWED.chars().map(cost).min().map(|(_, extra, c)| (extra, c))
    }

    /// A character lost both bytes between two markers: one that reads well, or it stays.
    fn lose(&mut self, state: &State, lost: u8, i: usize) {
        let candidates = lossy()
            .chars
            .iter()
            .filter(|(_, (lead, _))| lost == 0x80 || gbk().is_invalid(lost, *lead))
            .map(|(c, _)| *c);
        for guess in self.best(state.place, candidates) {
            let state = self.take(state, guess);
            let lost = gbk().pair(guess.c).map_or(0x80, |pair| pair.1);
            self.live.push(State { pending: Pending::Lost(lost), ..state });
        }
        let cost = state.cost + UNREADABLE;
        let path = self.paths.push(Written::Token(i), state.path);
        self.live.push(State { pending: Pending::Lost(0x80), cost, path, ..*state });
    }

    /// The last character of a run lost both bytes, before a mark or the line's end, or before an
    /// ASCII character that a `?` swallowed.
    fn lose_last(&mut self, state: &State, lost: u8, i: usize) {
        let is_end = self.token(i + 1).is_none_or(|next| next.mark().is_some());
        if !is_end && !self.swallows(i) {
            return;
        }
        let candidates = lossy()
            .common
            .iter()
            .filter(|(_, (lead, _))| lost == 0x80 || gbk().is_invalid(lost, *lead))
            .map(|(c, _)| *c);
        for guess in self.best(state.place, candidates) {
            let state = self.take(state, guess);
            if is_end {
                self.close(&state, i + 1, 0);
            } else {
                self.close_swallowed(&state, i);
            }
        }
    }

    fn step_lost(&mut self, state: &State, lost: u8, i: usize) {
        let Some(token) = self.token(i).copied() else { return };
        if self.page.decoder.marks(&token) {
            self.lose_last(state, lost, i);
            return self.lose(state, lost, i);
        }
        let (trail, then) = match (token.kind, token.pair, token.trail()) {
            (Kind::Plain, Some((first, second)), _) => (first, Some(second)),
            (Kind::Plain, None, Some(trail)) => (trail, None),
            _ => return,
        };
        let candidates = LEADS
            .filter(|lead| lost == 0x80 || gbk().is_invalid(lost, *lead))
            .filter_map(|lead| gbk().char(lead, trail));
        for guess in self.best(state.place, candidates) {
            let state = self.take(state, guess);
            match then {
                Some(byte) => self.wait_for(&state, byte, i + 1),
                None => self.close(&state, i + 1, 0),
            }
        }
    }
}

/// Whether `text` is what follows the `<` of a tag: `/p>`, `br/>`, `div class=`.
fn is_tag_rest(text: &str) -> bool {
    let name = text.strip_prefix('/').unwrap_or(text);
    let size = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
    (1..=10).contains(&size)
        && name.get(size..).is_some_and(|rest| rest.starts_with('>') || rest.starts_with("/>"))
}

/// A character and its two bytes.
type Pair = (char, (u8, u8));

/// What a decoder may lose: pairs of a trail and the next character's lead that are no character.
struct Lossy {
    /// Trails that some lead follows in vain.
    trails: Vec<u8>,
    /// The commonest characters with such a trail.
    chars: Vec<Pair>,
    /// The commonest characters.
    common: Vec<Pair>,
}

fn lossy() -> &'static Lossy {
    static LOSSY: OnceLock<Lossy> = OnceLock::new();
    LOSSY.get_or_init(|| {
        let is_lossy = |trail: &u8| LEADS.clone().any(|lead| gbk().is_invalid(*trail, lead));
        let trails: Vec<u8> = TRAILS.filter(is_lossy).collect();
        let mut costs: Vec<(i32, Pair)> = LEADS
            .flat_map(|lead| TRAILS.map(move |trail| (lead, trail)))
            .filter_map(|pair| gbk().char(pair.0, pair.1).map(|c| (c, pair)))
            .filter(|(c, _)| model().knows(*c))
            .map(|pair| (model().unigram(pair.0), pair))
            .collect();
        costs.sort_unstable();
        let every = || costs.iter().map(|(_, pair)| *pair);
        let common = every().take(COMMON).collect();
        let chars = every().filter(|pair| trails.contains(&pair.1.1)).take(COMMON).collect();
        Lossy { trails, chars, common }
    })
}
