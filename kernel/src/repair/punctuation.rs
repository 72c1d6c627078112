//! Chinese forms of the marks in Chinese lines; never the other way.
//!
//! Decisions are made line by line. Code, tables, comma lists, Japanese lines and lines with as
//! many Latin words as Han characters stay as they are. The Python form is the reference.

mod line;
mod mark;

use super::blocks::suspects;
use super::survey::Survey;
use super::{Parameters, Repair};
use crate::edit::Edit;
use line::{is_code, is_settled, is_suspect, is_table};
use mark::{Change, Line};
use memchr::{memchr, memchr_iter, memmem, memrchr};
use std::ops::Range;

/// Rounds until a line is settled; one nearly always does.
const ROUNDS: usize = 8;

/// Finds ASCII marks in Chinese lines; no settings.
pub struct Punctuation;

/// The repair; it has no settings.
pub fn new(parameters: &Parameters) -> Result<Box<dyn Repair>, String> {
    match parameters.keys().next() {
        Some(name) => Err(format!("punctuation has no setting {name:?}; it has none")),
        None => Ok(Box::new(Punctuation)),
    }
}

impl Repair for Punctuation {
    /// Lines without a suspect pass at memory speed.
    fn edits_at(&self, text: &str, _: Survey<'_>) -> Vec<Edit> {
        let bytes = text.as_bytes();
        let mut places = Vec::new();
        find_places(bytes, &mut places);
        let mut fences = None;
        let (mut edits, mut line) = (Vec::new(), Line::default());
        let mut done = 0;
        for at in places {
            if at < done {
                continue;
            }
            let before = bytes.get(..at).unwrap_or_default();
            let start = memrchr(b'\n', before).map_or(0, |n| n + 1);
            let behind = bytes.get(at..).unwrap_or_default();
            done = memchr(b'\n', behind).map_or(text.len(), |n| at + n);
            let fences = fences.get_or_insert_with(|| self::fences(text));
            let before = fences.partition_point(|fence| fence.end <= start);
            if !fences.get(before).is_some_and(|fence| fence.contains(&start)) {
                let text = text.get(start..done).unwrap_or_default();
                edit_line(text, start, &mut line, &mut edits);
            }
        }
        if !edits.is_empty() && is_code_document(text) {
            edits.clear();
        }
        edits
    }
}

/// Finds the bytes at which something may begin that is changed.
#[multiversion::multiversion(targets("x86_64+avx2+bmi1+bmi2+lzcnt"))]
fn find_places(bytes: &[u8], places: &mut Vec<usize>) {
    suspects(bytes, is_suspect, |at| {
        if !is_settled(bytes, at) {
            places.push(at);
        }
    });
}

/// The bytes of fenced blocks, each from its opening fence to its closing one.
fn fences(text: &str) -> Vec<Range<usize>> {
    let mut fences: Vec<Range<usize>> = Vec::new();
    if memmem::find(text.as_bytes(), b"```").is_none() {
        return fences;
    }
    let mut start = 0;
    for line in text.split('\n') {
        if line.trim_matches(' ').starts_with("```") {
            match fences.last_mut() {
                Some(open) if open.end == usize::MAX => open.end = start,
                _ => fences.push(start..usize::MAX),
            }
        }
        start += line.len() + 1;
    }
    fences
}

/// Whether at least three lines, and a third of those with text, are code.
///
/// Stops where what follows cannot change the answer: of most texts after two thirds.
fn is_code_document(text: &str) -> bool {
    let (mut n_lines, mut n_code, mut is_fenced) = (0, 0, false);
    let mut n_left = memchr_iter(b'\n', text.as_bytes()).count() + 1;
    for line in text.split('\n').map(|line| line.trim_matches(' ')) {
        n_left -= 1;
        is_fenced ^= line.starts_with("```");
        n_lines += usize::from(!line.is_empty());
        n_code += usize::from(!line.is_empty() && (is_fenced || is_code(line)));
        if n_code * 3 + n_left * 2 < n_lines {
            return false;
        }
    }
    n_code >= 3 && n_code * 3 >= n_lines
}

/// Adds the edits of one line, which begins at byte `start` of its text.
fn edit_line(text: &str, start: usize, line: &mut Line, edits: &mut Vec<Edit>) {
    line.read(text);
    let is_chinese = line.is_chinese();
    if !is_chinese && !line.has_wide() {
        return;
    }
    let found = line.changes(is_chinese);
    let Some(rule) = found.first().map(|change| change.rule) else { return };
    if is_table(text) || is_code(text) {
        return;
    }
    let before = line.change(&found);
    let mut rounds = 1;
    while rounds < ROUNDS {
        let more = line.changes(is_chinese);
        if more.is_empty() {
            break;
        }
        line.change(&more);
        rounds += 1;
    }
    let changes =
        if rounds == 1 { found } else { vec![difference(&before, &line.characters, rule)] };
    let size = |range: Range<usize>| -> usize {
        before.get(range).unwrap_or_default().iter().map(|c| c.len_utf8()).sum()
    };
    let (mut done, mut offset) = (0, start);
    edits.extend(changes.into_iter().map(|change| {
        let start = offset + size(done..change.start);
        let end = start + size(change.start..change.end);
        (done, offset) = (change.end, end);
        Edit { rule: change.rule, start, end, after: change.after, confidence: 1.0 }
    }));
}

/// One change that makes `after` of `before`, without what both begin and end with.
fn difference(before: &[char], after: &[char], rule: &'static str) -> Change {
    let same = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let (rest, new) = (&before[same..], &after[same..]);
    let tail = rest.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let after = new[..new.len() - tail].iter().collect();
    Change { rule, start: same, end: before.len() - tail, after }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{apply, is_well_formed};
    use proptest::prelude::*;

    fn mended(text: &str) -> String {
        apply(text, &Punctuation.edits(text))
    }

    #[test]
    fn marks_in_chinese_become_chinese() {
        let before = "他说:\"你好,世界!\"然后(大概)走了...真的?!共1,000人,8:30到.";
        let after = "他说：“你好，世界！”然后（大概）走了……真的？！共1,000人，8:30到。";
        assert_eq!(mended(before), after);
    }

    #[test]
    fn other_lines_stay() {
        for text in [
            "",
            "The word 你好, it means hello.",
            "print(\"你好,世界\")",
            "红,黄,蓝",
            "姓名\t你好,世界",
            "これは,テスト",
            "见报告.txt:3.14、v1.2.3",
        ] {
            assert_eq!(mended(text), text);
        }
    }

    #[test]
    fn width_is_a_rule_of_its_own() {
        let edits = Punctuation.edits("２０２３年ＧＤＰ，增长");
        assert!(edits.iter().all(|edit| edit.rule == "width"));
        assert_eq!(mended("２０２３年ＧＤＰ，增长"), "2023年GDP，增长");
    }

    proptest! {
        #[test]
        fn edits_are_well_formed_and_settled(text in "[你好,，。.?!:;()（）\"'…—\\- a1Ａ\n]{0,40}") {
            let edits = Punctuation.edits(&text);
            prop_assert!(is_well_formed(&text, &edits));
            let once = apply(&text, &edits);
            prop_assert_eq!(mended(&once), once);
        }
    }
}
