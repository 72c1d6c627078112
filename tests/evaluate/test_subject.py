"""One look at a dataset: sums, repeats across parts, receipts beside their records."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow.parquet as pq
from lianjin.corpus.dataset import Dataset, open_dataset
from lianjin.corpus.verify import verify
from lianjin.evaluate.measure import find_measure
from lianjin.evaluate.requirement import parse_requirement
from lianjin.evaluate.standard import load_standard
from lianjin.evaluate.subject import SAMPLE_CHARS, Wanted, look

from .conftest import MARKET, MARSH, REQUIREMENT, Made


def test_the_sums_of_a_dataset(little: Dataset) -> None:
    needed = parse_requirement(REQUIREMENT)
    seen: list[tuple[int, int]] = []
    told = lambda done, total: seen.append((done, total))  # noqa: E731
    totals = look(little, load_standard(), needed, [], verify(little.folder), told).totals
    assert (totals.records, totals.chars) == (4, 2 * len(MARKET) + 2 * len(MARSH) + 8)
    assert totals.kinds == {"text": 4}
    assert totals.licences == {"CC-BY-NC-4.0": 1}
    assert totals.years == {"2019": 1, "2024": 1}
    assert totals.cells == ({"市井": 2, "自然": 2},)
    assert totals.samples[0] == ("a.jsonl#0", MARKET[:SAMPLE_CHARS])
    assert totals.size_bytes == sum(e.size_bytes for e in little.files("data"))
    assert seen[-1] == (4, 4)


def test_a_repeat_is_found_in_another_part(made: Made) -> None:
    records = [
        {"text": MARKET, "n": 1},
        *({"text": f"{n}" * 400} for n in range(9)),
        {"text": MARKET},
    ]
    dataset = made(records, output={"shard": 1})
    counts = _counts(dataset, "unrepeated")
    assert "twin" in counts.causes
    assert counts.failing[-1] == ("a.jsonl#10", ("twin",))


def test_only_scores_of_another_version_are_computed_anew(made: Made) -> None:
    """What the build stored is read: a made-up number in its place shows."""
    dataset = made([{"text": MARKET}], steps=[{"score": ["replacement_chars"]}])
    (entry,) = dataset.files("data")
    table = pq.read_table(dataset.folder / entry.path)
    at = table.schema.names.index("replacement_chars")
    field = table.schema.field(at)
    changed = table.set_column(at, field, [[7]])
    pq.write_table(changed, dataset.folder / entry.path)
    assert _counts(dataset, "nothing_lost").causes == {"replaced": 1}
    versions = {**dataset.manifest["operators"], "score.replacement_chars": 0}
    older = Dataset(dataset.folder, dataset.manifest | {"operators": versions})
    assert _counts(older, "nothing_lost").causes == {}


def test_a_dataset_without_receipts_has_nothing_to_trace(little: Dataset, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(little.folder, tmp_path / "copied"))
    value = open_dataset(folder).manifest
    files = [f for f in value["files"] if not f["path"].startswith("receipts/")]
    found = _counts(Dataset(folder, value | {"files": files}), "traceable")
    assert found.causes["no_receipt"] == 4


def _counts(dataset: Dataset, name: str):  # type: ignore[no-untyped-def]
    wanted = [Wanted("x", find_measure(name), {})]
    seen = look(dataset, load_standard(), parse_requirement("{}"), wanted, verify(dataset.folder))
    return seen.counts["x"]
