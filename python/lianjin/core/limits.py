"""Every limit of the product, with its unit in its name. Reaching one is a typed refusal."""

RULE_LENGTH_CHARS = 10_000
RULE_DEPTH = 50
"""Parentheses and `not` within each other in one rule."""
RULE_CASES = 20_000
"""Cases tried to prove that a rule can be true and can be false; beyond, it is not proven."""
RECIPE_DEPTH = 20
RECIPE_SIZE_BYTES = 1_000_000
RECIPE_STEPS = 200
