"""Nothing is lost: the sums of a run, checked against the files that were read.

Takes what was planned, what the readers say they read and what was written; gives the sums, or
refuses a run that does not add up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lianjin.core.errors import Finding
from lianjin.curate.freeze import Part


@dataclass(frozen=True)
class FileSum:
    """One input file: its decompressed length, and what it splits into (bytes; rows if columnar)."""

    path: str
    length: int
    record_length: int
    framing: int
    records: int
    complete: bool  # False: only its beginning was read, because of a limit


@dataclass(frozen=True)
class Balance:
    """The sums of a run. `steps`: records dropped by each step; `errors`: quarantined by code."""

    files: tuple[FileSum, ...]
    records: int
    kept: int
    dropped: int
    quarantined: int
    steps: Mapping[int, int]
    errors: Mapping[str, int]


def balance(ledgers: Iterable[Mapping[str, Any]], parts: Sequence[Part]) -> Balance:
    """The sums; raises Finding `does-not-add-up` where they contradict each other."""
    read: dict[str, Counter[str]] = {}
    complete: dict[str, bool] = {}
    for entry in ledgers:
        sums = read.setdefault(entry["path"], Counter())
        sums.update({key: entry[key] for key in ("length", "framing", "records")})
        complete[entry["path"]] = complete.get(entry["path"], True) and entry["complete"]
    written: Counter[str] = Counter()
    for part in parts:
        written.update(part.read_bytes)
    files = tuple(
        FileSum(
            path, sums["length"], written[path], sums["framing"], sums["records"], complete[path]
        )
        for path, sums in sorted(read.items())
    )
    outcomes, steps, errors = _summed(parts)
    found = Balance(
        files=files,
        records=sum(file.records for file in files),
        kept=outcomes["kept"],
        dropped=outcomes["dropped"],
        quarantined=outcomes["quarantined"],
        steps=dict(sorted(steps.items())),
        errors=dict(sorted(errors.items())),
    )
    _check(found)
    return found


def _summed(parts: Sequence[Part]) -> tuple[Counter[str], Counter[int], Counter[str]]:
    outcomes: Counter[str] = Counter()
    steps: Counter[int] = Counter()
    errors: Counter[str] = Counter()
    for part in parts:
        outcomes.update(part.outcomes)
        errors.update(part.errors)
        steps.update({int(step): count for step, count in part.steps.items()})
    return outcomes, steps, errors


def _check(found: Balance) -> None:
    decided = found.kept + found.dropped + found.quarantined
    if found.records != decided:
        raise _wrong(f"{found.records} records were read, {decided} were decided on")
    if found.dropped != sum(found.steps.values()):
        raise _wrong(f"{found.dropped} were dropped, the steps say {sum(found.steps.values())}")
    if found.quarantined != sum(found.errors.values()):
        raise _wrong(
            f"{found.quarantined} are in quarantine, {sum(found.errors.values())} have a code"
        )
    for file in found.files:
        covered = file.record_length + file.framing
        if covered > file.length or (file.complete and covered != file.length):
            raise _wrong(
                f"{file.path!r} has length {file.length}, but its records cover "
                f"{file.record_length} and its framing {file.framing}"
            )


def _wrong(sentence: str) -> Finding:
    return Finding(
        "does-not-add-up",
        f"{sentence}; expected equal numbers, so no manifest was written",
        hint="this is a bug of lianjin: please report it with the recipe and the file",
    )
