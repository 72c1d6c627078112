//! Inclusion and consistency proofs of RFC 6962 sections 2.1.1 and 2.1.2.
//!
//! A proof is the hashes of a few ranges of leaves. Which ranges depends on numbers alone, so that
//! they are named first (`inclusion`, `consistency`) and hashed by whoever has the tree.

use super::{Hash, node};
use std::ops::Range;

/// The ranges of leaves whose hashes prove that leaf `index` is in a tree of `size` leaves, from
/// the leaf up; `None` if there is no such leaf. At most 64, O(log size).
pub fn inclusion(index: u64, size: u64) -> Option<Vec<Range<u64>>> {
    if index >= size {
        return None;
    }
    let (mut start, mut end) = (0, size);
    let mut ranges = Vec::new();
    while end - start > 1 {
        let middle = start + left_size(end - start);
        if index < middle {
            ranges.push(middle..end);
            end = middle;
        } else {
            ranges.push(start..middle);
            start = middle;
        }
    }
    ranges.reverse();
    Some(ranges)
}

/// The ranges of leaves whose hashes prove that a tree of `old` leaves is the beginning of one of
/// `new`; none if both are the same or the old one is empty; `None` if `old` is the larger.
pub fn consistency(old: u64, new: u64) -> Option<Vec<Range<u64>>> {
    if old > new {
        return None;
    }
    let (mut start, mut end) = (0, new);
    let mut ranges = Vec::new();
    while old != 0 && old < end {
        let middle = start + left_size(end - start);
        if old <= middle {
            ranges.push(middle..end);
            end = middle;
        } else {
            ranges.push(start..middle);
            start = middle;
        }
    }
    // What is left is a subtree of the old tree; its hash is known if it is all of that tree.
    if start > 0 {
        ranges.push(start..end);
    }
    ranges.reverse();
    Some(ranges)
}

/// The largest power of two below `n`, for `n` from 2: where RFC 6962 splits a tree.
fn left_size(n: u64) -> u64 {
    1 << (n - 1).checked_ilog2().unwrap_or(0)
}

/// Whether `path` proves that `leaf` is leaf `index` of the tree of `size` leaves with this root.
/// RFC 9162 section 2.1.3.2. O(log size); any path is legal input.
pub fn is_included(leaf: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for beside in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node(beside, &hash);
            climb(&mut at, &mut last);
        } else {
            hash = node(&hash, beside);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Passes by the levels at which a last node has no neighbour.
fn climb(at: &mut u64, last: &mut u64) {
    while *at & 1 == 0 && *at != 0 {
        *at >>= 1;
        *last >>= 1;
    }
}

/// A tree head: how many leaves, and the root over them.
pub type Head = (u64, Hash);

/// Whether `path` proves that the tree `old` is the beginning of the tree `new`.
/// RFC 9162 section 2.1.4.2; the empty tree is the beginning of every tree. O(log size).
pub fn is_consistent(old: &Head, new: &Head, path: &[Hash]) -> bool {
    if old.0 == new.0 {
        return path.is_empty() && old.1 == new.1;
    }
    if old.0 == 0 {
        return path.is_empty() && old.1 == super::root([]);
    }
    if old.0 > new.0 {
        return false;
    }
    let (mut at, mut last) = (old.0 - 1, new.0 - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    // An old tree that is one complete subtree is where the path begins; it is not sent.
    let (first, rest) = match path.split_first() {
        _ if old.0.is_power_of_two() => (&old.1, path),
        Some((first, rest)) => (first, rest),
        None => return false,
    };
    let (mut before, mut after) = (*first, *first);
    for beside in rest {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            before = node(beside, &before);
            after = node(beside, &after);
            climb(&mut at, &mut last);
        } else {
            after = node(&after, beside);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && before == old.1 && after == new.1
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::merkle::{leaf, root};

    fn leaves(n: u64) -> Vec<Hash> {
        (0..n).map(|i| leaf(&i.to_be_bytes())).collect()
    }

    fn hashed(leaves: &[Hash], ranges: Vec<Range<u64>>) -> Vec<Hash> {
        let hash = |r: Range<u64>| root(leaves[r.start as usize..r.end as usize].iter().copied());
        ranges.into_iter().map(hash).collect()
    }

    #[test]
    fn every_leaf_of_every_small_tree_is_proven_and_no_other() {
        let all = leaves(40);
        for size in 1..=40 {
            let root = root(all[..size as usize].iter().copied());
            for index in 0..size {
                let path = hashed(&all, inclusion(index, size).unwrap());
                let leaf = &all[index as usize];
                assert!(is_included(leaf, index, size, &path, &root), "{index} of {size}");
                for other in (0..size + 3).filter(|other| *other != index) {
                    assert!(!is_included(leaf, other, size, &path, &root));
                }
                let longer: Vec<Hash> = path.iter().copied().chain([*leaf]).collect();
                assert!(!is_included(leaf, index, size, &longer, &root));
                assert!(path.is_empty() || !is_included(leaf, index, size, &path[1..], &root));
            }
        }
    }

    #[test]
    fn every_pair_of_small_trees_is_proven_and_no_other() {
        let all = leaves(40);
        let head = |n: u64| (n, root(all[..n as usize].iter().copied()));
        for new in 0..=40 {
            for old in 0..=new {
                let path = hashed(&all, consistency(old, new).unwrap());
                assert!(is_consistent(&head(old), &head(new), &path), "{old} in {new}");
                let forked = (old, leaf(b"another"));
                assert!(!is_consistent(&forked, &head(new), &path), "{old} in {new}");
                assert!(!is_consistent(&head(old), &(new, forked.1), &path) || old == 0);
                let longer: Vec<Hash> = path.iter().copied().chain([forked.1]).collect();
                assert!(!is_consistent(&head(old), &head(new), &longer));
            }
        }
    }

    #[test]
    fn what_cannot_be_proven_has_no_proof() {
        assert_eq!(inclusion(0, 0), None);
        assert_eq!(inclusion(7, 7), None);
        assert_eq!(consistency(8, 7), None);
    }

    #[test]
    fn sizes_of_64_bits_and_paths_of_any_length_are_only_refused() {
        let (hash, path) = (leaf(b"x"), vec![leaf(b"y"); 200]);
        for size in [1, 2, 3, u64::MAX - 1, u64::MAX] {
            for index in [0, 1, size / 2, size - 1] {
                assert!(inclusion(index, size).is_none_or(|ranges| ranges.len() <= 64));
                assert!(consistency(index, size).is_some_and(|ranges| ranges.len() <= 65));
                for n in 0..path.len() {
                    assert!(!is_included(&hash, index, size, &path[..n], &path[0]));
                    let (old, new) = ((index, hash), (size, path[0]));
                    assert!(!is_consistent(&old, &new, &path[..n]));
                    assert!(!is_consistent(&new, &old, &path[..n]));
                }
            }
        }
    }
}
