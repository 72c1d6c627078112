"""What the kept records say of their sources, licences and makers, counted.

Takes kept records; gives counts for the manifest's slots. Nothing is judged here: a record that
says nothing is counted as saying nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

MOST_LICENCES = 50
"""Licences named in the manifest; the rest are counted together as `other`."""


def rights_of(kept: pa.RecordBatch) -> Counter[str]:
    """Counts of a batch by `group/name`, to be added up over batches and given to `slots`."""
    found: Counter[str] = Counter()
    for name in ("url", "origin", "copyright"):
        found[f"source/{name}"] = _present(kept, name)
    found["aigc/labelled"] = _present(kept, "aigc")
    if "generated" in kept.schema.names:
        found["aigc/generated"] = pc.sum(kept["generated"]).as_py() or 0
    if "licence" in kept.schema.names:
        for entry in pc.value_counts(kept["licence"].drop_null()).to_pylist():
            found[f"licence/{entry['values']}"] += entry["counts"]
    return +found


def slots(parts: Iterable[Mapping[str, int]], kept: int) -> dict[str, dict[str, int]]:
    """The manifest's `rights`: kept records by what they say.

    `source`: with url, origin (来源), copyright line. `licence`: by licence, `unknown` for none.
    `aigc`: with an implicit label of GB 45438, and said by any label to be generated.
    """
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    by_group: dict[str, Counter[str]] = {
        "source": Counter(),
        "licence": Counter(),
        "aigc": Counter(),
    }
    for name, count in total.items():
        group, _, value = name.partition("/")
        by_group[group][value] += count
    licences = dict(by_group["licence"].most_common(MOST_LICENCES))
    other = by_group["licence"].total() - sum(licences.values())
    licences |= {"other": other} if other else {}
    return {
        "source": {name: by_group["source"][name] for name in ("copyright", "origin", "url")},
        "licence": licences | {"unknown": kept - sum(licences.values())},
        "aigc": {name: by_group["aigc"][name] for name in ("generated", "labelled")},
    }


def _present(kept: pa.RecordBatch, name: str) -> int:
    return kept.num_rows - kept[name].null_count if name in kept.schema.names else 0
