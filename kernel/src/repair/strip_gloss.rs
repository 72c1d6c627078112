//! Pinyin glosses that a page's software put behind its characters: `質(zhì)量` becomes `質量`.
//!
//! True annotations stay. Damage shows itself by the whole document: software glosses a character
//! at every occurrence, and glosses common characters that the two scripts write differently;
//! people gloss the unusual, once, or (in lessons) everything. Glosses go before width folding:
//! folding turns `（` into `(`, and then `值（x）` would look more like one.

use super::survey::Survey;
use super::{Parameters, Repair};
use crate::edit::Edit;
use crate::han::{is_common, is_convertible, is_han, traditional_forms};
use crate::mix::BuildMix;
use crate::reading;
use std::cell::LazyCell;
use std::collections::HashMap;

/// Finds glosses; see the module for what is one.
pub struct StripGloss {
    /// Fewest glosses that prove a document damaged.
    minimum: usize,
}

/// The repair with these settings: `minimum` (5), the fewest glosses that prove a document damaged.
pub fn new(parameters: &Parameters) -> Result<Box<dyn Repair>, String> {
    let mut minimum = 5;
    for (name, value) in parameters {
        match (name.as_str(), value.as_u64()) {
            ("minimum", Some(number)) if number >= 2 => minimum = number as usize,
            ("minimum", _) => {
                return Err(format!("minimum is {value}; expected a whole number, 2 or more"));
            }
            _ => return Err(format!("strip_gloss has no setting {name:?}; it has minimum")),
        }
    }
    Ok(Box::new(StripGloss { minimum }))
}

impl Repair for StripGloss {
    fn edits_at(&self, text: &str, survey: Survey<'_>) -> Vec<Edit> {
        let openings = openings(text, survey);
        if openings.len() < self.minimum {
            return Vec::new();
        }
        let glosses = glosses(text, &openings);
        if glosses.len() < self.minimum {
            return Vec::new();
        }
        let kinds = kinds(text, &glosses);
        if !is_damaged(text, &glosses, &kinds, self.minimum) {
            return Vec::new();
        }
        let blanks = Blanks::of(&glosses);
        glosses
            .iter()
            .filter(|gloss| {
                kinds.get(&gloss.character).is_some_and(|k| k.typical || k.is_consistent())
            })
            .map(|gloss| Edit {
                rule: if gloss.toned { "toned_gloss" } else { "toneless_gloss" },
                start: gloss.start,
                end: blanks.end(gloss),
                after: String::new(),
                confidence: if gloss.toned { 0.99 } else { 0.97 },
            })
            .collect()
    }
}

/// Characters that may stand between brackets, blanks among them.
const LONGEST: usize = 24;

/// One gloss behind a character whose reading it gives.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Gloss<'a> {
    character: char,
    /// First byte behind the character.
    start: usize,
    /// Behind the closing bracket.
    end: usize,
    /// What stands in the brackets.
    letters: &'a str,
    toned: bool,
    /// Whether it is the usual reading of the character.
    usual: bool,
    /// What follows, past one blank.
    next: Next,
    /// Whether one blank follows.
    blank: bool,
}

/// What follows a gloss, past one blank.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Next {
    Glossed,
    Han,
    Other,
    LineEnd,
}

/// The byte offsets of opening brackets with a small letter behind them.
///
/// A bracket whose next byte begins neither an ASCII letter, a blank nor a marked letter is
/// passed over: nearly all brackets of clean Chinese text.
fn openings(text: &str, survey: Survey<'_>) -> Vec<usize> {
    let bytes = text.as_bytes();
    let opens = |end: &(usize, usize)| {
        let letter = match bytes.get(end.1) {
            Some(b' ') => bytes.get(end.1 + 1),
            other => other,
        };
        letter.is_some_and(|&b| matches!(b, b'a'..=b'z' | 0xC3..=0xC9 | 0xE1))
    };
    let bracket = |at: usize| match bytes.get(at)? {
        b'(' => Some((at, at + 1)),
        0x88 => {
            let start = at.checked_sub(2)?;
            text.get(start..=at).filter(|here| *here == "（").map(|_| (start, at + 1))
        }
        _ => None,
    };
    survey.brackets.iter().filter_map(|at| bracket(*at)).filter(opens).map(|(at, _)| at).collect()
}

