"""Every code that the program can say is explained in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from lianjin.core.codes import groups

RAISED = {
    "Cancelled", "Conflict", "Fault", "Finding", "LianjinError", "LimitExceeded", "NotFound",
    "Problem", "RecipeError", "RequirementError", "StandardError", "StorageError", "UsageError", "cls",
    "refusal", "_problem",
}  # fmt: skip
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def said(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Codes given to refusals: the first constant argument that looks like a code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in RAISED:
            texts = (a.value for a in node.args if isinstance(a, ast.Constant))
            found = [text for text in texts if isinstance(text, str) and CODE.fullmatch(text)]
            yield from ((node.lineno, code) for code in found[:1])


def test_every_code_is_explained(modules: dict[Path, ast.Module], root: Path) -> None:
    known = {code for group in groups().values() for code in group}
    wrong = [
        f"{path.relative_to(root)}:{line} {code}"
        for path, tree in modules.items()
        for line, code in said(tree)
        if code not in known
    ]
    assert not wrong, "explain in python/lianjin/core/codes.yaml: " + ", ".join(wrong)


def test_every_explanation_is_in_both_languages() -> None:
    for group in groups().values():
        for code, text in group.items():
            assert CODE.fullmatch(code)
            assert set(text) == {"en", "zh"}, code
