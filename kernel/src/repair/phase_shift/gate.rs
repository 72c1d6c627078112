//! What may open a run, decided cheaply: clean text passes here and goes no further.

use super::alone;
use super::commonest::Commonest;
use crate::gbk::{LEADS, gbk};
use crate::han::is_han;
use crate::language_model::{Context, NAT, model};
use crate::repair::survey::Survey;
use memchr::{memchr, memmem};
use std::cell::LazyCell;
use std::sync::LazyLock;

/// Of two common characters the second costs less than this in clean text.
pub const RARE: i32 = 7 * NAT;
/// Characters at a line's start, and lines, that tell whether a page is garbled in another way.
const HEAD: usize = 12;
/// See [`HEAD`].
const LINES: usize = 64;
/// So many characters are enough to tell.
const ENOUGH: i32 = 30;
/// What characters of a garbled page cost on the average.
const STRANGE: i32 = 8 * NAT;
/// What characters of a garbled line cost on the average.
pub const GARBLED: i32 = 9 * NAT;
/// So many U+FFFD of a page say what they are; looked at are at most so many.
const FEW: usize = 10;
/// See [`FEW`].
const MANY: usize = 64;
const LOST: &str = "\u{FFFD}";
/// Characters looked at on either side of one that was lost.
const NEAR: usize = 5;
/// Read one byte on, characters beside a lost one must be so much likelier.
const OUT: i32 = 4 * NAT;
/// What a character costs beyond what the model says that it has never met.
const ODD: i32 = 4 * NAT;
/// And one that a shift makes, as the search counts it.
const STRAY: i32 = 8 * NAT;
/// Marks that are cut bytewise, and what they become.
pub const MARKS: &str = "!?.,:;。，！？：；";
/// Read one byte later, the characters after the mark must be so much likelier.
pub const BETTER: i32 = 4 * NAT;
/// And so much where less than [`TELLING`] characters of the line stand before it.
pub const UNPRECEDED: i32 = 11 * NAT;
/// See [`UNPRECEDED`].
const TELLING: i32 = 4;
/// Characters of text cost less than this on the average.
const PLAIN: i32 = 11 * NAT / 2;
/// So many characters before a run have to read as text.
const BEFORE: usize = 12;
/// So many characters of a run tell what it promises, if the first [`HEAD_OF_RUN`] say [`BETTER`].
const REACH: usize = 16;
/// See [`REACH`].
const HEAD_OF_RUN: usize = 4;
/// And so much more likely where the character before them is guessed.
const GUESSED: i32 = 8 * NAT;
/// Characters of a line before and after an opening that a first look takes in.
const WINDOW: (usize, usize) = (40, 200);

/// Whether these bytes begin with a query, or with a mark, a character and a letter.
fn may_be_among_strangers(bytes: &[u8]) -> bool {
    let behind = match bytes {
        [b'?', ..] | [0xEF, 0xBC, 0x9F, ..] | [0xF0..=0xFF, ..] => return true,
        [0xE0..=0xEF, _, _, behind @ ..] | [0xC0..=0xDF, _, behind @ ..] | [_, behind @ ..] => {
            behind
        }
        [] => return false,
    };
    match behind {
        [0xE0..=0xEF, _, _, letter, ..] => letter.is_ascii_alphabetic(),
        [first, ..] => *first >= 0xF0,
        [] => false,
    }
}

/// Where runs out of step may open: byte offsets of marks and of U+FFFD, ascending.
///
/// Looks at the two characters behind each mark of the survey; only if one is uncommon the language
/// model is asked. On a page that lost bytes in another way U+FFFD tells only
/// beside characters out of step, and nothing where no mark tells.
pub fn openings(text: &str, survey: Survey<'_>) -> Vec<usize> {
    let marks = survey.marks.iter().copied();
    let mut found: Vec<usize> = marks.filter(|at| opens_at(text, *at)).collect();
    let is_lost = |at: &usize| text.get(*at..).is_some_and(|rest| rest.starts_with(LOST));
    let lost: Vec<usize> = survey.others.iter().copied().filter(is_lost).collect();
    if lost.is_empty() {
        return found;
    }
    let is_lossy = is_lossy(text);
    if !(is_lossy && found.is_empty()) {
        found.extend(lost.into_iter().filter(|at| {
            needed(text.get(..*at).unwrap_or_default()) < i32::MAX
                && (!is_lossy || is_out_of_step_at(text, *at))
        }));
    }
    found.sort_unstable();
    found
}

