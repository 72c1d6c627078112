//! Words that say whether a text may hold a list at all: all other text stops here.

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

/// Whether a text has so many seeds that it may hold a list.
pub fn passes_gate(text: &str) -> bool {
    let n = SEED_WORDS.count(text, GATE);
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
