//! Characters that nobody sees: zero-width, control, private-use, odd spaces, bidi controls.
//!
//! Kept where they do work: joiners in emoji and in scripts that need them, bidi controls in lines
//! with right-to-left letters, no-break spaces between Latin words, tags in flag emoji.

use super::survey::{Survey, unseen};
use super::{Parameters, Repair};
use crate::edit::{Edit, settle};
use crate::han::is_han;
use std::ops::Range;

/// Finds invisible characters; no settings.
pub struct Invisible;

/// The repair; it has no settings.
pub fn new(parameters: &Parameters) -> Result<Box<dyn Repair>, String> {
    match parameters.keys().next() {
        Some(name) => Err(format!("invisible has no setting {name:?}; it has none")),
        None => Ok(Box::new(Invisible)),
    }
}

impl Repair for Invisible {
    fn edits_at(&self, text: &str, survey: Survey<'_>) -> Vec<Edit> {
        settle(text, find(text, survey), unseen(find))
    }
}

fn find(text: &str, survey: Survey<'_>) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    let mut done = 0;
    let mut line = Line::default();
    for at in survey.others.iter().copied() {
        if at < done {
            continue;
        }
        let Some((rule, end, after)) = decide(text, at, &mut line) else { continue };
        done = end;
        match edits.last_mut() {
            Some(last) if last.end == at && last.rule == rule => {
                last.end = end;
                last.after.push_str(after);
            }
            _ => {
                edits.push(Edit { rule, start: at, end, after: after.to_owned(), confidence: 1.0 })
            }
        }
    }
    edits
}

/// What to do with the character at `at`: rule, end, and what stands there afterwards.
fn decide(text: &str, at: usize, line: &mut Line) -> Option<(&'static str, usize, &'static str)> {
    let here = text.get(at..)?;
    let character = here.chars().next()?;
    let end = at + character.len_utf8();
    let deleted = |rule| Some((rule, end, ""));
    match character {
        '\u{FEFF}' => deleted("byte_order_mark"),
        '\u{AD}' => deleted("soft_hyphen"),
        '\u{1B}' => Some(("control", at + escape_length(here), "")),
        '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
            Some(("control", end, line_break(text, at, end)))
        }
        '\t' | '\n' | '\r' => None,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' => deleted("control"),
        '\u{200B}' if near(text, at, end, breaks_words) => None,
        '\u{200C}' | '\u{200D}' if near(text, at, end, joins) => None,
        '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2064}' | '\u{34F}' | '\u{180E}' => {
            deleted("zero_width")
        }
        '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{206F}' | '\u{61C}' => {
            if line.is_right_to_left(text, at) {
                None
            } else {
                deleted("bidi")
            }
        }
        '\u{A0}' | '\u{202F}' => is_odd_space(text, at).then_some(("odd_space", end, " ")),
        '\u{2000}'..='\u{200A}' | '\u{205F}' | '\u{1680}' | '\u{3164}' => {
            is_odd_space(text, at).then_some(("odd_space", end, " "))
        }
        '\u{E000}'..='\u{F8FF}' => Some(("private_use", end, standard_form(character))),
        '\u{FFF9}'..='\u{FFFC}' | '\u{FFFE}' | '\u{FFFF}' => deleted("control"),
        '\u{E0000}'..='\u{E007F}' if !is_flag(text, at) => deleted("zero_width"),
        _ => None,
    }
}

/// The length of a terminal's escape sequence, or of the escape character alone.
fn escape_length(here: &str) -> usize {
    let Some(sequence) = here.strip_prefix("\u{1B}[") else { return 1 };
    let inside = sequence.bytes().take_while(|b| (0x20..0x40).contains(b)).count();
    match sequence.as_bytes().get(inside) {
        Some(0x40..=0x7E) => inside + 3,
        _ => 1,
    }
}

