"""A recipe's repairs over a column: kernel and Python in one chain, each edit with its step."""

from __future__ import annotations

import pyarrow as pa
import pytest
from lianjin.corpus.receipt import EDITS
from lianjin.curate.mend import Stage, mend, stages
from lianjin.curate.report.sample import text_before_step
from lianjin.operators.edit import Edit
from lianjin.operators.registry import Operator, operator


def question(text: str) -> list[Edit]:
    """Question marks become exclamation marks."""
    return [Edit("mark", n, n + 1, "？", "！") for n, sign in enumerate(text) if sign == "？"]


OWN = Operator(
    verb="repair",
    name="question",
    version=1,
    zh="问号",
    en="question",
    unit="edits",
    reference=question,
    kernel=False,
    rules={"mark": "…"},
)


def find(name: str) -> Operator:
    return OWN if name == "question" else operator("repair", name)


def compiled(*names: str) -> tuple[Stage, ...]:
    """Stages of these repairs, at steps 10, 20, ….

    Steps need not follow each other: rules and links stand between them.
    """
    return stages([(10 * n, name, {}) for n, name in enumerate(names, 1)], find)


TEXTS = pa.array(["甲&amp;乙\u200b？", None, "", "clean", "&lt;？"], pa.large_string())


@pytest.mark.parametrize(
    ("names", "steps"),
    [
        (["entities", "invisible"], [[10, 20]]),
        (["entities", "question", "invisible"], [[10], [20], [30]]),
        (["question", "question"], [[10], [20]]),
        ([], []),
    ],
)
def test_neighbours_that_the_kernel_knows_run_together(
    names: list[str], steps: list[list[int]]
) -> None:
    assert [stage.steps.to_pylist() for stage in compiled(*names)] == steps


def test_edits_stand_in_the_text_as_their_step_found_it() -> None:
    texts, edits = mend(TEXTS, compiled("entities", "question", "invisible"))
    assert texts.to_pylist() == ["甲&乙！", None, "", "clean", "<！"]
    assert edits.type == EDITS
    found = [
        [(e["step"], e["start"], e["end"], e["before"], e["after"]) for e in row]
        for row in edits.to_pylist()
    ]
    assert found == [
        [(10, 1, 6, "&amp;", "&"), (20, 4, 5, "？", "！"), (30, 3, 4, "\u200b", "")],
        [],
        [],
        [],
        [(10, 0, 4, "&lt;", "<"), (20, 1, 2, "？", "！")],
    ]
    for before, after, row in zip(
        TEXTS.to_pylist(), texts.to_pylist(), edits.to_pylist(), strict=True
    ):
        if before is not None:
            assert text_before_step(after, row, 0) == before


def test_one_stage_and_several_give_the_same() -> None:
    together = mend(TEXTS, compiled("entities", "invisible"))
    first = mend(TEXTS, stages([(10, "entities", {})], find))
    then = mend(first[0], stages([(20, "invisible", {})], find))
    assert together[0] == then[0]
    rows = zip(first[1].to_pylist(), then[1].to_pylist(), strict=True)
    assert together[1].to_pylist() == [(a or []) + (b or []) for a, b in rows]


def test_without_repairs_texts_are_the_same_and_nothing_was_edited() -> None:
    texts, edits = mend(TEXTS, ())
    assert texts is TEXTS
    assert edits.to_pylist() == [None] * len(TEXTS)


@pytest.mark.parametrize("names", [["entities"], ["question"], ["entities", "question"]])
def test_no_texts_give_no_edits(names: list[str]) -> None:
    texts, edits = mend(pa.array([], pa.large_string()), compiled(*names))
    assert (len(texts), len(edits), edits.type) == (0, 0, EDITS)
