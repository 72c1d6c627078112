//! Mends lines that were read in the wrong charset: `涓枃` was `中文`, `ÖÐÎÄ` too.
//!
//! A line is turned back into bytes by the charset it was read in and read again in the true one,
//! up to three times over; the reading that is text by far wins, or the line stays. The lines of a
//! page mostly had one fate: what the longest of them had is tried first on the others, and on the
//! lines too short to say. What was destroyed (`锟斤拷`, U+FFFD) has no way back and stays as well.

mod charset;
mod codec;
mod evidence;
mod gate;
#[cfg(target_arch = "x86_64")]
mod leads;
mod pair;
mod partial;

use super::survey::{Survey, Surveys};
use super::{Parameters, Repair};
use crate::edit::Edit;
use crate::language_model::NAT;
use codec::{Inverse, SEQUENCES, inverted};
use evidence::{Evidence, cost_below, cost_of};
use partial::Share;
use std::cell::OnceCell;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How often a line may have been read wrongly.
const DEPTH: usize = 3;
/// What a reading has to gain over the line as it stands.
const GAIN: i32 = 12 * NAT;
/// Text costs less than this a character, or than that if Korean was not what it was read as: clean
/// Korean read as Chinese costs from 8 nats, other clean text from 9. The last limit is for what Latin
/// letters, or UTF-8, or another line of the page speak for.
const PLAUSIBLE: i32 = 8 * NAT;
const LIKELY: i32 = 9 * NAT;
const POSSIBLE: i32 = 10 * NAT;
/// Two Chinese characters are enough where text costs less than this, and one that repeats where
/// it costs less than that. In 299,000 clean lines no wrong reading with two costs less than 8 nats.
const COMMON: i32 = 6 * NAT;
const TRITE: i32 = 3 * NAT;
/// A reading of which the model has not met some characters has to gain so much for each character
/// of the line; one of Korean gains 4.
const GAIN_PER_CHAR: i32 = 11 * NAT / 2;
/// A reading that only signs speak for costs less than this a character, and gains so much in all and
/// for each character of the line: `．①②` has no Chinese character, and `－貓－影－` but two.
const SPARSE: i32 = 11 * NAT;
const GAIN_SPARSE: i32 = 3 * GAIN;
const GAIN_SPARSE_PER_CHAR: i32 = 7 * NAT;
/// A line full of another script's letters, as Japanese is, is misread where text costs less than this
/// a character and gains so much for each: of 2,907 clean Japanese lines no reading is near.
const GAIN_FOREIGN_PER_CHAR: i32 = 5 * NAT;
/// To have been read wrongly once more a reading has to be so much better.
const FURTHER: i32 = 6 * NAT;
/// Of a line of fewer characters UTF-8 comes by chance: `翻译` would be `麵`.
const FEW: i32 = 3;
/// What it has to gain where another line of the page was misread in the same way.
const GAIN_ON_PAGE: i32 = NAT;
/// What it may lose where all other lines of the page were.
const LOSS_ON_PAGE: i32 = -4 * NAT;
/// So many lines are asked what the page's fate was.
const WITNESSES: usize = 3;
/// So many are asked together: first, if the longest of them has fewer bytes, else if none tells.
const SHORT: usize = 120;
const JOINED: usize = 8;
/// A page that still changes after so many rounds stays as it is.
const ROUNDS: usize = 3;
/// The rules of UTF-8 read as GBK, without and with bytes lost.
const UTF8_AS_GBK: &str = "utf8_as_gbk";
const IN_PART: &str = "utf8_as_gbk_lossy";
/// The rule of a line read wrongly more than once.
const SEVERAL: &str = "several_codecs";

/// The repair of lines read in the wrong charset.
pub struct WrongCodec;

/// The repair with these settings; it has none.
pub fn new(_parameters: &Parameters) -> Result<Box<dyn Repair>, String> {
    Ok(Box::new(WrongCodec))
}

impl Repair for WrongCodec {
    /// Clean text passes at some GB/s; garbled pages are read again at some 20 MB/s. What was mended
    /// is looked at again until it stays.
    fn edits_at(&self, text: &str, survey: Survey<'_>) -> Vec<Edit> {
        let mut found = mended_lines(text, survey);
        for _ in 0..ROUNDS {
            if found.is_empty() {
                break;
            }
            let page = page_with(text, &found);
            let next = mended_lines(&page, Surveys::of([page.as_str()]).get(0));
            if next.is_empty() {
                return edits_of(text, found);
            }
            for (at, mended) in next {
                let rule = if found.contains_key(&at) { SEVERAL } else { mended.rule };
                found.insert(at, Mended { rule, ..mended });
            }
        }
        Vec::new()
    }
}

