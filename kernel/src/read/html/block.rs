//! The visible text of a page as blocks: what a browser sets as one paragraph, cell or item.

use super::names::{self, Verdict};
use super::tag::Tag;
use super::tree::{Attribute, Node, Tree};
use std::ops::Range;

/// One run of inline text inside one block element.
#[derive(Clone, Debug)]
pub struct Block {
    /// Bytes in `Layout::text`.
    pub range: Range<usize>,
    /// The block element around it.
    pub tag: Tag,
    /// Letters and digits, a Han character, kana or hangul counting 2.
    pub weight: u32,
    /// As much of it as stands in links.
    pub link_weight: u32,
    /// Full stops, commas and the like, of Chinese and of Latin scripts.
    pub marks: u32,
    /// The innermost element named as noise around it: its place in `Layout::noise`; 0 for none.
    pub noise: u32,
    /// The innermost element named as date, author or source around it, counted from 1; 0 for none.
    pub meta: u32,
    /// Stands in a list item.
    pub in_list: bool,
    /// The table row (its node) and the column it stands in.
    pub cell: Option<(u32, u32)>,
}

/// An element that may hold the article.
#[derive(Clone, Debug)]
pub struct Container {
    /// Its name.
    pub tag: Tag,
    /// The blocks inside it.
    pub blocks: Range<usize>,
    /// Its class, id or itemprop names article text.
    pub is_body: bool,
    /// The innermost element named as noise around it or being it; 0 for none.
    pub noise: u32,
}

/// All blocks of a page in reading order, and the elements around them.
#[derive(Debug, Default)]
pub struct Layout {
    /// The text of all blocks, spaces collapsed except in `pre`.
    pub text: String,
    /// In order.
    pub blocks: Vec<Block>,
    /// Outer before inner.
    pub containers: Vec<Container>,
    /// For each element named as noise, the one around it; the first stands for the page.
    pub noise: Vec<u32>,
    /// The number of elements named as date, author or source.
    pub n_meta: u32,
}

impl Layout {
    /// The text of a block.
    pub fn text_of(&self, block: &Block) -> &str {
        self.text.get(block.range.clone()).unwrap_or_default()
    }

    /// A new element named as noise inside another.
    fn add_noise(&mut self, outer: u32) -> u32 {
        self.noise.push(outer);
        self.noise.len() as u32 - 1
    }

    /// Lays a page out; O(nodes).
    pub fn of(tree: &Tree) -> Self {
        let mut walk = Walk::new(tree);
        walk.layout.noise.push(0);
        let mut at = 0;
        while let Some(node) = tree.node(at) {
            walk.leave(at);
            at = walk.enter(at, node);
        }
        walk.leave(u32::MAX);
        walk.layout
    }
}

/// A block element being walked: what holds inside it.
struct Open {
    end: u32,
    tag: Tag,
    container: usize,
    noise: u32,
    meta: u32,
    in_list: bool,
    row: Option<u32>,
    column: u32,
}

struct Walk<'a> {
    tree: &'a Tree,
    layout: Layout,
    open: Vec<Open>,
    /// Columns seen so far in each open row, innermost last.
    columns: Vec<(u32, u32)>,
    /// The block being built.
    from: usize,
    weight: u32,
    link_weight: u32,
    marks: u32,
    wants_space: bool,
    /// Ends of the inline elements that change how text counts.
    link_end: u32,
    pre_end: u32,
    noise_end: (u32, u32),
    inline_meta: u32,
}

impl<'a> Walk<'a> {
    fn new(tree: &'a Tree) -> Self {
        Self {
            tree,
            layout: Layout::default(),
            open: Vec::new(),
            columns: Vec::new(),
            from: 0,
            weight: 0,
            link_weight: 0,
            marks: 0,
            wants_space: false,
            link_end: 0,
            pre_end: 0,
            noise_end: (0, 0),
            inline_meta: 0,
        }
    }

