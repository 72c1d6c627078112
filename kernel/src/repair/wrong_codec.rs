//! Mends lines that were read in the wrong charset: `涓枃` was `中文`, `ÖÐÎÄ` too.
//!
//! A line is turned back into bytes by the charset it was read in and read again in the true one,
//! up to three times over; the reading that is text by far wins, or the line stays. What was
//! destroyed (`锟斤拷`, U+FFFD) has no way back and stays as well.

mod codec;
mod gate;
mod partial;

use super::{Parameters, Repair};
use crate::edit::Edit;
use crate::gbk::is_private;
use crate::language_model::{NAT, model};
use codec::INVERSES;

/// How often a line may have been read wrongly.
const DEPTH: usize = 3;
/// What a reading has to gain over the line as it stands.
const GAIN: i32 = 12 * NAT;
/// Text costs less than this a character.
const PLAUSIBLE: i32 = 8 * NAT;
/// Characters that wrong charsets make and writers do not.
const STRANGE: i32 = 8 * NAT;

/// Characters the model has never met.
const UNKNOWN: i32 = 5 * NAT;

/// The repair of lines read in the wrong charset.
pub struct WrongCodec;

/// The repair with these settings; it has none.
pub fn new(_parameters: &Parameters) -> Result<Box<dyn Repair>, String> {
    Ok(Box::new(WrongCodec))
}

impl Repair for WrongCodec {
    /// Clean text passes at some GB/s; a suspect line costs about a microsecond a character.
    fn edits(&self, text: &str) -> Vec<Edit> {
        gate::suspect_lines(text)
            .into_iter()
            .filter_map(|(start, line)| {
                let (rule, after, confidence) = read_again(line)?;
                Some(trimmed(rule, start, line, after, confidence))
            })
            .collect()
    }
}

/// A reading of a line, and by which rule.
struct Reading {
    rule: &'static str,
    text: String,
    cost: i32,
}

/// (rule, the line as it was meant, confidence), if one reading is text by far.
fn read_again(line: &str) -> Option<(&'static str, String, f32)> {
    let now = cost(line);
    let mut best: Option<Reading> = None;
    let mut level = vec![Reading { rule: "", text: line.to_owned(), cost: now }];
    for _ in 0..DEPTH {
        level = level.iter().flat_map(again).collect();
        for reading in &level {
            let better = best.as_ref().is_none_or(|best| reading.cost < best.cost);
            if better && is_text(reading, now) {
                let Reading { rule, text, cost } = reading;
                best = Some(Reading { rule, text: text.clone(), cost: *cost });
            }
        }
    }
    match best {
        Some(reading) => Some((reading.rule, reading.text, 1.0)),
        None => {
            let text = partial::utf8_read_as_gbk(line)?;
            let reading = Reading { rule: "utf8_as_gbk_lossy", cost: cost(&text), text };
            let unread = reading.text.chars().filter(|c| *c == '\u{FFFD}').count();
            let plausible = unread * 4 < reading.text.chars().count() && is_text(&reading, now);
            plausible.then_some((reading.rule, reading.text, 0.8))
        }
    }
}

/// The readings one inverse further.
fn again(reading: &Reading) -> Vec<Reading> {
    INVERSES
        .iter()
        .filter_map(|inverse| {
            let text = inverse.apply(&reading.text)?;
            let changed = text != reading.text && !text.contains('\u{FFFD}');
            let rule = if reading.rule.is_empty() { inverse.rule } else { "several_codecs" };
            changed.then(|| Reading { rule, cost: cost(&text), text })
        })
        .collect()
}

/// Whether a reading is text, and the line as it stands (cost `now`) is not.
fn is_text(reading: &Reading, now: i32) -> bool {
    let n_wide = reading.text.chars().filter(|c| !c.is_ascii()).count();
    let n_known = reading.text.chars().filter(|c| !c.is_ascii() && model().knows(*c)).count();
    let n = i32::try_from(n_wide).unwrap_or(i32::MAX);
    let gain = if reading.rule == "utf8_as_latin" { NAT } else { GAIN };
    let is_known = reading.rule == "utf8_as_latin" || (n_known >= 3 && n_known * 10 >= n_wide * 9);
    is_known && now - reading.cost > gain && reading.cost < PLAUSIBLE.saturating_mul(n)
}

/// What a line costs; ASCII is free, as no charset changes it.
fn cost(line: &str) -> i32 {
    let mut context = model().line_start();
    let mut total: i32 = 0;
    for c in line.chars() {
        let (cost, next) = model().step(context, model().token(c));
        context = next;
        if c.is_ascii() {
            continue;
        }
        total = total.saturating_add(cost.min(12 * NAT));
        let code = u32::from(c);
        if is_private(c) || c == '\u{FFFD}' || (0x80..0x100).contains(&code) {
            total = total.saturating_add(STRANGE);
        } else if !model().knows(c) {
            total = total.saturating_add(UNKNOWN);
        }
    }
    total
}

/// One edit without the characters that stay at both ends.
fn trimmed(rule: &'static str, start: usize, line: &str, after: String, confidence: f32) -> Edit {
    let same = |(a, b): &(char, char)| a == b;
    let head: usize =
        line.chars().zip(after.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let (old, new) = (line.get(head..).unwrap_or_default(), after.get(head..).unwrap_or_default());
    let tail: usize =
        old.chars().rev().zip(new.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    Edit {
        rule,
        start: start + head,
        end: start + line.len() - tail,
        after: new.get(..new.len() - tail).unwrap_or_default().to_owned(),
        confidence,
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
