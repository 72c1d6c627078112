//! Takes out lists of links to pornography, gambling and bought ranking behind, before or inside a text.
//!
//! A list is a run of short items (behind bars, one per line, or between blanks). Terms with weights
//! (`kernel/data/spam_terms.txt`) say how many of the items advertise; prose is never an item, so an
//! article about gambling stays whole.

pub mod seeds;

use super::blocks::suspects;
use super::cut::{Cut, is_blank, is_space, key, to_fixpoint};
use super::survey::{Survey, unseen};
use super::{Parameters, Repair};
use crate::edit::Edit;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use seeds::{passes_gate, passes_gate_at};
use std::sync::LazyLock;

/// The data file, for the reference form.
pub const SOURCE: &str = include_str!("../../data/spam_terms.txt");

/// A spam item holds terms of this weight in all.
const SPAM_ITEM: u32 = 3;
/// Longest item, in folded characters.
const LONGEST_ITEM: usize = 48;
/// And in bytes, with what folding takes out.
const LONGEST_BYTES: usize = 4 * LONGEST_ITEM + 64;
/// What a list must have: items that advertise, and the sum of all items' values.
const LEAST_ITEMS: usize = 6;
const LEAST_SUM: i32 = 10;
/// Value of an item that advertises, of one with a weak term, of any other; prose ends a list.
const SPAM: i32 = 2;
const LEANING: i32 = 0;
const OTHER: i32 = -1;
/// Characters a text must keep.
const LEAST_BODY: usize = 30;

/// The terms, each with its weight, and one automaton over them.
static TERMS: LazyLock<(Vec<u32>, AhoCorasick)> = LazyLock::new(|| {
    let (mut weights, mut words) = (Vec::new(), Vec::new());
    for line in SOURCE.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split(' ');
        let weight = fields.next().and_then(|field| field.parse().ok()).unwrap_or(0);
        for word in fields {
            weights.push(weight);
            words.push(key(word));
        }
    }
    #[allow(clippy::expect_used)] // the terms are our own and few
    let automaton = AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .build(&words)
        .expect("the terms of spam_terms.txt make an automaton");
    (weights, automaton)
});

/// The repair; it has no settings.
pub struct CutSpamTail;

/// The repair with these settings.
pub fn new(parameters: &Parameters) -> Result<Box<dyn Repair>, String> {
    match parameters.keys().next() {
        Some(name) => Err(format!("cut_spam_tail has no setting {name:?}")),
        None => Ok(Box::new(CutSpamTail)),
    }
}

impl Repair for CutSpamTail {
    /// Clean text costs a look at the few words of the survey and at its Latin letters.
    fn edits_at(&self, text: &str, survey: Survey<'_>) -> Vec<Edit> {
        let lists = |text: &str, survey: Survey<'_>| {
            if passes_gate_at(text, 0, survey) { find(text, survey) } else { Vec::new() }
        };
        to_fixpoint(text, lists(text, survey), unseen(lists))
    }
}

/// Longest end of a text (bytes) in which [`tail_start`] looks for a list.
const TAIL: usize = 8192;

/// Where a list at the very end of the text begins; the text's length if there is none.
pub fn tail_start(text: &str, survey: Survey<'_>) -> usize {
    // Text that ends with prose, or with a few items, as most does, needs no scan.
    if !ends_with_items(text) {
        return text.len();
    }
    let end = text.trim_end_matches(is_space).len();
    let mut from = text.len().saturating_sub(TAIL);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    if !passes_gate_at(text, from, survey) {
        return text.len();
    }
    find(text, survey).last().filter(|cut| cut.end >= end).map_or(text.len(), |cut| cut.start)
}

/// Whether so much that may part items stands behind the text's last mark of prose that a list may.
fn ends_with_items(text: &str) -> bool {
    let parts = |c: &char| is_space(*c) || is_bar(*c);
    let behind = text.chars().rev().take_while(|c| !PROSE.contains(c));
    behind.filter(parts).nth(LEAST_ITEMS - 2).is_some()
}

