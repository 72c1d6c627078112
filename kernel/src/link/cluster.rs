//! Clusters: for each text the one that is kept for it.

use super::Settings;
use super::component::Components;
use super::jaccard::GramSet;
use super::print::{Scratch, print};
use super::sketch::{Thumb, VALUES, agreement, least_agreement, thumb};
use std::collections::HashMap;

/// Where a text belongs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Member {
    /// The text that is kept; a kept text names itself.
    pub kept: u32,
    /// The exact Jaccard index with it; 1 for an equal normal form.
    pub jaccard: f64,
}

/// In a component of up to this many distinct texts everything is compared with everything.
const SMALL: usize = 64;
/// A kept text of a larger component stops looking after so many unlike texts, those of its
/// smallest buckets first. Below that no recall is lost; above, texts that are alike share small
/// buckets too, while those that share boilerplate alone meet in large ones.
const MOST_REFUSED: usize = 1_024;
/// Hashes held for texts that were compared and may be again: 64 MiB.
const MOST_HELD: usize = 8 << 20;

/// For each text the kept one and the index with it; `None` for a null text.
///
/// In order of preference (greater first, NaN last, then the earlier; without `preference` the
/// longer normal form first) each text that is not yet taken is kept and takes those not yet taken
/// whose index with it is `settings.jaccard` or more. The result is the same however the corpus is
/// divided, as long as components stay whole.
///
/// Time: one pass over the text, verification of candidates only. Memory: 128 bytes and the keys
/// (200 bytes at the usual settings) per distinct text.
pub fn clusters(
    texts: &[Option<&str>],
    preference: Option<&[f64]>,
    settings: &Settings,
) -> Vec<Option<Member>> {
    clusters_of(texts, &Prints::new(texts, settings), preference, settings)
}

/// As [`clusters`], of texts whose prints are known: those of the same settings, row by row.
///
/// Only candidates are read.
pub fn clusters_of(
    texts: &[Option<&str>],
    prints: &Prints,
    preference: Option<&[f64]>,
    settings: &Settings,
) -> Vec<Option<Member>> {
    let corpus = Corpus::new(texts, prints, preference, settings);
    let buckets = Buckets::new(&corpus, settings);
    let mut taken = vec![None; corpus.texts.len()];
    let mut verifier = Verifier::new(&corpus, settings);
    for component in buckets.components() {
        if component.len() <= SMALL {
            settle_small(component, &mut verifier, &mut taken);
        } else {
            settle_large(component, &buckets, &mut verifier, &mut taken);
        }
        verifier.forget();
    }
    corpus.members(&taken)
}

/// (rank of the kept text, index) of each rank; `None` until it is known.
type Taken = [Option<(u32, f64)>];

/// The distinct texts by rank: 0 is the most preferred.
struct Corpus<'a> {
    texts: Vec<&'a str>,
    /// The row of each rank in the caller's column.
    rows: Vec<u32>,
    /// The rank of each row; exact duplicates share one.
    ranks: Vec<Option<u32>>,
    /// `bands` keys per rank, all 0 for a text shorter than an n-gram.
    keys: Vec<u64>,
    thumbs: Vec<Thumb>,
}

