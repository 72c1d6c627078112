//! Takes out what a site puts around a text: menus, breadcrumbs, editors, counters, disclaimers.
//!
//! Lines are judged by rules that are data (`kernel/data/boilerplate.txt`), and by place: a rule
//! acts in the head or in the tail, where the walk from the outside has met nothing but short lines.
//! What stands between paragraphs stays, except for the few rules marked `anywhere`.

mod entered;
mod glance;
mod line;
mod rules;

use super::blocks::suspects;
use super::cut::{Cut, is_blank, is_space, key, to_fixpoint};
use super::survey::{Survey, unseen};
use super::words::Words;
use super::{Parameters, Repair, cut_spam_tail};
use crate::edit::Edit;
use glance::{begins_anywhere, glance, may_be_anywhere, may_begin};
use line::{Kind, Seen, classify};
pub use rules::SOURCE;
use rules::{Strength, Zone};
use std::cell::LazyCell;
use std::sync::LazyLock;

/// Short lines without a rule that the walk may pass at the head, at the tail, and in a list below
/// a section's heading.
const HEAD_GAP: usize = 3;
const TAIL_GAP: usize = 5;
const LIST_GAP: usize = 30;
/// Characters a text must keep; with fewer the boilerplate is all there is, and stays.
const LEAST_BODY: usize = 30;
/// Longest part of a last line (characters) that is looked at alone.
const SUFFIX: usize = 60;

/// What can stand between paragraphs has one of these.
const NEEDLES: [&str; 12] = [
    "仅供参考",
    "僅供參考",
    "责任编辑",
    "責任編輯",
    "图片来",
    "圖片來",
    "图片均来",
    "图源",
    "责编",
    "責編",
    "图文无关",
    "圖文無關",
];

static NEEDLE_WORDS: LazyLock<Words> = LazyLock::new(|| Words::new(&NEEDLES));

/// The repair; it has no settings.
pub struct CutBoilerplate;

/// The repair with these settings.
pub fn new(parameters: &Parameters) -> Result<Box<dyn Repair>, String> {
    match parameters.keys().next() {
        Some(name) => Err(format!("cut_boilerplate has no setting {name:?}")),
        None => Ok(Box::new(CutBoilerplate)),
    }
}

impl Repair for CutBoilerplate {
    /// Clean text costs the first character of each line and a few lines at each end.
    fn edits_at(&self, text: &str, survey: Survey<'_>) -> Vec<Edit> {
        to_fixpoint(text, find(text, survey), unseen(find))
    }
}

/// A line that is cut, before the white space around it is shared out.
#[derive(Clone)]
struct Found {
    rule: &'static str,
    start: usize,
    end: usize,
    confidence: f32,
}

fn find(text: &str, survey: Survey<'_>) -> Vec<Cut> {
    let (mut found, stop, read) = head(text);
    let (tail, is_bare) = tail(text, survey, stop, &read);
    let tail_start = tail.last().map_or(text.len(), |first| first.start);
    found.extend(anywhere(text, survey, stop, tail_start));
    found.extend(tail.into_iter().rev());
    if found.is_empty() {
        if let Some(suffix) = suffix(text, is_bare) {
            return guarded(text, vec![suffix]);
        }
        return Vec::new();
    }
    guarded(text, with_blanks(text, &found))
}

/// The cuts, unless they leave next to nothing.
fn guarded(text: &str, cuts: Vec<Cut>) -> Vec<Cut> {
    let mut left = 0;
    let mut done = 0;
    for (start, end) in cuts.iter().map(|cut| (cut.start, cut.end)).chain([(text.len(), 0)]) {
        let part = text.get(done..start).unwrap_or_default();
        left += part.chars().filter(|&c| !is_space(c)).take(LEAST_BODY).count();
        if left >= LEAST_BODY {
            return cuts;
        }
        done = end;
    }
    Vec::new()
}

/// A line that the walk from the head has read.
#[derive(Clone, Copy)]
struct Read {
    start: usize,
    end: usize,
    seen: Seen,
}