/// How many different terms of the greatest weight a text holds; 0 if its seeds are too few.
pub fn distinct_terms(text: &str) -> u32 {
    if !passes_gate(text) {
        return 0;
    }
    let (weights, automaton) = &*TERMS;
    let mut seen = vec![false; weights.len()];
    for found in automaton.find_overlapping_iter(&key(text)) {
        let place = found.pattern().as_usize();
        if let (Some(seen), Some(&SPAM_ITEM)) = (seen.get_mut(place), weights.get(place)) {
            *seen = true;
        }
    }
    seen.into_iter().filter(|seen| *seen).count() as u32
}

/// A piece of a list, or a piece of prose.
#[derive(Clone, Copy)]
struct Item {
    start: usize,
    end: usize,
    /// Which line it stands on.
    line: usize,
    /// `None`: prose.
    value: Option<i32>,
}

/// The lists of a text, as cuts. O(length).
fn find(text: &str, survey: Survey<'_>) -> Vec<Cut> {
    let items = valued(text, items(text, survey));
    let mut cuts = Vec::new();
    let mut first = 0;
    while first < items.len() {
        let run = items.iter().skip(first).take_while(|item| item.value.is_some()).count();
        if run >= LEAST_ITEMS
            && let Some((from, to)) = densest(items.get(first..first + run).unwrap_or_default())
        {
            let (from, to) = whole_lines(&items, first, first + from, first + to, first + run);
            if let (Some(one), Some(other)) = (items.get(from), items.get(to)) {
                cuts.push(trimmed(text, one.start, other.end));
            }
        }
        first += run + 1;
    }
    if cuts.is_empty() {
        return cuts;
    }
    let rest = text.chars().filter(|&c| !is_space(c)).count();
    let gone = cuts
        .iter()
        .filter_map(|cut| text.get(cut.start..cut.end))
        .map(|part| part.chars().filter(|&c| !is_space(c)).count())
        .sum::<usize>();
    if rest - gone < LEAST_BODY { Vec::new() } else { cuts }
}

/// The run's part with the greatest sum, if it is a list: (first, last).
fn densest(run: &[Item]) -> Option<(usize, usize)> {
    let (mut best, mut best_sum) = (None, LEAST_SUM - 1);
    let (mut start, mut sum) = (0, 0);
    for (index, item) in run.iter().enumerate() {
        if sum <= 0 {
            (start, sum) = (index, 0);
        }
        sum += item.value.unwrap_or(OTHER);
        if sum > best_sum && item.value == Some(SPAM) {
            (best, best_sum) = (Some((start, index)), sum);
        }
    }
    let (from, to) = best?;
    let spam = run.iter().take(to + 1).skip(from).filter(|item| item.value == Some(SPAM)).count();
    (spam >= LEAST_ITEMS && spam * 2 > to - from).then_some((from, to))
}

/// The list grown to whole lines where most of a line is in it, and over a short rest of the run.
fn whole_lines(
    items: &[Item],
    first: usize,
    mut from: usize,
    mut to: usize,
    after: usize,
) -> (usize, usize) {
    let line = |index: usize| items.get(index).map(|item| item.line);
    let inside = to - from + 1;
    let mut before = from;
    while before > first && line(before - 1) == line(from) {
        before -= 1;
    }
    if from - before <= inside / 2 {
        from = before;
    }
    let mut behind = to;
    while behind + 1 < after && line(behind + 1) == line(to) {
        behind += 1;
    }
    if behind - to <= inside / 2 {
        to = behind;
    }
    if after == items.len() && after - 1 - to <= inside / 4 && is_alike(items, from, to, after) {
        to = after - 1;
    }
    (from, to)
}

/// Whether what follows a list one to a line is one to a line as well, and no longer than its items.
///
/// So the last innocent titles of a list go with it, and the last lines of a body stay.
fn is_alike(items: &[Item], from: usize, to: usize, after: usize) -> bool {
    let part = |start: usize, end: usize| items.get(start..end).unwrap_or_default();
    let size = |item: &Item| item.end - item.start;
    let longest = part(from, to + 1).iter().map(size).max().unwrap_or(0);
    let is_alone =
        part(to.saturating_sub(1), to + 1).windows(2).all(|two| two[0].line < two[1].line);
    is_alone && part(to + 1, after).iter().all(|item| size(item) <= longest)
}

/// The items of all lines in order. What each says is still open, unless it can be none.
fn items(text: &str, survey: Survey<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    let mut start = 0;
    for (number, end) in survey.line_feeds.iter().copied().chain([text.len()]).enumerate() {
        split_line(text, start, end, number, &mut items);
        start = end + 1;
    }
    items
}

