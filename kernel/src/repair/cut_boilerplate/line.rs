//! What a line is: a named kind of boilerplate, a short line that may be anything, or body.

use super::entered::{PLACES, opens_bracket};
use super::glance::{Glance, MENU, glance};
use super::rules::{Form, RULES, Strength, Zone};
use crate::repair::cut::{is_blank, key};

/// Longer lines (bytes) are body unread.
pub const LONGEST: usize = 2400;
/// Longer folded lines (characters) without a rule are body.
const NEUTRAL: usize = 50;
/// Most characters before a phrase that a line only has to contain.
const LEAD: usize = 36;
/// Points a disclaimer needs.
pub const DISCLAIMER: u32 = 6;
/// A composed line has no more items.
const MOST_ITEMS: usize = 60;
/// What dates and numbers are made of, folded.
pub const DATE: &str = "0-:/.,年月日时分秒";

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Rule(&'static str, Zone, Strength),
    Neutral,
    Body,
}

/// What was seen of a line.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    pub kind: Kind,
    /// It holds no phrase of a rule, but that a part of it may begin with one.
    pub is_bare: bool,
}

/// The kind of a trimmed line. O(length); one pass where no phrase of a rule can be in it.
pub fn classify(line: &str) -> Seen {
    if line.len() > LONGEST {
        return Seen { kind: Kind::Body, is_bare: false };
    }
    let glance = glance(line);
    let kind = if glance.is_plain() { None } else { ruled(line, &glance) };
    let is_body = glance.length > NEUTRAL || glance.is_sentence;
    let kind = kind.unwrap_or(if is_body { Kind::Body } else { Kind::Neutral });
    Seen { kind, is_bare: glance.is_bare }
}

/// The rule that names the line, among those the glance leaves open.
pub fn ruled(line: &str, glance: &Glance) -> Option<Kind> {
    let key = if glance.has_phrase { key(line) } else { String::new() };
    if glance.has_phrase {
        let bare = unbracketed(&key);
        let whole = whole_line(&key, glance.length);
        let open = || if bare.len() < key.len() { whole_line(bare, glance.length) } else { None };
        if let Some(kind) = whole.or_else(open) {
            return Some(kind);
        }
    }
    let is_path = if glance.has_path { is_breadcrumb(line) } else { is_home(line, &key) };
    if is_path {
        return Some(Kind::Rule("breadcrumb", Zone::Both, Strength::Strong));
    }
    if glance.has_items && glance.length <= 160 { composed(line, glance.n_items) } else { None }
}

/// The text without brackets around it, closed or not.
fn unbracketed(key: &str) -> &str {
    key.trim_start_matches(opens_bracket).trim_end_matches([')', ']', '>', '」'])
}

/// The first rule of the file that fits the whole line.
fn whole_line(key: &str, length: usize) -> Option<Kind> {
    let mut best = usize::MAX;
    let mut score = 0;
    let mut seen = Vec::new();
    for found in RULES.automaton.find_overlapping_iter(key) {
        let Some(pattern) = RULES.patterns.get(found.pattern().as_usize()) else { continue };
        let Some(rule) = RULES.rules.get(pattern.rule) else { continue };
        if length > rule.limit {
            continue;
        }
        let fits = match rule.form {
            Form::Exact => found.start() == 0 && pattern.phrase.len() == bare_length(key),
            Form::Prefix => found.start() == 0,
            Form::Contains => !is_article(key) && leads(key, found.start()),
            Form::Score => {
                if !seen.contains(&found.pattern()) && (!pattern.anchored || found.start() == 0) {
                    seen.push(found.pattern());
                    score += pattern.weight;
                }
                score >= DISCLAIMER && !is_article(key)
            }
            Form::Button | Form::Label | Form::Menu => false,
        };
        if fits {
            best = best.min(pattern.rule);
        }
    }
    let rule = RULES.rules.get(best)?;
    Some(Kind::Rule(rule.name, rule.zone, rule.strength))
}

