//! The search on one line: which runs are out of step, and what they were.

use super::alone;
use super::automaton::{Automaton, Closed, State};
use super::brackets::{Ahead, Open};
use super::gate;
use super::page::Page;
use super::paths::Paths;
use super::promise::GARBLED;
use super::tokens::{Kind, Place, Token, read, tokens};
use crate::language_model::{NAT, model};
use std::cell::Cell;

/// States followed at once: a character that lost its second byte together with the next one's first
/// leaves dozens, and what follows decides.
const BEAM: usize = 60;
/// A state that costs so much more than the best is dropped.
const WIDTH: i32 = 9 * NAT;
/// Silent drops are tried only for states that cost so much more than the best at most.
const NEAR: i32 = 3 * NAT;
/// [`WIDTH`] and [`NEAR`] where a page is not read yet: whether any run gains, the likeliest states tell.
const FIRST_LOOK: (i32, i32) = (4 * NAT, NAT);
/// Tokens after a run that have a say in whether it ends there.
const AHEAD: usize = 2;
/// Tokens before a run whose characters have to read as text.
const BEFORE: usize = 12;
/// Where so many tokens after a mark cost less than [`SMOOTH`] they are text as they stand.
const LOOK: usize = 3;
/// See [`LOOK`].
const SMOOTH: i32 = 8 * NAT;
/// A mark that costs so much may have been cut from two characters, the text after it in step.
const UNLIKELY: i32 = 5 * NAT;
/// A line before a list ends in a colon; in another stop it costs so much more.
const NO_COLON: i32 = 3 * NAT;
/// How the first item of a list begins.
const FIRST_ITEMS: [&str; 12] =
    ["（一）", "(一)", "一、", "1.", "1、", "1．", "①", "(1)", "（1）", "* ", "A.", "A．"];
/// A run that is so much worse than what stands there is given up.
const HOPELESS: i32 = 14 * NAT;
/// A run that is so much worse than its best end so far is given up.
const PAST: i32 = 25 * NAT;

/// A run of characters that were out of step, and what they were.
#[derive(Debug, Clone)]
pub struct Site {
    /// First byte in the line.
    pub start: usize,
    /// First byte after the run.
    pub end: usize,
    /// What stood there.
    pub after: String,
    /// Nats in favour of it, in units of [`NAT`].
    pub gain: i32,
    /// Nats to the second best reading.
    pub margin: i32,
    /// What it costs a character: random characters gain by any change, but are no text.
    pub cost: i32,
    /// How many characters it has.
    n_chars: i32,
    /// Whether an orphan gloss gave it away, and not a mark.
    pub by_gloss: bool,
    /// The mark that was found across two characters, `None` for a gloss.
    pub mark: Option<(u8, u8)>,
    place: Place,
    next: usize,
}

/// Text costs less than this a character, names included.
const PLAUSIBLE: i32 = 6 * NAT;
/// And so much where the run gains more than [`CLEAR`].
pub const PLAUSIBLE_CLEAR: i32 = 15 * NAT / 2;
/// A gain that few runs of clean text reach.
const CLEAR: i32 = 20 * NAT;
/// And so much on a page that is known to be damaged, half of its bytes guessed.
const PLAUSIBLE_PROVEN: i32 = 8 * NAT;

impl Site {
    /// Whether what stood there reads as text; `strict`: nothing else speaks for the run.
    ///
    /// On a damaged page a character more is granted, as one or two rare ones make a short run.
    fn is_plausible(&self, strict: bool) -> bool {
        if strict {
            let most = if self.gain > CLEAR { PLAUSIBLE_CLEAR } else { PLAUSIBLE };
            return self.cost < most;
        }
        self.cost * self.n_chars < PLAUSIBLE_PROVEN * (self.n_chars + 1)
    }
}

/// One line under search.
pub struct Line<'a> {
    page: &'a Page,
    text: &'a str,
    tokens: Vec<Token>,
    ahead: Vec<Ahead>,
    /// The place before each token and at the line's end, as far as the line was read.
    places: Vec<Cell<Place>>,
    /// What the tokens before each of them cost; and with the line's end.
    costs: Vec<Cell<i32>>,
    /// How far the line was read: every run reads on from its end, and few look far ahead.
    n_read: Cell<usize>,
    /// What a run has to gain.
    threshold: i32,
    /// [`WIDTH`] and [`NEAR`], or those of the first look.
    breadth: (i32, i32),
    /// Whether the next line is the first item of a list.
    is_before_list: bool,
}