/// The items with what they say, those in runs too short for a list as if they were prose.
fn valued(text: &str, mut items: Vec<Item>) -> Vec<Item> {
    let is_prose = |one: &Item, other: &Item| one.value.is_none() == other.value.is_none();
    for run in items.chunk_by_mut(is_prose) {
        let is_long = run.len() >= LEAST_ITEMS;
        for item in run.iter_mut().filter(|item| item.value.is_some()) {
            let part = text.get(item.start..item.end).filter(|_| is_long);
            item.value = part.and_then(value);
        }
    }
    items
}

fn is_bar(character: char) -> bool {
    matches!(character, '|' | '｜' | '丨' | '│' | '┃' | '┆' | ';' | '；')
}

/// Bars that make a list of a line; words between blanks that do.
const BARS: usize = 3;
const WORDS: usize = 6;

/// What a line has of what makes it a list or prose.
#[derive(Default)]
struct Signs {
    n_bars: usize,
    n_blanks: usize,
    is_prose: bool,
}

/// The signs of a line. One scan at memory speed.
#[multiversion::multiversion(targets("x86_64+avx2+bmi1+bmi2+lzcnt"))]
fn signs_of(line: &str) -> Signs {
    let mut signs = Signs::default();
    suspects(line.as_bytes(), is_sign, |at| {
        match line.get(at..).and_then(|rest| rest.chars().next()) {
            Some(character) if is_bar(character) => signs.n_bars += 1,
            Some(character) if is_blank(character) => signs.n_blanks += 1,
            Some(character) => signs.is_prose |= PROSE.contains(&character),
            None => {}
        }
    });
    signs
}

/// Whether a bar, a blank or one of [`PROSE`] may begin with the byte `a`; arithmetic without branches.
#[inline(always)]
fn is_sign(_: u8, a: u8, b: u8, c: u8) -> bool {
    let ascii = (a <= b' ') | (a == b'|') | (a == b';') | ((a == 0xC2) & (b == 0xA0));
    let bar = (a == 0xE2) & (b == 0x94) | (a == 0xE4) & (b == 0xB8) & (c == 0xA8);
    let blank = (a == 0xE2) & (b == 0x80) & (c <= 0x8B);
    let mark = (a == 0xE3) & (b == 0x80) & (c <= 0x82);
    let wide = (a == 0xEF)
        & ((b == 0xBC) & ((c == 0x8C) | (c == 0x9B)) | (b == 0xBD) & (c == 0x9C) | (b == 0xBB));
    ascii | bar | blank | mark | wide
}

fn split_line(text: &str, start: usize, end: usize, number: usize, items: &mut Vec<Item>) {
    let line = text.get(start..end).unwrap_or_default();
    let signs = signs_of(line);
    if signs.n_bars >= BARS {
        return split_by(text, start, end, number, is_bar, items);
    }
    let words = || line.split(is_blank).filter(|word| !word.is_empty());
    if signs.n_blanks + 1 >= WORDS
        && words().take(WORDS).count() == WORDS
        && !line.contains(['。', '！', '？'])
    {
        return split_by(text, start, end, number, is_blank, items);
    }
    if signs.is_prose {
        return items.push(Item { start, end, line: number, value: None });
    }
    push(text, start, end, number, items);
}

fn split_by(
    text: &str,
    start: usize,
    end: usize,
    number: usize,
    separator: fn(char) -> bool,
    items: &mut Vec<Item>,
) {
    let mut at = start;
    for part in text.get(start..end).unwrap_or_default().split(separator) {
        push(text, at, at + part.len(), number, items);
        let rest = text.get(at + part.len()..end).unwrap_or_default();
        at += part.len() + rest.chars().next().map_or(0, char::len_utf8);
    }
}

/// Adds an item unless it is blank. What ends it (a bar) is not part of it.
fn push(text: &str, start: usize, end: usize, line: usize, items: &mut Vec<Item>) {
    let part = text.get(start..end).unwrap_or_default();
    if part.trim_matches(is_blank).is_empty() {
        return;
    }
    let may_be = part.len() <= LONGEST_BYTES && !part.contains(PROSE);
    items.push(Item { start, end, line, value: may_be.then_some(OTHER) });
}

