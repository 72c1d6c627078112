"""Gates are passed by all or by none, and nothing is no pass."""

from __future__ import annotations

from lianjin.core.words import Words
from lianjin.evaluate.gate import caused, judged
from lianjin.evaluate.measure import Measured, find_measure
from lianjin.evaluate.standard import GateRule

RULE = GateRule("rights", Words("rights", "权利"), "permitted", {})
PERMITTED = find_measure("permitted")


def test_one_record_fails_the_gate_and_its_cause_is_told() -> None:
    gate = judged(RULE, PERMITTED, Measured(3, 4, causes={"unknown": 1}))
    assert not gate.is_passed
    assert gate.reason == Words("1 of 4: no licence is known", "4 项中有 1 项：许可不明")


def test_all_pass() -> None:
    gate = judged(RULE, PERMITTED, Measured(4, 4))
    assert (gate.is_passed, gate.reason) == (True, Words("all 4", "全部 4 项"))


def test_nothing_to_judge_is_no_pass() -> None:
    assert not judged(RULE, PERMITTED, Measured(0, 0)).is_passed


def test_several_causes_come_with_their_counts_the_most_frequent_first() -> None:
    known = {"a": Words("an a", "甲"), "b": Words("a b", "乙")}
    assert caused({"a": 1, "b": 2}, known) == Words("a b 2; an a 1", "乙 2；甲 1")