/// The lines of the head that go, where they end, and all that were read on the way.
fn head(text: &str) -> (Vec<Found>, usize, Vec<Read>) {
    let (mut found, mut weak): (Vec<Found>, Vec<Found>) = (Vec::new(), Vec::new());
    let (mut gap, mut at, mut stop, mut read) = (0, 0, 0, Vec::with_capacity(HEAD_GAP + 1));
    while at < text.len() {
        let end = memchr::memchr(b'\n', tail_of(text, at)).map_or(text.len(), |n| at + n);
        let line = text.get(at..end).unwrap_or_default().trim_matches(is_blank);
        let start = at;
        at = end + 1;
        if line.is_empty() {
            continue;
        }
        let here = |rule, confidence| Found { rule, start, end, confidence };
        let seen = classify(line);
        read.push(Read { start, end, seen });
        match seen.kind {
            Kind::Rule(rule, zone, Strength::Strong) if zone != Zone::Tail => {
                found.push(here(rule, 0.95));
                (gap, stop) = (0, end);
            }
            Kind::Rule(rule, zone, Strength::Weak) if zone != Zone::Tail => {
                weak.push(here(rule, 0.8));
            }
            Kind::Body => break,
            _ if is_repeated(text, line, start, &read, &found) => {
                found.push(here("title_repeated", 0.9));
                break;
            }
            _ => gap += 1,
        }
        if gap > HEAD_GAP {
            break;
        }
    }
    if !found.is_empty() {
        found.extend(weak.into_iter().filter(|line| line.start < stop));
        found.sort_by_key(|line| line.start);
    }
    (found, stop, read)
}

/// Whether a title among the lines read comes again below boilerplate that parted the two.
fn is_repeated(text: &str, line: &str, start: usize, read: &[Read], found: &[Found]) -> bool {
    // Nothing found yet is the usual case.
    !found.is_empty()
        && read.iter().any(|title| {
            let from = title.start;
            text.get(from..title.end).is_some_and(|title| title.trim_matches(is_blank) == line)
                && line.chars().count() >= 6
                && found.iter().any(|cut| cut.start > from && cut.start < start)
        })
}

fn tail_of(text: &str, at: usize) -> &[u8] {
    text.as_bytes().get(at..).unwrap_or_default()
}

/// The lines of the tail that go, last first, none before `floor`; those of `read` are known.
///
/// And whether the last line of the text holds no phrase but by its beginning, as far as was seen.
fn tail(text: &str, survey: Survey<'_>, floor: usize, read: &[Read]) -> (Vec<Found>, bool) {
    let mut found: Vec<Found> = Vec::new();
    let mut is_bare = None;
    let (mut weak, mut passed): (Vec<Found>, Vec<Found>) = (Vec::new(), Vec::new());
    let mut end = cut_spam_tail::tail_start(text, survey).max(floor);
    let mut strong = false;
    loop {
        let bytes = text.as_bytes().get(floor..end).unwrap_or_default();
        let start = memchr::memrchr(b'\n', bytes).map_or(floor, |n| floor + n + 1);
        let line = text.get(start..end).unwrap_or_default().trim_matches(is_blank);
        let here = |rule, confidence| Found { rule, start, end, confidence };
        if !line.is_empty() {
            let known = read.iter().rev().find(|known| (known.start, known.end) == (start, end));
            let seen = known.map_or_else(|| classify(line), |known| known.seen);
            is_bare = is_bare.or(Some(seen.is_bare));
            match seen.kind {
                Kind::Rule(rule, _, Strength::Strong) => {
                    strong = true;
                    if passed.len() > TAIL_GAP {
                        break;
                    }
                    passed.clear();
                    found.append(&mut weak);
                    found.push(here(rule, 0.95));
                }
                Kind::Rule(rule, _, Strength::Section) => {
                    strong = true;
                    found.append(&mut weak);
                    found.append(&mut passed);
                    found.push(here(rule, 0.9));
                }
                Kind::Rule(rule, _, Strength::Weak) => weak.push(here(rule, 0.8)),
                Kind::Neutral if !line.contains(['《', '“', '"']) => {
                    passed.push(here("related_list", 0.7));
                }
                Kind::Neutral | Kind::Body => break,
            }
            if passed.len() > LIST_GAP {
                break;
            }
        }
        if start <= floor {
            break;
        }
        end = start - 1;
    }
    let top = found.last().map_or(usize::MAX, |line| line.start);
    if strong {
        found.extend(weak.into_iter().filter(|line| line.start > top));
        found.sort_by_key(|line| std::cmp::Reverse(line.start));
    }
    (found, is_bare == Some(true))
}

/// Whole lines that are cut wherever they stand, between `floor` and `ceiling`.
fn anywhere(text: &str, survey: Survey<'_>, floor: usize, ceiling: usize) -> Vec<Found> {
    let (mut found, mut start) = (Vec::new(), 0);
    for end in survey.line_feeds.iter().copied().chain([text.len()]) {
        if end > ceiling {
            break;
        }
        if start >= floor
            && start < end
            && may_be_anywhere(tail_of(text, start))
            && let line = text.get(start..end).unwrap_or_default()
            && begins_anywhere(line)
            && let line = line.trim_matches(is_blank)
            && line.len() <= 200
            && NEEDLE_WORDS.find(line, 0).is_some()
            && let Kind::Rule(rule, Zone::Anywhere, _) = classify(line).kind
        {
            found.push(Found { rule, start, end, confidence: 0.9 });
        }
        start = end + 1;
    }
    found
}