/// The glosses at these openings, in order. A second gloss may follow the first one at once.
fn glosses<'a>(text: &'a str, openings: &[usize]) -> Vec<Gloss<'a>> {
    let mut found: Vec<Gloss<'a>> = Vec::new();
    let mut known: HashMap<(char, &str), Option<bool>, BuildMix> = HashMap::default();
    for &opening in openings {
        let before = text.get(..opening).unwrap_or_default();
        // Blanks between two glosses go with the second, or the next pass would find it.
        let behind_last = before.trim_end_matches(' ').len();
        let first = found.last().filter(|last| last.end == behind_last).map(|last| last.character);
        let start = match first {
            Some(_) => behind_last,
            None => before.strip_suffix(' ').unwrap_or(before).len(),
        };
        let character =
            first.or_else(|| text.get(..start).and_then(|left| left.chars().next_back()));
        let Some(character) = character.filter(|&c| is_han(c)) else { continue };
        let Some((end, letters)) = bracketed(text, opening) else { continue };
        // Readings of whole words, as dictionaries give them.
        if letters.contains(' ') {
            continue;
        }
        // A page says the same few hundreds of times over.
        let known = known.entry((character, letters)).or_insert_with(|| judge(character, letters));
        let Some(usual) = *known else { continue };
        if let Some(last) = found.last_mut().filter(|_| first.is_some()) {
            last.blank = false;
        }
        let (blank, next) = following(text, end);
        found.push(Gloss {
            character,
            start,
            end,
            letters,
            toned: !letters.is_ascii(),
            usual,
            next,
            blank,
        });
    }
    for at in 1..found.len() {
        let Some(&Gloss { start, .. }) = found.get(at) else { break };
        if let Some(previous) = found.get_mut(at - 1) {
            let gap = text.get(previous.end..start).unwrap_or_default();
            let gap = gap.strip_prefix(' ').unwrap_or(gap);
            let mut between = gap.chars();
            if between.next().is_some() && between.next().is_none() {
                previous.next = Next::Glossed;
            }
        }
    }
    found
}

/// Whether the gloss is the character's usual reading; `None` if it is no reading of it at all.
///
/// Those of the characters that it is the simplified form of count: glosses are older than a
/// conversion, and `乾(qián)燥` is found as `干(qián)燥`.
fn judge(character: char, letters: &str) -> Option<bool> {
    let fits = reading::fits(character, letters)
        || traditional_forms(character).any(|form| reading::fits(form, letters));
    let usual = reading::readings(character).next();
    fits.then(|| usual.is_some_and(|usual| reading::same(usual, letters)))
}

/// The end and the letters of a bracketed word of at most eight letters.
fn bracketed(text: &str, opening: usize) -> Option<(usize, &str)> {
    let inside = text.get(opening..)?.strip_prefix(['(', '（'])?;
    let length = inside_length(inside)?;
    let behind = inside.get(length..)?;
    let rest = behind.strip_prefix([')', '）'])?;
    let letters = inside.get(..length)?;
    let letters = letters.strip_prefix(' ').unwrap_or(letters);
    let letters = letters.strip_suffix(' ').unwrap_or(letters);
    Some((text.len() - rest.len(), letters))
}

/// Bytes before the first bracket; `None` if more than [`LONGEST`] characters stand there.
fn inside_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut n_chars = 0;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'(' | b')' => return Some(at),
            0xEF if matches!(bytes.get(at + 1..at + 3), Some([0xBC, 0x88 | 0x89])) => {
                return Some(at);
            }
            0x80..0xC0 => {}
            _ if n_chars == LONGEST => return None,
            _ => n_chars += 1,
        }
    }
    None
}

