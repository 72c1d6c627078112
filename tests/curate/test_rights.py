"""What kept records say of their rights, counted for the manifest."""

from __future__ import annotations

import pyarrow as pa
from lianjin.curate import rights


def batch(**columns: list[object]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict(columns)


def test_records_are_counted_by_licence_source_and_label() -> None:
    first = rights.rights_of(
        batch(
            licence=["MIT", None, "MIT", "CC-BY-4.0"],
            url=["a", "b", None, None],
            aigc=[None, '{"Label":"1"}', None, None],
            generated=[None, True, False, True],
        )
    )
    second = rights.rights_of(batch(text=["no column says anything"]))
    assert rights.slots([first, second], 5) == {
        "source": {"copyright": 0, "origin": 0, "url": 2},
        "licence": {"MIT": 2, "CC-BY-4.0": 1, "unknown": 2},
        "aigc": {"generated": 2, "labelled": 1},
    }


def test_nothing_kept_gives_zeros() -> None:
    assert rights.slots([], 0)["licence"] == {"unknown": 0}


def test_rare_licences_are_counted_together() -> None:
    names = [f"L{n}" for n in range(rights.MOST_LICENCES + 3)]
    found = rights.slots([rights.rights_of(batch(licence=names))], len(names))["licence"]
    assert found["other"] == 3
    assert sum(found.values()) == len(names)
