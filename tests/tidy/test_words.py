"""Every sentence has two forms, with the same values in both; no reader meets the other language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lianjin.cli.operators import UNITS
from lianjin.core import limits
from lianjin.core.codes import groups
from lianjin.core.errors import LianjinError
from lianjin.core.words import Words
from lianjin.operators.registry import Operator, operators

PAIRS = {"Words", "say", "told"}
HAN = re.compile("[\u4e00-\u9fff]")
FOREIGN = {"error", "said", "meant", "reason", "error.format_message()"}
"""What a library or the system says, in its own language: English shows it, Chinese says it anew."""


def pairs(tree: ast.Module) -> Iterator[tuple[int, ast.expr, ast.expr]]:
    """The line and both forms of every sentence of a file."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or len(node.args) != 2:
            continue
        if ast.unparse(node.func) in PAIRS and ast.unparse(node.args[0]) != "en":
            yield node.lineno, node.args[0], node.args[1]


def values(form: ast.expr) -> set[str]:
    """What a form shows: the expressions in its braces, without the language they are asked in."""
    if isinstance(form, ast.Name):
        return {form.id}
    shown = (n.value for n in ast.walk(form) if isinstance(n, ast.FormattedValue))
    shown = (value for value in shown if not ast.unparse(value).startswith("'s' if "))
    return {re.sub(r"(_en|_zh|\.en|\.zh)\b", "", ast.unparse(value)) for value in shown}


def literal(form: ast.expr) -> str:
    texts = (n.value for n in ast.walk(form) if isinstance(n, ast.Constant))
    return "".join(text for text in texts if isinstance(text, str))


def test_both_forms_show_the_same_values(modules: dict[Path, ast.Module], root: Path) -> None:
    wrong = [
        f"{path.relative_to(root)}:{line} {sorted(values(en) ^ values(zh))}"
        for path, tree in modules.items()
        for line, en, zh in pairs(tree)
        if (values(en) ^ values(zh)) - FOREIGN
    ]
    assert not wrong, "\n".join(wrong)


def test_the_second_form_is_chinese(modules: dict[Path, ast.Module], root: Path) -> None:
    wrong = [
        f"{path.relative_to(root)}:{line} {literal(zh)!r}"
        for path, tree in modules.items()
        for line, en, zh in pairs(tree)
        if re.search("[a-z]{3}", re.sub("`[^`]*`", "", literal(en)))
        and not HAN.search(literal(zh))
        and isinstance(en, ast.Constant | ast.JoinedStr)
    ]
    assert not wrong, "\n".join(wrong)


def test_no_refusal_speaks_one_language_only() -> None:
    with pytest.raises(AttributeError):
        LianjinError("a-code", "one language")  # type: ignore[arg-type]


@pytest.mark.parametrize("operator", operators(), ids=lambda operator: operator.name)
def test_every_operator_is_described_in_both_languages(operator: Operator) -> None:
    described = [operator.title, operator.docs, operator.summary]
    described += [parameter.about for parameter in operator.parameters]
    described += operator.rules.values()
    for words in described:
        assert words.en, operator.name
        assert HAN.search(words.zh), words
    assert operator.unit in UNITS
    assert not untranslated(operator.docs.zh), operator.docs.zh


def test_every_limit_is_described() -> None:
    assert set(limits.ABOUT) == {
        name for name in vars(limits) if name.isupper() and name != "ABOUT"
    }


def test_every_code_is_explained_in_chinese() -> None:
    for group in groups().values():
        for code, words in group.items():
            assert HAN.search(words["zh"]), code


def test_stored_words_are_read_again() -> None:
    words = Words("the page has no text", "网页没有文字")
    assert Words.read(words.stored) == words
    assert Words.read("one form") == Words("one form", "one form")


def untranslated(text: str) -> list[str]:
    """Four English words in a row outside of quotes, code and examples."""
    bare = re.sub("`[^`]*`|「[^」]*」|'[^']*'|\"[^\"]*\"", "", text)
    return re.findall(r"(?:\b[A-Za-z]{2,}\b[ ,]+){3}\b[A-Za-z]{2,}\b", bare)


def test_the_chinese_reference_is_chinese(root: Path) -> None:
    for page in sorted((root / "docs" / "reference").glob("*.zh-CN.md")):
        for line in page.read_text("utf-8").splitlines():
            bare = re.sub(r"^ {4}.*|^  en: .*", "", line)
            assert not untranslated(bare), (page.name, line)