/// (offset, line) of the lines that hold one of the `openings`.
pub fn lines<'a>(text: &'a str, openings: &[usize]) -> Vec<(usize, &'a str)> {
    spans(text, openings, usize::MAX, usize::MAX)
}

/// (offset, part) of the parts of those lines around the `openings`: for a first look, which a
/// line of many pages must not make dear.
pub fn windows<'a>(text: &'a str, openings: &[usize]) -> Vec<(usize, &'a str)> {
    spans(text, openings, WINDOW.0, WINDOW.1)
}

/// The line around each opening, at most so many characters before and after; those that meet are
/// one.
fn spans<'a>(
    text: &'a str,
    openings: &[usize],
    before: usize,
    after: usize,
) -> Vec<(usize, &'a str)> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for at in openings {
        let (head, tail) = text.split_at_checked(*at).unwrap_or_default();
        let line = head.get(head.rfind('\n').map_or(0, |n| n + 1)..).unwrap_or_default();
        let reach =
            line.char_indices().rev().take(before).last().map_or(0, |(i, _)| line.len() - i);
        let line = tail.get(..memchr(b'\n', tail.as_bytes()).unwrap_or(tail.len()));
        let line = line.unwrap_or_default();
        let start = at - reach;
        let end = at + line.char_indices().nth(after).map_or(line.len(), |(i, _)| i);
        match spans.last_mut() {
            Some(span) if start <= span.1 => span.1 = end,
            _ => spans.push((start, end)),
        }
    }
    let cut = |(start, end): (usize, usize)| (start, text.get(start..end).unwrap_or_default());
    spans.into_iter().map(cut).collect()
}

/// Whether these lines begin with what is no text: runs out of step begin after text in step.
///
/// Looks at the characters of two bytes among the first [`HEAD`] of each of [`LINES`] lines.
pub fn is_garbled(lines: &[(usize, &str)]) -> bool {
    let (mut n, mut total) = (0, 0);
    for (_, line) in lines.iter().take(LINES) {
        let (more, cost) = cost_of(line.chars().take(HEAD), |c| gbk().pair(c).is_some());
        (n, total) = (n + more, total + cost);
    }
    n >= ENOUGH && total > n * STRANGE
}

/// How many of these characters, which follow each other from a line's start, count, and their cost.
fn cost_of(characters: impl Iterator<Item = char>, counts: impl Fn(char) -> bool) -> (i32, i32) {
    let (mut n, mut total) = (0, 0);
    let mut sum = (0, model().line_start());
    for c in characters {
        let before = sum.0;
        sum = add(sum, c);
        if counts(c) {
            (n, total) = (n + 1, total + sum.0 - before);
        }
    }
    (n, total)
}

/// Whether the page lost bytes in another way: its U+FFFD stand between good characters.
pub fn is_lossy(text: &str) -> bool {
    let mut n = 0;
    let mut of_runs = 0;
    for at in memmem::find_iter(text.as_bytes(), LOST.as_bytes()).take(MANY) {
        n += 1;
        of_runs += usize::from(is_out_of_step_at(text, at));
    }
    n >= FEW && of_runs * 2 < n
}

/// Whether what is before the U+FFFD at `at`, or what follows it, is out of step.
fn is_out_of_step_at(text: &str, at: usize) -> bool {
    if is_between_lost(text, at) {
        return true;
    }
    let Some((before, behind)) = text.split_at_checked(at) else { return false };
    let mut left: Vec<char> = before.chars().rev().skip_while(is_gap).take(NEAR).collect();
    left.reverse();
    let right: Vec<char> = behind.chars().skip_while(is_gap).take(NEAR).collect();
    is_out_of_step(&left, true) || is_out_of_step(&right, false)
}

fn is_gap(c: &char) -> bool {
    "\u{FFFD}?!:;,.？！：；，。".contains(*c)
}

