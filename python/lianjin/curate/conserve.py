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
from lianjin.core.words import Words
from lianjin.curate.freeze import Part


@dataclass(frozen=True)
class FileSum:
    """One input file: its decompressed length, and what it splits into (bytes; rows if columnar).

    `length` and `framing` are None if, because of a limit, only its beginning was read.
    """

    path: str
    length: int | None
    record_length: int
    framing: int | None
    records: int


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
    read: dict[str, list[Mapping[str, Any]]] = {}
    for entry in ledgers:
        read.setdefault(entry["path"], []).append(entry)
    written: Counter[str] = Counter()
    for part in parts:
        written.update(part.read_bytes)
    if unread := sorted(written.keys() - read.keys()):
        raise _wrong(
            Words(
                f"{unread[0]!r} was written, but no task read it",
                f"写出了 {unread[0]!r}，却没有任务读过它",
            )
        )
    files = tuple(
        FileSum(
            path=path,
            length=_total(pieces, "length"),
            record_length=written[path],
            framing=_total(pieces, "framing"),
            records=sum(piece["records"] for piece in pieces),
        )
        for path, pieces in sorted(read.items())
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


def _total(pieces: Sequence[Mapping[str, Any]], name: str) -> int | None:
    """The sum over a file's pieces; None if one of them was not read to its end."""
    values = [piece[name] for piece in pieces]
    return None if None in values else sum(values)


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
        raise _wrong(
            Words(
                f"{found.records} records were read, {decided} were decided on",
                f"读入 {found.records} 条记录，判定了 {decided} 条",
            )
        )
    if found.dropped != sum(found.steps.values()):
        raise _wrong(
            Words(
                f"{found.dropped} were dropped, the steps say {sum(found.steps.values())}",
                f"剔除 {found.dropped} 条，各步骤合计 {sum(found.steps.values())} 条",
            )
        )
    if found.quarantined != sum(found.errors.values()):
        raise _wrong(
            Words(
                f"{found.quarantined} are in quarantine, {sum(found.errors.values())} have a code",
                f"隔离 {found.quarantined} 条，有错误代码的 {sum(found.errors.values())} 条",
            )
        )
    for file in found.files:
        if file.length is None or file.framing is None:
            continue
        if file.record_length + file.framing != file.length:
            raise _wrong(
                Words(
                    f"{file.path!r} has length {file.length}, but its records cover "
                    f"{file.record_length} and its framing {file.framing}",
                    f"{file.path!r} 长 {file.length}，而记录占 {file.record_length}，"
                    f"框架字节占 {file.framing}",
                )
            )


def _wrong(sentence: Words) -> Finding:
    return Finding(
        "does-not-add-up",
        sentence
        + Words(
            "; expected equal numbers, so no manifest was written",
            "；数目应当相等，因此没有写出清单",
        ),
        hint=Words(
            "this is a bug of lianjin: please report it with the recipe and the file",
            "这是 lianjin 的错误：请附上配方与文件报告",
        ),
    )