    /// Ends the block elements whose subtree ends before node `at`.
    fn leave(&mut self, at: u32) {
        while self.open.last().is_some_and(|open| open.end <= at) {
            self.flush();
            let Some(open) = self.open.pop() else { return };
            let n_blocks = self.layout.blocks.len();
            if let Some(container) = self.layout.containers.get_mut(open.container) {
                container.blocks.end = n_blocks;
            }
            if open.tag == Tag::Tr {
                self.columns.pop();
            }
        }
    }

    /// Takes a node in; gives the next node to look at.
    fn enter(&mut self, at: u32, node: &Node) -> u32 {
        match node.tag {
            Tag::Text => self.characters(at, self.tree.text(node)),
            Tag::Br => self.line_break(),
            tag if tag.is_unread() => return node.end,
            tag => {
                let (verdict, is_hidden) = judge(self.tree, node);
                if is_hidden {
                    return node.end;
                }
                if tag == Tag::A {
                    self.link_end = node.end;
                }
                if tag == Tag::Pre {
                    self.pre_end = self.pre_end.max(node.end);
                }
                if tag.is_block() || verdict.is_body {
                    self.open_block(at, node, verdict);
                } else if tag != Tag::A && tag != Tag::Other {
                    self.mark_inline(at, node, verdict);
                }
            }
        }
        at + 1
    }

    fn mark_inline(&mut self, at: u32, node: &Node, verdict: Verdict) {
        if verdict.is_noise && self.noise_end.0 <= at {
            self.flush();
            let outer = self.open.last().map_or(0, |open| open.noise);
            self.noise_end = (node.end, self.layout.add_noise(outer));
        } else if verdict.is_meta && self.inline_meta == 0 {
            self.layout.n_meta += 1;
            self.inline_meta = self.layout.n_meta;
        }
    }

    fn open_block(&mut self, at: u32, node: &Node, verdict: Verdict) {
        self.flush();
        let tag = node.tag;
        let outer = self.open.last();
        let in_list = tag == Tag::Li
            || outer.is_some_and(|open| open.in_list) && !matches!(tag, Tag::Table | Tag::Td);
        let (mut row, mut column) = outer.map_or((None, 0), |open| (open.row, open.column));
        let (mut noise, mut meta) = outer.map_or((0, 0), |open| (open.noise, open.meta));
        let is_noise = verdict.is_noise && !verdict.is_body;
        if is_noise && !matches!(tag, Tag::Body | Tag::Html | Tag::Article) {
            noise = self.layout.add_noise(noise);
        }
        if verdict.is_meta {
            self.layout.n_meta += 1;
            meta = self.layout.n_meta;
        }
        match tag {
            Tag::Tr => {
                self.columns.push((at, 0));
                row = Some(at);
            }
            Tag::Td | Tag::Th => {
                if let Some((_, count)) = self.columns.last_mut() {
                    column = *count;
                    *count += 1;
                }
            }
            Tag::Table => row = None,
            _ => {}
        }
        let n_blocks = self.layout.blocks.len();
        let container = self.layout.containers.len();
        self.layout.containers.push(Container {
            tag,
            blocks: n_blocks..n_blocks,
            is_body: verdict.is_body,
            noise,
        });
        let end = node.end;
        self.open.push(Open { end, tag, container, noise, meta, in_list, row, column });
    }

    fn line_break(&mut self) {
        if self.layout.text.len() > self.from {
            self.layout.text.truncate(self.layout.text.trim_end_matches(' ').len().max(self.from));
            self.layout.text.push('\n');
        }
        self.wants_space = false;
    }

    fn characters(&mut self, at: u32, text: &str) {
        let is_link = at < self.link_end;
        if at >= self.noise_end.0 && self.noise_end.0 > 0 {
            self.flush();
            self.noise_end = (0, 0);
        }
        let (weight, marks) = (self.weight, self.marks);
        if at < self.pre_end {
            self.verbatim(text);
        } else {
            self.collapsed(text);
        }
        if is_link {
            self.link_weight += self.weight - weight;
            self.marks = marks;
        }
    }

    fn verbatim(&mut self, text: &str) {
        for character in text.chars().filter(|character| !is_control(*character)) {
            self.count(character);
            self.layout.text.push(character);
        }
        self.wants_space = false;
    }

