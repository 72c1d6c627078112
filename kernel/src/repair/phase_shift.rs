//! Mends GBK text that runs one byte out of step after a mark was replaced bytewise.
//!
//! A site that looks for full-width marks in a stream of GBK bytes finds them across two characters
//! too, and cuts there; each piece is decoded on its own. What follows the mark is then read from
//! its second byte on, until an ASCII byte, a mark or the line's end brings it back in step.
//! The search tries every such run against the language model, see [`search`].

mod alone;
mod automaton;
mod brackets;
mod commonest;
mod decoder;
mod gate;
mod page;
mod paths;
mod promise;
mod search;
mod tokens;

use super::survey::{Survey, unseen};
use super::{Parameters, Repair};
use crate::edit::{Edit, settle};
use crate::language_model::NAT;
use decoder::Decoder;
use page::Page;
use search::{Line, Site};

/// What a run has to gain over leaving the text alone.
const GAIN: i32 = 4 * NAT;
/// What a run has to gain before the page itself is read.
const GAIN_UNREAD: i32 = 5 * NAT / 2;
/// What it has to gain once the page is proven damaged.
const GAIN_PROVEN: i32 = 2 * NAT;
/// After so many openings that led nowhere a page not proven damaged is garbled in another way.
const FAILURES: usize = 24;
/// Runs that gain so much in all prove their page.
const PROOF: i32 = 4 * NAT;
/// A run that gains so much teaches the page its words, if no other reading is near.
const CLEAR: i32 = 8 * NAT;
/// See [`CLEAR`].
const APART: i32 = 3 * NAT;

/// The phase search.
pub struct PhaseShift;

/// The repair with these settings; it has none.
pub fn new(_parameters: &Parameters) -> Result<Box<dyn Repair>, String> {
    Ok(Box::new(PhaseShift))
}

impl Repair for PhaseShift {
    /// Clean text passes at memory speed; a damaged page takes about a millisecond a run.
    fn edits_at(&self, text: &str, survey: Survey<'_>) -> Vec<Edit> {
        settle(text, find(text, survey), unseen(find))
    }
}

fn find(text: &str, survey: Survey<'_>) -> Vec<Edit> {
    let glossed = page::is_glossed(text, survey);
    let mut openings = gate::openings(text, survey);
    let left_open = brackets::left_open(text, survey);
    if openings.is_empty() && left_open.is_empty() && !glossed {
        return Vec::new();
    }
    if gate::is_garbled(text, &openings) {
        openings.clear();
    }
    let mut first =
        search(Page::unread(), text, &gate::windows(text, &openings), GAIN_UNREAD, false);
    first.extend(search(Page::unread(), text, &gate::lines(text, &left_open), GAIN_PROVEN, true));
    if first.is_empty() && !(glossed && page::has_stray_gloss(text)) {
        return Vec::new();
    }
    let mut page = Page::of(text, glossed);
    let mut sites = search(&page, text, &gate::lines(text, &openings), GAIN, false);
    let sum: i32 = first
        .iter()
        .filter(|(_, site)| site.cost < search::PLAUSIBLE_CLEAR)
        .map(|(_, site)| site.gain)
        .sum();
    // Text that lost bytes elsewhere reads as damaged everywhere, once two nats are enough.
    if glossed || (sum > PROOF && !gate::is_lossy(text)) {
        learn(&mut page, &sites);
        page.decoder = likeliest_decoder(&page, text);
        let clear = search(&page, text, &lines(text), GAIN_PROVEN, true);
        learn(&mut page, &clear);
        sites = search(&page, text, &lines(text), GAIN_PROVEN, true);
    }
    sites.into_iter().filter_map(|(offset, site)| edit(text, offset, site)).collect()
}

/// Teaches the page the words of its clear runs, and the marks that opened them.
fn learn(page: &mut Page, sites: &[(usize, Site)]) {
    let is_clear = |site: &&Site| site.gain > CLEAR && site.margin > APART;
    for site in sites.iter().map(|(_, site)| site).filter(is_clear) {
        page.read(&site.after);
        if let Some(mark) = site.mark {
            page.confirm(mark, site.after.chars().next());
        }
    }
}

/// The decoder under which the runs of the page gain most.
fn likeliest_decoder(page: &Page, text: &str) -> Decoder {
    let gain = |decoder: Decoder| -> i32 {
        let page = page.decoded_by(decoder);
        search(&page, text, &lines(text), GAIN_PROVEN, true).iter().map(|(_, site)| site.gain).sum()
    };
    let [one, other] = Decoder::candidates(text);
    let (one_gain, other_gain) = (gain(one), gain(other));
    if one_gain == other_gain {
        Decoder::Unknown
    } else if one_gain > other_gain {
        one
    } else {
        other
    }
}

/// (the line's offset, site) of these lines of `text`.
fn search(
    page: &Page,
    text: &str,
    lines: &[(usize, &str)],
    threshold: i32,
    is_proven: bool,
) -> Vec<(usize, Site)> {
    let mut found = Vec::new();
    let mut failures = 0;
    for (offset, line) in lines {
        if !is_proven && failures > FAILURES {
            break;
        }
        let behind = text.get(offset + line.len()..).unwrap_or_default();
        let sites = Line::new(page, line, behind, threshold).sites(is_proven, &mut failures);
        found.extend(sites.into_iter().map(|site| (*offset, site)));
    }
    found
}

/// (offset, line) of all lines.
fn lines(text: &str) -> Vec<(usize, &str)> {
    let mut offset = 0;
    text.split('\n')
        .map(|line| {
            let start = offset;
            offset += line.len() + 1;
            (start, line)
        })
        .collect()
}

fn edit(text: &str, offset: usize, site: Site) -> Option<Edit> {
    let (start, end) = (offset + site.start, offset + site.end);
    let confidence = match site.margin.min(site.gain) / NAT {
        ..2 => 0.6,
        2..6 => 0.9,
        _ => 0.99,
    };
    let rule = if site.by_gloss { "orphan_gloss" } else { "out_of_step" };
    (text.get(start..end)? != site.after).then_some(Edit {
        rule,
        start,
        end,
        after: site.after,
        confidence,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn mended(text: &str) -> String {
        crate::edit::apply(text, &PhaseShift.edits(text))
    }

    #[test]
    fn a_run_after_a_cut_full_stop_is_read_anew() {
        assert_eq!(
            mended("另一个是语料库的开放程度?!氨热缬械钠笠?,开放意愿度也很高"),
            "另一个是语料库的开放程度。“比如有的企业,开放意愿度也很高"
        );
        assert_eq!(
            mended("数据产品低成本、大規??傻貌庞锌赡軐崿F,才能更好地"),
            "数据产品低成本、大規模可得才有可能實現,才能更好地"
        );
    }
    #[test]
    fn a_run_in_a_line_of_many_pages_is_found() {
        let before = "今天的会议讨论了明年的工作安排，大家提出了很多好的建议。".repeat(200);
        let line =
            |run: &str| format!("{before}另一个是语料库的开放程度{run},开放意愿度也很高{before}");
        assert_eq!(mended(&line("?!氨热缬械钠笠?")), line("。“比如有的企业"));
    }
}
