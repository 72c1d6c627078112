//! The Huffman tree over fastText's labels, and the walk to the likeliest one.

use super::model::Row;

/// What fastText takes for the count of a node that is not there yet.
pub(super) const NO_COUNT: i64 = 1_000_000_000_000_000;

/// A binary tree whose leaves are the labels, with what decides at each of its forks.
pub(super) struct Tree {
    /// The labels, then the forks; the root is the last.
    nodes: Vec<Node>,
    /// The row of the output matrix of each fork.
    forks: Vec<Row>,
    n_labels: usize,
}

/// Leaves have no children.
#[derive(Clone, Copy)]
struct Node {
    children: Option<(usize, usize)>,
    count: i64,
}

/// Nodes that are still to be walked, and their scores.
pub(super) type Open = Vec<(usize, f32)>;

/// Which branch of a fork is walked first.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    Left,
    Likelier,
}

impl Tree {
    /// The tree over labels that come in order of falling count.
    pub(super) fn new(counts: &[i64], forks: Vec<Row>) -> Self {
        Self { nodes: huffman(counts), forks, n_labels: counts.len() }
    }

    /// The label with the greatest score, and the score: a sum of logarithms down the tree.
    ///
    /// fastText walks the left branch first and leaves out what is below the best leaf so far. The
    /// likelier branch first comes to the same leaf after a fraction of the nodes, unless another
    /// one is so close that the order may decide: then the walk is fastText's.
    pub(super) fn best_leaf(&self, hidden: &Row, open: &mut Open) -> Option<(usize, f32)> {
        let (best, second) = self.walk(hidden, open, Order::Likelier)?;
        if second < best.1 - 2.0 * self.rise() {
            return Some(best);
        }
        self.walk(hidden, open, Order::Left).map(|(best, _)| best)
    }

    /// The best leaf of a walk, and the score of the second of those it came to.
    ///
    /// Walking the likelier branch first, it comes to every leaf whose score is less than three
    /// `rise` below the best one's.
    fn walk(&self, hidden: &Row, open: &mut Open, order: Order) -> Option<((usize, f32), f32)> {
        let slack = if order == Order::Left { 0.0 } else { 4.0 * self.rise() };
        let (mut best, mut second) = (None, f32::NEG_INFINITY);
        open.clear();
        open.push((self.nodes.len().checked_sub(1)?, 0f32));
        while let Some((at, score)) = open.pop() {
            let known = best.map_or(f32::NEG_INFINITY, |(_, known)| known);
            if score < almost_log(0.0) || score < known - slack {
                continue;
            }
            let Some((left, right)) = self.nodes.get(at)?.children else {
                second = second.max(known.min(score));
                if score >= known || best.is_none() {
                    best = Some((at, score));
                }
                continue;
            };
            let row = self.forks.get(at - self.n_labels)?;
            let dot: f32 = row.iter().zip(hidden).map(|(a, b)| a * b).sum();
            let right_share = (1.0 / f64::from(1.0 + (-dot).exp())) as f32;
            let right = (right, score + almost_log(right_share));
            let left = (left, score + almost_log(1.0 - right_share));
            // The branch that goes onto the stack last is walked first.
            let is_right_first = order == Order::Likelier && right.1 > left.1;
            open.extend(if is_right_first { [left, right] } else { [right, left] });
        }
        best.map(|best| (best, second))
    }

    /// By how much a leaf's score can exceed that of a node above it: [`almost_log`] of 1 is
    /// a hair more than 0, and no path is longer than there are labels.
    fn rise(&self) -> f32 {
        self.n_labels as f32 * 1.5e-5
    }
}

/// fastText's logarithm: it never sees zero, so that no score is infinite.
fn almost_log(x: f32) -> f32 {
    (f64::from(x) + 1e-5).ln() as f32
}

fn huffman(counts: &[i64]) -> Vec<Node> {
    let n = counts.len();
    let mut tree: Vec<Node> =
        counts.iter().map(|count| Node { children: None, count: *count }).collect();
    let (mut leaves, mut node) = (n, n);
    for _ in 1..n {
        let mut take = || {
            let leaf = leaves.checked_sub(1).and_then(|at| Some((at, tree.get(at)?.count)));
            let inner = tree.get(node).map_or(NO_COUNT, |node| node.count);
            match leaf {
                Some((at, count)) if count < inner => {
                    leaves = at;
                    (at, count)
                }
                _ => {
                    node += 1;
                    (node - 1, inner)
                }
            }
        };
        let (left, right) = (take(), take());
        tree.push(Node { children: Some((left.0, right.0)), count: left.1 + right.1 });
    }
    tree
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::model::WIDTH;

    #[test]
    fn both_orders_come_to_the_same_leaf() {
        let mut state = 1u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
        };
        let counts: Vec<i64> = (1..=60).rev().map(|n| n * n).collect();
        for round in 0..500 {
            // Rows of noise from none at all, where all leaves of a depth are equal, to plenty.
            let scale = round as f32 / 50.0;
            let mut row = || -> Row { std::array::from_fn::<f32, WIDTH, _>(|_| random() * scale) };
            let forks = (1..counts.len()).map(|_| row()).collect();
            let (tree, hidden, mut open) = (Tree::new(&counts, forks), row(), Vec::new());
            let plain = tree.walk(&hidden, &mut open, Order::Left).map(|(best, _)| best);
            assert_eq!(tree.best_leaf(&hidden, &mut open), plain, "{round}");
        }
    }

    #[test]
    fn a_tree_without_labels_has_no_leaf() {
        assert_eq!(Tree::new(&[], Vec::new()).best_leaf(&[0.0; WIDTH], &mut Vec::new()), None);
    }
}