impl<'a> Line<'a> {
    /// The line with its costs as it stands, whose runs have to gain more than `threshold`; `behind`
    /// is what follows it on the page.
    pub fn new(page: &'a Page, text: &'a str, behind: &str, threshold: i32) -> Self {
        let tokens = tokens(text, page.glossed);
        let open = Open::default();
        let start = Place { context: model().line_start(), last: '\n', open };
        let ahead = Ahead::of(&tokens, |token| page.decoder.marks(token));
        let n = tokens.len();
        let is_before_list = begins_list(behind);
        let (places, costs) = (vec![Cell::new(start); n + 1], vec![Cell::new(0); n + 2]);
        let n_read = Cell::new(0);
        let breadth = (WIDTH, NEAR);
        Self {
            page,
            text,
            tokens,
            ahead,
            places,
            costs,
            n_read,
            threshold,
            breadth,
            is_before_list,
        }
    }

    /// Reads the tokens before `j` that were not read yet; the line's end counts as the last one.
    fn read_to(&self, j: usize) {
        for i in self.n_read.get()..j {
            let Some([before, after]) = self.costs.get(i..i + 2) else { return };
            let Some(place) = self.places.get(i) else { return };
            let (cost, next) = self.read_token(place.get(), i);
            after.set(before.get() + cost);
            if let Some(slot) = self.places.get(i + 1) {
                slot.set(next);
            }
            self.n_read.set(i + 1);
        }
    }

    /// The place before token `j`, or at the line's end.
    fn place(&self, j: usize) -> Option<Place> {
        self.read_to(j);
        self.places.get(j).map(Cell::get)
    }

    /// Goes on from token `j` at `place`, where a run ends.
    fn go_on(&self, j: usize, place: Place) {
        self.read_to(j);
        if let Some(slot) = self.places.get(j) {
            slot.set(place);
        }
        self.n_read.set(j);
    }

    /// Reads token `j`; after the last one comes the line's end.
    fn read_token(&self, place: Place, j: usize) -> (i32, Place) {
        match self.tokens.get(j) {
            Some(token) => read(self.text, place, token),
            None => {
                let (cost, context) = model().step(place.context, model().token('\n'));
                let is_stop = matches!(place.last, '；' | ';' | '。' | '.' | '，' | ',' | '、');
                let cost = cost + if self.is_before_list && is_stop { NO_COLON } else { 0 };
                (cost, Place { context, last: '\n', open: Open::default() })
            }
        }
    }

    /// What the tokens `i..j` cost as they stand.
    fn cost(&self, i: usize, j: usize) -> i32 {
        let last = self.tokens.len() + 1;
        self.read_to(j);
        let at = |k: usize| self.costs.get(k.min(last)).map_or(0, Cell::get);
        at(j) - at(i)
    }

    /// The runs that gain enough, from left to right.
    ///
    /// `is_proven`: the page is known to be damaged, so `。` and `，` may have been cut too.
    /// Openings that led nowhere are counted in `failures`.
    pub fn sites(&mut self, is_proven: bool, failures: &mut usize) -> Vec<Site> {
        let threshold = self.threshold;
        let mut found: Vec<Site> = Vec::new();
        let strict = !is_proven && threshold >= super::GAIN;
        if !is_proven && !strict {
            self.breadth = FIRST_LOOK;
        }
        let is_accepted = |site: &Site| site.gain > threshold && site.is_plausible(strict);
        let (mut i, mut done) = (0, 0);
        while i < self.tokens.len() {
            let site = self.site_at(i, done, is_proven);
            *failures += usize::from(site.as_ref().is_some_and(|site| !is_accepted(site)));
            let Some(mut best) = site.filter(is_accepted) else {
                i += 1;
                continue;
            };
            // `?!`: the first may be the marker of the second.
            for j in i + 1..(i + 3).min(best.next) {
                let other = self.site_at(j, done, is_proven).filter(is_accepted);
                if let Some(site) = other.filter(|s| s.gain > best.gain) {
                    best = site;
                }
            }
            done = best.next;
            i = done.max(i + 1);
            self.go_on(best.next, best.place);
            found.push(best);
        }
        found
    }

