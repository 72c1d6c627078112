//! The tree as tiles: C2SP tlog-tiles, which keeps one level of hashes in eight.
//!
//! A tile holds up to 256 hashes. Those of level 0 are leaf hashes; each of level l + 1 is the root
//! over a full tile of level l, so that it spans 256^(l + 1) leaves. What lies between is hashed
//! again when it is asked for.

use super::{Hash, fold, leaf, root};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

/// Hashes in a full tile, entries in a full bundle.
pub const WIDTH: u64 = 256;
/// Levels of the tree that one tile stands for.
const HEIGHT: u32 = 8;
/// A tree of 64-bit size has hashes on so many levels of tiles.
pub const LEVELS: u32 = 64 / HEIGHT;

/// Where a tile stands: its level, and which of that level it is.
pub type Place = (u32, u64);

/// What is wrong with tiles, bundles or entries that a caller gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// The tree has no leaf, or no earlier size, with this number.
    NoSuchLeaf(u64),
    /// A tile that is needed was not given, or is shorter than the tree says.
    ShortTile(Place),
    /// The tiles or the bundle of the edge do not belong to a tree of this size.
    WrongEdge(u64),
    /// The entry with this number is longer than the 65,535 bytes that a bundle can say.
    LongEntry(usize),
    /// A bundle breaks off within its entry of this number, or has more of them than 256.
    BrokenBundle(usize),
    /// The tree cannot grow beyond 2^64 - 1 leaves.
    Full,
}

impl fmt::Display for Flaw {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchLeaf(index) => write!(out, "the tree has no number {index}"),
            Self::ShortTile((level, index)) => write!(out, "tile {level}/{index} is too short"),
            Self::WrongEdge(size) => write!(out, "these are not the last tiles of {size} leaves"),
            Self::LongEntry(at) => write!(out, "entry {at} is longer than 65535 bytes"),
            Self::BrokenBundle(at) => write!(out, "the bundle breaks off at its entry {at}"),
            Self::Full => write!(out, "the tree is full"),
        }
    }
}

/// How many hashes the tile at `place` has in a tree of `size` leaves: 0 to 256.
pub fn width(place: Place, size: u64) -> u64 {
    let (level, index) = place;
    let hashes = size.checked_shr(HEIGHT.saturating_mul(level)).unwrap_or(0);
    hashes.saturating_sub(index.saturating_mul(WIDTH)).min(WIDTH)
}

// --- growing --------------------------------------------------------------------------

/// The right edge of a tree: all that an append needs of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edge {
    /// Leaves of the tree.
    pub size: u64,
    /// The hashes of the last, unfinished tile of each level, 0 to 255 of them.
    pub tiles: Vec<Vec<Hash>>,
    /// The last, unfinished bundle of entries.
    pub bundle: Vec<u8>,
}

/// What an append writes, from the left: tiles and bundles that are new or longer than before.
#[derive(Debug, Default)]
pub struct Growth {
    /// Hashes of tiles, by place.
    pub tiles: BTreeMap<Place, Vec<Hash>>,
    /// Bundles of entries, by index.
    pub bundles: BTreeMap<u64, Vec<u8>>,
}

impl Edge {
    /// An edge as it was kept. `tiles` may leave out empty ones at the top.
    pub fn new(size: u64, mut tiles: Vec<Vec<Hash>>, bundle: Vec<u8>) -> Result<Self, Flaw> {
        tiles.resize(tiles.len().max(LEVELS as usize), Vec::new());
        let sound = |(level, tile): (u32, &Vec<Hash>)| {
            let hashes = size.checked_shr(HEIGHT.saturating_mul(level)).unwrap_or(0);
            tile.len() as u64 == hashes % WIDTH
        };
        let entries = leaves(&bundle)?.len() as u64;
        if !(0..).zip(&tiles).all(sound) || entries != size % WIDTH {
            return Err(Flaw::WrongEdge(size));
        }
        tiles.truncate(LEVELS as usize);
        Ok(Self { size, tiles, bundle })
    }

    /// The root over all leaves. At most 2,048 hashes.
    pub fn root(&self) -> Hash {
        root_of(&self.tiles)
    }

    /// Appends entries and says what has to be written. 300 MB/s.
    pub fn grow(&mut self, entries: &[impl AsRef<[u8]>]) -> Result<Growth, Flaw> {
        let mut growth = Growth::default();
        let added = entries.len() as u64;
        self.size.checked_add(added).ok_or(Flaw::Full)?;
        if let Some(at) = entries.iter().position(|entry| entry.as_ref().len() > 0xFFFF) {
            return Err(Flaw::LongEntry(at));
        }
        for entry in entries {
            self.push(entry.as_ref(), &mut growth);
        }
        if added > 0 {
            self.put_unfinished(added, &mut growth);
        }
        Ok(growth)
    }

