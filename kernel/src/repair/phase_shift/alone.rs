//! Whether a mark is all that is left of two characters: their other bytes are gone, and no run of
//! characters out of step behind it tells.

use super::commonest::Commonest;
use super::promise::{BETTER, MARKS, Sum, UNPRECEDED, add, is_usual, needed};
use super::tokens::mark_of;
use crate::gbk::{LEADS, TRAILS, gbk};
use crate::han::is_han;
use crate::language_model::{Context, NAT, model};
use std::sync::LazyLock;

/// A mark costs so much in text where none belongs.
const UNLIKELY: i32 = 10 * NAT;
/// And a stop, which may follow any word.
const UNLIKELY_STOP: i32 = 4 * NAT;
/// Two characters that a mark alone is left of must be so much likelier than it.
const ALONE: i32 = 4 * NAT;
/// And so much if it stands between markers, as `?!?` and `???` do that people write.
const MARKED: i32 = 5 * NAT;
/// Characters before a mark among which a quote is looked for.
const QUOTED: usize = 400;
/// Marks that a character before a cut stop may have had behind it.
const BEHIND_WORD: &str = "，：；！？（）";

/// Whether the mark at `at`, or the one behind the marker there, is likelier what is left of two
/// characters than a mark, by what stands around it on the line.
pub fn stands_for_two(text: &str, at: usize) -> bool {
    let Some((before, behind)) = text.split_at_checked(at) else { return false };
    if let Some((mark, rest)) = between_markers(before, behind) {
        return match needed(before) {
            i32::MAX => false,
            UNPRECEDED => gain(before, mark, true, rest) > UNPRECEDED,
            _ => !is_usual(rest) || gain(before, mark, true, rest) > MARKED,
        };
    }
    let mut ahead = behind.chars();
    let (Some(last), Some(mark)) = (before.chars().next_back(), ahead.next()) else { return false };
    is_han(last)
        && mark_of(mark).is_some()
        && !matches!(mark, ',' | '，' | '。')
        && (mark == '.' || !Commonest::get().is_pair(last, mark))
        && gain(before, mark, false, ahead.as_str()) > ALONE
        && needed(before) <= BETTER
}

/// (mark, what follows) where `behind` begins with `?`, marks and `?`, or with `???` alone.
fn between_markers<'a>(before: &str, behind: &'a str) -> Option<(char, &'a str)> {
    let inner = behind.strip_prefix('?')?;
    let mark = inner.chars().next().filter(|c| MARKS.contains(*c))?;
    if mark == '?' {
        let rest = inner.strip_prefix("??")?;
        return (!before.ends_with('?') && !rest.starts_with('?')).then_some((mark, rest));
    }
    let rest = inner.trim_start_matches(|c| MARKS.contains(c) && c != '?');
    Some((mark, rest.strip_prefix('?')?))
}

/// What two common characters gain at most over `mark` between `before` and `rest`, if it is all that
/// is left of them; `is_marked`: between markers. Nothing for a mark that is not [`UNLIKELY`].
///
/// `.` counts as the stop that it was; two characters in its place are a Chinese one and a mark.
fn gain(before: &str, mark: char, is_marked: bool, rest: &str) -> i32 {
    let Some((first, second)) = mark_of(mark) else { return 0 };
    let (last, place) = place_after(before);
    let start = (0, place);
    let is_stop = mark == '.';
    let mark = if is_stop { '。' } else { mark };
    let shown: &[char] = if is_marked { &['?', mark, '?'] } else { &[mark] };
    let now = shown.iter().fold(start, |sum, c| add(sum, *c));
    if !is_marked && now.0 < if is_stop { UNLIKELY_STOP } else { UNLIKELY } {
        return 0;
    }
    let ahead = rest.chars().next().unwrap_or('\n');
    let then = |sum: Sum| if is_marked { sum.0 } else { add(sum, ahead).0 };
    let common = Commonest::get();
    let cut = Cut::of(first, second);
    let ones = common.followers(last, &cut.ones).filter(|one| !is_stop || is_han(*one));
    let is_quoted = is_marked && ends_quoted(before);
    // `?!?` is no `。。`: people write it.
    let may_be = |one: char, two: char| {
        let is_marked = is_marked && !is_han(one) && !is_han(two);
        !is_marked || two == '”' && is_quoted
    };
    let costs = ones.flat_map(|one| {
        let sum = add(start, one);
        let twos = common.followers(one, &cut.twos);
        twos.filter(move |two| may_be(one, *two) && (!is_stop || BEHIND_WORD.contains(*two)))
            .map(move |two| then(add(sum, two)))
    });
    costs.min().map_or(0, |best| then(now) - best)
}

/// Whether a `“` stands open at the end of the line that `before` ends in, at most [`QUOTED`] characters
/// back.
fn ends_quoted(before: &str) -> bool {
    let mut line = before.chars().rev().take_while(|c| *c != '\n').take(QUOTED);
    line.find(|c| matches!(c, '“' | '”')) == Some('“')
}

/// The common characters that a mark may be cut from, as sets of [`Commonest`].
#[derive(Default)]
struct Cut {
    mark: (u8, u8),
    /// Those whose second byte is the mark's first.
    ones: Vec<u64>,
    /// Those whose first byte is the mark's second.
    twos: Vec<u64>,
}

impl Cut {
    /// Those of the mark of these two bytes.
    fn of(first: u8, second: u8) -> &'static Self {
        static CUTS: LazyLock<Vec<Cut>> =
            LazyLock::new(|| MARKS.chars().filter_map(mark_of).map(Cut::new).collect());
        static NONE: LazyLock<Cut> = LazyLock::new(Cut::default);
        CUTS.iter().find(|cut| cut.mark == (first, second)).unwrap_or(&NONE)
    }

    fn new(mark: (u8, u8)) -> Self {
        let common = Commonest::get();
        let ones = common.set_of(LEADS.filter_map(|lead| gbk().char(lead, mark.0)));
        let twos = common.set_of(TRAILS.filter_map(|trail| gbk().char(mark.1, trail)));
        Self { mark, ones, twos }
    }
}

/// The last character of the line that `before` ends in, and the place after it.
fn place_after(before: &str) -> (char, Context) {
    let mut last = before.chars().rev().take_while(|c| *c != '\n');
    let (one, two) = (last.next(), last.next());
    let token = |c: Option<char>| c.map(|c| model().token(c));
    let place = match (token(two), token(one)) {
        // What is before the two does not matter, but where a run of letters is one step.
        (Some(two), Some(one)) if two != one => model().after_both(two, one),
        _ => [two, one].into_iter().flatten().fold((0, model().line_start()), add).1,
    };
    (one.unwrap_or('\n'), place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_stands_for_two_characters_where_it_is_unlikely_and_they_are_not() {
        let stands = |text: &str, mark: char| stands_for_two(text, text.find(mark).unwrap_or(0));
        assert!(stands("本院依照刑法第三百条的规定定罪处!", '!'));
        assert!(stands("本案的诉讼费用由被告承?!?\n如不服本判决，可以上诉。", '?'));
        assert!(!stands("今天的会议开得真好!", '!'));
        assert!(!stands("你到底想说什么???", '?'));
        assert!(!stands("???", '?'));
        assert!(stands("定期复查才能发现这类慢性疾.只有这样才能降低风险", '.'));
        assert!(!stands("房间很干净.下次还会再来", '.'));
    }
}
