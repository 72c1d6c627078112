//! Words that say whether a text may hold a list at all: all other text stops here.

use crate::repair::survey::{Halves, PART, Survey};
use crate::repair::words::Words;
use aho_corasick::packed;
use std::sync::LazyLock;

/// A list long enough to be cut holds several of these; all other text stops here.
const SEEDS: [&str; 49] = [
    "无码",
    "無碼",
    "毛片",
    "人妻",
    "熟女",
    "少妇",
    "少婦",
    "国产精",
    "國產精",
    "亚洲精",
    "亞洲精",
    "久久",
    "午夜福",
    "午夜影",
    "成人",
    "欧美性",
    "歐美性",
    "欧美日",
    "歐美日",
    "一区二",
    "一區二",
    "在线观",
    "在線觀",
    "免费观",
    "免費觀",
    "婷婷",
    "狠狠",
    "天天",
    "色情",
    "娱乐城",
    "娛樂城",
    "博彩",
    "百家乐",
    "百家樂",
    "六合彩",
    "时时彩",
    "彩票",
    "棋牌",
    "投注",
    "葡京",
    "体育官",
    "入口",
    "网站优",
    "网站建",
    "蜘蛛池",
    "外链",
    "发票",
    "私服",
    "关键词排",
];
/// Hits of them that open the gate.
const GATE: usize = 3;

/// The seeds in Latin letters.
const LATIN_SEEDS: [&str; 4] = ["casino", "porn", "sex", "seo"];
/// Bytes of the longest of them.
const LONGEST_SEED: usize = 6;

static SEED_WORDS: LazyLock<Words> = LazyLock::new(|| Words::new(&SEEDS));
static LATIN_SEED_WORDS: LazyLock<Option<packed::Searcher>> =
    LazyLock::new(|| packed::Searcher::new(LATIN_SEEDS));

/// Bytes of a seed before the part of [`PART`] bytes that the survey looks for: those tell seeds apart.
pub const SKIPPED: usize = 2;
/// Bytes of two characters, which all seeds have.
const PREFIX: usize = 6;
/// Bits of the hash of a prefix.
const HASH_BITS: u32 = 12;

/// What the survey knows of the seeds.
struct Signs {
    /// The sets of their parts' bytes.
    parts: [Halves; PART],
    /// One bit for each hash of a prefix.
    prefixes: [u64; 1 << (HASH_BITS - 6)],
}

static SIGNS: LazyLock<Signs> = LazyLock::new(|| {
    let mut prefixes = [0; 1 << (HASH_BITS - 6)];
    for seed in SEEDS {
        if let Some((word, bit)) = place_of(seed.as_bytes())
            && let Some(slot) = prefixes.get_mut(word)
        {
            *slot |= bit;
        }
    }
    Signs { parts: parts_of(&grouped()), prefixes }
});

/// The sets of the bytes that the parts of the seeds are made of, first to last.
pub fn parts() -> &'static [Halves; PART] {
    &SIGNS.parts
}

/// Whether a seed may begin here: it does but for one place in some hundred.
#[inline(always)]
pub fn may_begin(bytes: &[u8]) -> bool {
    place_of(bytes).is_some_and(|(word, bit)| {
        SIGNS.prefixes.get(word).is_some_and(|prefixes| prefixes & bit != 0)
    })
}

/// (word, bit) of the first two characters among [`Signs::prefixes`].
#[inline(always)]
fn place_of(bytes: &[u8]) -> Option<(usize, u64)> {
    let [a, b, c, d, e, f] = *bytes.first_chunk::<PREFIX>()?;
    let hash = u64::from_le_bytes([a, b, c, d, e, f, 0, 0]).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let hash = hash >> (u64::BITS - HASH_BITS);
    Some((hash as usize / 64, 1 << (hash % 64)))
}

/// The part of a seed that the survey looks for.
fn part_of(seed: &str) -> [u8; PART] {
    let part = seed.as_bytes().get(SKIPPED..).and_then(<[u8]>::first_chunk);
    part.copied().unwrap_or_default()
}