/// A line as it was meant.
struct Mended {
    rule: &'static str,
    text: String,
    confidence: f32,
}

/// The lines of a page that were read in the wrong charset, by number.
fn mended_lines(text: &str, survey: Survey<'_>) -> BTreeMap<usize, Mended> {
    let mut suspects = gate::suspect_lines(text, survey);
    if suspects.is_empty() {
        return BTreeMap::new();
    }
    let longest = longest_of(&suspects);
    let mut found = match fate_of(&longest) {
        Some(fate) => lines_of_fate(text, &suspects, &fate),
        None => lines_of_no_fate(&suspects, &longest),
    };
    if found.values().any(|mended| mended.rule == IN_PART || mended.rule == UTF8_AS_GBK) {
        suspects.retain(|(at, _)| !found.contains_key(at));
        let rest = suspects.into_iter();
        found.extend(rest.filter_map(|(at, line)| Some((at, read_in_part(line, Share::Half)?))));
    }
    found
}

/// The suspect lines read one by one; the longest have been read again in vain.
fn lines_of_no_fate(suspects: &[(usize, &str)], longest: &[&str]) -> BTreeMap<usize, Mended> {
    let unread = longest.get(..WITNESSES).unwrap_or(longest);
    let mended = |line| {
        if unread.contains(&line) { read_in_part(line, Share::Most) } else { alone(line) }
    };
    suspects.iter().filter_map(|(at, line)| Some((*at, mended(line)?))).collect()
}

/// The lines of a page that these inverses undo, and suspect lines that others do.
fn lines_of_fate(
    text: &str,
    suspects: &[(usize, &str)],
    fate: &[&'static Inverse],
) -> BTreeMap<usize, Mended> {
    let mut suspects = suspects.iter().map(|(at, _)| *at).peekable();
    let mut found = BTreeMap::new();
    let mut unclear = BTreeMap::new();
    let mut is_whole = true;
    for (at, (_, line)) in gate::lines(text).enumerate() {
        let is_suspect = suspects.next_if_eq(&at).is_some();
        let (alike, gain) = read_alike(line, fate).unzip();
        if let Some(reading) = alike {
            let some = if gain > Some(GAIN_ON_PAGE) { &mut found } else { &mut unclear };
            some.insert(at, reading.mended());
        } else if let Some(mended) = is_suspect.then(|| alone(line)).flatten() {
            found.insert(at, mended);
        } else {
            is_whole &= line.is_ascii();
        }
    }
    if is_whole && unclear.len() < found.len() {
        found.append(&mut unclear);
    }
    found
}

/// A line of which no other line tells.
fn alone(line: &str) -> Option<Mended> {
    read_again(line).map(Reading::mended).or_else(|| read_in_part(line, Share::Most))
}

/// The page with these lines in place of its own.
fn page_with(text: &str, found: &BTreeMap<usize, Mended>) -> String {
    let lines = gate::lines(text).enumerate();
    let lines = lines.map(|(at, (_, line))| found.get(&at).map_or(line, |m| m.text.as_str()));
    lines.collect::<Vec<_>>().join("\n")
}

/// An edit for each line that is another one now.
fn edits_of(text: &str, mut found: BTreeMap<usize, Mended>) -> Vec<Edit> {
    gate::lines(text)
        .enumerate()
        .filter_map(|(at, (start, line))| {
            let mended = found.remove(&at).filter(|mended| mended.text != line)?;
            Some(trimmed(start, line, mended))
        })
        .collect()
}

/// The inverses that undo a line, the first to be applied first.
type Chain = Vec<&'static Inverse>;

/// A reading of a line, and by which inverses.
#[derive(Clone)]
struct Reading {
    chain: Chain,
    text: String,
    /// Characters that were UTF-8 on the way, at the inverse that had most of them.
    n_strict: usize,
}

impl Reading {
    fn mended(self) -> Mended {
        let rule = match self.chain.as_slice() {
            [inverse] => inverse.rule,
            _ => SEVERAL,
        };
        Mended { rule, text: self.text, confidence: 1.0 }
    }
}

/// The suspect lines, the longest first.
fn longest_of<'a>(suspects: &[(usize, &'a str)]) -> Vec<&'a str> {
    let mut longest: Vec<&str> = suspects.iter().map(|(_, line)| *line).collect();
    longest.sort_by_key(|line| Reverse(line.len()));
    longest
}

