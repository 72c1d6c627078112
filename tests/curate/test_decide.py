"""What becomes of each record: the first step that drops it gives the reason."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from lianjin.curate.decide import LINK_ROW, Decisions, decide, judged, passes, with_identity
from lianjin.curate.recipe import Recipe, parse

RULES = """
name: rules
steps:
  - keep: "chars >= 3"
  - link: exact
  - keep: "han_ratio >= 0.5"
    when_null: %s
  - link: minhash
  - keep: "chars <= 9"
"""


def recipe(when_null: str = "drop") -> Recipe:
    return parse(RULES % when_null)


def measured(*records: tuple[int | None, float | None] | str) -> pa.RecordBatch:
    """Records as (chars, han_ratio), or the error code of one that could not be read."""
    rows = [
        {"error_code": r, "scores": {"chars": None, "han_ratio": None}}
        if isinstance(r, str)
        else {"error_code": None, "scores": {"chars": r[0], "han_ratio": r[1]}}
        for r in records
    ]
    schema = pa.schema(
        [
            ("path", pa.string()),
            ("position", pa.int64()),
            ("error_code", pa.string()),
            ("scores", pa.struct([("chars", pa.int64()), ("han_ratio", pa.float64())])),
        ]
    )
    placed = [{"path": "a/b.jsonl", "position": n, **row} for n, row in enumerate(rows)]
    return pa.RecordBatch.from_pylist(placed, schema)


def linked(*rows: tuple[int, int, bool]) -> pa.RecordBatch:
    """LINK_ROW rows as (row, row it repeats, whether it is dropped)."""
    found = [
        {
            "row": row,
            "cluster": "a/b.jsonl#0",
            "kept_id": f"a/b.jsonl#{kept}",
            "similarity": 0.9,
            "dropped": dropped,
            "reason": f"repeats {kept}" if dropped else None,
        }
        for row, kept, dropped in rows
    ]
    return pa.RecordBatch.from_pylist(found, LINK_ROW)


def told(found: Decisions) -> list[tuple[str, str | None, int | None]]:
    columns = (found.outcome, found.reason, found.step)
    return list(zip(*(column.to_pylist() for column in columns), strict=True))


NO_LINKS = {1: linked(), 3: linked()}


def test_the_first_step_that_drops_gives_the_reason() -> None:
    batch = measured((2, 0.1), (5, 0.1), (10, 0.1), (10, 0.9), (5, 0.9), "invalid-json")
    assert told(decide(batch, recipe(), NO_LINKS)) == [
        ("dropped", "chars >= 3", 0),
        ("dropped", "han_ratio >= 0.5", 2),
        ("dropped", "han_ratio >= 0.5", 2),
        ("dropped", "chars <= 9", 4),
        ("kept", None, None),
        ("quarantined", "invalid-json", None),
    ]


def test_a_link_drops_in_its_turn_and_only_what_it_says() -> None:
    batch = measured((2, 0.9), (5, 0.9), (5, 0.1), (5, 0.9), (5, 0.9))
    links = {
        1: linked((0, 4, True), (1, 4, True), (4, 4, False)),
        3: linked((1, 4, True), (2, 4, True), (3, 4, True), (4, 4, False)),
    }
    assert told(decide(batch, recipe(), links)) == [
        ("dropped", "chars >= 3", 0),
        ("dropped", "repeats 4", 1),
        ("dropped", "han_ratio >= 0.5", 2),
        ("dropped", "repeats 4", 3),
        ("kept", None, None),
    ]


def test_every_link_of_a_record_is_told_whatever_dropped_it() -> None:
    batch = measured((5, 0.9), (2, 0.9), (5, 0.9))
    links = {3: linked((2, 0, True), (0, 0, False)), 1: linked((2, 1, True), (1, 1, False))}
    shared = {"cluster": "a/b.jsonl#0", "similarity": 0.9}
    assert decide(batch, recipe(), links).links.to_pylist() == [
        [{"step": 3, "kept_id": "a/b.jsonl#0", **shared}],
        [{"step": 1, "kept_id": "a/b.jsonl#1", **shared}],
        [
            {"step": 1, "kept_id": "a/b.jsonl#1", **shared},
            {"step": 3, "kept_id": "a/b.jsonl#0", **shared},
        ],
    ]


@pytest.mark.parametrize(
    ("when_null", "expected"),
    [("drop", ("dropped", "han_ratio >= 0.5", 2)), ("keep", ("kept", None, None))],
)
def test_a_rule_over_null_does_what_the_recipe_says(
    when_null: str, expected: tuple[Any, ...]
) -> None:
    batch = measured((5, None))
    assert told(decide(batch, recipe(when_null), NO_LINKS)) == [expected]
    assert passes(judged(batch), recipe(when_null)).tolist() == [when_null == "keep"]


def test_a_null_that_cannot_matter_is_not_asked() -> None:
    batch = measured((None, 0.9), (5, 0.9))
    rule = parse('{name: either, steps: [{keep: "chars >= 3 or han_ratio >= 0.5"}]}')
    assert told(decide(batch, rule, {})) == [("kept", None, None)] * 2


def test_a_batch_without_records_is_decided() -> None:
    assert told(decide(measured(), recipe(), NO_LINKS)) == []


def test_a_recipe_without_rules_keeps_what_can_be_read() -> None:
    steps = parse("{name: all, steps: [{score: [chars]}]}")
    batch = measured((None, None), "undecodable")
    assert told(decide(batch, steps, {})) == [
        ("kept", None, None),
        ("quarantined", "undecodable", None),
    ]


def test_what_passes_is_asked_of_all_rules_or_of_those_before_a_step() -> None:
    batch = measured((2, 0.9), (5, 0.1), (10, 0.9), (5, 0.9), "invalid-json")
    assert passes(judged(batch), recipe()).tolist() == [False, False, False, True, False]
    assert passes(judged(batch), recipe(), range(2)).tolist() == [False, True, True, True, False]
    assert passes(judged(batch), recipe(), range(0)).tolist() == [True, True, True, True, False]
    table = pa.Table.from_batches([judged(batch.slice(0, 2)), judged(batch.slice(2))])
    assert passes(table, recipe()).tolist() == [False, False, False, True, False]


def test_rules_see_scores_as_columns() -> None:
    assert judged(measured((5, 0.9))).to_pylist() == [
        {
            "path": "a/b.jsonl",
            "position": 0,
            "error_code": None,
            "chars": 5,
            "han_ratio": 0.9,
        }
    ]


def test_an_id_is_path_and_position() -> None:
    found = with_identity(measured((5, 0.9), (5, 0.9)))
    assert found.column("id").to_pylist() == ["a/b.jsonl#0", "a/b.jsonl#1"]
