"""Operators are known by one definition each, found lazily, and never twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import lianjin
import pytest
from lianjin.core.errors import Conflict, RecipeError
from lianjin.operators.registry import load_module, nearest, operator, operators, score

ONE = '''
from lianjin import score


@score(version=3, unit="count", zh="叹号", en="shouts")
def shouts(text: str, *, mark: str = "！") -> int:
    """Number of marks."""
    return text.count(mark)
'''


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "one.py").write_text(ONE, "utf-8")
    return tmp_path / "one.py"


def test_a_file_of_operators_is_known_after_loading(file: Path) -> None:
    (found,) = load_module(file)
    assert operator("score", "shouts") is found
    assert (found.version, found.unit, found.zh, found.en) == (3, "count", "叹号", "shouts")
    assert (found.summary.en, found.returns) == ("Number of marks.", int)
    assert found.schema == {
        "additionalProperties": False,
        "properties": {"mark": {"default": "！", "title": "Mark", "type": "string"}},
        "type": "object",
    }


def test_a_file_that_is_loaded_again_replaces_what_it_defined(file: Path) -> None:
    load_module(file)
    file.write_text(ONE.replace("shouts", "cries"), "utf-8")
    load_module(file)
    names = [o.name for o in operators("score")]
    assert ("cries" in names, "shouts" in names) == (True, False)


def test_the_name_of_a_built_in_operator_cannot_be_taken(tmp_path: Path) -> None:
    file = tmp_path / "two.py"
    file.write_text(
        "from lianjin.operators.registry import link\n\n"
        "@link(version=1, zh='', en='')\ndef minhash(texts):\n    'Nothing.'\n",
        "utf-8",
    )
    with pytest.raises(Conflict) as caught:
        load_module(file)
    assert caught.value.code == "duplicate-operator"
    assert operator("link", "minhash").reference.__module__ == "lianjin.operators.link.minhash"


@pytest.mark.parametrize("text", ["import nothing_of_that_name", "this is no Python", "1 / 0"])
def test_a_file_that_cannot_be_imported_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "broken.py").write_text(text, "utf-8")
    with pytest.raises(RecipeError) as caught:
        load_module(tmp_path / "broken.py")
    assert caught.value.code == "operators-file"


def test_an_unknown_name_gives_the_nearest() -> None:
    with pytest.raises(RecipeError) as caught:
        operator("link", "minhas")
    assert caught.value.code == "unknown-link"
    assert caught.value.message.en == "no link is called 'minhas'; nearest is 'minhash'"
    assert not nearest("zzz", ["minhash"])


def test_a_cell_that_is_run_again_defines_its_score_anew() -> None:
    def twice(text: str) -> int:
        """One."""
        return 1

    assert score(version=1, unit="count")(twice).version == 1
    assert score(version=2, unit="count")(twice).version == 2


def test_an_installed_package_brings_its_operators(tmp_path: Path) -> None:
    (tmp_path / "shouting.py").write_text(ONE, "utf-8")
    info = tmp_path / "shouting-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shouting\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[lianjin.operators]\nshouting = shouting\n")
    program = "import lianjin; print(lianjin.operator('score', 'shouts')('！！'))"
    said = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout == "2\n", said.stderr


def test_the_public_names_are_there_when_they_are_used() -> None:
    assert lianjin.score is score
    assert lianjin.operator is operator
    assert {"build", "load", "operator", "repair", "score"} <= set(dir(lianjin))
    with pytest.raises(AttributeError, match="no attribute 'biuld'"):
        lianjin.biuld  # noqa: B018
