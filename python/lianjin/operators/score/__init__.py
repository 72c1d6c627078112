"""Scores: a text in, one number or label out.

Takes texts; gives facts about them that recipes compare and receipts keep.
Every score here has a twin in the kernel, which takes all that are wanted in one look.
"""

from __future__ import annotations

from importlib.resources import files


def language_model() -> str:
    """The path of lid.176.ftz, the model behind `language`, as the package carries it."""
    return str(files("lianjin") / "models" / "lid.176.ftz")
