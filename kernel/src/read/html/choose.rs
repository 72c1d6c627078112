//! Which blocks of a page are its main text.
//!
//! Every block has a worth: long sentences are worth their length, links and crumbs cost. The element
//! whose blocks are worth most is the article (a largest sum over the tree, found with running totals);
//! inside it, blocks of no worth at the edges and in groups are left out.

use super::block::{Block, Layout};
use super::lines::{self, Line};
use super::tag::Tag;
use std::ops::Range;

/// Worth below which a page counts as having no article.
const LEAST_WORTH: f64 = 120.0;
/// Weight from which an element named as date or author holds more than that.
const LONGEST_META: f64 = 160.0;

/// The main text of a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// Indices of its blocks, in order.
    pub blocks: Vec<usize>,
    /// Whether it is running text; a list or a page of links is none.
    pub is_article: bool,
}

/// The blocks that make the main text. O(blocks + elements).
pub fn choose(layout: &Layout) -> Chosen {
    let noise = real_noise(layout);
    let is_noise = |region: u32| noise.get(region as usize).copied().unwrap_or(false);
    let worths: Vec<f64> = layout
        .blocks
        .iter()
        .map(|block| if is_noise(block.noise) { 0.0 } else { worth(block) })
        .collect();
    let best = best_container(layout, &worths, is_noise);
    let Some((range, _)) = best.filter(|(_, worth)| *worth >= LEAST_WORTH) else {
        return Chosen { blocks: everything(layout, is_noise), is_article: false };
    };
    let meta = real_meta(layout);
    let is_meta = |block: &Block| meta.get(block.meta as usize).copied().unwrap_or_default();
    let kept = range.filter(|index| {
        let block = layout.blocks.get(*index);
        block.is_some_and(|block| !is_noise(block.noise) && !is_meta(block) && !is_linked(block))
    });
    let blocks = trim(layout, &worths, kept.collect());
    Chosen { blocks, is_article: true }
}

/// For each element named as noise: whether it is. One with most of the page's text is not, but
/// whatever stands in noise is.
fn real_noise(layout: &Layout) -> Vec<bool> {
    let mut inside = vec![0.0; layout.noise.len()];
    for block in &layout.blocks {
        add(&mut inside, block.noise, worth(block).max(0.0));
    }
    // An outer element comes before those inside it.
    for (region, outer) in layout.noise.iter().enumerate().skip(1).rev() {
        let worth = inside.get(region).copied().unwrap_or_default();
        add(&mut inside, *outer, worth);
    }
    let total = inside.first().copied().unwrap_or_default();
    let mut noise: Vec<bool> = Vec::with_capacity(inside.len());
    for (region, outer) in layout.noise.iter().enumerate() {
        let is_small = inside.get(region).is_some_and(|sum| *sum < 0.6 * total || total == 0.0);
        let is_inside = noise.get(*outer as usize).copied().unwrap_or_default();
        noise.push(region > 0 && (is_small || is_inside));
    }
    noise
}

/// For each element named as date, author or source: whether it is short enough to be that.
fn real_meta(layout: &Layout) -> Vec<bool> {
    let mut weights = vec![0.0; layout.n_meta as usize + 1];
    for block in &layout.blocks {
        add(&mut weights, block.meta, f64::from(block.weight));
    }
    let mut meta: Vec<bool> = weights.iter().map(|weight| *weight < LONGEST_META).collect();
    if let Some(none) = meta.first_mut() {
        *none = false;
    }
    meta
}

fn add(sums: &mut [f64], at: u32, value: f64) {
    if let Some(sum) = sums.get_mut(at as usize) {
        *sum += value;
    }
}

/// What a block adds to the case that the element around it is the article.
fn worth(block: &Block) -> f64 {
    let weight = f64::from(block.weight);
    let link = f64::from(block.link_weight);
    if weight == 0.0 {
        return 0.0;
    }
    let density = link / weight;
    if density > 0.5 {
        return -(10.0 + link.min(60.0) / 2.0);
    }
    if block.tag.is_heading() {
        return 0.0;
    }
    if block.in_list && density > 0.15 {
        return -10.0;
    }
    let plain = weight - 2.0 * link;
    let is_sentence = block.marks > 0 && weight >= 30.0 || weight >= 80.0;
    if !is_sentence {
        return if block.in_list { -5.0 } else { -2.0 };
    }
    let worth = plain.max(0.0) + 4.0 * f64::from(block.marks);
    if block.in_list { worth * 0.5 } else { worth }
}

/// The blocks of the element that is worth most, and its worth.
fn best_container(
    layout: &Layout,
    worths: &[f64],
    is_noise: impl Fn(u32) -> bool,
) -> Option<(Range<usize>, f64)> {
    let mut totals = Vec::with_capacity(worths.len() + 1);
    let mut total = 0.0;
    totals.push(total);
    for worth in worths {
        total += worth;
        totals.push(total);
    }
    let sum = |range: &Range<usize>| {
        let end = totals.get(range.end).copied().unwrap_or(total);
        end - totals.get(range.start).copied().unwrap_or(0.0)
    };
    let mut best: Option<(Range<usize>, f64)> = None;
    for container in layout.containers.iter().filter(|container| !is_noise(container.noise)) {
        let factor = match container.tag {
            _ if container.is_body => 1.5,
            Tag::Article => 1.25,
            Tag::Main => 1.1,
            _ => 1.0,
        };
        let worth = sum(&container.blocks) * factor;
        // Inner elements come later; an equal one is nearer to the text.
        if best.as_ref().is_none_or(|(_, most)| worth >= *most) {
            best = Some((container.blocks.clone(), worth));
        }
    }
    best
}

/// Whether nearly all of a block is links.
fn is_linked(block: &Block) -> bool {
    f64::from(block.link_weight) > 0.7 * f64::from(block.weight)
}

/// The blocks without the lines that belong to the page and not to its text: the headline, credits,
/// share lines, and all from the first heading of comments or recommendations on.
fn trim(layout: &Layout, worths: &[f64], kept: Vec<usize>) -> Vec<usize> {
    let worth = |index: usize| worths.get(index).copied().unwrap_or_default().max(0.0);
    let total: f64 = kept.iter().map(|index| worth(*index)).sum();
    let mut passed = 0.0;
    let mut trimmed = Vec::with_capacity(kept.len());
    for index in kept {
        let Some(block) = layout.blocks.get(index) else { continue };
        match lines::judge(layout.text_of(block)) {
            Line::Ends if passed > 0.5 * total => break,
            Line::Ends | Line::Dropped => continue,
            Line::Text => {}
        }
        let is_headline = block.tag == Tag::H1 && passed == 0.0;
        let before = trimmed.last().and_then(|before| layout.blocks.get(*before));
        let is_repeated =
            before.is_some_and(|before| layout.text_of(before) == layout.text_of(block));
        if is_headline || is_repeated {
            continue;
        }
        passed += worth(index);
        trimmed.push(index);
    }
    trimmed
}

/// What a page without an article has to say: all that is not noise.
fn everything(layout: &Layout, is_noise: impl Fn(u32) -> bool) -> Vec<usize> {
    let clean: Vec<usize> = layout
        .blocks
        .iter()
        .enumerate()
        .filter(|(_, block)| !is_noise(block.noise))
        .map(|(index, _)| index)
        .collect();
    if clean.is_empty() { (0..layout.blocks.len()).collect() } else { clean }
}