impl<'a> Corpus<'a> {
    fn new(
        texts: &[Option<&'a str>],
        prints: &Prints,
        preference: Option<&[f64]>,
        settings: &Settings,
    ) -> Self {
        let order = match preference {
            Some(preference) => order(texts.len(), |row| preference.get(row).copied()),
            None => order(texts.len(), |row| Some(f64::from(prints.exact[row].1))),
        };
        let mut corpus = Self {
            texts: Vec::new(),
            rows: Vec::new(),
            ranks: vec![None; texts.len()],
            keys: Vec::new(),
            thumbs: Vec::new(),
        };
        let bands = settings.bands.bands;
        let mut seen: HashMap<u128, u32> = HashMap::with_capacity(texts.len());
        for row in order {
            let at = row as usize;
            let Some(text) = texts[at] else { continue };
            let rank = *seen.entry(prints.exact[at].0).or_insert_with(|| {
                corpus.texts.push(text);
                corpus.rows.push(row);
                corpus.keys.extend(&prints.keys[at * bands..][..bands]);
                corpus.thumbs.push(prints.thumbs[at]);
                corpus.rows.len() as u32 - 1
            });
            corpus.ranks[at] = Some(rank);
        }
        corpus
    }

    fn members(&self, taken: &Taken) -> Vec<Option<Member>> {
        let member = |rank: u32| {
            let (kept, jaccard) = taken[rank as usize].unwrap_or((rank, 1.0));
            Member { kept: self.rows[kept as usize], jaccard }
        };
        self.ranks.iter().map(|rank| rank.map(member)).collect()
    }
}

/// What one pass over the texts gives, by row.
#[derive(Default)]
pub struct Prints {
    /// (hash, characters) of the normal form.
    pub exact: Vec<(u128, u32)>,
    /// The keys of each text, as many as there are bands; 0 for a text without a sketch.
    pub keys: Vec<u64>,
    /// 0 for a text without a sketch.
    pub thumbs: Vec<Thumb>,
}

impl Prints {
    fn new(texts: &[Option<&str>], settings: &Settings) -> Self {
        let mut prints = Self::default();
        let mut scratch = Scratch::default();
        for (row, text) in texts.iter().enumerate() {
            let print = text.map(|text| print(text, settings.ngram, &mut scratch));
            let sketch = print.as_ref().and_then(|print| print.sketch.as_ref());
            if let Some(sketch) = sketch {
                prints.keys.extend(settings.bands.keys(sketch));
            }
            prints.keys.resize((row + 1) * settings.bands.bands, 0);
            prints.thumbs.push(sketch.map_or([0; VALUES], thumb));
            prints.exact.push(print.map_or((0, 0), |print| (print.exact, print.length_chars)));
        }
        prints
    }
}

/// The rows, the most preferred first.
fn order(n: usize, preference: impl Fn(usize) -> Option<f64>) -> Vec<u32> {
    let value = |row: &u32| match preference(*row as usize) {
        Some(value) if !value.is_nan() => value,
        _ => f64::NEG_INFINITY,
    };
    let mut rows: Vec<u32> = (0..n as u32).collect();
    rows.sort_by(|a, b| value(b).total_cmp(&value(a)));
    rows
}

/// Ranks that share a key, and what follows from that.
struct Buckets {
    /// The ranks of one bucket after the other.
    members: Vec<u32>,
    /// Where each bucket begins in `members`, and the end of the last.
    starts: Vec<usize>,
    /// (component, rank) of each rank that shares a key, sorted.
    grouped: Vec<(u32, u32)>,
    /// (rank, bucket) of each rank in a large component, sorted.
    of_rank: Vec<(u32, u32)>,
}

impl Buckets {
    fn new(corpus: &Corpus<'_>, settings: &Settings) -> Self {
        let n = corpus.texts.len() as u32;
        let bands = settings.bands.bands;
        let mut components = Components::new(n);
        let (mut members, mut starts) = (Vec::new(), vec![0]);
        let mut rows = Vec::new();
        for band in 0..bands {
            rows.clear();
            let keys = corpus.keys.iter().skip(band).step_by(bands);
            rows.extend(keys.copied().zip(0..n).filter(|(key, _)| *key != 0));
            components.add(&mut rows);
            for bucket in rows.chunk_by(|a, b| a.0 == b.0).filter(|bucket| bucket.len() > 1) {
                members.extend(bucket.iter().map(|(_, rank)| *rank));
                starts.push(members.len());
            }
        }
        let labels = components.labels();
        let mut grouped: Vec<(u32, u32)> = labels.into_iter().zip(0..n).collect();
        grouped.sort_unstable();
        let mut buckets = Self { members, starts, grouped, of_rank: Vec::new() };
        buckets.index_large(n);
        buckets
    }

    fn index_large(&mut self, n: u32) {
        let mut is_large = vec![false; n as usize];
        for component in self.components().filter(|component| component.len() > SMALL) {
            component.iter().for_each(|(_, rank)| is_large[*rank as usize] = true);
        }
        let mut of_rank = Vec::new();
        for (bucket, bounds) in self.starts.windows(2).enumerate() {
            let members = &self.members[bounds[0]..bounds[1]];
            if members.iter().any(|rank| is_large[*rank as usize]) {
                of_rank.extend(members.iter().map(|rank| (*rank, bucket as u32)));
            }
        }
        of_rank.sort_unstable();
        self.of_rank = of_rank;
    }

    /// The ranks of a bucket, ascending.
    fn members(&self, bucket: usize) -> &[u32] {
        &self.members[self.starts[bucket]..self.starts[bucket + 1]]
    }

    /// The components of two texts or more, each as sorted (component, rank).
    fn components(&self) -> impl Iterator<Item = &[(u32, u32)]> {
        self.grouped.chunk_by(|a, b| a.0 == b.0).filter(|component| component.len() > 1)
    }

