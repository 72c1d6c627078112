"""Tasks: shares of the input that depend on the input alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lianjin.curate import task
from lianjin.curate.ingest import Piece
from lianjin.curate.task import TASK_BYTES, tasks


def pieces(*sizes: int) -> list[Piece]:
    return [Piece(f"{n}", f"/{n}", "txt", "", 0, 0, size) for n, size in enumerate(sizes)]


def shares(*sizes: int) -> list[list[int]]:
    return [[piece.size_bytes for piece in share.pieces] for share in tasks(pieces(*sizes))]


def test_pieces_fill_a_task_until_the_next_would_not_fit() -> None:
    half = TASK_BYTES // 2
    assert shares(half, half, 1, half, half) == [[half, half], [1, half], [half]]


def test_a_piece_larger_than_a_task_is_one_alone() -> None:
    assert shares(1, TASK_BYTES + 1, 1) == [[1], [TASK_BYTES + 1], [1]]


def test_no_input_is_no_task_and_empty_files_are_one() -> None:
    assert shares() == []
    assert shares(0, 0) == [[0, 0]]


def test_many_small_files_are_several_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "TASK_FILES", 3)
    assert shares(*[1] * 7) == [[1, 1, 1], [1, 1, 1], [1]]


@given(st.lists(st.integers(0, 2 * TASK_BYTES), max_size=20))
def test_no_piece_is_lost_and_names_sort_in_order(sizes: list[int]) -> None:
    found = tasks(pieces(*sizes))
    assert [piece for share in found for piece in share.pieces] == pieces(*sizes)
    assert [share.name for share in found] == sorted(share.name for share in found)
    assert all(share.size_bytes == sum(p.size_bytes for p in share.pieces) for share in found)


def test_adding_to_the_end_changes_no_earlier_task() -> None:
    third = TASK_BYTES // 3
    before, after = tasks(pieces(*[third] * 6)), tasks(pieces(*[third] * 8))
    assert after[: len(before)] == before