/// A bracketed note or a short sentence behind the last sentence of the text.
///
/// `is_bare` says that the last line holds no phrase but by its beginning.
fn suffix(text: &str, is_bare: bool) -> Option<Cut> {
    let body = text.trim_end_matches(is_space);
    let line_start = memchr::memrchr(b'\n', body.as_bytes()).map_or(0, |n| n + 1);
    // No character has more than four bytes.
    let mut first = body.len().saturating_sub(4 * (SUFFIX + 1)).max(line_start);
    while !body.is_char_boundary(first) {
        first += 1;
    }
    let is_bare = LazyCell::new(|| {
        let seen = || glance(body.get(first..).unwrap_or_default());
        is_bare || seen().is_bare
    });
    // No white space ends the body.
    let part = |start| body.get(start..).map(|part| part.trim_start_matches(is_blank));
    let may_be_named = |mark, start| {
        part(start).is_some_and(|part| may_begin(part) || !*is_bare)
            && body.get(mark..).is_some_and(|rest| rest.chars().count() <= SUFFIX + 1)
    };
    let starts = part_starts(body, first, &may_be_named);
    let (rule, start) = starts.into_iter().find_map(|start| {
        let part = part(start)?;
        match classify(part).kind {
            Kind::Rule(rule, _, Strength::Strong) if key(part).chars().count() >= 4 => {
                Some((rule, start))
            }
            _ => None,
        }
    })?;
    let before = body.get(..start)?;
    let line = before.get(line_start..)?;
    if line.trim_matches(is_blank).is_empty() {
        return None;
    }
    let start = before.trim_end_matches(is_blank).len();
    Some(Cut { rule, start, end: body.len(), confidence: 0.9 })
}

/// Where the parts of the text from `first` on start that begin with a bracket or behind a mark, in
/// order; those only that `suits` says suit, given the mark's place and the start.
#[multiversion::multiversion(targets("x86_64+avx2+bmi1+bmi2+lzcnt"))]
fn part_starts(text: &str, first: usize, suits: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut offer = |mark, start| {
        if suits(mark, start) {
            starts.push(start);
        }
    };
    let part = text.get(first..).unwrap_or_default();
    suspects(part.as_bytes(), may_part, |at| {
        let mark = first + at;
        match text.get(mark..).and_then(|rest| rest.chars().next()) {
            Some('(' | '（' | '[' | '【') => offer(mark, mark),
            Some(c @ ('。' | '！' | '？' | '”' | '」' | '\u{3000}' | ')' | '）' | '】'))
                if mark + c.len_utf8() < text.len() =>
            {
                offer(mark, mark + c.len_utf8());
            }
            _ => {}
        }
    });
    starts
}

/// Whether a bracket or a mark that parts begin with may begin with the byte `a`; arithmetic without
/// branches.
#[inline(always)]
fn may_part(_: u8, a: u8, b: u8, c: u8) -> bool {
    let ascii = (a == b'(') | (a == b')') | (a == b'[');
    let quote = (a == 0xE2) & (b == 0x80) & (c == 0x9D);
    let stop = (a == 0xE3) & (b == 0x80);
    let wide = (a == 0xEF) & (b == 0xBC) & (c != 0x8C);
    ascii | quote | stop | wide
}

/// The cuts with the blank lines that go with them.
fn with_blanks(text: &str, found: &[Found]) -> Vec<Cut> {
    let mut cuts: Vec<Cut> = Vec::with_capacity(found.len());
    let first_of_end = first_of_end(text, found);
    for (index, line) in found.iter().enumerate() {
        let rest = text.get(line.end..).unwrap_or_default();
        let gap = rest.len() - rest.trim_start_matches(is_space).len();
        let blank = rest.get(..gap).unwrap_or_default();
        let mut end = blank.rfind('\n').map_or(line.end, |n| line.end + n + 1);
        let mut start = line.start;
        let last = line.end + gap == text.len();
        if last {
            end = text.len() - usize::from(text.ends_with('\n'));
        }
        if let Some(next) = found.get(index + 1) {
            end = end.min(next.start);
        }
        let joined = cuts.last().is_some_and(|cut| cut.end == start);
        if !joined && index >= first_of_end {
            start = text.get(..start).unwrap_or_default().trim_end_matches(is_space).len();
            start = start.max(cuts.last().map_or(0, |cut| cut.end));
        }
        if start < end {
            cuts.push(Cut { rule: line.rule, start, end, confidence: line.confidence });
        }
    }
    cuts
}