/// Whether the characters of two bytes at the start (`at_end`: at the end) read better one byte on.
///
/// A single one tells only by being uncommon.
fn is_out_of_step(characters: &[char], at_end: bool) -> bool {
    let has_pair = |c: &&char| gbk().pair(**c).is_some();
    let n = if at_end {
        characters.iter().rev().take_while(has_pair).count()
    } else {
        characters.iter().take_while(has_pair).count()
    };
    let first = if at_end { characters.len() - n } else { 0 };
    let run = characters.get(first..first + n).unwrap_or_default();
    let [head, rest @ ..] = run else { return false };
    if rest.is_empty() {
        return Commonest::get().place(*head).is_none();
    }
    let mut now = (0, model().after(model().token(*head)));
    let mut shifted = (0, model().line_start());
    let mut lead = gbk().pair(*head).map_or(0, |pair| pair.1);
    for c in rest {
        let Some((first, second)) = gbk().pair(*c) else { break };
        let Some(read) = gbk().char(lead, first) else { return false };
        now = add(now, *c);
        shifted = add(shifted, read);
        lead = second;
    }
    shifted.0 + OUT < now.0
}

fn opens_at(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    if is_in_place(text, at) {
        return false;
    }
    if is_told(text, at) || alone::stands_for_two(text, at) {
        return true;
    }
    let (second, size) = match bytes.get(at..at + 3).or_else(|| bytes.get(at..at + 2)) {
        Some([0xEF, 0xBC, 0x81]) => (0xA1, 3),
        Some([0xEF, 0xBC, 0x9F]) => (0xBF, 3),
        Some([0xEF, 0xBC, 0x9A]) => (0xBA, 3),
        Some([0xEF, 0xBC, 0x9B]) => (0xBB, 3),
        Some([0xEF, ..]) => return false,
        Some([b'?', b',', ..]) => (0xAC, 2),
        Some([b'?', b'.', ..]) => (0xA3, 2),
        Some([b'?', 0xE3, 0x80]) if bytes.get(at + 3) == Some(&0x82) => (0xA3, 4),
        Some([b'?', 0xEF, 0xBC]) if bytes.get(at + 3) == Some(&0x8C) => (0xAC, 4),
        Some([b'!', 0x80..=0xFF, ..]) => (0xA1, 1),
        Some([b'?', 0x80..=0xFF, ..]) => (0xBF, 1),
        Some([b':', 0x80..=0xFF, ..]) => (0xBA, 1),
        Some([b';', 0x80..=0xFF, ..]) => (0xBB, 1),
        _ => return false,
    };
    let before = text.get(..at).unwrap_or_default();
    let mark = if second == 0xA3 { (0xA1, 0xA3) } else { (0xA3, second) };
    may_open(before, mark, text.get(at + size..).unwrap_or_default())
}

/// Whether the mark at `at` and what follows stand as often in clean text, so that no rule tells: so it
/// is with most. A `?` may be a marker, too, and `.` a stop that was cut.
fn is_in_place(text: &str, at: usize) -> bool {
    let Some((before, behind)) = text.split_at_checked(at) else { return false };
    let mut ahead = behind.chars();
    let (Some(last), Some(mark)) = (before.chars().next_back(), ahead.next()) else { return false };
    let rest = ahead.as_str();
    let (one, two) = (ahead.next(), ahead.next());
    !matches!(mark, '?' | '.')
        && is_usual(rest)
        && Commonest::get().is_pair(last, mark)
        && !matches!(one, Some(':' | ';' | '：' | '；'))
        && !two.is_some_and(|two| two.is_ascii_alphabetic())
}

/// Whether U+FFFD, a mark and U+FFFD stand at `at`: two characters that were cut there.
fn is_between_lost(text: &str, at: usize) -> bool {
    let Some(rest) = text.get(at..).and_then(|rest| rest.strip_prefix(LOST)) else {
        return false;
    };
    let behind = rest.trim_start_matches(|c| MARKS.contains(c));
    behind.len() < rest.len() && behind.starts_with(LOST)
}

/// Whether the query or mark at `at` tells by the characters around it that a mark was cut: clean text
/// has none such behind text.
pub fn is_told(text: &str, at: usize) -> bool {
    is_among_strangers(text, at) && is_text(text.get(..at).unwrap_or_default())
}

