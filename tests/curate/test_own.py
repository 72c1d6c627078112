"""A recipe's own operators: what is wrong with them is told with the record and the line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from lianjin.core.errors import RecipeError
from lianjin.corpus.dataset import open_dataset
from lianjin.curate.build import Built, build
from lianjin.curate.export import export
from lianjin.curate.own import fault_of
from lianjin.operators.edit import Edit

SCORE = '''
from lianjin import score


@score(version=1, unit="ratio")
def own_score(text: str) -> float:
    """One number."""
    if "雨" in text:
        {body}
    return 1.0
'''
REPAIR = '''
from lianjin import repair
from lianjin.operators.edit import Edit


@repair(version=1, zh="甲", en="a", rules={{"x": "…"}}, kernel=False)
def own_repair(text: str) -> list[Edit]:
    """Some edits."""
    if "雨" in text:
        {body}
    return []
'''
Run = Callable[[str, str], Built]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Builds two texts, 雨 in the second, with an operator of this body."""

    def built(form: str, body: str) -> Built:
        (tmp_path / "own.py").write_text(form.format(body=body), "utf-8")
        step = "{keep: 'own_score >= 0.5'}" if form == SCORE else "{repair: own_repair}"
        recipe = f"{{name: own, operators: [own.py], steps: [{step}, {{keep: 'chars >= 1'}}]}}"
        (tmp_path / "r.yaml").write_text(recipe, "utf-8")
        lines = [json.dumps({"text": text}) for text in ("晴天", "雨天下雨")]
        (tmp_path / "a.jsonl").write_text("\n".join(lines), "utf-8")
        return build(tmp_path / "r.yaml", input=tmp_path / "a.jsonl", out=tmp_path / "out")

    return built


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("return 1 / 0", "ZeroDivisionError: division by zero (own.py, line 9)"),
        ("raise SystemExit(0)", "SystemExit: 0 (own.py, line 9)"),
        ("return 'a'", "ArrowInvalid"),
        ("return text.nothing", "AttributeError"),
    ],
)
def test_a_score_that_fails_is_told_with_the_record_and_the_line(
    run: Run, body: str, told: str
) -> None:
    with pytest.raises(RecipeError) as failed:
        run(SCORE, body)
    assert failed.value.code == "operator-failed"
    assert failed.value.message.en.startswith(f"score 'own_score' failed on 'a.jsonl#1': {told}")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("return 1 / 0", "ZeroDivisionError: division by zero (own.py, line 10)"),
        ("return None", "TypeError"),
        ("return [1]", "AttributeError"),
        ("return [Edit('x', 0, 9, text, '')]", "edit 0 spans [0, 9) of 4"),
    ],
)
def test_a_repair_that_fails_is_told_and_never_carried_out(run: Run, body: str, told: str) -> None:
    with pytest.raises(RecipeError) as failed:
        run(REPAIR, body)
    assert failed.value.message.en.startswith(f"repair 'own_repair' failed on 'a.jsonl#1': {told}")


def test_a_repair_that_is_sound_is_carried_out(run: Run) -> None:
    built = run(REPAIR, "return [Edit('x', 0, 1, '雨', '晴'), Edit('x', 1, 1, '', '好')]")
    (batch,) = open_dataset(built.out).batches("data", ["text"])
    assert batch["text"].to_pylist() == ["晴天", "晴好天下雨"]


def test_a_number_that_json_does_not_have_is_left_out_of_it(run: Run, tmp_path: Path) -> None:
    built = run(SCORE, "return float('inf')")
    export(open_dataset(built.out), tmp_path / "x.jsonl", "jsonl")
    lines = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text("utf-8").splitlines()]
    assert [line.get("own_score") for line in lines] == [1.0, None]


@pytest.mark.parametrize(
    ("edits", "fault"),
    [
        ([], ""),
        ([Edit("x", 0, 1, "甲", ""), Edit("x", 1, 1, "", "己"), Edit("x", 1, 2, "乙", "丁")], ""),
        ([Edit("x", -1, 1, "", "a")], "edit 0 spans [-1, 1) of 3 characters"),
        ([Edit("x", 2, 1, "", "a")], "edit 0 spans [2, 1) of 3 characters"),
        ([Edit("x", 0, 4, "甲乙丙", "a")], "edit 0 spans [0, 4) of 3 characters"),
        (
            [Edit("x", 0, 1, "乙", "a")],
            "edit 0 says that '乙' stands at [0, 1), where the text has '甲'",
        ),
        ([Edit("x", 0, 1, "甲", "甲")], "edit 0 changes nothing"),
        ([Edit("x", 0, 0, "", "")], "edit 0 changes nothing"),
        ([Edit("x", 0, 0, "", "a\ud800")], "edit 0 writes half a surrogate pair"),
        ([Edit("y", 0, 1, "甲", "a")], "edit 0 names the rule 'y'; declared are x"),
        (
            [Edit("x", 0, 2, "甲乙", "a"), Edit("x", 1, 3, "乙丙", "b")],
            "edit 1 begins at 1, before 2, where the last ends",
        ),
        (
            [Edit("x", 2, 3, "丙", "a"), Edit("x", 0, 1, "甲", "b")],
            "edit 1 begins at 0, before 3, where the last ends",
        ),
    ],
)
def test_edits_that_could_not_be_undone_are_faults(edits: list[Edit], fault: str) -> None:
    assert fault_of("甲乙丙", edits, {"x": "…"}).en == fault
