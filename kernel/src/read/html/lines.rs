//! What a line says about itself: credits, share lines, headings of what follows an article.

use std::collections::HashMap;
use std::sync::OnceLock;

/// Characters after which a line is text, however it starts.
const LONGEST_DROPPED: usize = 80;
/// Characters that a heading of recommendations may add to its words.
const LONGEST_ENDING: usize = 8;

/// What to do with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// It is text.
    Text,
    /// It is left out.
    Dropped,
    /// It and all after it is left out.
    Ends,
}

#[derive(Clone, Copy)]
enum Kind {
    Dropped,
    Alone,
    Ends,
}

/// By the first character: the starts of lines, and what they mean.
type Starts = HashMap<char, Vec<(&'static str, Kind)>>;

/// What to do with a line of an article; O(1), it looks at 80 characters at most.
pub fn judge(text: &str) -> Line {
    let Some(first) = text.chars().next() else { return Line::Text };
    let Some(candidates) = starts().get(&first.to_ascii_lowercase()) else { return Line::Text };
    let n_chars = text.chars().take(LONGEST_DROPPED + 1).count();
    if n_chars > LONGEST_DROPPED {
        return Line::Text;
    }
    for (start, kind) in candidates {
        let Some(rest) = after(text, start) else { continue };
        let n_rest = rest.chars().count();
        match kind {
            Kind::Dropped => return Line::Dropped,
            Kind::Alone if n_rest == 0 => return Line::Dropped,
            Kind::Ends if n_rest <= LONGEST_ENDING => return Line::Ends,
            _ => {}
        }
    }
    Line::Text
}

/// What follows `start` in `text`, letters of ASCII in either case.
fn after<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(start.len())?;
    head.eq_ignore_ascii_case(start).then_some(rest)
}

fn starts() -> &'static Starts {
    static STARTS: OnceLock<Starts> = OnceLock::new();
    STARTS.get_or_init(|| {
        let mut starts = Starts::new();
        for line in include_str!("lines.txt").lines().filter(|line| !line.starts_with('#')) {
            let Some((kind, start)) = line.split_once(' ') else { continue };
            let kind = match kind {
                "dropped" => Kind::Dropped,
                "alone" => Kind::Alone,
                _ => Kind::Ends,
            };
            let Some(first) = start.chars().next() else { continue };
            starts.entry(first).or_default().push((start, kind));
        }
        starts
    })
}