/// Whether little enough stands before the phrase for the line to be about it.
fn leads(key: &str, start: usize) -> bool {
    let before = key.get(..start).unwrap_or_default();
    before.chars().count() <= LEAD && !before.contains('。')
}

/// Length without closing marks: `分享到:` and `推荐阅读>>` are `分享到` and `推荐阅读`.
fn bare_length(key: &str) -> usize {
    key.trim_end_matches([':', '>', '»', '+', '|', '-', '.', '。', '/']).len().max(1)
}

/// An article of a law, a numbered paragraph, a comment in code: `第0条…`, `0.…`, `#…`.
fn is_article(key: &str) -> bool {
    key.starts_with(['第', '#', '*', '/', '\'', '%', '@', '{', '\\', '.'])
        || key.starts_with("0.")
        || key.starts_with("0、")
}

/// Longest line (characters) that names a place.
const LONGEST_PATH: usize = 120;

/// `当前位置:首页`, and nothing behind it; `key` is the line folded.
fn is_home(line: &str, key: &str) -> bool {
    names_place(key) && key.contains("首页") && line.chars().count() <= LONGEST_PATH
}

fn names_place(key: &str) -> bool {
    PLACES.iter().any(|place| key.starts_with(place))
}

/// `首页 > 资讯 > 国际 > 正文`, `当前位置:首页 » 新闻`, `Home > News`.
fn is_breadcrumb(line: &str) -> bool {
    if line.chars().count() > LONGEST_PATH {
        return false;
    }
    let mut parts = line.split(['>', '›', '»', '＞', '→']).map(key).filter(|part| !part.is_empty());
    let Some(first) = parts.next() else { return false };
    let last = parts.next_back();
    if names_place(&first) {
        return last.is_some() || first.contains("首页");
    }
    let Some(last) = last.filter(|_| !line.starts_with(['>', '＞', '→'])) else { return false };
    let home = first.ends_with("首页") || first.ends_with("主页") || first == "home";
    let leaf =
        ["正文", "内容", "详情", "内容页", "文章", "文章正文", "浏览文章", "查看文章", "详细内容"];
    let is_short = |part: &str| part.chars().count() <= 16;
    (home || leaf.contains(&last.as_str())) && is_short(&first) && parts.all(|part| is_short(&part))
}