/// Whether a query stands before a colon or semicolon; two before a character and another query; or a mark
/// before a letter between characters.
fn is_among_strangers(text: &str, at: usize) -> bool {
    if !may_be_among_strangers(text.as_bytes().get(at..).unwrap_or_default()) {
        return false;
    }
    let Some((before, behind)) = text.split_at_checked(at) else { return false };
    let mut behind = behind.chars();
    let (Some(mark), Some(one)) = (behind.next(), behind.next()) else { return false };
    let before = before.chars().next_back();
    if matches!(mark, '?' | '？') && matches!(one, ';' | '；' | ':' | '：') {
        // `？：` is written so.
        return before.is_some_and(is_han) && (mark == '?' || one.is_ascii());
    }
    let two = behind.next().filter(|_| is_han(one));
    match two {
        Some('?') => mark == '?' && before == Some('?'),
        Some('A'..='Z' | 'a'..='z') => behind.next().is_some_and(is_han),
        _ => false,
    }
}

/// Whether a run may open at a mark whose second byte is `second`, between `before` and `rest`.
///
/// What follows has to read better one byte later, and what stands before as text: it is in step.
/// Where too little of the line stands before to tell, the run has to tell by itself.
pub fn may_open(before: &str, (first, second): (u8, u8), rest: &str) -> bool {
    let mut ahead = rest.chars();
    let (Some(one), two) = (ahead.next(), ahead.next()) else { return false };
    if is_usual(rest) {
        return false;
    }
    let promise = promise(full_stop(), full_stop(), second, rest);
    let needed = LazyCell::new(|| needed(before));
    if promise > BETTER && promise > *needed {
        return true;
    }
    let is_common = Commonest::get().place(one).is_some();
    if is_common || two.is_some_and(|two| is_han(two) && !is_rare(one, two)) {
        return false;
    }
    let wide = gbk().char(first, second);
    let next = gbk().pair(one).and_then(|pair| gbk().char(second, pair.0));
    let (Some(wide), Some(next)) = (wide, next) else { return false };
    *needed < i32::MAX && guessed(before, wide, second, next, rest) > (*needed).max(GUESSED)
}

/// Whether `rest` begins as clean text does behind a mark.
pub fn is_usual(rest: &str) -> bool {
    let mut ahead = rest.chars();
    match (ahead.next(), ahead.next()) {
        (None | Some('\n'), _) => true,
        (Some(one), Some(two)) => Commonest::get().is_pair(one, two),
        (Some(one), None) => Commonest::get().place(one).is_some(),
    }
}

/// Where a sentence has ended.
fn full_stop() -> Sum {
    (0, FIRSTS.full_stop)
}

/// What `rest` and the mark before it, `wide`, gain at most, the likeliest common character guessed
/// whose second byte is the mark's first, and that `next` follows.
fn guessed(before: &str, wide: char, second: u8, next: char, rest: &str) -> i32 {
    let last = last_of_line(before);
    let mut start = (0, model().line_start());
    for c in last.get(last.len().saturating_sub(2)..).unwrap_or_default() {
        start = (0, add(start, *c).1);
    }
    let first = gbk().pair(wide).map_or(0, |pair| pair.0);
    let is_common = |c: &char| Commonest::get().place(*c).is_some();
    let guesses = LEADS.filter_map(|lead| gbk().char(lead, first)).filter(is_common);
    let best = guesses.map(|c| add(start, c)).min_by_key(|guess| add(*guess, next).0);
    best.map_or(0, |best| promise(add(start, wide), best, second, rest))
}

/// What `rest` gains at most by being read one byte later, from `second` on.
///
/// Follows the characters that are read for sure, [`REACH`] at most; nothing is guessed. A marker
/// among the first [`HEAD_OF_RUN`], behind characters that are no text, promises [`UNPRECEDED`].
fn promise(mut now: Sum, mut shifted: Sum, second: u8, rest: &str) -> i32 {
    let mut pending = second;
    let mut best = 0;
    for (n, c) in (1..).zip(rest.chars().take(REACH)) {
        let read = match (gbk().pair(c), u8::try_from(c)) {
            (Some((first, next)), _) => {
                let read = gbk().char(pending, first);
                pending = next;
                read
            }
            (None, Ok(trail @ 0x40..=0x7E)) => {
                let read = gbk().char(pending, trail);
                pending = trail;
                read
            }
            _ if n <= HEAD_OF_RUN && matches!(c, '?' | '\u{FFFD}') && now.0 > STRANGE => {
                return UNPRECEDED;
            }
            _ => break,
        };
        let Some(read) = read else { break };
        now = add(now, c);
        shifted = add_with(shifted, read, STRAY);
        best = best.max(now.0 - shifted.0);
        if pending < 0x80 || best > UNPRECEDED || n >= HEAD_OF_RUN && best <= BETTER {
            break;
        }
    }
    best
}

