//! A page as a tree in one array, in document order.
//!
//! The tokenizer (html5gum) follows the standard; the tree is built by the standard's rules for what
//! closes what, without its repairs of misnested formatting and foster parents, which move no text.
//! Depth and number of nodes are bounded, so that building is linear in the page whatever its shape.

use super::tag::{COUNT, Tag};
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};
use std::convert::Infallible;
use std::ops::Range;

/// Elements nested deeper become leaves, and their text belongs to the deepest one (as in browsers).
const MAX_DEPTH: usize = 256;
/// Nodes after these are not read; a page of 50 MB of ordinary markup has about a million.
const MAX_NODES: usize = 4_000_000;
/// Bytes of an attribute's value that are kept.
const MAX_VALUE: usize = 2048;

/// An attribute that says something about content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// `class`
    Class,
    /// `content`
    Content,
    /// `datetime`
    Datetime,
    /// `aria-hidden` and `hidden`
    Hidden,
    /// `href`
    Href,
    /// `id`
    Id,
    /// `itemprop`
    Itemprop,
    /// `lang`
    Lang,
    /// `name`
    Name,
    /// `property`
    Property,
    /// `rel`
    Rel,
    /// `role`
    Role,
    /// `style`
    Style,
    /// `type`
    Type,
}

impl Attribute {
    fn named(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"class" => Self::Class,
            b"content" => Self::Content,
            b"datetime" => Self::Datetime,
            b"aria-hidden" | b"hidden" => Self::Hidden,
            b"href" => Self::Href,
            b"id" => Self::Id,
            b"itemprop" => Self::Itemprop,
            b"lang" | b"xml:lang" => Self::Lang,
            b"name" => Self::Name,
            b"property" => Self::Property,
            b"rel" => Self::Rel,
            b"role" => Self::Role,
            b"style" => Self::Style,
            b"type" => Self::Type,
            _ => return None,
        })
    }
}

/// An element or a run of text.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub tag: Tag,
    /// The first node after its subtree.
    pub end: u32,
    /// Text: bytes in `Tree::text`; element: attributes in `Tree::attributes`.
    range: Range<u32>,
}

/// A page: nodes in document order, a subtree being `index..node.end`.
#[derive(Debug, Default)]
pub struct Tree {
    /// The nodes; the first is the root.
    pub nodes: Vec<Node>,
    text: String,
    attributes: Vec<(Attribute, Range<u32>)>,
    values: String,
}

impl Tree {
    /// The tree of a page. Any text is legal. O(bytes), about 3 times the page in memory.
    pub fn parse(html: &str) -> Self {
        let mut builder = Builder::new(html.len());
        let mut emitter =
            CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<Infallible> {
                builder.take(event);
                None
            });
        emitter.naively_switch_states(true);
        for _ in Tokenizer::new_with_emitter(html, emitter) {}
        builder.finish()
    }

    /// The node at `index`, if there is one.
    pub fn node(&self, index: u32) -> Option<&Node> {
        self.nodes.get(index as usize)
    }

    /// The characters of a text node; empty for an element.
    pub fn text(&self, node: &Node) -> &str {
        if node.tag != Tag::Text {
            return "";
        }
        self.text.get(node.range.start as usize..node.range.end as usize).unwrap_or_default()
    }

    /// All attributes kept of an element.
    pub fn attributes(&self, node: &Node) -> impl Iterator<Item = (Attribute, &str)> {
        let range = if node.tag == Tag::Text { 0..0 } else { node.range.clone() };
        let kept = self.attributes.get(range.start as usize..range.end as usize);
        kept.unwrap_or_default().iter().map(|(name, value)| {
            let value = self.values.get(value.start as usize..value.end as usize);
            (*name, value.unwrap_or_default())
        })
    }

    /// The value of an element's attribute.
    pub fn attribute(&self, node: &Node, wanted: Attribute) -> Option<&str> {
        self.attributes(node).find(|(name, _)| *name == wanted).map(|(_, value)| value)
    }

    /// All characters below a node, unread elements left out, spaces as they are.
    pub fn text_below(&self, index: u32) -> String {
        let Some(top) = self.node(index) else { return String::new() };
        let mut text = String::new();
        let mut at = index;
        while let Some(node) = self.node(at).filter(|_| at < top.end) {
            if at != index && node.tag.is_unread() {
                at = node.end;
                continue;
            }
            text.push_str(self.text(node));
            at += 1;
        }
        text
    }
}