fn following(text: &str, end: usize) -> (bool, Next) {
    let behind = text.get(end..).unwrap_or_default();
    let past = behind.strip_prefix(' ');
    let next = match past.unwrap_or(behind).chars().next() {
        None | Some('\n' | '\r') => Next::LineEnd,
        Some(c) if is_han(c) => Next::Han,
        Some(_) => Next::Other,
    };
    (past.is_some(), next)
}

/// What the document does with one glossed character.
#[derive(Debug)]
struct Kind<'a> {
    /// What its first gloss says.
    first: &'a str,
    /// Occurrences in the document.
    seen: usize,
    /// Occurrences with a gloss.
    glossed: usize,
    /// Glosses that say what its first one says.
    agreeing: usize,
    /// A common character that the two scripts write differently.
    typical: bool,
}

/// What the document does with each glossed character.
type Kinds<'a> = HashMap<char, Kind<'a>, BuildMix>;

impl Kind<'_> {
    /// Half is enough: where a mended run lost its glosses, the document's proof stands for it.
    fn is_consistent(&self) -> bool {
        self.glossed * 2 >= self.seen
    }
}

fn kinds<'a>(text: &str, glosses: &[Gloss<'a>]) -> Kinds<'a> {
    let mut kinds: Kinds<'a> = HashMap::default();
    let mut last_start = usize::MAX;
    for gloss in glosses {
        let kind = kinds.entry(gloss.character).or_insert_with(|| Kind {
            first: gloss.letters,
            seen: 0,
            glossed: 0,
            agreeing: 0,
            typical: is_convertible(gloss.character) && is_common(gloss.character),
        });
        // A second gloss behind the same character is no second occurrence.
        if gloss.start != last_start {
            kind.glossed += 1;
        }
        last_start = gloss.end;
        let agrees = kind.first == gloss.letters || reading::same(kind.first, gloss.letters);
        kind.agreeing += usize::from(agrees);
    }
    // Most characters end in a byte that no glossed one ends in: no look-up for them.
    let mut is_ending = [false; 256];
    let ending = |character: char| usize::from(character as u32 as u8);
    for &character in kinds.keys() {
        if let Some(flag) = is_ending.get_mut(ending(character)) {
            *flag = true;
        }
    }
    for character in text.chars() {
        if is_ending.get(ending(character)) == Some(&true)
            && let Some(kind) = kinds.get_mut(&character)
        {
            kind.seen += 1;
        }
    }
    kinds
}