/// The first of the cut lines behind which nothing but cut lines and white space follows.
fn first_of_end(text: &str, found: &[Found]) -> usize {
    let mut end = text.len();
    let mut first = found.len();
    for (index, line) in found.iter().enumerate().rev() {
        if !text.get(line.end..end).unwrap_or_default().chars().all(is_space) {
            break;
        }
        (first, end) = (index, line.start);
    }
    first
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::edit::{apply, is_well_formed};

    const BODY: &str =
        "昨夜的雨下到天亮，河边的老槐树落了一地白花。守桥的人说，这样的雨三年没有见过了。";

    fn cleaned(text: &str) -> String {
        let edits = CutBoilerplate.edits(text);
        assert!(is_well_formed(text, &edits), "{edits:?}");
        let cleaned = apply(text, &edits);
        assert!(CutBoilerplate.edits(&cleaned).is_empty(), "{cleaned}");
        cleaned
    }

    #[test]
    fn a_page_keeps_its_body() {
        let page = format!(
            "槐花落了一地\n\n首頁 > 副刊 > 正文\n\n槐花落了一地\n2021-05-02 08:10 来源：河声报 打印\n分享到：\n{BODY}\n(責任編輯:林森 )關鍵詞:\n相关阅读\n春雪\n夏荷\n京ICP备01234567号\n版权所有 河声报社\n"
        );
        assert_eq!(cleaned(&page), format!("槐花落了一地\n\n{BODY}\n"));
    }

    #[test]
    fn a_note_behind_the_last_sentence_goes() {
        assert_eq!(cleaned(&format!("{BODY}（责任编辑：林森）")), BODY);
        assert_eq!(cleaned(&format!("{BODY}\u{3000}【编辑:林森】\n")), format!("{BODY}\n"));
    }

    #[test]
    fn a_disclaimer_at_the_end_goes_and_one_in_the_middle_stays() {
        let note = "免责声明：本文仅代表作者个人观点，与本站无关，请读者仅作参考。";
        assert_eq!(cleaned(&format!("{BODY}\n{note}")), BODY);
        let middle = format!("{BODY}\n{note}\n{BODY}");
        assert_eq!(cleaned(&middle), middle);
    }

    #[test]
    fn laws_contracts_and_news_about_copyright_stay() {
        for text in [
            "第一条 未经许可不得转载他人作品，违者依法追究法律责任。\n第二条 版权所有者有权要求停止侵害，并要求赔偿损失。本法自公布之日起施行。",
            "法院认为，网站首页的免责声明不能免除平台责任。转载目的在于传递更多信息，不是合理使用的理由，平台应当及时删除侵权作品，判决赔偿三万元。",
            "甲方保证其提供的图片版权归甲方所有。乙方未经书面授权不得转载。\n甲方（盖章）：\n乙方（盖章）：\n日期：2020年1月1日",
        ] {
            assert_eq!(cleaned(text), text);
        }
    }

    #[test]
    fn a_page_of_boilerplate_alone_stays() {
        let page = "首页 > 新闻 > 正文\n分享到：\n京ICP备01234567号\n";
        assert_eq!(cleaned(page), page);
    }

    #[test]
    fn photo_disclaimers_go_between_paragraphs() {
        let page = format!("{BODY}\n(資料圖片僅供參考)\n{BODY}");
        assert_eq!(cleaned(&page), format!("{BODY}\n{BODY}"));
        let caption = format!("{BODY}\n河边的老槐树。本报记者 林森 摄\n{BODY}");
        assert_eq!(cleaned(&caption), caption);
    }

    #[test]
    fn english_pages_lose_their_frame() {
        let body = "The rain fell until dawn, and the old tree by the river stood in its own white petals.";
        let page = format!(
            "Home > News > Local\n{body}\nShare this:\nRelated articles\nSnow in spring\n© 2020 River News. All Rights Reserved.\n"
        );
        assert_eq!(cleaned(&page), format!("{body}\n"));
    }

    #[test]
    fn a_poem_with_its_author_stays() {
        let poem =
            "静夜思\n作者：李白（701—762）\n床前明月光\n疑是地上霜\n举头望明月\n低头思故乡\n";
        assert_eq!(cleaned(poem), poem);
    }
}
