"""Repairs: a dirty text in, span edits with a rule and a confidence out.

Takes one text; gives the edits that mend it; receipts record every edit.
"""

ORDER = (
    "wrong_codec",
    "phase_shift",
    "strip_gloss",
    "entities",
    "invisible",
    "script",
    "punctuation",
    "cut_boilerplate",
    "cut_spam_tail",
)
"""The order in which repairs belong: evidence is used before a later repair takes it away."""