    fn push(&mut self, entry: &[u8], growth: &mut Growth) {
        self.bundle.extend_from_slice(&(entry.len() as u16).to_be_bytes());
        self.bundle.extend_from_slice(entry);
        let mut hash = leaf(entry);
        self.size += 1;
        if self.size.is_multiple_of(WIDTH) {
            growth.bundles.insert(self.size / WIDTH - 1, std::mem::take(&mut self.bundle));
        }
        for (level, tile) in (0..).zip(&mut self.tiles) {
            tile.push(hash);
            if (tile.len() as u64) < WIDTH {
                break;
            }
            let full = std::mem::take(tile);
            hash = root(full.iter().copied());
            growth.tiles.insert((level, (self.size >> (HEIGHT * level)) / WIDTH - 1), full);
        }
    }

    /// The unfinished tiles that are longer than they were `added` entries before.
    fn put_unfinished(&self, added: u64, growth: &mut Growth) {
        if !self.bundle.is_empty() {
            growth.bundles.insert(self.size / WIDTH, self.bundle.clone());
        }
        for (level, tile) in (0..).zip(&self.tiles) {
            let hashes = |size: u64| size >> (HEIGHT * level);
            if !tile.is_empty() && hashes(self.size) > hashes(self.size - added) {
                growth.tiles.insert((level, hashes(self.size) / WIDTH), tile.clone());
            }
        }
    }
}

/// The root over all leaves, from the unfinished tiles of each level from 0.
pub fn root_of(tiles: &[Vec<Hash>]) -> Hash {
    let levels = (0..LEVELS).zip(tiles).rev();
    fold(levels.flat_map(|(level, tile)| tile.iter().map(move |hash| (HEIGHT * level, *hash))))
}

/// The leaf hashes of the entries in a bundle. 300 MB/s.
pub fn leaves(bundle: &[u8]) -> Result<Vec<Hash>, Flaw> {
    Ok(entries(bundle)?.into_iter().map(leaf).collect())
}

/// The entries of a bundle: each behind its length, a big-endian u16.
pub fn entries(bundle: &[u8]) -> Result<Vec<&[u8]>, Flaw> {
    let mut found = Vec::new();
    let mut rest = bundle;
    while !rest.is_empty() {
        let broken = Flaw::BrokenBundle(found.len());
        if found.len() as u64 == WIDTH {
            return Err(broken);
        }
        let Some((length, behind)) = rest.split_first_chunk() else { return Err(broken) };
        let Some((entry, behind)) = behind.split_at_checked(u16::from_be_bytes(*length).into())
        else {
            return Err(broken);
        };
        found.push(entry);
        rest = behind;
    }
    Ok(found)
}

// --- reading --------------------------------------------------------------------------

/// A complete subtree of 2^level leaves, the index-th of its level.
#[derive(Clone, Copy)]
struct Subtree {
    level: u32,
    index: u64,
}

impl Subtree {
    /// The tile whose hashes it stands over, and which of them.
    fn tile(self) -> (Place, Range<usize>) {
        let inside = self.level % HEIGHT;
        let first = self.index << inside;
        let at = (first % WIDTH) as usize;
        ((self.level / HEIGHT, first / WIDTH), at..at + (1 << inside))
    }
}

/// The complete subtrees that make up a range of leaves as RFC 6962 splits trees, from the left.
fn subtrees(range: Range<u64>) -> Vec<Subtree> {
    let (mut start, end) = (range.start, range.end);
    let mut found = Vec::new();
    while start < end {
        let level = (end - start).ilog2().min(start.trailing_zeros());
        found.push(Subtree { level, index: start >> level });
        start += 1 << level;
    }
    found
}

/// The places of the tiles that these ranges of leaves are hashed from, ascending.
pub fn places(ranges: &[Range<u64>]) -> Vec<Place> {
    let found = ranges.iter().cloned().flat_map(subtrees).map(|subtree| (subtree.tile().0, ()));
    found.collect::<BTreeMap<Place, ()>>().into_keys().collect()
}