    /// The buckets of a rank in a large component.
    fn of(&self, rank: u32) -> impl Iterator<Item = usize> {
        let first = self.of_rank.partition_point(|row| row.0 < rank);
        let rows = self.of_rank[first..].iter().take_while(move |row| row.0 == rank);
        rows.map(|row| row.1 as usize)
    }
}

fn settle_small(component: &[(u32, u32)], verifier: &mut Verifier<'_>, taken: &mut Taken) {
    for (i, &(_, kept)) in component.iter().enumerate() {
        if taken[kept as usize].is_some() {
            continue;
        }
        for &(_, other) in &component[i + 1..] {
            take(kept, other, verifier, taken);
        }
    }
}

fn settle_large(
    component: &[(u32, u32)],
    buckets: &Buckets,
    verifier: &mut Verifier<'_>,
    taken: &mut Taken,
) {
    let mut open: HashMap<usize, Vec<u32>> = HashMap::new();
    for &(_, kept) in component {
        if taken[kept as usize].is_some() {
            continue;
        }
        let mut near: Vec<usize> = buckets.of(kept).collect();
        near.sort_by_key(|&bucket| buckets.members(bucket).len());
        let mut left = MOST_REFUSED;
        for bucket in near {
            let members = open.entry(bucket).or_insert_with(|| buckets.members(bucket).to_vec());
            let mut settled = 0;
            for &other in members.iter() {
                if other <= kept || taken[other as usize].is_some() {
                    settled += 1;
                } else if left == 0 {
                    break;
                } else if verifier.is_new(kept, other) && !take(kept, other, verifier, taken) {
                    left -= 1;
                }
            }
            // Only now and then, so that a large bucket is not copied for every kept text.
            if settled > 256.max(members.len() / 64) {
                members.retain(|&rank| rank > kept && taken[rank as usize].is_none());
            }
        }
    }
}

/// Gives `other` to `kept` if it is free and near enough; whether it was.
fn take(kept: u32, other: u32, verifier: &mut Verifier<'_>, taken: &mut Taken) -> bool {
    if taken[other as usize].is_some() {
        return false;
    }
    let found = verifier.jaccard(kept, other);
    taken[other as usize] = found.map(|jaccard| (kept, jaccard));
    found.is_some()
}

/// The exact index of candidates, with what it needs to be fast.
struct Verifier<'a> {
    corpus: &'a Corpus<'a>,
    settings: &'a Settings,
    least_agreement: u32,
    scratch: Scratch,
    /// The set of the kept text that was asked for last.
    kept: GramSet,
    kept_rank: Option<u32>,
    /// Hashes of texts that were refused once and may come again.
    held: HashMap<u32, Vec<u64>>,
    n_held: usize,
    /// The kept text each text was last compared with.
    compared: Vec<u32>,
}

impl<'a> Verifier<'a> {
    fn new(corpus: &'a Corpus<'a>, settings: &'a Settings) -> Self {
        Self {
            corpus,
            settings,
            least_agreement: least_agreement(settings.jaccard),
            scratch: Scratch::default(),
            kept: GramSet::default(),
            kept_rank: None,
            held: HashMap::new(),
            n_held: 0,
            compared: vec![u32::MAX; corpus.texts.len()],
        }
    }

    /// Whether this pair is asked for the first time, if pairs come by kept text.
    fn is_new(&mut self, kept: u32, other: u32) -> bool {
        std::mem::replace(&mut self.compared[other as usize], kept) != kept
    }

    /// The index of two ranks where it reaches the threshold.
    fn jaccard(&mut self, kept: u32, other: u32) -> Option<f64> {
        let thumbs = &self.corpus.thumbs;
        if agreement(&thumbs[kept as usize], &thumbs[other as usize]) < self.least_agreement {
            return None;
        }
        if self.kept_rank != Some(kept) {
            match self.held.get(&kept) {
                Some(hashes) => self.kept.load(hashes),
                None => {
                    self.scratch.load(self.corpus.texts[kept as usize], self.settings.ngram);
                    self.kept.load(&self.scratch.hashes);
                }
            }
            self.kept_rank = Some(kept);
        }
        if let Some(hashes) = self.held.get(&other) {
            return self.kept.jaccard(hashes, self.settings.jaccard);
        }
        self.scratch.load(self.corpus.texts[other as usize], self.settings.ngram);
        let found = self.kept.jaccard(&self.scratch.hashes, self.settings.jaccard);
        if found.is_none() && self.n_held < MOST_HELD {
            self.n_held += self.scratch.hashes.len();
            self.held.insert(other, self.scratch.hashes.clone());
        }
        found
    }

    /// Frees what only one component needs.
    fn forget(&mut self) {
        self.held.clear();
        self.n_held = 0;
    }
}

#[cfg(test)]
#[path = "cluster_tests.rs"]
mod tests;