/// Marks that no item holds.
const PROSE: [char; 3] = ['。', '，', '、'];

/// What an item without marks of prose says for a list; `None` for prose.
fn value(part: &str) -> Option<i32> {
    let key = key(part);
    if key.chars().count() > LONGEST_ITEM || key.matches(',').count() > 1 {
        return None;
    }
    let (weights, automaton) = &*TERMS;
    let weight: u32 = automaton
        .find_overlapping_iter(&key)
        .filter_map(|found| weights.get(found.pattern().as_usize()))
        .sum();
    Some(match weight {
        SPAM_ITEM.. => SPAM,
        0 => OTHER,
        _ => LEANING,
    })
}

/// The cut without the blanks that belong to what stays, with the bars that belong to the list.
fn trimmed(text: &str, start: usize, end: usize) -> Cut {
    let before = text.get(..start).unwrap_or_default();
    let rest = text.get(end..).unwrap_or_default();
    let mut end = text.len() - rest.trim_start_matches(|c| is_bar(c) || is_blank(c)).len();
    let mut start = start;
    let tail = text.get(end..).unwrap_or_default();
    if tail.trim_matches(is_space).is_empty() {
        start = before.trim_end_matches(is_space).len();
        end = text.len() - usize::from(text.ends_with('\n'));
    } else if before.is_empty() || before.ends_with('\n') {
        let blank = tail.len() - tail.trim_start_matches(is_space).len();
        let gap = tail.get(..blank).unwrap_or_default();
        // A blank line below the list stays where none stands above it.
        let is_parted = before.trim_end_matches(is_blank).strip_suffix('\n').is_none_or(|above| {
            let above = above.trim_end_matches(is_blank);
            above.is_empty() || above.ends_with('\n')
        });
        let line_end = if is_parted { gap.rfind('\n') } else { gap.find('\n') };
        end += line_end.map_or(0, |n| n + 1);
    }
    Cut { rule: "spam_list", start, end, confidence: 0.95 }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::edit::{apply, is_well_formed};

    const BODY: &str =
        "昨夜的雨下到天亮，河边的老槐树落了一地白花。守桥的人说，这样的雨三年没有见过了。";
    const LINKS: [&str; 10] = [
        "国产精品无码在线",
        "四季歌第二部",
        "欧美日韩免费视频",
        "真人百家乐官网",
        "久久综合网",
        "日本在线观看",
        "午夜福利影院",
        "六合彩开奖结果",
        "人妻中文字幕",
        "棋牌游戏平台下载",
    ];

    fn cleaned(text: &str) -> String {
        let edits = CutSpamTail.edits(text);
        assert!(is_well_formed(text, &edits), "{edits:?}");
        let cleaned = apply(text, &edits);
        assert!(CutSpamTail.edits(&cleaned).is_empty(), "{cleaned}");
        cleaned
    }

    #[test]
    fn lists_of_every_shape_go_from_behind_the_body() {
        for glue in [" | ", "|", "\n", " ", "\u{3000}"] {
            let page = format!("{BODY}\n\n主站蜘蛛池模板: {}{}", LINKS.join(glue), glue.trim());
            assert_eq!(cleaned(&page), BODY, "{glue:?}");
        }
    }

    #[test]
    fn lists_before_and_inside_the_body_go() {
        let list = LINKS.join("|");
        assert_eq!(cleaned(&format!("{list}\n{BODY}\n")), format!("{BODY}\n"));
        assert_eq!(cleaned(&format!("{BODY}\n{list}\n{BODY}")), format!("{BODY}\n{BODY}"));
    }

    #[test]
    fn an_article_about_gambling_stays() {
        let article = "警方通报，嫌疑人通过棋牌、百家乐、六合彩等网络赌博平台吸引投注，涉案博彩网站已被关闭。\n\n办案民警提醒，网上的娱乐城、时时彩、真人视讯都是骗局，切勿投注。";
        assert_eq!(cleaned(article), article);
    }

    #[test]
    fn harmless_lists_stay() {
        let list = "首页 | 新闻 | 体育 | 彩票 | 娱乐 | 游戏 | 视频 | 直播 | 电影 | 小说 | 下载 | 登录 | 注册";
        let page = format!("{BODY}\n{list}");
        assert_eq!(cleaned(&page), page);
    }
}
