"""A run that does not add up gets no manifest: every sum, tampered with on its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lianjin.core.errors import Finding
from lianjin.curate.build import build
from lianjin.curate.conserve import Balance, FileSum, balance
from lianjin.curate.freeze import Part

Ledger = list[dict[str, Any]]


@pytest.fixture
def ledgers() -> Ledger:
    """Two pieces of `a.jsonl` and one of `b.txt`."""
    return [
        {"path": "b.txt", "length": 30, "framing": 0, "records": 1},
        {"path": "a.jsonl", "length": 100, "framing": 4, "records": 3},
        {"path": "a.jsonl", "length": 50, "framing": 1, "records": 1},
    ]


@pytest.fixture
def part() -> Part:
    return Part(
        files=(),
        outcomes={"kept": 2, "dropped": 2, "quarantined": 1},
        steps={"10": 1, "9": 1},
        errors={"invalid-json": 1},
        read_bytes={"a.jsonl": 145, "b.txt": 30},
    )


def test_sums_that_agree_are_given_by_file_and_step(ledgers: Ledger, part: Part) -> None:
    assert balance(ledgers, [part]) == Balance(
        files=(FileSum("a.jsonl", 150, 145, 5, 4), FileSum("b.txt", 30, 30, 0, 1)),
        records=5,
        kept=2,
        dropped=2,
        quarantined=1,
        steps={9: 1, 10: 1},
        errors={"invalid-json": 1},
    )


def test_parts_are_added_up(ledgers: Ledger, part: Part) -> None:
    half = replace(
        part,
        outcomes={"kept": 1, "dropped": 1},
        steps={"3": 1},
        errors={},
        read_bytes={"b.txt": 30, "a.jsonl": 45},
    )
    rest = replace(
        part,
        outcomes={"kept": 1, "dropped": 1, "quarantined": 1},
        steps={"3": 1},
        read_bytes={"a.jsonl": 100},
    )
    assert balance(ledgers, [half, rest]).steps == {3: 2}


def test_nothing_read_is_nothing_written() -> None:
    assert balance([], []) == Balance((), 0, 0, 0, 0, {}, {})


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"outcomes": {"kept": 1, "dropped": 2, "quarantined": 1}}, "5 records were read, 4"),
        ({"outcomes": {"kept": 3, "dropped": 2, "quarantined": 1}}, "5 records were read, 6"),
        ({"steps": {"9": 1}}, "2 were dropped, the steps say 1"),
        ({"steps": {"9": 3}}, "2 were dropped, the steps say 3"),
        ({"errors": {}}, "1 are in quarantine, 0 have a code"),
        ({"read_bytes": {"a.jsonl": 144, "b.txt": 30}}, "'a.jsonl' has length 150"),
        ({"read_bytes": {"a.jsonl": 145}}, "'b.txt' has length 30"),
        ({"read_bytes": {"a.jsonl": 145, "b.txt": 30, "c": 1}}, "'c' was written"),
    ],
)
def test_a_part_that_contradicts_is_a_finding(
    ledgers: Ledger, part: Part, changed: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Finding, match=sentence) as found:
        balance(ledgers, [replace(part, **changed)])
    assert (found.value.code, found.value.exit_code) == ("does-not-add-up", 1)


@pytest.mark.parametrize(
    ("name", "by"), [("length", 1), ("length", -1), ("framing", 1), ("records", 1)]
)
def test_a_ledger_that_contradicts_is_a_finding(
    ledgers: Ledger, part: Part, name: str, by: int
) -> None:
    ledgers[2][name] += by
    with pytest.raises(Finding, match="does-not-add-up"):
        balance(ledgers, [part])


def test_a_file_read_in_part_has_no_length(ledgers: Ledger, part: Part) -> None:
    ledgers[2] |= {"length": None, "framing": None}
    assert balance(ledgers, [part]).files[0] == FileSum("a.jsonl", None, 145, None, 4)


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.json"])
def test_the_first_records_of_a_large_file_add_up(tmp_path: Path, name: str) -> None:
    """Readers hand over 4 MiB at a time: the rest of the file is never seen."""
    wrappers = {"jsonl": ("", '{"text": "%s"}\n', ""), "csv": ("text\n", "%s\n", "")}
    wrappers["json"] = ("[", '{"text": "%s"},', "{}]")
    before, record, after = wrappers[name.rpartition(".")[2]]
    (tmp_path / name).write_text(before + record % ("早市" * 500) * 3_000 + after, "utf-8")
    recipe = tmp_path / "r.yaml"
    recipe.write_text('{name: few, steps: [{keep: "chars >= 1"}]}', "utf-8")
    built = build(recipe, input=tmp_path / name, out=tmp_path / "out", limit=2)
    assert (built.records, built.kept) == (2, 2)
    (file,) = built.manifest["inputs"]
    assert (file["records"], file["length"], file["framing"]) == (2, None, None)