/// A line break, unless one stands beside it already.
fn line_break(text: &str, at: usize, end: usize) -> &'static str {
    let (left, right) = (text.get(..at).unwrap_or_default(), text.get(end..).unwrap_or_default());
    let beside = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let is_edge = left.is_empty() || right.is_empty();
    if is_edge || left.ends_with(beside) || right.starts_with(beside) { "" } else { "\n" }
}

/// Whether a neighbour, past other joiners and marks, satisfies the claim.
fn near(text: &str, at: usize, end: usize, claim: fn(char) -> bool) -> bool {
    let (left, right) = (text.get(..at).unwrap_or_default(), text.get(end..).unwrap_or_default());
    left.chars().next_back().is_some_and(claim) && right.chars().next().is_some_and(claim)
}

/// Scripts that write words together and mark a possible break with U+200B.
fn breaks_words(character: char) -> bool {
    matches!(character, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}')
}

/// Letters and emoji that joiners change the look of.
fn joins(character: char) -> bool {
    matches!(character,
        '\u{590}'..='\u{10FF}' | '\u{1780}'..='\u{18AF}' | '\u{1A00}'..='\u{1CFF}'
        | '\u{A800}'..='\u{ABFF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
        | '\u{11000}'..='\u{11FFF}' | '\u{1F000}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}'
        | '\u{2190}'..='\u{21FF}' | '\u{2B00}'..='\u{2BFF}' | '\u{FE0E}' | '\u{FE0F}')
}

fn is_right_to_left(character: char) -> bool {
    matches!(character, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
        && character != '\u{61C}'
}

/// The line looked at last: long lines may hold many direction marks.
#[derive(Default)]
struct Line {
    span: Range<usize>,
    has_right_to_left: bool,
}

impl Line {
    /// Whether the line around `at` has right-to-left letters.
    fn is_right_to_left(&mut self, text: &str, at: usize) -> bool {
        if !self.span.contains(&at) {
            let (left, right) = text.split_at_checked(at).unwrap_or((text, ""));
            let start = left.rfind('\n').map_or(0, |i| i + 1);
            let end = right.find('\n').map_or(text.len(), |i| at + i);
            let line = text.get(start..end).unwrap_or_default();
            self.has_right_to_left = line.chars().any(is_right_to_left);
            self.span = start..end;
        }
        self.has_right_to_left
    }
}

/// Whether a space other than U+0020 stands where Chinese text or a line's edge is beside it.
///
/// Between Latin words it is typography (French, units, names) and stays.
fn is_odd_space(text: &str, at: usize) -> bool {
    let other = |c: &char| !is_typographic_space(*c);
    let (left, right) = text.split_at_checked(at).unwrap_or((text, ""));
    let left = left.chars().rev().take(8).find(other);
    let right = right.chars().take(8).find(other);
    [left, right].into_iter().any(|c| c.is_none_or(|c| matches!(c, '\n' | '\r') || is_chinese(c)))
}

fn is_typographic_space(character: char) -> bool {
    matches!(
        character,
        ' ' | '\u{A0}' | '\u{2000}'
            ..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{1680}' | '\u{3164}'
    )
}

fn is_chinese(character: char) -> bool {
    is_han(character) || matches!(character, '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FF65}')
}

/// U+E815 to U+E864 as Unicode writes them today: bytes FE 50 to FE A0 of GBK.
const FORMERLY_PRIVATE: &str = "\
    ⺁𠂇𠂉𠃌⺄㑳㑇⺈⺋龴㖞㘚㘎⺌⺗㥮㤘龵㧏㧟㩳㧐龶龷㭎㱮㳠⺧𡗗龸⺪䁖䅟⺮䌷⺳⺶⺷𢦏䎱\
    䎬⺻䏝䓖䙡䙌龹䜣䜩䝼䞍⻊䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶龺𤇾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻";
/// U+E78D to U+E796: vertical punctuation.
const FORMERLY_PRIVATE_MARKS: &str = "︐︒︑︓︔︕︖︗︘︙";

/// What GBK and early GB 18030 kept in private use, as Unicode writes it today; empty for all else.
fn standard_form(character: char) -> &'static str {
    let of = |table: &'static str, first: u32| {
        let index = (u32::from(character) - first) as usize;
        let (start, form) = table.char_indices().nth(index).unwrap_or_default();
        table.get(start..start + form.len_utf8()).unwrap_or_default()
    };
    match character {
        '\u{E5E5}' => "\u{3000}",
        '\u{E7C7}' => "ḿ",
        '\u{E7C8}' => "ǹ",
        '\u{E78D}'..='\u{E796}' => of(FORMERLY_PRIVATE_MARKS, 0xE78D),
        '\u{E815}'..='\u{E864}' => of(FORMERLY_PRIVATE, 0xE815),
        _ => "",
    }
}

