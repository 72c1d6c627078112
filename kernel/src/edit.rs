//! Span edits: the only way a repair may change a text.

/// One change to a text: the bytes `start..end` become `after`.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// Which rule of the repair decided, in snake_case: `toned_gloss`, `lead_byte_lost`.
    pub rule: &'static str,
    /// First byte replaced, on a character boundary of the text the repair was given.
    pub start: usize,
    /// First byte kept again, on a character boundary.
    pub end: usize,
    /// What stands there afterwards; empty for a deletion.
    pub after: String,
    /// How sure the rule is, 0 to 1; a rule that cannot be wrong says 1.
    pub confidence: f32,
}

/// The text with all edits carried out.
///
/// `edits` are in ascending order and do not overlap; [`is_well_formed`] tells.
/// One allocation, memory speed.
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let grown: usize = edits.iter().map(|edit| edit.after.len()).sum();
    let mut out = String::with_capacity(text.len() + grown);
    let mut done = 0;
    for edit in edits {
        out.push_str(text.get(done..edit.start).unwrap_or_default());
        out.push_str(&edit.after);
        done = edit.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// Whether edits are ordered, disjoint, on character boundaries, and each changes something.
pub fn is_well_formed(text: &str, edits: &[Edit]) -> bool {
    let mut done = 0;
    edits.iter().all(|edit| {
        let fits = done <= edit.start
            && edit.start <= edit.end
            && text.get(edit.start..edit.end).is_some_and(|before| before != edit.after);
        done = edit.end;
        fits
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, after: &str) -> Edit {
        Edit { rule: "test", start, end, after: after.to_owned(), confidence: 1.0 }
    }

    #[test]
    fn no_edit_leaves_the_text() {
        assert_eq!(apply("炼金", &[]), "炼金");
    }

    #[test]
    fn edits_replace_insert_and_delete() {
        let edits = [edit(0, 3, "鍊"), edit(6, 6, "术"), edit(6, 9, "")];
        assert_eq!(apply("炼金也好", &edits), "鍊金术好");
    }

    #[test]
    fn overlap_disorder_and_split_characters_are_not_well_formed() {
        assert!(is_well_formed("炼金也", &[edit(0, 3, ""), edit(3, 6, "")]));
        assert!(!is_well_formed("炼金也", &[edit(0, 6, ""), edit(3, 9, "")]));
        assert!(!is_well_formed("炼金也", &[edit(1, 3, "")]));
        assert!(!is_well_formed("炼金也", &[edit(0, 3, "炼")]));
    }
}