    fn collapsed(&mut self, text: &str) {
        for character in text.chars() {
            if is_space(character) {
                self.wants_space = true;
                continue;
            }
            if is_control(character) {
                continue;
            }
            let at_start = self.layout.text.len() == self.from
                || self.layout.text.as_bytes().last() == Some(&b'\n');
            if self.wants_space && !at_start {
                self.layout.text.push(' ');
            }
            self.wants_space = false;
            self.count(character);
            self.layout.text.push(character);
        }
    }

    fn count(&mut self, character: char) {
        match character {
            '。' | '，' | '；' | '！' | '？' | '：' | '、' | '”' | '」' | '.' | ',' | ';' | '!'
            | '?' | '．' => self.marks += 1,
            _ if character.is_ascii() => {
                self.weight += u32::from(character.is_ascii_alphanumeric());
            }
            _ if is_wide(character) => self.weight += 2,
            _ => self.weight += u32::from(character.is_alphanumeric()),
        }
    }

    /// Ends the block being built, if it has any text.
    fn flush(&mut self) {
        let kept = self.layout.text.get(self.from..).unwrap_or_default();
        let trimmed = self.from + kept.trim_end().len();
        self.from += kept.len() - kept.trim_start_matches(['\n', '\r']).len();
        self.layout.text.truncate(trimmed);
        let last = self.open.last();
        if trimmed > self.from {
            let noise = last.map_or(0, |open| open.noise);
            let meta = last.map_or(0, |open| open.meta);
            let is_inline_noise = self.noise_end.0 > 0;
            let cell = last.and_then(|open| open.row.map(|row| (row, open.column)));
            self.layout.blocks.push(Block {
                range: self.from..trimmed,
                tag: last.map_or(Tag::Root, |open| open.tag),
                weight: self.weight,
                link_weight: self.link_weight,
                marks: self.marks,
                noise: if is_inline_noise { self.noise_end.1 } else { noise },
                meta: if self.inline_meta > 0 { self.inline_meta } else { meta },
                in_list: last.is_some_and(|open| open.in_list),
                cell,
            });
        }
        self.from = trimmed;
        (self.weight, self.link_weight, self.marks) = (0, 0, 0);
        self.wants_space = false;
        self.inline_meta = 0;
    }
}

/// What an element's names say, and whether it is hidden.
fn judge(tree: &Tree, node: &Node) -> (Verdict, bool) {
    let mut verdict = Verdict {
        is_noise: matches!(node.tag, Tag::Nav | Tag::Footer | Tag::Aside | Tag::Menu),
        is_body: false,
        is_meta: matches!(node.tag, Tag::Time | Tag::Address),
    };
    let mut is_hidden = false;
    for (name, value) in tree.attributes(node) {
        match name {
            Attribute::Class | Attribute::Id => {
                let said = names::judge(value);
                verdict.is_noise |= said.is_noise;
                verdict.is_body |= said.is_body;
                verdict.is_meta |= said.is_meta;
            }
            Attribute::Itemprop => verdict.is_body |= value == "articleBody",
            Attribute::Hidden => is_hidden |= value == "true",
            Attribute::Style => is_hidden |= hides(value),
            Attribute::Role => {
                verdict.is_noise |= matches!(
                    value,
                    "navigation" | "banner" | "contentinfo" | "complementary" | "search" | "menu"
                );
            }
            _ => {}
        }
    }
    (verdict, is_hidden)
}

/// Whether an inline style takes the element off the page.
fn hides(style: &str) -> bool {
    let Some(at) = style.find("display").map(|at| at + "display".len()) else { return false };
    let rest = style.get(at..).unwrap_or_default().trim_start();
    rest.strip_prefix(':').is_some_and(|value| value.trim_start().starts_with("none"))
}

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\n' | '\t' | '\r' | '\x0c' | '\u{a0}' | '\u{3000}')
}

/// Control characters other than line feed and tab; they are no text.
fn is_control(character: char) -> bool {
    character.is_control() && !matches!(character, '\n' | '\t')
        || matches!(character, '\u{feff}' | '\u{200b}')
}

/// Han, kana, hangul.
fn is_wide(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{3041}'..='\u{30ff}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}
