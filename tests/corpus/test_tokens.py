"""Tokens of a version: the exact count before the estimate, and nothing of what is strange."""

from __future__ import annotations

from typing import Any

import pytest
from lianjin.corpus.tokens import Tokens, counts_of, tokens_of


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"tokens_estimate": 12}, Tokens(12, "tokens_estimate")),
        ({"tokens_estimate": 12, "tokens_qwen": 11}, Tokens(11, "tokens_qwen")),
        ({"tokens_estimate": 12, "tokens_other": 1}, Tokens(12, "tokens_estimate")),
        ({"tokens_estimate": -1}, None),
        ({"tokens_estimate": True}, None),
        ({"tokens_estimate": "12"}, None),
        ({}, None),
        ([12], None),
        (None, None),
    ],
)
def test_the_better_count_is_taken_and_what_is_none_is_left_out(
    said: Any, expected: Tokens | None
) -> None:
    assert tokens_of({"tokens": said}) == expected


def test_a_manifest_of_before_anything_was_counted_says_nothing() -> None:
    assert tokens_of({}) is None
    assert counts_of({}) == {}


def test_an_estimate_is_said_to_be_one() -> None:
    about, exactly = Tokens(12_000, "tokens_estimate"), Tokens(12_000, "tokens_qwen")
    assert (about.wording.en, about.wording.zh) == ("about 12,000 (Qwen)", "约 12,000（Qwen）")
    assert (exactly.wording.en, exactly.wording.zh) == ("12,000 (Qwen)", "12,000（Qwen）")