struct Builder {
    tree: Tree,
    /// Open elements, outermost first, and how many there are of each tag.
    stack: Vec<(u32, Tag)>,
    open: [u32; COUNT],
    /// Elements opened beyond the greatest depth and not closed yet.
    too_deep: usize,
    /// The start tag being read: its attributes begin here.
    starting: Option<(Tag, usize)>,
    attribute: Option<Attribute>,
    is_ld_json: bool,
}

impl Builder {
    fn new(size_bytes: usize) -> Self {
        let tree = Tree {
            nodes: Vec::with_capacity(size_bytes / 40 + 2),
            text: String::with_capacity(size_bytes / 4),
            ..Tree::default()
        };
        let mut builder = Self {
            tree,
            stack: Vec::with_capacity(MAX_DEPTH),
            open: [0; COUNT],
            too_deep: 0,
            starting: None,
            attribute: None,
            is_ld_json: false,
        };
        builder.push(Tag::Root, 0..0);
        builder
    }

    fn finish(mut self) -> Tree {
        self.close_from(0);
        self.tree
    }

    fn take(&mut self, event: CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.starting = Some((Tag::named(name), self.tree.attributes.len()));
                self.attribute = None;
            }
            CallbackEvent::AttributeName { name } => {
                self.attribute = self.starting.and_then(|_| Attribute::named(name));
                if name == b"hidden" {
                    self.add_attribute(b"true");
                    self.attribute = None;
                }
            }
            CallbackEvent::AttributeValue { value } => self.add_attribute(value),
            CallbackEvent::CloseStartTag { .. } => {
                if let Some((tag, first)) = self.starting.take() {
                    self.start(tag, first);
                }
            }
            CallbackEvent::EndTag { name } => {
                // Attributes of end tags are reported too, and mean nothing.
                self.starting = None;
                self.end(Tag::named(name));
            }
            CallbackEvent::String { value } => self.characters(value),
            _ => {}
        }
    }

    fn add_attribute(&mut self, value: &[u8]) {
        let Some(name) = self.attribute else { return };
        let from = self.tree.values.len() as u32;
        let value = value.get(..MAX_VALUE).unwrap_or(value);
        self.tree.values.push_str(&String::from_utf8_lossy(value));
        let to = self.tree.values.len() as u32;
        self.tree.attributes.push((name, from..to));
    }

    fn characters(&mut self, value: &[u8]) {
        let Some(&(_, tag)) = self.stack.last() else { return };
        if tag == Tag::Style || tag == Tag::Script && !self.is_ld_json {
            return;
        }
        if tag == Tag::Head && !value.iter().all(u8::is_ascii_whitespace) {
            self.close_from(self.stack.len() - 1);
            return self.characters(value);
        }
        if self.tree.nodes.len() >= MAX_NODES {
            return;
        }
        let from = self.tree.text.len() as u32;
        match std::str::from_utf8(value) {
            Ok(text) => self.tree.text.push_str(text),
            Err(_) => self.tree.text.push_str(&String::from_utf8_lossy(value)),
        }
        let range = from..self.tree.text.len() as u32;
        let end = self.tree.nodes.len() as u32 + 1;
        self.tree.nodes.push(Node { tag: Tag::Text, end, range });
    }

    fn start(&mut self, tag: Tag, first_attribute: usize) {
        let range = first_attribute as u32..self.tree.attributes.len() as u32;
        if matches!(tag, Tag::Html | Tag::Head | Tag::Body) {
            self.close_if_open(Tag::Head, &[]);
            if self.is_open(tag) || (tag == Tag::Head && self.is_open(Tag::Body)) {
                return;
            }
        } else if self.is_open(Tag::Head) && !tag.is_head_content() {
            self.close_if_open(Tag::Head, &[Tag::Svg, Tag::Noscript, Tag::Template]);
        }
        self.close_before(tag);
        self.is_ld_json = tag == Tag::Script && self.has_ld_json(&range);
        if tag.is_void() {
            self.add(tag, range);
        } else if self.stack.len() >= MAX_DEPTH {
            self.too_deep += 1;
            self.add(tag, range);
        } else {
            self.push(tag, range);
        }
    }

    fn has_ld_json(&self, range: &Range<u32>) -> bool {
        let kept = self.tree.attributes.get(range.start as usize..range.end as usize);
        kept.unwrap_or_default().iter().any(|(name, value)| {
            let value = self.tree.values.get(value.start as usize..value.end as usize);
            *name == Attribute::Type && value.is_some_and(|value| value.contains("ld+json"))
        })
    }

    /// Closes what may stay open in the source but ends where `tag` begins.
    fn close_before(&mut self, tag: Tag) {
        const CELL: [Tag; 3] = [Tag::Td, Tag::Th, Tag::Table];
        const LIST: [Tag; 5] = [Tag::Ul, Tag::Ol, Tag::Dl, Tag::Table, Tag::Td];
        match tag {
            Tag::Li => self.close_if_open(Tag::Li, &LIST),
            Tag::Dd | Tag::Dt => {
                self.close_if_open(Tag::Dd, &LIST);
                self.close_if_open(Tag::Dt, &LIST);
            }
            Tag::Option | Tag::Optgroup => self.close_if_open(Tag::Option, &[Tag::Select]),
            Tag::Td | Tag::Th => {
                self.close_if_open(Tag::Td, &[Tag::Table]);
                self.close_if_open(Tag::Th, &[Tag::Table]);
            }
            Tag::Tr => self.close_if_open(Tag::Tr, &[Tag::Table]),
            Tag::Tbody | Tag::Thead | Tag::Tfoot => {
                for group in [Tag::Tbody, Tag::Thead, Tag::Tfoot] {
                    self.close_if_open(group, &[Tag::Table]);
                }
            }
            Tag::Rb | Tag::Rt | Tag::Rp => {
                self.close_if_open(Tag::Rt, &[Tag::Ruby]);
                self.close_if_open(Tag::Rp, &[Tag::Ruby]);
            }
            Tag::A => self.close_inline(Tag::A),
            _ => {}
        }
        if tag.is_block() {
            self.close_if_open(Tag::P, &CELL);
        }
        if tag.is_heading() && self.stack.last().is_some_and(|(_, last)| last.is_heading()) {
            self.close_from(self.stack.len() - 1);
        }
    }

    fn end(&mut self, tag: Tag) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        match tag {
            Tag::Html | Tag::Body => {}
            Tag::Table => self.close_if_open(tag, &[]),
            Tag::Tr | Tag::Tbody | Tag::Thead | Tag::Tfoot | Tag::Td | Tag::Th | Tag::Caption => {
                self.close_if_open(tag, &[Tag::Table]);
            }
            Tag::Li => self.close_if_open(tag, &[Tag::Ul, Tag::Ol, Tag::Table, Tag::Td, Tag::Th]),
            _ if tag.is_heading() => {
                let open = self.stack.iter().rposition(|(_, open)| open.is_heading());
                if let Some(position) = open {
                    self.close_from(position);
                }
            }
            _ if tag.is_block() => self.close_if_open(tag, &[Tag::Table, Tag::Td, Tag::Th]),
            // Names that are not known share one tag; closing the nearest is close enough.
            _ => self.close_inline(tag),
        }
    }

    fn is_open(&self, tag: Tag) -> bool {
        self.open.get(tag as usize).is_some_and(|count| *count > 0)
    }

    /// Closes the innermost open `tag` and all inside it, unless a barrier stands between.
    fn close_if_open(&mut self, tag: Tag, barriers: &[Tag]) {
        if !self.is_open(tag) {
            return;
        }
        for (position, (_, open)) in self.stack.iter().enumerate().rev() {
            if *open == tag {
                return self.close_from(position);
            }
            if barriers.contains(open) {
                return;
            }
        }
    }

    /// Closes an inline element, which never reaches beyond the block it stands in.
    fn close_inline(&mut self, tag: Tag) {
        if !self.is_open(tag) {
            return;
        }
        for (position, (_, open)) in self.stack.iter().enumerate().rev() {
            if *open == tag {
                return self.close_from(position);
            }
            if open.is_block() {
                return;
            }
        }
    }

    fn close_from(&mut self, position: usize) {
        let end = self.tree.nodes.len() as u32;
        for (index, tag) in self.stack.drain(position..) {
            if let Some(node) = self.tree.nodes.get_mut(index as usize) {
                node.end = end;
            }
            if let Some(count) = self.open.get_mut(tag as usize) {
                *count -= 1;
            }
        }
    }

    fn push(&mut self, tag: Tag, range: Range<u32>) {
        if let Some(index) = self.add(tag, range) {
            self.stack.push((index, tag));
            if let Some(count) = self.open.get_mut(tag as usize) {
                *count += 1;
            }
        }
    }

    /// Adds a node below the innermost open element.
    fn add(&mut self, tag: Tag, range: Range<u32>) -> Option<u32> {
        if self.tree.nodes.len() >= MAX_NODES {
            return None;
        }
        let index = self.tree.nodes.len() as u32;
        self.tree.nodes.push(Node { tag, end: index + 1, range });
        Some(index)
    }
}