/// The hashes over ranges of leaves, from the tiles that `places` names.
/// At most 255 hashes for each subtree: 20 µs.
pub fn hashes(
    ranges: &[Range<u64>],
    tiles: &BTreeMap<Place, Vec<Hash>>,
) -> Result<Vec<Hash>, Flaw> {
    let hash_of = |subtree: Subtree| {
        let (place, inside) = subtree.tile();
        let held = tiles.get(&place).and_then(|tile| tile.get(inside));
        let held = held.ok_or(Flaw::ShortTile(place))?;
        Ok((subtree.level, root(held.iter().copied())))
    };
    let hash = |range: &Range<u64>| {
        let found: Result<Vec<(u32, Hash)>, Flaw> =
            subtrees(range.clone()).into_iter().map(hash_of).collect();
        Ok(fold(found?))
    };
    ranges.iter().map(hash).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::merkle::proof;

    fn entry(i: u64) -> Vec<u8> {
        i.to_be_bytes().repeat(1 + i as usize % 3)
    }

    /// The tiles and bundles of a tree that grew by `steps` entries at a time.
    fn grown(size: u64, step: u64) -> (Edge, Growth) {
        let mut edge = Edge::new(0, vec![], vec![]).unwrap();
        let mut all = Growth::default();
        let numbers: Vec<Vec<u8>> = (0..size).map(entry).collect();
        for some in numbers.chunks(step as usize) {
            let growth = edge.grow(some).unwrap();
            all.tiles.extend(growth.tiles);
            all.bundles.extend(growth.bundles);
        }
        (edge, all)
    }

    #[test]
    fn the_root_of_the_edge_is_the_root_over_all_leaves() {
        for size in [0, 1, 2, 3, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000] {
            let (edge, _) = grown(size, 999);
            assert_eq!(edge.root(), root((0..size).map(|i| leaf(&entry(i)))), "{size}");
            let again = Edge::new(size, edge.tiles.clone(), edge.bundle.clone()).unwrap();
            assert_eq!(again, edge);
        }
    }

    #[test]
    fn tiles_have_the_widths_of_the_standard_whatever_the_steps() {
        let (_, whole) = grown(70_000, 70_000);
        let (_, steps) = grown(70_000, 333);
        assert_eq!(whole.tiles, steps.tiles);
        assert_eq!(whole.bundles, steps.bundles);
        let widths: Vec<(Place, usize)> = whole.tiles.iter().map(|(p, t)| (*p, t.len())).collect();
        assert_eq!(widths.len(), 274 + 2 + 1);
        assert_eq!(widths[273..], [((0, 273), 112), ((1, 0), 256), ((1, 1), 17), ((2, 0), 1)]);
        for (place, n) in widths {
            assert_eq!(width(place, 70_000), n as u64);
        }
    }

    #[test]
    fn an_append_writes_only_what_it_changes() {
        let (mut edge, _) = grown(256, 256);
        let growth = edge.grow(&[entry(256)]).unwrap();
        assert_eq!(growth.tiles.keys().collect::<Vec<_>>(), [&(0, 1)]);
        assert_eq!(growth.bundles.keys().collect::<Vec<_>>(), [&1]);
        assert!(edge.grow(&[] as &[Vec<u8>]).unwrap().tiles.is_empty());
    }

    #[test]
    fn proofs_from_tiles_prove() {
        for size in [1, 2, 255, 256, 257, 600, 65_536, 66_000] {
            let (edge, all) = grown(size, 10_000);
            let head = (size, edge.root());
            for index in [0, 1, size / 3, size / 2, size.saturating_sub(2), size - 1] {
                let Some(ranges) = proof::inclusion(index, size) else { continue };
                let path = hashes(&ranges, &all.tiles).unwrap();
                let leaf = leaf(&entry(index));
                assert!(proof::is_included(&leaf, index, size, &path, &head.1), "{index} {size}");
                let old = (index, root((0..index).map(|i| super::leaf(&entry(i)))));
                let path = hashes(&proof::consistency(index, size).unwrap(), &all.tiles).unwrap();
                assert!(proof::is_consistent(&old, &head, &path), "{index} {size}");
            }
        }
    }

    #[test]
    fn a_proof_needs_few_tiles_and_says_which() {
        let ranges = proof::inclusion(5, 1_000_000).unwrap();
        let needed = places(&ranges);
        assert_eq!(needed, [(0, 0), (0, 3906), (1, 0), (1, 15), (2, 0)]);
        assert_eq!(hashes(&ranges, &BTreeMap::new()), Err(Flaw::ShortTile((0, 0))));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let hash = leaf(b"x");
        assert_eq!(Edge::new(1, vec![], vec![]), Err(Flaw::WrongEdge(1)));
        assert_eq!(Edge::new(1, vec![vec![hash]], vec![]), Err(Flaw::WrongEdge(1)));
        assert_eq!(Edge::new(0, vec![vec![]; 9], vec![0]), Err(Flaw::BrokenBundle(0)));
        assert!(Edge::new(1, vec![vec![hash]], vec![0, 0]).is_ok());
        let (mut edge, _) = grown(3, 3);
        let before = edge.clone();
        assert_eq!(edge.grow(&[vec![], vec![0; 65_536]]).unwrap_err(), Flaw::LongEntry(1));
        assert_eq!(edge, before);
        edge.size = u64::MAX;
        assert_eq!(edge.grow(&[[0]]).unwrap_err(), Flaw::Full);
        assert_eq!(entries(&[0, 1]), Err(Flaw::BrokenBundle(0)));
        assert_eq!(entries(&[0; 514]), Err(Flaw::BrokenBundle(256)));
        assert_eq!(entries(&[0, 1, 7, 0, 0]), Ok(vec![&[7u8][..], &[]]));
        assert_eq!(width((8, 0), u64::MAX), 0);
        assert_eq!(width((0, u64::MAX), u64::MAX), 0);
    }

    #[test]
    fn ranges_of_the_largest_trees_are_split() {
        for range in [0..u64::MAX, u64::MAX - 1..u64::MAX, 1 << 63..u64::MAX] {
            let found = subtrees(range.clone());
            assert!(found.len() <= 64);
            let leaves: u64 = found.iter().map(|subtree| 1u64 << subtree.level).sum();
            assert_eq!(leaves, range.end - range.start);
            assert!(found.iter().all(|subtree| subtree.tile().0.0 < LEVELS));
        }
    }
}
