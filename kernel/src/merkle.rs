//! Merkle tree hashing as RFC 6962 section 2.1 defines it, over SHA-256.

pub mod proof;
pub mod tile;

use sha2::{Digest, Sha256};

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// The hash of a leaf: SHA-256(0x00 ‖ data). About 1 GB/s.
pub fn leaf(data: &[u8]) -> Hash {
    let mut leaf = Leaf::default();
    leaf.add(data);
    leaf.hash()
}

/// A leaf whose data comes in pieces: the same hash as [`leaf`] of all of them together.
pub struct Leaf(Sha256);

impl Default for Leaf {
    fn default() -> Self {
        Self(Sha256::new_with_prefix([0]))
    }
}

impl Leaf {
    /// Takes the next piece.
    pub fn add(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    /// The hash of all pieces.
    pub fn hash(self) -> Hash {
        self.0.finalize().into()
    }
}

/// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
pub fn node(left: &Hash, right: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([1]);
    hasher.update(left);
    hasher.update(right);
    hasher.finalize().into()
}

/// The root over leaf hashes; of no leaves, SHA-256 of nothing. O(n) time, O(log n) memory.
pub fn root(leaves: impl IntoIterator<Item = Hash>) -> Hash {
    fold(leaves.into_iter().map(|hash| (0, hash)))
}

/// The root over complete subtrees, each given as (level, hash) and spanning 2^level leaves, from
/// the left and none larger than the one before it. O(n) time, O(log n) memory.
///
/// RFC 6962 splits at the largest power of two below n; folding complete subtrees of equal
/// size as they appear, and then the rest from the right, gives the same tree.
pub fn fold(subtrees: impl IntoIterator<Item = (u32, Hash)>) -> Hash {
    let mut waiting: Vec<(u32, Hash)> = Vec::new();
    for (level, hash) in subtrees {
        let mut grown = (level, hash);
        while let Some((level, left)) = waiting.pop_if(|(level, _)| *level == grown.0) {
            grown = (level + 1, node(&left, &grown.1));
        }
        waiting.push(grown);
    }
    let Some((_, mut hash)) = waiting.pop() else {
        return Sha256::digest([]).into();
    };
    while let Some((_, left)) = waiting.pop() {
        hash = node(&left, &hash);
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition of RFC 6962 section 2.1, word for word.
    fn root_by_definition(leaves: &[Hash]) -> Hash {
        match leaves.len() {
            0 => Sha256::digest([]).into(),
            1 => leaves[0],
            n => {
                let split = (n as u64).next_power_of_two() as usize / 2;
                node(&root_by_definition(&leaves[..split]), &root_by_definition(&leaves[split..]))
            }
        }
    }

    #[test]
    fn folding_gives_the_tree_of_the_definition() {
        let leaves: Vec<Hash> = (0u32..70).map(|i| leaf(&i.to_be_bytes())).collect();
        for n in 0..=leaves.len() {
            assert_eq!(root(leaves[..n].iter().copied()), root_by_definition(&leaves[..n]));
        }
    }

    /// Inputs and roots of the tests of Certificate Transparency's own implementation.
    #[test]
    fn roots_are_those_of_the_published_vectors() {
        let inputs: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        for (n, expected) in roots.iter().enumerate() {
            let found = root(inputs[..n].iter().map(|input| leaf(input)));
            let hex: String = found.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(&hex, expected, "{n} leaves");
        }
    }

    #[test]
    fn a_changed_leaf_changes_the_root() {
        let one = [leaf(b"a"), leaf(b"b"), leaf(b"c")];
        let other = [leaf(b"a"), leaf(b"x"), leaf(b"c")];
        assert_ne!(root(one), root(other));
    }
}
