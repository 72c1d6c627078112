//! Whether a mark is all that is left of two characters: their other bytes are gone, and no run of
//! characters out of step behind it tells.

use super::commonest::Commonest;
use super::gate::{
    BETTER, MARKS, Sum, UNPRECEDED, add, full_stop, is_usual, last_of_line, needed, promise,
};
use super::tokens::mark_of;
use crate::gbk::{LEADS, TRAILS, gbk};
use crate::han::is_han;
use crate::language_model::{NAT, model};

/// A mark costs so much in text where none belongs.
const UNLIKELY: i32 = 8 * NAT;
/// Two characters that a mark alone is left of must be so much likelier than it.
const ALONE: i32 = 5 * NAT / 2;
/// And so much if it stands between markers: people write `?!?` and `???` too.
const MARKED: i32 = 8 * NAT;

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
    let Some((_, second)) = mark_of(mark).filter(|_| !",.，。".contains(mark)) else {
        return false;
    };
    if !is_han(last) || Commonest::get().is_pair(last, mark) || needed(before) > BETTER {
        return false;
    }
    let rest = ahead.as_str();
    gain(before, mark, false, rest) > ALONE
        || !is_usual(rest) && promise(full_stop(), full_stop(), second, rest) > 0
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
fn gain(before: &str, mark: char, is_marked: bool, rest: &str) -> i32 {
    let Some((first, second)) = mark_of(mark) else { return 0 };
    let line = last_of_line(before);
    let start = (0, line.iter().fold((0, model().line_start()), |sum, c| add(sum, *c)).1);
    let shown: &[char] = if is_marked { &['?', mark, '?'] } else { &[mark] };
    let now = shown.iter().fold(start, |sum, c| add(sum, *c));
    if !is_marked && now.0 < UNLIKELY {
        return 0;
    }
    let ahead = rest.chars().next().unwrap_or('\n');
    let then = |sum: Sum| if is_marked { sum.0 } else { add(sum, ahead).0 };
    let common = Commonest::get();
    let last = line.last().copied().filter(|last| common.place(*last).is_some());
    let follows = |one: &char| match last {
        Some(last) => common.is_pair(last, *one),
        None => common.place(*one).is_some(),
    };
    let ones = LEADS.filter_map(|lead| gbk().char(lead, first)).filter(follows);
    let costs = ones.flat_map(|one| {
        let sum = add(start, one);
        let twos = TRAILS.filter_map(|trail| gbk().char(second, trail));
        twos.filter(move |two| common.is_pair(one, *two)).map(move |two| then(add(sum, two)))
    });
    costs.min().map_or(0, |best| then(now) - best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_stands_for_two_characters_where_it_is_unlikely_and_they_are_not() {
        let stands = |text: &str, mark: char| stands_for_two(text, text.find(mark).unwrap_or(0));
        assert!(stands("本院依照刑法第三百条的规定定罪处!", '!'));
        assert!(stands("受暴风雪影响，地区多个学区宣布???,多所大学校园关闭", '?'));
        assert!(!stands("今天的会议开得真好!", '!'));
        assert!(!stands("你到底想说什么???", '?'));
        assert!(!stands("???", '?'));
    }
}
