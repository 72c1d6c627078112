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
mod script;
mod strip_gloss;
mod words;
mod wrong_codec;

use crate::edit::{Edit, apply};
use serde_json::{Map, Value};

/// The settings of one step, as the recipe's `with:` gives them.
pub type Parameters = Map<String, Value>;

/// One way to mend a text.
pub trait Repair: Send + Sync {
    /// The edits that mend `text`: ordered, disjoint, on character boundaries; none if it is clean.
    fn edits(&self, text: &str) -> Vec<Edit>;
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
    /// (step, edits), for steps with edits; each in the text as that step found it.
    pub steps: Vec<(usize, Vec<Edit>)>,
}

/// Carries out the repairs one after the other; each sees what the one before left.
pub fn run(chain: &[Box<dyn Repair>], text: &str) -> Repaired {
    let mut repaired = Repaired::default();
    for (step, repair) in chain.iter().enumerate() {
        let current = repaired.text.as_deref().unwrap_or(text);
        let edits = repair.edits(current);
        if !edits.is_empty() {
            debug_assert!(crate::edit::is_well_formed(current, &edits), "step {step}: {edits:?}");
            repaired.text = Some(apply(current, &edits));
            repaired.steps.push((step, edits));
        }
    }
    repaired
}

/// The line without the white space pages put around it.
pub(crate) fn trim_blank(line: &str) -> &str {
    line.trim_matches(cut::is_blank)
}
