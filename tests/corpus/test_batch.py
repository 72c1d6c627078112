"""Batches: columns by name, the text that is looked at, and how batches are gathered."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lianjin import _kernel
from lianjin.corpus.batch import gathered, viewed_text, with_columns
from lianjin.corpus.document import RECORD

ABSENT = {field.name: None for field in RECORD} | {"position": 0, "start": 0, "end": 0}


def records(*rows: dict) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([ABSENT | row for row in rows], RECORD)


def test_columns_are_added_or_replaced_in_their_place() -> None:
    batch = pa.record_batch({"a": [1, 2], "b": [3, 4]})
    found = with_columns(batch, {"a": pa.array(["x", "y"]), "c": pa.array([5, 6])})
    assert found.schema.names == ["a", "b", "c"]
    assert found.to_pydict() == {"a": ["x", "y"], "b": [3, 4], "c": [5, 6]}
    assert batch.schema.names == ["a", "b"]


def test_the_text_of_texts_is_their_own_column() -> None:
    batch = records({"kind": "text", "text": "甲"}, {"kind": "text", "error_code": "x"})
    assert viewed_text(batch).to_pylist() == ["甲", None]
    assert viewed_text(records()).to_pylist() == []


def test_other_kinds_are_seen_by_their_contents() -> None:
    turns = [{"role": "user", "content": "问"}, {"role": "assistant", "content": "答"}]
    answers = {"prompt": "问", "chosen": "好", "rejected": None}
    parts = [
        {"kind": "text", "text": "图"},
        {"kind": "image", "text": None},
        {"kind": "text", "text": ""},
    ]
    batch = records(
        {"kind": "text", "text": "甲"},
        {"kind": "messages", "messages": turns},
        {"kind": "preference", "preference": answers},
        {"kind": "media", "parts": parts},
        {"kind": "media", "parts": []},
        {"kind": "messages", "messages": []},
    )
    found = viewed_text(batch)
    assert found.type == pa.large_string()
    assert found.to_pylist() == ["甲", "问\n答", "问\n好", "图", None, None]


def numbers(*sizes: int) -> list[pa.RecordBatch]:
    count = iter(range(1_000))
    schema = pa.schema([("n", pa.int64())])
    return [
        pa.RecordBatch.from_pylist([{"n": next(count)} for _ in range(size)], schema)
        for size in sizes
    ]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([], []),
        ([0], []),
        ([3], [3]),
        ([1, 1, 1, 1, 1], [2, 2, 1]),
        ([5, 1], [5, 1]),
        ([1, 5, 0, 1], [6, 1]),
    ],
)
def test_a_batch_closes_once_it_has_enough_rows(sizes: list[int], expected: list[int]) -> None:
    found = gathered(numbers(*sizes), size_bytes=1 << 30, rows=2)
    assert [batch.num_rows for batch in found] == expected


def test_a_batch_closes_once_it_has_enough_bytes() -> None:
    found = gathered(numbers(1, 1, 1, 1), size_bytes=16, rows=1_000)
    assert [batch.num_rows for batch in found] == [2, 2]


@given(st.lists(st.integers(0, 9)), st.integers(1, 200), st.integers(1, 20))
def test_gathering_loses_no_row_and_keeps_their_order(
    sizes: list[int], size_bytes: int, rows: int
) -> None:
    batches = numbers(*sizes)
    found = [n for b in gathered(batches, size_bytes=size_bytes, rows=rows) for n in b["n"]]
    assert [n.as_py() for n in found] == list(range(sum(sizes)))


def test_the_texts_of_rows_are_those_that_arrow_takes() -> None:
    texts = pa.array(["炼金", None, "", "数据集" * 50, "a"], pa.large_string())
    for rows in ([], [0], [4, 3, 1, 1], [2, 3, 4]):
        chosen = pa.array(rows, pa.int64())
        for column in (texts, texts.cast(pa.string()), texts.slice(0)):
            assert _kernel.texts_of_rows(column, chosen).equals(texts.take(chosen))
    sliced = texts.slice(2)
    assert _kernel.texts_of_rows(sliced, pa.array([0, 2])).to_pylist() == ["", "a"]


@pytest.mark.parametrize("row", [-1, 2, 2**40])
def test_a_row_that_is_not_there_is_refused(row: int) -> None:
    with pytest.raises(ValueError, match="no such row"):
        _kernel.texts_of_rows(pa.array(["a", "b"]), pa.array([0, row]))
