//! Links: which texts of a corpus repeat another one.
//!
//! Takes texts and how much each is preferred, gives for each the text that is kept for it and
//! their Jaccard index. Two texts are compared in their normal form ([`normal`]): equal forms are
//! exact duplicates; the others are sketched ([`sketch`]), brought together by bands ([`band`]),
//! and verified by the Jaccard index of their sets of character n-grams ([`jaccard`]). So nothing
//! is dropped on a guess, and what a guess can cost is recall, stated by [`Settings::new`].
//!
//! Out of core, [`component`] divides a corpus by band keys alone: [`cluster::clusters`] of each
//! component (or of any union of components) gives what it gives for the whole corpus.

pub mod band;
pub mod cluster;
pub mod component;
pub mod gram;
pub mod jaccard;
pub mod normal;
pub mod print;
pub mod sketch;

pub use cluster::{Member, Prints, clusters, clusters_of};
pub use component::Components;
pub use print::{Print, exact, print};

/// How alike two texts must be, and how surely such a pair must be found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Least Jaccard index of the sets of n-grams at which a text repeats another one.
    pub jaccard: f64,
    /// Characters in an n-gram.
    pub ngram: usize,
    /// How a sketch is cut into keys.
    pub bands: band::Bands,
}

impl Settings {
    /// Settings that find a pair whose index is exactly `jaccard` with probability `recall` or
    /// more (a closer pair more surely), or a sentence that says what is out of range.
    pub fn new(jaccard: f64, ngram: usize, recall: f64) -> Result<Self, String> {
        if !(0.1..=1.0).contains(&jaccard) {
            return Err(format!("jaccard is {jaccard}; expected 0.1 to 1"));
        }
        if !(1..=64).contains(&ngram) {
            return Err(format!("ngram is {ngram}; expected 1 to 64 characters"));
        }
        if !(recall > 0.0 && recall < 1.0) {
            return Err(format!("recall is {recall}; expected more than 0 and less than 1"));
        }
        Ok(Self { jaccard, ngram, bands: band::Bands::for_recall(jaccard, recall) })
    }
}
