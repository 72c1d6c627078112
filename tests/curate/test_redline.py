"""Without the cuts a redline is the final text, without what was put it is the first one."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from lianjin.corpus.dataset import open_dataset
from lianjin.curate.redline import Span, redline
from lianjin.curate.report.sample import text_before_step
from lianjin.operators.edit import Edit, apply


def texts(spans: tuple[Span, ...]) -> tuple[str, str]:
    """(the text before all steps, the text after them)"""
    before = "".join(span.text for span in spans if span.kind != "put")
    return before, "".join(span.text for span in spans if span.kind != "cut")


def edit(step: int, start: int, before: str, after: str) -> dict[str, Any]:
    end = start + len(before)
    told = {"start": start, "end": end, "before": before, "after": after}
    return {"step": step, "rule": f"rule_{step}", "confidence": 1.0} | told


def test_a_text_without_edits_is_one_span() -> None:
    assert redline("早市", []) == (Span("same", "早市"),)
    assert redline("", []) == ()


def test_what_was_put_and_taken_again_is_in_no_span() -> None:
    edits = [edit(0, 1, "b", "xyz"), edit(1, 2, "yz", "c")]
    assert redline("axcd", edits) == (
        Span("same", "a"),
        Span("cut", "b", 0, "rule_0", 1.0),
        Span("put", "x", 0, "rule_0", 1.0),
        Span("put", "c", 1, "rule_1", 1.0),
        Span("same", "d"),
    )


def test_everything_may_go_and_everything_may_come() -> None:
    assert redline("", [edit(0, 0, "早市", "")]) == (Span("cut", "早市", 0, "rule_0", 1.0),)
    assert redline("早市", [edit(3, 0, "", "早市")]) == (Span("put", "早市", 3, "rule_3", 1.0),)


def test_any_steps_give_both_texts_again() -> None:
    choose = random.Random(7)
    for _ in range(300):
        first = text = "".join(choose.choices("早市天不亮ab", k=choose.randrange(12)))
        edits: list[dict[str, Any]] = []
        for step in range(choose.randrange(5)):
            made, at = [], 0
            while at <= len(text) and choose.random() < 0.8:
                start = choose.randint(at, len(text))
                end = min(len(text), start + choose.randrange(3))
                after = "".join(choose.choices("炼金xy", k=choose.randrange(3)))
                if text[start:end] != after:
                    made.append(Edit(f"rule_{step}", start, end, text[start:end], after))
                at = end + 1
            edits += [vars(e) | {"step": step} for e in made]
            text = apply(text, made)
        assert texts(redline(text, edits)) == (first, text)


def test_real_receipts_give_the_text_that_was_read(small: Path) -> None:
    dataset = open_dataset(small)
    receipts = {r["id"]: r for b in dataset.batches("receipts") for r in b.to_pylist()}
    seen = 0
    for kind in ("data", "dropped"):
        for batch in dataset.batches(kind, ["id", "text"]):
            for row in batch.to_pylist():
                edits = receipts[row["id"]]["edits"] or []
                before, after = texts(redline(row["text"] or "", edits))
                assert after == (row["text"] or "")
                assert before == text_before_step(row["text"] or "", edits, 0)
                seen += len(edits)
    assert seen >= 5
