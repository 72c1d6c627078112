//! What may open a run, decided cheaply: clean text passes here and goes no further.

use super::alone;
use super::commonest::Commonest;
use super::promise::{
    BETTER, MARKS, STRANGE, TELLING, UNPRECEDED, add, are_usual, cost_of, full_stop, is_rare,
    is_usual, last_of_line, needed, promise,
};
use crate::gbk::{LEADS, gbk};
use crate::han::is_han;
use crate::language_model::{NAT, model};
use crate::repair::survey::Survey;
use memchr::{memchr, memmem};
use std::cell::LazyCell;
use std::sync::LazyLock;

/// Characters at a line's start, and lines, that tell whether a page is garbled in another way.
const HEAD: usize = 12;
/// See [`HEAD`].
const LINES: usize = 64;
/// So many characters are enough to tell.
const ENOUGH: i32 = 30;
/// So many U+FFFD of a page say what they are; looked at are at most so many.
const FEW: usize = 10;
/// See [`FEW`].
const MANY: usize = 64;
const LOST: &str = "\u{FFFD}";
/// Characters looked at on either side of one that was lost.
const NEAR: usize = 5;
/// Read one byte on, characters beside a lost one must be so much likelier.
const OUT: i32 = 4 * NAT;
/// Characters of text cost less than this on the average.
const PLAIN: i32 = 11 * NAT / 2;
/// So much likelier must a run be read one byte later whose character before it is guessed.
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

/// Whether the lines of the `openings` begin with what is no text: runs out of step begin after text
/// in step.
///
/// Looks at the characters of two bytes before the first opening of each of [`LINES`] lines, the
/// first [`HEAD`] of the line.
pub fn is_garbled(text: &str, openings: &[usize]) -> bool {
    let (mut n, mut total) = (0, 0);
    for (start, line) in lines(text, openings).iter().take(LINES) {
        let first = openings.get(openings.partition_point(|at| at < start));
        let end = first.map_or(0, |at| at - start);
        let head = line.get(..end).unwrap_or_default().chars().take(HEAD);
        let (more, cost) = cost_of(head, |c| gbk().pair(c).is_some());
        (n, total) = (n + more, total + cost);
    }
    n >= ENOUGH && total > n * STRANGE
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
        Some([b'.', 0x80..=0xFF, ..]) => (0xA3, 1),
        _ => return false,
    };
    let before = text.get(..at).unwrap_or_default();
    let mark = if second == 0xA3 { (0xA1, 0xA3) } else { (0xA3, second) };
    let is_marked = bytes.get(at) == Some(&b'?');
    may_open(before, mark, is_marked, text.get(at + size..).unwrap_or_default())
}

/// Whether the mark at `at` and what follows stand as often in clean text, so that no rule tells: so it
/// is with most. A `?` may be a marker, too, and `.` a stop that was cut.
fn is_in_place(text: &str, at: usize) -> bool {
    if matches!(text.as_bytes().get(at), Some(b'?' | b'.')) {
        return false;
    }
    let Some((before, behind)) = text.split_at_checked(at) else { return false };
    let mut ahead = behind.chars();
    let (Some(last), Some(mark)) = (before.chars().next_back(), ahead.next()) else { return false };
    let (one, two) = (ahead.next(), ahead.next());
    last != '?'
        && are_usual(one, two)
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
/// Where too little of the line stands before to tell, the run has to tell by itself; and so behind a
/// stop or comma without a marker, as clean text is full of them.
pub fn may_open(before: &str, (first, second): (u8, u8), is_marked: bool, rest: &str) -> bool {
    let mut ahead = rest.chars();
    let (Some(one), two) = (ahead.next(), ahead.next()) else { return false };
    if is_usual(rest) && !before.ends_with('?') {
        return false;
    }
    let promise = promise(full_stop(), full_stop(), second, rest);
    let is_stop = !is_marked && matches!(second, 0xA3 | 0xAC);
    let needed = LazyCell::new(|| needed(before));
    if promise > if is_stop { UNPRECEDED } else { BETTER } && promise > *needed {
        return true;
    }
    if is_stop {
        return false;
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

/// What `rest` and the mark before it, `wide`, gain at most, the likeliest common character guessed
/// whose second byte is the mark's first, and that `next` follows.
fn guessed(before: &str, wide: char, second: u8, next: char, rest: &str) -> i32 {
    let last = last_of_line(before);
    let mut start = (0, model().line_start());
    for c in last.get(last.len().saturating_sub(2)..).unwrap_or_default() {
        start = (0, add(start, *c).1);
    }
    let first = gbk().pair(wide).map_or(0, |pair| pair.0);
    let guesses = COMMON_BY_TRAIL.get(usize::from(first)).into_iter().flatten();
    let best = guesses.map(|c| add(start, *c)).min_by_key(|guess| add(*guess, next).0);
    best.map_or(0, |best| promise(add(start, wide), best, second, rest))
}

/// For each second byte the common characters that have it, by their first one.
static COMMON_BY_TRAIL: LazyLock<Vec<Vec<char>>> = LazyLock::new(|| {
    let is_common = |c: &char| Commonest::get().place(*c).is_some();
    let common = |trail| LEADS.filter_map(move |lead| gbk().char(lead, trail)).filter(is_common);
    (0..=u8::MAX).map(|trail| common(trail).collect()).collect()
});

/// Whether what stands before on the line is Chinese text beyond doubt.
fn is_text(before: &str) -> bool {
    let (n, total) = cost_of(last_of_line(before).into_iter(), is_han);
    n >= TELLING && total < n * PLAIN
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