/// What a run has to promise after `before`, what stands before it on its line: it can promise
/// nothing behind what is no text, or a character that GBK does not have.
pub fn needed(before: &str) -> i32 {
    let last = last_of_line(before);
    if last.iter().any(|c| is_han(*c) && gbk().pair(*c).is_none()) {
        return i32::MAX;
    }
    match cost_of(last.into_iter(), is_han) {
        (n, _) if n < TELLING => UNPRECEDED,
        (n, total) if total > n * STRANGE => i32::MAX,
        _ => BETTER,
    }
}

/// Whether what stands before on the line is Chinese text beyond doubt.
fn is_text(before: &str) -> bool {
    let (n, total) = cost_of(last_of_line(before).into_iter(), is_han);
    n >= TELLING && total < n * PLAIN
}

/// The last [`BEFORE`] characters of the line that `before` ends in.
fn last_of_line(before: &str) -> Vec<char> {
    let mut last: Vec<char> =
        before.chars().rev().take_while(|c| *c != '\n').take(BEFORE).collect();
    last.reverse();
    last
}

/// A cost so far, and where the language model stands.
pub type Sum = (i32, Context);

pub fn add(sum: Sum, c: char) -> Sum {
    add_with(sum, c, ODD)
}

/// The same where a character costs so much more that the model has never met.
fn add_with((cost, context): Sum, c: char, odd: i32) -> Sum {
    let (more, context) = FIRSTS.step(context, c);
    let is_odd = !model().knows(c) && gbk().pair(c).is_some();
    (cost + more + if is_odd { odd } else { 0 }, context)
}

/// What every token costs after a full stop, and the context then: what clean text asks for most.
struct Firsts {
    full_stop: Context,
    sums: Vec<Sum>,
}

static FIRSTS: LazyLock<Firsts> = LazyLock::new(|| {
    let full_stop = model().step(model().line_start(), model().token('。')).1;
    let sums = model().tokens().map(|token| model().step(full_stop, token)).collect();
    Firsts { full_stop, sums }
});

impl Firsts {
    /// The model's step, from memory where it is after the full stop.
    fn step(&self, context: Context, c: char) -> Sum {
        let token = model().token(c);
        let known = self.sums.get(usize::from(token)).filter(|_| context == self.full_stop);
        known.copied().unwrap_or_else(|| model().step(context, token))
    }
}

/// Whether `two` seldom follows `one`.
fn is_rare(one: char, two: char) -> bool {
    let context = model().after(model().token(one));
    model().step(context, model().token(two)).0 > RARE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::survey::Surveys;

    fn opened(text: &str) -> Vec<usize> {
        openings(text, Surveys::of([text]).get(0))
    }

    #[test]
    fn a_run_opens_behind_text_and_not_between_rare_characters() {
        let damaged = "另一个是语料库的开放程度?!氨热缬械钠笠?,开放意愿度也很高";
        assert_eq!(opened(damaged), [damaged.find('!').unwrap_or_default()]);
        assert!(opened("另一个是语料库的开放程度?!比如有的企业,开放意愿度也很高").is_empty());
        assert!(opened("鱢坯鴝版犲渳！骜輁囌燚韼癩珚芑！妫漬峃餧堾毘筞").is_empty());
    }

    #[test]
    fn windows_are_parts_of_the_lines_of_their_openings() {
        let text = "春眠不觉晓\n处处闻啼鸟\n夜来风雨声";
        let at = text.find('闻').unwrap_or_default();
        assert_eq!(lines(text, &[at, at + 3]), [(16, "处处闻啼鸟")]);
        assert_eq!(windows(text, &[at]), lines(text, &[at]));
        let long = "雨".repeat(1000);
        assert_eq!(spans(&long, &[1500], 2, 3), [(1494, "雨雨雨雨雨")]);
        assert_eq!(spans(&long, &[1500, 1512], 2, 2), [(1494, "雨雨雨雨雨雨雨雨")]);
    }
}
