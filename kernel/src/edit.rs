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

/// The edits that `find` found in the text, and asked again on its own result until it finds nothing
/// more (five times at most).
///
/// Makes a repair idempotent whose decisions look at neighbours that it may itself change.
/// Clean text costs one call; other text one call more than it needs.
pub fn settle(text: &str, found: Vec<Edit>, find: impl Fn(&str) -> Vec<Edit>) -> Vec<Edit> {
    let mut edits = found;
    for _ in 0..5 {
        if edits.is_empty() {
            break;
        }
        let after = apply(text, &edits);
        let more = find(&after);
        if more.is_empty() {
            break;
        }
        edits = compose(&after, edits, more);
        edits.retain(|edit| text.get(edit.start..edit.end) != Some(edit.after.as_str()));
    }
    edits
}

/// One list of edits that does what `first` and then `second` do; `middle` is the text between.
///
/// Edits that touch become one, under the rule of the earlier and the lower confidence.
pub fn compose(middle: &str, first: Vec<Edit>, second: Vec<Edit>) -> Vec<Edit> {
    /// Some edits as a span of the text between: how much shorter it was before, what it becomes.
    struct Span {
        start: usize,
        end: usize,
        before: usize,
        second: Vec<Edit>,
        rule: &'static str,
        confidence: f32,
    }
    let mut spans: Vec<Span> = Vec::with_capacity(first.len() + second.len());
    let (mut grown, mut shrunk) = (0, 0);
    for edit in first {
        let start = edit.start + grown - shrunk;
        (grown, shrunk) = (grown + edit.after.len(), shrunk + edit.end - edit.start);
        let (end, before) = (start + edit.after.len(), edit.end - edit.start);
        let Edit { rule, confidence, .. } = edit;
        spans.push(Span { start, end, before, second: vec![], rule, confidence });
    }
    spans.extend(second.into_iter().map(|edit| {
        let Edit { start, end, rule, confidence, .. } = edit;
        Span { start, end, before: end - start, second: vec![edit], rule, confidence }
    }));
    spans.sort_by_key(|span| (span.start, span.end));
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last)
                if span.start <= last.end
                    && !(span.second.is_empty() && last.second.is_empty()) =>
            {
                // Bytes that both cover were counted in both lengths.
                let both = last.end.min(span.end) - span.start;
                last.before = last.before + span.before - both;
                last.end = last.end.max(span.end);
                last.second.extend(span.second);
                last.confidence = last.confidence.min(span.confidence);
            }
            _ => merged.push(span),
        }
    }
    let (mut grown, mut shrunk) = (0, 0);
    let mut composed = Vec::with_capacity(merged.len());
    for span in merged {
        let start = span.start + grown - shrunk;
        (grown, shrunk) = (grown + span.before, shrunk + span.end - span.start);
        let inside: Vec<Edit> = span
            .second
            .into_iter()
            .map(|edit| Edit { start: edit.start - span.start, end: edit.end - span.start, ..edit })
            .collect();
        let after = apply(middle.get(span.start..span.end).unwrap_or_default(), &inside);
        let (end, rule, confidence) = (start + span.before, span.rule, span.confidence);
        composed.push(Edit { rule, start, end, after, confidence });
    }
    composed
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
    fn composed_edits_do_what_both_do() {
        let text = "abcdefgh";
        let first = vec![edit(0, 1, "AA"), edit(2, 3, ""), edit(4, 6, "E"), edit(7, 7, "!")];
        let middle = apply(text, &first);
        assert_eq!(middle, "AAbdEg!h");
        let spans = [(0, 0), (1, 3), (2, 4), (3, 5), (4, 6), (6, 8), (8, 8)];
        for (at, &(start, end)) in spans.iter().enumerate() {
            for &(later, last) in spans.iter().skip(at + 1).filter(|span| span.0 >= end) {
                let second = vec![edit(start, end, "x"), edit(later, last, "yz")];
                let composed = compose(&middle, first.clone(), second.clone());
                let expected = apply(&middle, &second);
                assert_eq!(apply(text, &composed), expected, "{second:?} {composed:?}");
            }
        }
    }

    #[test]
    fn overlap_disorder_and_split_characters_are_not_well_formed() {
        assert!(is_well_formed("炼金也", &[edit(0, 3, ""), edit(3, 6, "")]));
        assert!(!is_well_formed("炼金也", &[edit(0, 6, ""), edit(3, 9, "")]));
        assert!(!is_well_formed("炼金也", &[edit(1, 3, "")]));
        assert!(!is_well_formed("炼金也", &[edit(0, 3, "炼")]));
    }
}