/// Whether the glosses are a software's, by the counts of the whole document.
fn is_damaged(text: &str, glosses: &[Gloss<'_>], kinds: &Kinds<'_>, minimum: usize) -> bool {
    let consistent: Vec<&Kind<'_>> = kinds.values().filter(|kind| kind.is_consistent()).collect();
    let glossed: usize = consistent.iter().map(|kind| kind.glossed).sum();
    let seen: usize = kinds.values().map(|kind| kind.seen).sum();
    let all: usize = kinds.values().map(|kind| kind.glossed).sum();
    let usual = glosses.iter().filter(|gloss| gloss.usual).count();
    let agreeing: usize = kinds.values().map(|kind| kind.agreeing).sum();
    let several = kinds.values().filter(|kind| kind.agreeing < kind.glossed).count();
    let repeated = kinds.values().filter(|kind| kind.glossed > 1).count();
    // Looked at last: most documents are told by the counts.
    let han = LazyCell::new(|| text.chars().filter(|&c| is_han(c)).count());
    if glossed < minimum
        || consistent.len() < 3
        || all * 10 < seen * 7
        || usual * 2 < all
        // A list of characters with several readings.
        || agreeing * 20 < glosses.len() * 17
        || several * 5 > repeated
        || all * 5 > *han * 3
        || is_list(text, glosses)
    {
        return false;
    }
    let repeats: usize = consistent.iter().map(|kind| kind.glossed - 1).sum();
    let typical: usize = consistent.iter().filter(|k| k.typical).map(|k| k.glossed).sum();
    // Nobody picks so many characters, just those that are written differently, each always.
    if all == seen && kinds.keys().all(|&character| is_convertible(character)) {
        let fewest = if typical * 20 >= all * 19 { 5 } else { 10 };
        if kinds.len() >= fewest {
            return true;
        }
    }
    if typical * 5 < glossed * 4 {
        // Characters of both scripts glossed alike: a lesson glosses runs, a reader the rare.
        let adjacent = glosses.iter().filter(|gloss| gloss.next == Next::Glossed).count();
        return glossed >= 2 * minimum
            && all * 10 >= seen * 9
            && all * 2 < *han
            && adjacent * 2 < all
            && repeats * 2 >= glossed;
    }
    repeats * 6 >= glossed
}

/// Whether these are words with one gloss each: four in five runs of Chinese have just one.
fn is_list(text: &str, glosses: &[Gloss<'_>]) -> bool {
    let (mut runs, mut single, mut count) = (0usize, 0usize, 0usize);
    let (mut open, mut done) = (false, 0);
    let ends = glosses.iter().map(|gloss| (gloss.start, gloss.end + usize::from(gloss.blank)));
    for (start, end) in ends.map(|(start, end)| (start, Some(end))).chain([(text.len(), None)]) {
        for character in text.get(done..start).unwrap_or_default().chars() {
            let is_han = is_han(character);
            if is_han && !open {
                single += usize::from(count == 1);
                (runs, count) = (runs + 1, 0);
            }
            open = is_han;
        }
        let Some(end) = end else { break };
        (count, done) = (count + 1, end);
    }
    single += usize::from(count == 1);
    single * 5 >= runs * 4
}

/// Whether the blank behind a gloss came with it, by what follows.
#[derive(Debug, Default)]
struct Blanks {
    glossed: bool,
    han: bool,
    other: bool,
}

impl Blanks {
    fn of(glosses: &[Gloss<'_>]) -> Self {
        let always = |next: Next| {
            let all = glosses.iter().filter(|gloss| gloss.next == next).count();
            let blank = glosses.iter().filter(|gloss| gloss.next == next && gloss.blank).count();
            blank > 0 && blank * 10 >= all * 9
        };
        let (glossed, han) = (always(Next::Glossed), always(Next::Han));
        Self { glossed, han, other: han && always(Next::Other) }
    }

    fn end(&self, gloss: &Gloss<'_>) -> usize {
        let with_blank = match gloss.next {
            Next::Glossed => self.glossed,
            Next::Han => self.han,
            Next::Other => self.other,
            Next::LineEnd => self.han || self.glossed,
        };
        gloss.end + usize::from(gloss.blank && with_blank)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{apply, is_well_formed};

    fn strip(text: &str) -> String {
        let repair = StripGloss { minimum: 5 };
        let edits = repair.edits(text);
        assert!(is_well_formed(text, &edits), "{edits:?}");
        let once = apply(text, &edits);
        assert_eq!(repair.edits(&once), [], "{once}");
        once
    }

    #[test]
    fn glosses_go_in_every_style() {
        let clean = "數據質量關於產業發展,我們應當認真對待數據,質量與產業。\
                     今天天色不好,大家走了一天,下午才到山下的村子,吃了一些面和水果,早早上床睡了。";
        for (open, close) in [("(", ")"), ("（", "）"), ("(", ") "), (" (", ")"), ("( ", " )")] {
            for toned in [true, false] {
                let glossed: String = clean
                    .chars()
                    .map(|c| match "數shù 據jù 質zhì 關guān 產chǎn 業yè 發fā 們men 應yīng 當dāng 認rèn 對duì"
                        .split(' ')
                        .find_map(|pair| pair.strip_prefix(c))
                    {
                        Some(gloss) if toned => format!("{c}{open}{gloss}{close}"),
                        Some(gloss) => {
                            let plain: String = gloss
                                .chars()
                                .map(|l| match l {
                                    'ù' => 'u',
                                    'ì' => 'i',
                                    'ā' | 'ǎ' => 'a',
                                    'è' => 'e',
                                    'ī' => 'i',
                                    l => l,
                                })
                                .collect();
                            format!("{c}{open}{plain}{close}")
                        }
                        None => c.to_string(),
                    })
                    .collect();
                assert_eq!(strip(&glossed), clean, "{glossed}");
            }
        }
    }

    #[test]
    fn annotations_stay() {
        for text in [
            "龜(guī)茲,單(chán)于,吐谷(yù)渾,可汗(hán),冒頓(dú),大宛(yuān)。",
            "我(wǒ)們(men)愛(ài)北(běi)京(jīng)天(tiān)安(ān)門(mén)。",
            "值(x)、量(a)、數(e)、據(o)、質(n)、業(m)、關(y)",
            "李(Li)張(Zhang)劉(Liu)陳(Chen)趙(Zhao)孫(Sun)",
            "長(cháng)短、長(zhǎng)大;樂(lè)趣、音樂(yuè);數(shù)學、數(shǔ)數。",
            "質(zhì)量:質量是產品的根本。數(shù)據:數據與業務。業(yè):業務、產業。關(guān):關於。",
            "質(zhì)量數(shù)據業(yè)務",
            "生字:質(zhì)量、數(shù)據、業(yè)務、應(yīng)該、發(fā)展、關(guān)係、對(duì)話、機(jī)場",
            "有得(dé)、獲得(dé)、顯得(dé)、應(yìng)酬、反應(yìng)、還(huán)債、還(huán)珠、\
             歸還(huán)、當(dàng)作、精當(dàng)、家當(dàng)、藏(cáng)私、私藏(cáng)",
        ] {
            assert_eq!(strip(text), text);
        }
    }

    #[test]
    fn holes_of_mended_runs_do_not_hide_the_rest() {
        let text = "數(shù)據(jù)產(chǎn)業(yè)發(fā)展,數據產業,數(shù)據(jù)產(chǎn)業(yè),數(shù)據(jù)產(chǎn)業(yè)發(fā)展,發(fā)展。\
                    今天天色不好,大家走了一天,下午才到山下的村子,吃了一些面和水果,早早上床睡了。";
        assert!(!strip(text).contains('('));
    }

    #[test]
    fn a_short_page_among_other_words_is_stripped() {
        let text = "LibreOffice 7.4 幫(bāng)助\n模塊(kuài)\n目錄(lù)\nReset Statement\n\
                    關(guān)閉(bì)所有開(kāi)啟的檔(dàng)案。";
        assert!(!strip(text).contains('('));
    }

    #[test]
    fn a_gloss_fits_the_form_before_conversion() {
        let text = "数(shù)据干(qián)燥,产(chǎn)业干(qián)燥,数(shù)据产(chǎn)业,\
                    我们发(fā)展产(chǎn)业,数(shù)据要干(qián)净。";
        assert!(!strip(text).contains('('));
    }

    #[test]
    fn blanks_between_two_glosses_go_with_them() {
        let page =
            "數(shù)據與產(chǎn)業(yè)發(fā)展,這是數(shù)據,這是產(chǎn)業(yè),也要發(fā)展的。";
        let twice = page.replacen("(shù)", "(shù)   (shu)", 1);
        assert_eq!(strip(&twice), strip(page));
    }

    #[test]
    fn settings_are_checked() {
        let settings = |json| new(&serde_json::from_str(json).unwrap_or_default()).err();
        assert_eq!(settings("{}"), None);
        assert!(settings(r#"{"minimum": 1}"#).is_some_and(|e| e.contains("2 or more")));
        assert!(settings(r#"{"most": 1}"#).is_some_and(|e| e.contains("most")));
    }
}