    /// The best run that opens at token `i`, where tokens before `done` are spoken for.
    fn site_at(&self, i: usize, done: usize, is_proven: bool) -> Option<Site> {
        let token = self.tokens.get(i)?;
        let mut best: Option<Site> = None;
        let mut offer = |site: Option<Site>| {
            if site.as_ref().is_some_and(|s| best.as_ref().is_none_or(|b| s.gain > b.gain)) {
                best = site;
            }
        };
        let marked = i > done && self.is_marker(i - 1);
        let is_smooth = !marked
            && self.cost(i + 1, i + 1 + LOOK) < SMOOTH
            && self.cost(i, i + 1) < UNLIKELY
            && !self.is_left_open(i + 1);
        let opens = token.mark().is_some() && !is_smooth && (is_proven || self.may_open(i));
        if opens && (is_proven || self.is_text_before(i - usize::from(marked), done)) {
            offer(self.run(i, i, i + 1, |a, place| a.open_at_mark(i, place, false)));
            if marked {
                offer(self.run(i - 1, i, i + 1, |a, place| a.open_at_mark(i, place, true)));
            }
        }
        if token.kind != Kind::Plain && i > done {
            let from = if marked { i - 1 } else { i };
            let before = self.character_before(from);
            if self.cost(i, i + 1) > 0 {
                let mut site =
                    self.run(from, i, i + 1, |a, place| a.open_at_gloss(i, before, place));
                if let Some(site) = &mut site {
                    site.by_gloss = true;
                }
                offer(site);
            }
        }
        best
    }

    /// Whether the line ends at token `i` with a quote or bracket open.
    fn is_left_open(&self, i: usize) -> bool {
        let ends = |ahead: &Ahead| self.place(i).map(|place| place.open.cost_before(*ahead));
        i == self.tokens.len() && self.ahead.get(i).and_then(ends) > Some(0)
    }

    /// The character before token `i`, whatever glosses stand between: it may have its own.
    fn character_before(&self, i: usize) -> usize {
        let is_gloss = |j: &usize| self.tokens.get(*j).is_some_and(|t| t.kind != Kind::Plain);
        i.wrapping_sub((0..i).rev().take_while(is_gloss).count() + 1)
    }

    fn is_marker(&self, i: usize) -> bool {
        self.tokens.get(i).is_some_and(|token| self.page.decoder.marks(token))
    }

    /// Whether the characters before `i` read as text: the first run of a line follows text in step.
    fn is_text_before(&self, i: usize, done: usize) -> bool {
        let (mut n, mut total) = (0, 0);
        for j in i.saturating_sub(BEFORE)..i {
            if self.tokens.get(j).is_some_and(|token| token.pair.is_some()) {
                (n, total) = (n + 1, total + self.cost(j, j + 1));
            }
        }
        done > 0 || n < 4 || total < n * GARBLED
    }

    /// Whether a run may open at the mark `i` of a page not yet proven damaged.
    fn may_open(&self, i: usize) -> bool {
        let Some(token) = self.tokens.get(i) else { return false };
        let Some(mark) = token.mark() else { return false };
        let strange = |j: usize| self.tokens.get(j).is_some_and(|t| t.c == '\u{FFFD}');
        if i > 0 && strange(i - 1) || strange(i + 1) {
            return true;
        }
        let before_it = i.checked_sub(1).and_then(|j| self.tokens.get(j));
        let query = before_it.filter(|token| token.c == '?');
        let marked = query.is_some();
        let stands_out =
            |at: usize| gate::is_told(self.text, at) || alone::stands_for_two(self.text, at);
        if query.is_some_and(|query| stands_out(query.start)) || stands_out(token.start) {
            return true;
        }
        let before = self.text.get(..token.start).unwrap_or_default();
        let rest = self.text.get(token.end..).unwrap_or_default();
        gate::may_open(before, mark, marked, rest)
    }

