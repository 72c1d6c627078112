//! One look at a text for all repairs: where the few bytes are that any of them begins at.

use super::blocks::suspects;

/// Where the repairs may have to look in a text: byte offsets, ascending.
///
/// Most of what a repair starts from is rare in clean text, so one pass for all of them is several
/// times faster than one for each.
#[derive(Debug, Clone, Copy, Default)]
pub struct Survey<'a> {
    /// Of the line feeds.
    pub line_feeds: &'a [usize],
    /// Of all other bytes of interest, see [`is_of_interest`]; some more are among them.
    pub places: &'a [usize],
}

impl<'a> Survey<'a> {
    /// Those of the places where this byte stands in the text.
    pub fn of_byte(self, text: &'a str, byte: u8) -> impl Iterator<Item = usize> + 'a {
        let bytes = text.as_bytes();
        self.places.iter().copied().filter(move |at| bytes.get(*at) == Some(&byte))
    }
}

/// The surveys of some texts, side by side.
#[derive(Debug, Default)]
pub struct Surveys {
    line_feeds: Vec<usize>,
    places: Vec<usize>,
    /// For each text the ends of its part of the two.
    ends: Vec<(usize, usize)>,
}

impl Surveys {
    /// Those of these texts. Memory speed where they are clean.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut surveys = Self::default();
        for text in texts {
            look(text.as_bytes(), &mut surveys.line_feeds, &mut surveys.places);
            surveys.ends.push((surveys.line_feeds.len(), surveys.places.len()));
        }
        surveys
    }

    /// That of the text with this number; an empty one if there is none.
    pub fn get(&self, number: usize) -> Survey<'_> {
        let end = |number: usize| self.ends.get(number).copied();
        let (from, to) = (number.checked_sub(1).and_then(end).unwrap_or((0, 0)), end(number));
        let to = to.unwrap_or(from);
        Survey {
            line_feeds: self.line_feeds.get(from.0..to.0).unwrap_or_default(),
            places: self.places.get(from.1..to.1).unwrap_or_default(),
        }
    }
}

/// Puts the line feeds and the other bytes of interest where they belong.
#[multiversion::multiversion(targets("x86_64+avx2+bmi1+bmi2+lzcnt"))]
fn look(bytes: &[u8], line_feeds: &mut Vec<usize>, places: &mut Vec<usize>) {
    suspects(bytes, is_of_interest, |at| match bytes.get(at) {
        Some(b'\n') => line_feeds.push(at),
        _ => places.push(at),
    });
}

/// Whether one of these may begin with the byte `a`; arithmetic without branches.
///
/// Controls; characters that nobody sees, as `invisible` looks for them; marks that are cut bytewise,
/// as `phase_shift` does; `&`, `</`, and brackets (of a full-width one the last byte) with a blank or
/// a letter of pinyin behind them.
#[inline(always)]
fn is_of_interest(before: u8, a: u8, b: u8, c: u8) -> bool {
    let control = (a < 0x20) | (a == 0x7F);
    // Characters of two bytes, and up to U+1FFF.
    let lead = a.wrapping_sub(0xC2) < 0x20;
    // U+2010 to U+2027, dashes and quotes, are the only common ones of their block.
    let general = (a == 0xE2) & !((b == 0x80) & (c.wrapping_sub(0x90) < 0x18));
    let filler = (a == 0xE3) & (b == 0x85);
    // Private use and all beyond; of U+FF00 to U+FF7F only `！` and `：` to `？`.
    let mark = (b == 0xBC) & ((c == 0x81) | (c.wrapping_sub(0x9A) < 6));
    let last = (a >= 0xEE) & !((a == 0xEF) & (b | 1 == 0xBD) & !mark);
    let cut = ((a == b'!') | ((a | 1) == b';')) & (b >= 0x80) | (a == b'?');
    let reference = (a == b'&') | (a == b'<') & (b == b'/');
    let letter = (b.wrapping_sub(b'a') < 0x81) | (b == b' ');
    let bracket = ((a == b'(') | (before == 0xBC) & (a == 0x88)) & letter;
    control | lead | general | filler | last | cut | reference | bracket
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surveys_of_texts_lie_side_by_side() {
        let texts =
            ["他说：“好！”\n\n百度(bǎidù)", "", "一；二|三\n&amp;</p>", "今天（星期三）天气很好。"];
        let surveys = Surveys::of(texts);
        let seen = |row: usize| (surveys.get(row).line_feeds, surveys.get(row).places);
        let empty: &[usize] = &[];
        assert_eq!(seen(0), (&[21, 22][..], &[6, 15, 29, 31, 35][..]));
        assert_eq!(seen(1), (empty, empty));
        assert_eq!(seen(2), (&[13][..], &[3, 14, 19][..]));
        assert_eq!(seen(3), (empty, empty));
        assert_eq!(seen(4), (empty, empty));
        assert!(surveys.get(2).of_byte(texts[2], b'&').eq([14]));
    }
}