/// The inverses that undo the longest of the suspect lines, each or joined.
fn fate_of(longest: &[&str]) -> Option<Chain> {
    let is_short = longest.first()?.len() < SHORT;
    let together = || {
        let lines = longest.get(..JOINED).unwrap_or(longest);
        if lines.len() > 1 { read_again(&lines.join("\t")) } else { None }
    };
    let each = || longest.iter().take(WITNESSES).find_map(|line| read_again(line));
    let reading = if is_short { together().or_else(each) } else { each().or_else(together) };
    reading.map(|reading| reading.chain)
}

/// A line of a page where these inverses undid another one, and what it gains; none if they make
/// no text of it, or it loses much.
fn read_alike(line: &str, fate: &[&'static Inverse]) -> Option<(Reading, i32)> {
    if line.is_ascii() {
        return None;
    }
    let mut text = fate.first()?.apply(line)?;
    for inverse in fate.get(1..)? {
        text = inverse.apply(&text)?;
    }
    let (found, cost) = (Evidence::of(&text), cost_of(&text));
    let gain = cost_of(line) - cost;
    let is_text = fate.last()?.is_strict()
        || gate::is_suspect(line, 1)
        || (found.knows(1) && cost < found.times(POSSIBLE));
    let gain = if is_text { gain } else { gain.min(0) };
    let is_possible = gain > LOSS_ON_PAGE && (is_text || found.knows(1));
    is_possible.then(|| (Reading { chain: fate.to_vec(), text, n_strict: 0 }, gain))
}

/// The line as it was meant, if one reading is text by far.
fn read_again(line: &str) -> Option<Reading> {
    if line.contains('\u{FFFD}') {
        return None;
    }
    let mut level = again(line, &[], 0);
    if level.is_empty() {
        return None;
    }
    let line_is = Line { n_wide: Evidence::of(line).times(1), is_foreign: gate::is_foreign(line) };
    let now = OnceCell::new();
    let cost_now = || *now.get_or_init(|| cost_of(line));
    let mut best: Option<(i32, Reading)> = None;
    for depth in 0..DEPTH {
        if depth > 0 {
            level = level.iter().flat_map(|r| again(&r.text, &r.chain, r.n_strict)).collect();
        }
        // One more misreading must explain more than a character or two.
        let mut most = best.as_ref().map_or(i32::MAX, |(cost, _)| cost - FURTHER);
        for reading in &level {
            if let Some(cost) = cost_if_text(reading, most, &line_is, cost_now) {
                most = cost;
                best = Some((cost, reading.clone()));
            }
        }
    }
    best.map(|(_, reading)| reading)
}

/// The readings of a text, by these inverses so far, one inverse further.
fn again(text: &str, chain: &[&'static Inverse], n_strict: usize) -> Vec<Reading> {
    inverted(text, chain.last().copied())
        .into_iter()
        .map(|(inverse, text)| {
            let chain = chain.iter().copied().chain([inverse]).collect();
            let n_strict = n_strict.max(inverse.n_sequences(&text));
            Reading { chain, text, n_strict }
        })
        .collect()
}

/// A line as it stands.
struct Line {
    /// How many of its characters are looked at.
    n_wide: i32,
    /// Whether it is full of another script's letters.
    is_foreign: bool,
}

/// What a reading costs, if it is text, less than `most`, and the line as it stands is not.
///
/// `now` is what that line costs. Costs are the slow part: they are asked for last.
fn cost_if_text(reading: &Reading, most: i32, line: &Line, now: impl Fn() -> i32) -> Option<i32> {
    let claims = claims_of(reading, line);
    let dearest = claims.iter().map(|claim| claim.most).max()?;
    let cost = cost_below(&reading.text, most.min(dearest))?;
    let gain = now() - cost;
    claims.iter().any(|claim| cost < claim.most && gain > claim.gain).then_some(cost)
}

/// A reading is text if it costs less than `most` and gains more than `gain`.
struct Claim {
    most: i32,
    gain: i32,
}

/// What speaks for a reading of a line; any one claim suffices.
fn claims_of(reading: &Reading, line: &Line) -> Vec<Claim> {
    let Some(last) = reading.chain.last() else { return Vec::new() };
    let (found, n_wide) = (Evidence::of(&reading.text), line.n_wide);
    let is_certain = reading.n_strict >= SEQUENCES;
    let claim = |per_char, gain| Claim { most: found.times(per_char), gain };
    if last.is_strict() && is_certain {
        return vec![Claim { most: i32::MAX, gain: GAIN }];
    }
    if line.is_foreign {
        return claimed([(found.knows(3), claim(COMMON, GAIN_FOREIGN_PER_CHAR * n_wide))]);
    }
    if last.is_strict() {
        return claimed([
            (n_wide >= FEW && found.knows(1), claim(POSSIBLE, NAT)),
            (found.knows(2), claim(COMMON, GAIN / 2)),
        ]);
    }
    let is_from_korean = reading.chain.first().is_some_and(|first| first.is_from_korean());
    let (is_known, per_char) = match (last.is_from_latin(), is_certain, is_from_korean) {
        (true, ..) => (found.knows_three(), POSSIBLE),
        (_, true, _) => (found.knows(3), POSSIBLE),
        (_, _, true) => (found.knows(3), PLAUSIBLE),
        _ => (found.knows(3), LIKELY),
    };
    let is_written = found.writes_three();
    let is_through_latin = reading.chain.iter().any(|inverse| inverse.is_from_latin());
    let gain_sparse = GAIN_SPARSE.max(GAIN_SPARSE_PER_CHAR * n_wide);
    claimed([
        (is_known, claim(per_char, GAIN)),
        (found.knows(2), claim(COMMON, GAIN / 2)),
        // A rule of `▁` read three times over is `啥啥啥啥`.
        (found.knows(1) && reading.chain.len() == 1, claim(TRITE, 2 * GAIN)),
        (found.knows(2), claim(PLAUSIBLE, (2 * GAIN).max(found.times(PLAUSIBLE)))),
        (found.knows_most(), claim(POSSIBLE, GAIN.max(GAIN_PER_CHAR * n_wide))),
        (is_certain && (found.knows(1) || is_written), claim(SPARSE, GAIN)),
        (is_written && !is_through_latin, claim(SPARSE, gain_sparse)),
    ])
}

/// The claims that hold.
fn claimed<const N: usize>(claims: [(bool, Claim); N]) -> Vec<Claim> {
    claims.into_iter().filter_map(|(holds, claim)| holds.then_some(claim)).collect()
}

/// A line that lost bytes, if so much of it can be read.
fn read_in_part(line: &str, share: Share) -> Option<Mended> {
    let text = partial::utf8_read_as_gbk(line, share)?;
    let n_unread = text.chars().filter(|c| *c == '\u{FFFD}').count();
    let found = Evidence::of(&text);
    let is_text = share == Share::Half
        || (n_unread * 4 < text.chars().count()
            && found.knows(3)
            && cost_below(&text, found.times(PLAUSIBLE)).is_some());
    is_text.then_some(Mended { rule: IN_PART, text, confidence: 0.8 })
}

/// One edit without the characters that stay at both ends.
fn trimmed(start: usize, line: &str, mended: Mended) -> Edit {
    let after = &mended.text;
    let same = |(a, b): &(char, char)| a == b;
    let head: usize =
        line.chars().zip(after.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let (old, new) = (line.get(head..).unwrap_or_default(), after.get(head..).unwrap_or_default());
    let tail: usize =
        old.chars().rev().zip(new.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    Edit {
        rule: mended.rule,
        start: start + head,
        end: start + line.len() - tail,
        after: new.get(..new.len() - tail).unwrap_or_default().to_owned(),
        confidence: mended.confidence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str) -> String {
        crate::edit::apply(text, &WrongCodec.edits(text))
    }

    #[test]
    fn lines_read_in_the_wrong_charset_are_read_again() {
        let text = "数据要素在人工智能大模型的发展中具有关键性的作用";
        for garbled in [
            encoding_rs::GBK.decode_without_bom_handling(text.as_bytes()).0.into_owned(),
            text.bytes().map(char::from).collect(),
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned(),
            encoding_rs::GBK.encode(text).0.iter().map(|b| char::from(*b)).collect(),
        ] {
            assert_eq!(
                mended(&format!("标题\n{garbled}\n")),
                format!("标题\n{text}\n"),
                "{garbled}"
            );
        }
    }

    #[test]
    fn destroyed_and_clean_text_stays() {
        for text in ["锟斤拷锟斤拷锟斤拷", "ÉTÉ déjà vu à Noël", "いろはにほへと", "����ʽ"]
        {
            assert_eq!(mended(text), text);
        }
    }
}