/// Whether a tag character belongs to a flag: the black flag, then tags only.
fn is_flag(text: &str, at: usize) -> bool {
    let left = text.get(..at).unwrap_or_default();
    let tag = |c: &char| !matches!(c, '\u{E0000}'..='\u{E007F}');
    left.chars().rev().take(16).find(tag) == Some('\u{1F3F4}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{apply, is_well_formed};
    use crate::repair::survey::Surveys;
    use proptest::prelude::*;

    #[test]
    fn a_survey_names_every_character_that_goes() {
        for character in '\0'..=char::MAX {
            let text = format!("中{character}中");
            let surveys = Surveys::of([text.as_str()]);
            let is_seen = surveys.get(0).others.contains(&3) || character == '\n';
            let goes = decide(&text, 3, &mut Line::default()).is_some();
            assert!(is_seen || !goes, "{character:?}");
        }
    }

    fn mended(text: &str) -> String {
        let edits = Invisible.edits(text);
        assert!(is_well_formed(text, &edits), "{text:?} {edits:?}");
        apply(text, &edits)
    }

    #[test]
    fn invisible_characters_go() {
        for (dirty, clean) in [
            ("\u{FEFF}炼\u{200B}金\u{200D}术", "炼金术"),
            ("数\u{AD}据\u{E123}集\u{F8FF}", "数据集"),
            ("一\u{A0}\u{A0}二\u{2003}三", "一  二 三"),
            ("一\u{0}二\u{7F}三\u{90}四\u{1B}[31m五", "一二三四五"),
            ("一\u{2028}二\u{C}\n三\u{B}", "一\n二\n三"),
            ("价\u{202E}格\u{2066}表\u{200F}", "价格表"),
            ("字\u{E5E5}符\u{E81E}\u{E863}", "字\u{3000}符龴䶮"),
        ] {
            assert_eq!(mended(dirty), clean);
        }
    }

    #[test]
    fn what_does_work_stays() {
        for text in [
            "👨\u{200D}👩\u{200D}👧 ❤\u{FE0F}\u{200D}🔥 🏴\u{E0067}\u{E0062}\u{E007F}",
            "می\u{200C}خواهم क्\u{200D}ष",
            "ภาษา\u{200B}ไทย",
            "un\u{A0}café\u{202F}: 10\u{A0}km",
            "שלום \u{202A}abc\u{202C} עולם",
            "全角\u{3000}空格，“引号”——省略……锟\u{FFFD}",
            "tab\there\r\n",
        ] {
            assert_eq!(mended(text), text);
        }
    }

    proptest! {
        #[test]
        fn once_is_enough(
            text in "[\u{0}-\u{20}a一，。\u{80}-\u{AD}\u{1F468}\u{2000}-\u{2070}\u{E780}-\u{E870}\u{E0060}-\u{E0080}\u{FFF0}-\u{FFFF}\u{620}\u{915}]{0,90}"
        ) {
            let once = mended(&text);
            prop_assert_eq!(mended(&once), once);
        }
    }
}