/// The parts in eight groups, each of bytes as alike as can be: where a group has few halves of bytes
/// for each place, few other texts have them too.
fn grouped() -> [Vec<[u8; PART]>; 8] {
    let mut groups: [Vec<[u8; PART]>; 8] = Default::default();
    for round in 0..ROUNDS {
        for part in SEEDS.iter().map(|seed| part_of(seed)) {
            if round > 0
                && let Some(group) = groups.iter_mut().find(|group| group.contains(&part))
            {
                group.retain(|other| *other != part);
            }
            let growth = |group: &Vec<[u8; PART]>| {
                let with: Vec<_> = group.iter().copied().chain([part]).collect();
                n_alike(&with) - n_alike(group)
            };
            if let Some(group) = groups.iter_mut().min_by_key(|group| growth(group)) {
                group.push(part);
            }
        }
    }
    groups
}

/// So often each part goes to the group that it suits best.
const ROUNDS: usize = 5;

/// How many parts have the halves that these have at each place.
fn n_alike(group: &[[u8; PART]]) -> u32 {
    if group.is_empty() {
        return 0;
    }
    let n = |halves: fn(u8) -> u8, at: usize| {
        let set = group.iter().fold(0_u32, |set, part| set | 1 << halves(part[at]));
        set.count_ones()
    };
    (0..PART).map(|at| n(|byte| byte >> 4, at) * n(|byte| byte & 15, at)).product()
}

/// For each place the sets of the groups' bytes.
fn parts_of(groups: &[Vec<[u8; PART]>; 8]) -> [Halves; PART] {
    std::array::from_fn(|at| {
        let set = |group: &Vec<[u8; PART]>| {
            group.iter().fold((0, 0), |(upper, lower), part| {
                (upper | 1 << (part[at] >> 4), lower | 1 << (part[at] & 15))
            })
        };
        Halves::of(groups.each_ref().map(set))
    })
}

/// Whether a text has so many seeds that it may hold a list.
pub fn passes_gate(text: &str) -> bool {
    is_enough(SEED_WORDS.count(text, GATE), text)
}

/// The same of the part of a text from the byte `from` on, where the text's survey is at hand.
pub fn passes_gate_at(text: &str, from: usize, survey: Survey<'_>) -> bool {
    let first = survey.seeds.partition_point(|at| *at < from);
    let (mut n, mut free) = (0, from);
    for at in survey.seeds.get(first..).unwrap_or_default() {
        let rest = text.get(*at..).unwrap_or_default();
        if *at >= free
            && n < GATE
            && let Some(seed) = seed_of(rest)
        {
            n += 1;
            free = at + seed.len();
        }
    }
    is_enough(n, text.get(from..).unwrap_or_default())
}

/// The seed that the text begins with.
fn seed_of(text: &str) -> Option<&'static str> {
    let prefix = text.as_bytes().first_chunk::<PREFIX>();
    // Most differ in their first two characters, which one comparison tells.
    let mut alike = SEEDS.iter().filter(|seed| seed.as_bytes().first_chunk() == prefix);
    alike.find(|seed| text.starts_with(**seed)).copied()
}

/// Whether these and the seeds in Latin letters are so many.
fn is_enough(n: usize, text: &str) -> bool {
    // Each of the Latin seeds has one of the two letters; most Chinese text has neither.
    let Some(first) = memchr::memchr2(b'o', b'x', text.as_bytes()).filter(|_| n < GATE) else {
        return n == GATE;
    };
    let mut from = first.saturating_sub(LONGEST_SEED);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let rest = text.get(from..).unwrap_or_default();
    let latin = |seeds: &packed::Searcher| seeds.find_iter(rest).take(GATE - n).count();
    LATIN_SEED_WORDS.as_ref().is_none_or(|seeds| n + latin(seeds) == GATE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::survey::Surveys;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_survey_finds_every_seed(pieces in prop::collection::vec(
            prop::sample::select([&SEEDS[..], &["的", "国", "久", "在", "。", "\n", "seo", " ", "a"]].concat()), 0..40))
        {
            let text = pieces.concat();
            let surveys = Surveys::of([text.as_str()]);
            prop_assert_eq!(passes_gate_at(&text, 0, surveys.get(0)), passes_gate(&text));
            let found = |at: &usize| surveys.get(0).seeds.contains(at);
            for seed in SEEDS {
                prop_assert!(text.match_indices(seed).all(|(at, _)| found(&at)), "{}", seed);
            }
        }
    }
}
