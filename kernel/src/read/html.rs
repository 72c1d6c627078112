//! The main text of a web page, and what the page says about itself.
//!
//! The page is read by a standard tokenizer into a tree (`tree`), set as blocks (`block`), the element
//! with the most running text is found (`choose`) and set as lines (`render`).

mod about;
mod block;
mod choose;
mod date;
mod lines;
mod names;
mod render;
mod tag;
mod tree;

pub use about::About;

use block::Layout;
use tree::Tree;

/// A page as far as a reader cares.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The main text: one line per block, cells of a table's row parted by tabs.
    pub text: String,
    /// Whether the page has running text; a list or a page of links has none.
    pub is_article: bool,
    /// What the page says about itself.
    pub about: About,
}

/// The main text of a page and what it says about itself. Any text is legal.
///
/// A page without an article (a list, a search result) gives all its text but the navigation.
/// Time and memory are linear in the page.
pub fn extract(html: &str) -> Page {
    let tree = Tree::parse(html);
    let layout = Layout::of(&tree);
    let chosen = choose::choose(&layout);
    Page {
        text: render::render(&layout, &chosen.blocks),
        is_article: chosen.is_article,
        about: about::about(&tree, &layout, &chosen),
    }
}

#[cfg(test)]
mod tests;
