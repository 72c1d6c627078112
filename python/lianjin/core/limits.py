"""Every limit of the product, with its unit in its name. Reaching one is a typed refusal."""

RULE_LENGTH_CHARS = 10_000
RULE_DEPTH = 50
"""Parentheses and `not` within each other in one rule."""
RULE_TESTS = 200_000
"""Comparisons tried to prove that a rule can be true and can be false; beyond, it is not proven."""
RECIPE_DEPTH = 20
RECIPE_SIZE_BYTES = 1_000_000
RECIPE_STEPS = 200
RECORD_SIZE_BYTES = 64 << 20
"""One record of a file; a larger one is quarantined as `record-too-large`."""
RECORD_DEPTH = 128
"""Brackets within each other in one JSON record; deeper is quarantined as `too-deep`."""
INPUT_FILES = 20_000_000
"""Files of one run."""
FOLDER_DEPTH = 200
"""Folders within each other below an input."""
QUARANTINED_AT_LEAST = 10
"""Unreadable records of a run that never stop it, whatever their share; a share of few says little."""