    /// The best way through a run whose first states `open` puts in place before token `next`.
    fn run(
        &self,
        from: usize,
        opening: usize,
        next: usize,
        open: impl Fn(&mut Automaton<'_>, Place),
    ) -> Option<Site> {
        let place = self.place(from)?;
        let mut automaton = Automaton {
            page: self.page,
            line: self.text,
            tokens: &self.tokens,
            paths: Paths::default(),
            live: Vec::new(),
            closed: Vec::new(),
            last_asked: None,
            most_cost: i32::MAX,
        };
        open(&mut automaton, place);
        let mut ends: Vec<(i32, Closed)> = Vec::new();
        let mut best_gain = i32::MIN;
        let (width, near) = self.breadth;
        for i in next..=self.tokens.len() {
            let live = prune(std::mem::take(&mut automaton.live), width);
            let Some(best) = live.first() else { break };
            let gain = self.cost(from, i) - best.cost;
            let n = i32::try_from(i - next + 2).unwrap_or(i32::MAX);
            let is_text = n < 6 || best.cost < n * PLAUSIBLE_PROVEN;
            if gain < -HOPELESS || gain < best_gain.saturating_sub(PAST) || !is_text {
                break;
            }
            automaton.most_cost = best.cost + near;
            for state in &live {
                automaton.step(state, i);
            }
            for closed in std::mem::take(&mut automaton.closed) {
                let gain = self.gain(from, &closed);
                best_gain = best_gain.max(gain);
                ends.push((gain, closed));
            }
        }
        self.best_end(from, opening, &automaton, ends)
    }

    /// How much better the run explains the tokens from `from` on than they themselves do.
    fn gain(&self, from: usize, closed: &Closed) -> i32 {
        let (mut cost, mut place) = (closed.cost, closed.place);
        for j in closed.next..(closed.next + AHEAD).min(self.tokens.len() + 1) {
            let (more, next) = self.read_token(place, j);
            (cost, place) = (cost + more, next);
        }
        self.cost(from, closed.next + AHEAD) - cost - self.cost_ahead(closed)
    }

    /// What the quotes and brackets after the run cost more than they do after what stands there.
    fn cost_ahead(&self, closed: &Closed) -> i32 {
        let Some(ahead) = self.ahead.get(closed.next) else { return 0 };
        let now = self.place(closed.next).map_or(Open::default(), |place| place.open);
        closed.place.open.cost_before(*ahead) - now.cost_before(*ahead)
    }

    fn best_end(
        &self,
        from: usize,
        opening: usize,
        automaton: &Automaton<'_>,
        mut ends: Vec<(i32, Closed)>,
    ) -> Option<Site> {
        let order = |(gain, closed): &(i32, Closed)| (-gain, closed.next, closed.path);
        let text = |closed: &Closed| automaton.paths.text(closed.path, self.text, &self.tokens);
        // Nearly all openings lead nowhere: nobody asks then what else the run may have been.
        if ends.iter().any(|(gain, _)| *gain > self.threshold) {
            ends.sort_by_key(order);
        } else {
            ends = ends.into_iter().min_by_key(order).into_iter().collect();
        }
        let (gain, best) = ends.first()?;
        let after = text(best);
        let margin = ends
            .iter()
            .skip(1)
            .take(8)
            .find(|(_, other)| other.next != best.next || text(other) != after)
            .map_or(*gain, |(second, _)| gain - second);
        let start = self.tokens.get(from)?.start;
        let n_chars = i32::try_from(after.chars().count()).unwrap_or(i32::MAX);
        let end = self.tokens.get(best.next).map_or(self.text.len(), |token| token.start);
        Some(Site {
            start,
            end,
            after,
            gain: *gain,
            margin,
            by_gloss: false,
            mark: self.tokens.get(opening).and_then(Token::mark),
            cost: best.cost / n_chars.max(1),
            n_chars,
            place: best.place,
            next: best.next,
        })
    }
}

/// Whether the line that begins `behind` this one's end is the first item of a list.
fn begins_list(behind: &str) -> bool {
    let next = behind.strip_prefix('\n').unwrap_or_default();
    let next = next.trim_start_matches([' ', '\u{3000}']);
    FIRST_ITEMS.iter().any(|item| next.starts_with(item))
}

/// The best states, best first, `width` the costliest above the best; of those that will behave alike
/// only the cheapest.
fn prune(mut states: Vec<State>, width: i32) -> Vec<State> {
    let most = states.iter().map(|s| s.cost).min().unwrap_or(0) + width;
    states.retain(|s| s.cost <= most);
    states.sort_unstable_by_key(|s| (s.cost, s.pending, s.place.context, s.path));
    let likeness =
        |s: &State| (s.pending, s.place.context.before, s.place.context.last, s.place.open);
    let mut best: Vec<State> = Vec::with_capacity(BEAM);
    for state in states {
        if best.len() == BEAM {
            break;
        }
        if best.iter().all(|other| likeness(other) != likeness(&state)) {
            best.push(state);
        }
    }
    best
}
