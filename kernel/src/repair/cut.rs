//! What the cutting repairs share: folded text, lines, deletions and their fixed point.

use crate::edit::Edit;
use crate::han::{is_han, to_simplified};

/// A stretch to take out.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    pub rule: &'static str,
    pub start: usize,
    pub end: usize,
    pub confidence: f32,
}

/// The cuts that `find` found in the text, and those in what it leaves until it finds nothing, as edits of
/// `text`.
///
/// So applying the edits and asking again gives none, whatever the rules are. Each round
/// shortens the text; nearly all texts need none, and damaged ones two.
pub fn to_fixpoint(text: &str, found: Vec<Cut>, find: impl Fn(&str) -> Vec<Cut>) -> Vec<Edit> {
    let mut cuts = found;
    if cuts.is_empty() {
        return Vec::new();
    }
    let mut kept = vec![(0, text.len())];
    let mut edits = Vec::new();
    while !cuts.is_empty() {
        kept = take_out(&kept, &cuts, &mut edits);
        let left: String = kept.iter().filter_map(|&(start, end)| text.get(start..end)).collect();
        cuts = find(&left);
    }
    edits.sort_by_key(|edit| edit.start);
    edits
}

/// The pieces of the text left after `cuts`, which count from the start of the joined `kept`.
fn take_out(kept: &[(usize, usize)], cuts: &[Cut], edits: &mut Vec<Edit>) -> Vec<(usize, usize)> {
    let mut left = Vec::new();
    let mut offset = 0;
    for &(start, end) in kept {
        let mut done = start;
        for cut in cuts {
            let from = (start + cut.start.saturating_sub(offset)).clamp(done, end);
            let to = (start + cut.end.saturating_sub(offset)).clamp(from, end);
            if from < to {
                edits.push(Edit {
                    rule: cut.rule,
                    start: from,
                    end: to,
                    after: String::new(),
                    confidence: cut.confidence,
                });
                if done < from {
                    left.push((done, from));
                }
                done = to;
            }
        }
        if done < end {
            left.push((done, end));
        }
        offset += end - start;
    }
    left
}

/// White space inside a line, as pages use it.
pub fn is_blank(character: char) -> bool {
    matches!(
        character,
        '\t' | '\u{b}'
            | '\u{c}'
            | '\r'
            | ' '
            | '\u{a0}'
            | '\u{2002}'
            | '\u{2003}'
            | '\u{2009}'
            | '\u{200b}'
            | '\u{3000}'
            | '\u{feff}'
    )
}

/// White space, line ends included.
pub fn is_space(character: char) -> bool {
    is_blank(character) || character == '\n'
}

/// The same character in every script, width and case; digits are all 0, white space is none.
pub fn fold(character: char) -> Option<char> {
    // Most characters; but 丨 is written for a bar.
    if is_han(character) && character != '丨' {
        return Some(to_simplified(character));
    }
    let narrow = match character {
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
        }
        '【' | '〔' | '〖' => '[',
        '】' | '〕' | '〗' => ']',
        '丨' | '│' | '┃' | '┆' => '|',
        other if is_space(other) => return None,
        other => other,
    };
    Some(match narrow {
        '0'..='9' => '0',
        'A'..='Z' => narrow.to_ascii_lowercase(),
        other => to_simplified(other),
    })
}

/// The text folded, with runs of digits written as one 0: `ICP 備 2022 號` gives `icp备0号`.
pub fn key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for character in text.chars().filter_map(fold) {
        if character != '0' || !key.ends_with('0') {
            key.push(character);
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_text_has_one_script_width_and_case() {
        assert_eq!(key("ICP 備 ２０22 號"), "icp备0号");
        assert_eq!(key("首頁丨新聞｜體育\u{3000}【正文】"), "首页|新闻|体育[正文]");
    }
}
