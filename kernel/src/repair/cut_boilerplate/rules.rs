//! The rules as data: `kernel/data/boilerplate.txt`, read once.

use crate::mix::BuildMix;
use crate::repair::cut::key;
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Where a line has to stand to be cut.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Zone {
    Head,
    Tail,
    /// In the head or in the tail.
    Both,
    /// Between paragraphs too.
    Anywhere,
}

/// What a match proves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Strength {
    /// Enough alone.
    Strong,
    /// Enough beside a strong line.
    Weak,
    /// Strong, and the short lines below it are its list.
    Section,
}

/// How a pattern has to lie in a folded line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    Exact,
    Prefix,
    Contains,
    /// Weights of distinct phrases are added up.
    Score,
    /// An item of a line: a button or a counter.
    Button,
    /// An item with a value behind it: `来源:…`.
    Label,
    /// An item of a menu.
    Menu,
}

/// One named rule.
#[derive(Debug)]
pub struct Rule {
    pub name: &'static str,
    pub zone: Zone,
    pub strength: Strength,
    pub form: Form,
    /// Longest folded line (in characters) that the rule may match.
    pub limit: usize,
}

/// A phrase of a rule.
#[derive(Debug)]
pub struct Pattern {
    pub rule: usize,
    pub weight: u32,
    /// Counts only at the beginning of the line.
    pub anchored: bool,
    /// Folded.
    pub phrase: String,
}

/// All rules and one automaton over their phrases.
pub struct Rules {
    pub rules: Vec<Rule>,
    pub patterns: Vec<Pattern>,
    pub automaton: AhoCorasick,
    /// The places of the patterns of items by their first character, the shortest first.
    of_items: HashMap<char, Vec<usize>, BuildMix>,
}

/// The data file, for the reference form.
pub const SOURCE: &str = include_str!("../../../data/boilerplate.txt");

/// The rules of this build.
pub static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::parse(SOURCE));

impl Rules {
    fn parse(source: &'static str) -> Self {
        let (mut rules, mut patterns) = (Vec::new(), Vec::new());
        for line in source.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(header) = line.strip_prefix("== ") {
                rules.push(Rule::parse(header));
                continue;
            }
            let (weight, phrase) = match line.split_once(' ') {
                Some((weight, phrase)) if weight.parse::<u32>().is_ok() => {
                    (weight.parse().unwrap_or(1), phrase)
                }
                _ => (1, line),
            };
            let anchored = phrase.starts_with('^');
            let phrase = key(phrase.trim_start_matches('^'));
            let rule = rules.len().saturating_sub(1);
            patterns.push(Pattern { rule, weight, anchored, phrase });
        }
        #[allow(clippy::expect_used)] // the phrases are our own and few
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(patterns.iter().map(|pattern| &pattern.phrase))
            .expect("the phrases of boilerplate.txt make an automaton");
        let mut of_items: HashMap<char, Vec<usize>, BuildMix> = HashMap::default();
        for (place, pattern) in patterns.iter().enumerate() {
            let form = rules.get(pattern.rule).map(|rule: &Rule| rule.form);
            let is_of_items = matches!(form, Some(Form::Button | Form::Label | Form::Menu));
            if let Some(first) = pattern.phrase.chars().next().filter(|_| is_of_items) {
                of_items.entry(first).or_default().push(place);
            }
        }
        let length = |place: &usize| patterns.get(*place).map_or(0, |pattern| pattern.phrase.len());
        of_items.values_mut().for_each(|places| places.sort_by_key(length));
        Self { rules, patterns, automaton, of_items }
    }

    /// The patterns that may name an item by its beginning, the shortest first.
    pub fn item_patterns(&self, item: &str) -> impl Iterator<Item = &Pattern> {
        let places = item.chars().next().and_then(|first| self.of_items.get(&first));
        places.into_iter().flatten().filter_map(|place| self.patterns.get(*place))
    }
}

impl Rule {
    fn parse(header: &'static str) -> Self {
        let mut words = header.split(' ');
        let name = words.next().unwrap_or_default();
        let zone = match words.next() {
            Some("head") => Zone::Head,
            Some("tail") => Zone::Tail,
            Some("both") => Zone::Both,
            other => {
                debug_assert_eq!(other, Some("anywhere"), "{header}");
                Zone::Anywhere
            }
        };
        let strength = match words.next() {
            Some("weak") => Strength::Weak,
            Some("section") => Strength::Section,
            other => {
                debug_assert_eq!(other, Some("strong"), "{header}");
                Strength::Strong
            }
        };
        let form = match words.next() {
            Some("exact") => Form::Exact,
            Some("prefix") => Form::Prefix,
            Some("contains") => Form::Contains,
            Some("score") => Form::Score,
            Some("button") => Form::Button,
            Some("label") => Form::Label,
            other => {
                debug_assert_eq!(other, Some("menu"), "{header}");
                Form::Menu
            }
        };
        let limit = words.next().and_then(|word| word.parse().ok()).unwrap_or(40);
        Self { name, zone, strength, form, limit }
    }
}