/// How an item of a composed line is explained.
#[derive(Clone, Copy)]
enum Item {
    Button(&'static str),
    Weak,
    Strong,
    Date,
    Number,
    Time,
    Author,
    Menu,
}

/// A line of which every item is explained: a menu, a date with source and counters, buttons.
///
/// `n_items` says how many items a menu may know at most.
fn composed(line: &str, n_items: u32) -> Option<Kind> {
    let mut items = line.split(is_separator).map(key).filter(|item| !item.is_empty());
    let first = items.next()?;
    if let Some(second) = items.next() {
        // Most lines end here: nothing explains how they begin.
        if item_of(&first).is_some()
            && let Some(kind) = explained([first, second].into_iter().chain(items))
        {
            return Some(kind);
        }
    } else if glued_labels(&first) >= 2 {
        return Some(Kind::Rule("metadata_line", Zone::Both, Strength::Strong));
    }
    if n_items < MENU {
        return None;
    }
    let menu: Vec<String> = line
        .split(|c| is_separator(c) || matches!(c, '-' | '/' | '>' | '—' | '、'))
        .map(key)
        .filter(|item| !item.is_empty())
        .collect();
    let known = menu
        .iter()
        .filter(|item| matches!(item_of(item), Some((Item::Menu | Item::Button(_), _))))
        .count();
    (known >= MENU as usize && known * 4 >= menu.len() * 3).then_some(Kind::Rule(
        "menu_line",
        Zone::Both,
        Strength::Strong,
    ))
}

pub fn is_separator(character: char) -> bool {
    is_blank(character)
        || matches!(
            character,
            '|' | '｜'
                | '丨'
                | '·'
                | '•'
                | '('
                | ')'
                | '（'
                | '）'
                | '['
                | ']'
                | '【'
                | '】'
                | '┆'
                | '│'
        )
}

fn explained(items: impl Iterator<Item = String>) -> Option<Kind> {
    let (mut strong, mut small, mut weak, mut dates, mut open) = (0, 0, 0, 0, 0);
    let (mut timed, mut authors) = (0, 0);
    let mut first = "metadata_line";
    for (n, item) in items.enumerate() {
        if n == MOST_ITEMS {
            return None;
        }
        match item_of(&item) {
            Some((Item::Button(_), _)) if item.chars().nth(1).is_none() => small += 1,
            Some((Item::Button(name), _)) => {
                if strong == 0 {
                    first = name;
                }
                (strong, open) = (strong + 1, 0);
            }
            Some((Item::Strong, full)) => (strong, open) = (strong + 1, if full { 0 } else { 2 }),
            Some((Item::Weak, full)) => (weak, open) = (weak + 1, if full { 1 } else { 2 }),
            Some((Item::Menu, _)) if open == 0 => return None,
            Some((Item::Time, full)) => (timed, open) = (1, if full { 1 } else { 2 }),
            Some((Item::Author, full)) => (authors, open) = (authors + 1, if full { 1 } else { 2 }),
            Some((Item::Date, _)) => dates += 1,
            Some((Item::Number, _)) => {}
            _ if open > 0 && item.chars().count() <= 16 => open -= 1,
            _ => return None,
        }
    }
    let rule = match (weak + dates + timed + authors, first) {
        (0, "button" | "metadata_line") => "button_line",
        (0, _) => "counter_line",
        _ => "metadata_line",
    };
    let enough = strong >= 2
        || small >= 3
        || (strong == 1 && weak + dates + small + timed + authors >= 1)
        || weak + timed + authors.min(1) >= 2
        || (weak == 1 && dates >= 1);
    enough.then_some(Kind::Rule(rule, Zone::Both, Strength::Strong))
}

/// What an item is, and whether it holds its own value.
fn item_of(item: &str) -> Option<(Item, bool)> {
    if item.chars().all(|c| DATE.contains(c)) {
        let dated = ["0-0", "0/0", "0:0", "0年", "0月"].iter().any(|part| item.contains(part));
        return Some((if dated { Item::Date } else { Item::Number }, true));
    }
    let mut best: Option<(usize, usize)> = None;
    for pattern in RULES.item_patterns(item) {
        let Some(rule) = RULES.rules.get(pattern.rule) else { continue };
        let fits = item.starts_with(&pattern.phrase)
            && match rule.form {
                Form::Button | Form::Menu => pattern.phrase.len() == item.len(),
                Form::Label => item.chars().count() <= rule.limit,
                _ => false,
            };
        if fits && best.is_none_or(|(rule, _)| pattern.rule < rule) {
            best = Some((pattern.rule, pattern.phrase.len()));
        }
    }
    let (rule, length) = best?;
    let rule = RULES.rules.get(rule)?;
    Some(match (rule.form, rule.strength) {
        (Form::Menu, _) => (Item::Menu, true),
        (Form::Label, _) if rule.name == "time_label" => (Item::Time, item.len() > length),
        (Form::Label, _) if rule.name == "author_label" => (Item::Author, item.len() > length),
        (Form::Label, Strength::Weak) => (Item::Weak, item.len() > length),
        (Form::Label, _) => (Item::Strong, item.len() > length),
        _ => (Item::Button(rule.name), true),
    })
}

/// How many different labels stand in one item that has no separators: `qq:0邮箱:0@qq.com`.
fn glued_labels(item: &str) -> usize {
    let mut seen = Vec::new();
    let mut starts = false;
    if item.chars().count() > 60 {
        return 0;
    }
    for found in RULES.automaton.find_overlapping_iter(item) {
        let Some(pattern) = RULES.patterns.get(found.pattern().as_usize()) else { continue };
        let Some(rule) = RULES.rules.get(pattern.rule) else { continue };
        if rule.form == Form::Label {
            starts |= found.start() == 0;
            if !seen.contains(&found.end()) {
                seen.push(found.end());
            }
        }
    }
    if starts { seen.len() } else { 0 }
}
