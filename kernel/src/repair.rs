//! Repairs: text in, span edits out.
//!
//! One file per repair. A repair looks at one text at a time, keeps no state between texts,
//! leaves clean text alone, and finds nothing more to do in its own output.

mod blocks;
mod cut;
pub mod cut_boilerplate;
pub mod cut_spam_tail;
mod entities;
mod invisible;
mod phase_shift;
mod punctuation;
pub mod script;
mod strip_gloss;
mod survey;
mod words;
mod wrong_codec;

use crate::edit::{Edit, apply};
use serde_json::{Map, Value};
use survey::{Survey, Surveys};

/// The settings of one step, as the recipe's `with:` gives them.
pub type Parameters = Map<String, Value>;

/// One way to mend a text.
pub trait Repair: Send + Sync {
    /// The edits that mend `text`: ordered, disjoint, on character boundaries; none if it is clean.
    fn edits(&self, text: &str) -> Vec<Edit> {
        self.edits_at(text, Surveys::of([text]).get(0))
    }

    /// The same edits, where the text's survey is at hand.
    fn edits_at(&self, text: &str, survey: Survey<'_>) -> Vec<Edit>;
}

/// The names of all repairs, in the order in which they belong (REPAIR order).
pub const NAMES: [&str; 9] = [
    "wrong_codec",
    "phase_shift",
    "strip_gloss",
    "entities",
    "invisible",
    "script",
    "punctuation",
    "cut_boilerplate",
    "cut_spam_tail",
];

/// The repair of that name with these settings, or a sentence that says what is wrong.
pub fn named(name: &str, parameters: &Parameters) -> Result<Box<dyn Repair>, String> {
    match name {
        "wrong_codec" => wrong_codec::new(parameters),
        "phase_shift" => phase_shift::new(parameters),
        "strip_gloss" => strip_gloss::new(parameters),
        "entities" => entities::new(parameters),
        "invisible" => invisible::new(parameters),
        "script" => script::new(parameters),
        "punctuation" => punctuation::new(parameters),
        "cut_boilerplate" => cut_boilerplate::new(parameters),
        "cut_spam_tail" => cut_spam_tail::new(parameters),
        _ => Err(format!("no repair is called {name:?}")),
    }
}

/// A text after a chain of repairs, and what each step did.
#[derive(Debug, Default, PartialEq)]
pub struct Repaired {
    /// The mended text; `None` if no step found anything.
    pub text: Option<String>,
    /// The steps with edits.
    pub steps: Vec<Step>,
}

/// What one step of a chain did to a text.
#[derive(Debug, PartialEq)]
pub struct Step {
    /// Its number in the chain.
    pub number: usize,
    /// The text as the step found it; `None`: as it was given.
    pub before: Option<String>,
    /// Its edits of that text.
    pub edits: Vec<Edit>,
}

/// Carries out the repairs one after the other; each sees what the one before left.
///
/// One step goes over all texts before the next begins, so that its tables stay in the cache: give
/// it a few texts at a time that stay there too.
pub fn run(chain: &[Box<dyn Repair>], texts: &[&str]) -> Vec<Repaired> {
    let mut repaired: Vec<Repaired> = texts.iter().map(|_| Repaired::default()).collect();
    let surveys = Surveys::of(texts.iter().copied());
    let seen: Vec<Survey<'_>> = (0..texts.len()).map(|row| surveys.get(row)).collect();
    // A text that was mended is no longer what was seen. Few are: no room for all of them.
    let mut anew: Vec<Option<Box<Surveys>>> = texts.iter().map(|_| None).collect();
    for (number, repair) in chain.iter().enumerate() {
        let rows = texts.iter().zip(&seen).zip(&mut repaired).zip(&mut anew);
        for (((text, seen), found), anew) in rows {
            let current = found.text.as_deref().unwrap_or(text);
            let survey = anew.as_ref().map_or(*seen, |anew| anew.get(0));
            let edits = repair.edits_at(current, survey);
            if !edits.is_empty() {
                debug_assert!(crate::edit::is_well_formed(current, &edits), "{number}: {edits:?}");
                let after = apply(current, &edits);
                // Behind the last step nobody looks.
                *anew = (number + 1 < chain.len()).then(|| Box::new(Surveys::of([after.as_str()])));
                let before = found.text.replace(after);
                found.steps.push(Step { number, before, edits });
            }
        }
    }
    repaired
}

/// The line without the white space pages put around it.
pub(crate) fn trim_blank(line: &str) -> &str {
    line.trim_matches(cut::is_blank)
}
