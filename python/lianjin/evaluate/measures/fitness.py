"""Measures of fitness for a use: cells covered, scale, time, right annotation. All need a requirement
or answers of people; without them nothing is measured, and it says so."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from lianjin.core.limits import FAILING_IDS
from lianjin.core.words import Words
from lianjin.corpus.tokens import tokens_of
from lianjin.evaluate.answer import Answer
from lianjin.evaluate.measure import Absent, Judged, Measured, measure
from lianjin.evaluate.records import Records
from lianjin.evaluate.subject import Subject


def _not_asked(key: str) -> Absent:
    return Absent(
        Words(
            f"no requirement says what is needed (`{key}`)",
            f"没有需求写明需要多少（`{key}`）",
        )
    )


@measure(
    version=1,
    unit="set",
    zh="类别覆盖",
    en="Cells covered",
    about=(
        "已覆盖的类别占所需类别的比例。0：一个也没有；1：全部覆盖；需求没有列出类别则不测。\n\n"
        "类别由需求的 `taxonomy` 列出，够 `least` 条记录才算覆盖。另列每条轴的归一化熵：0 全在一类，1 各类均匀。"
    ),
    causes={"uncovered": Words("too few records in the cell", "该类别记录不足")},
)
def cells_covered(subject: Subject) -> Measured | Absent:
    """Share of the cells that the scenario needs and the dataset covers.

    0: none; 1: all; not measured if the requirement lists none (`taxonomy`). A cell is covered by
    `least` records. Beside it stands each axis' normalised entropy over the required cells: 0 if all
    are in one cell, 1 if spread evenly.
    """
    axes = subject.requirement.taxonomy
    if not axes:
        return _not_asked("taxonomy")
    found: list[dict[str, Any]] = []
    uncovered: list[tuple[str, tuple[str, ...]]] = []
    covered = needed = 0
    for axis, counts in zip(axes, subject.totals.cells, strict=True):
        cells = {cell: counts.get(cell, 0) for cell in axis.cells}
        lacking = [cell for cell, count in cells.items() if count < axis.least]
        covered += len(cells) - len(lacking)
        needed += len(cells)
        uncovered += [(f"{axis.by}={cell}", ("uncovered",)) for cell in lacking]
        others = sum(count for value, count in counts.items() if value not in cells)
        entropy = normalised_entropy(cells)
        found.append(
            {
                "by": axis.by,
                "least": axis.least,
                "cells": cells,
                "other": others,
                "entropy": entropy,
            }
        )
    return Measured(
        covered, needed, tuple(uncovered[:FAILING_IDS]), len(uncovered),
        {"uncovered": len(uncovered)} if uncovered else {}, {"axes": found}, evidence="data/",
    )  # fmt: skip


def normalised_entropy(counts: Mapping[str, int]) -> float | None:
    """Entropy of the counts by that of equal ones, 0 to 1; None for less than two cells or no count.

    >>> normalised_entropy({"a": 5, "b": 5}), normalised_entropy({"a": 5, "b": 0})
    (1.0, 0.0)
    """
    total = sum(counts.values())
    if total == 0 or len(counts) < 2:
        return None
    shares = [count / total for count in counts.values() if count]
    return -sum(share * math.log(share) for share in shares) / math.log(len(counts)) + 0.0


@measure(
    version=2,
    unit="set",
    zh="规模达标",
    en="Scale reached",
    about=(
        "实际规模与所需规模之比，至多为 1。0：什么也没有；1：够了；需求没有写规模则不测。\n\n"
        "需求的 `scale` 写记录数、字符数、词元数或其中几项；取比例最小的一个。词元数是构建时统计的，"
        "估计值标“约”；没有统计而需求写了词元数，则不测。"
    ),
    causes={},
)
def scale_reached(subject: Subject) -> Measured | Absent:
    """Actual scale by required scale, at most 1.

    0: there is nothing; 1: enough; not measured if the requirement names no scale (`scale`: records,
    characters, tokens). Of several the one with the smallest ratio counts. Tokens are those that the
    build counted, said to be about so many where it estimated; where tokens are needed and no build
    counted them, nothing is measured.
    """
    needed, tokens = subject.requirement, tokens_of(subject.manifest)
    pairs = {
        "records": (subject.totals.records, needed.records),
        "chars": (subject.totals.chars, needed.chars),
        "tokens": (None if tokens is None else tokens.count, needed.tokens),
    }
    beside = {} if tokens is None else {"tokens": asdict(tokens)}
    wanted = {name: pair for name, pair in pairs.items() if pair[1] is not None}
    asked = {name: (h, w) for name, (h, w) in wanted.items() if h is not None and w is not None}
    if len(asked) < len(wanted):
        return Absent(Words("its build counted no tokens", "构建时没有统计词元"))
    if not asked:
        return Absent(_not_asked("scale").reason, beside)
    name, (have, want) = min(asked.items(), key=lambda item: item[1][0] / item[1][1])
    found = {n: {"found": h, "needed": w} for n, (h, w) in asked.items()}
    return Measured(
        min(have, want), want, found={"unit": name, "scales": found} | beside, evidence="data/"
    )


@measure(
    version=1,
    unit="record",
    zh="时间在范围内",
    en="In time",
    about=(
        "时间在所需范围内的记录占全部记录的比例。0：无一在内；1：全部；需求没有写范围则不测。\n\n"
        "时间取自记录的发布时间或自带的 `original_time`，按需求所写的精度（年、月、日）比较；没有时间的记录算作不在内，另行计数。"
    ),
    causes={
        "undated": Words("no time is known", "没有时间"),
        "early": Words("before the range", "早于范围"),
        "late": Words("after the range", "晚于范围"),
    },
)
def in_time(records: Records) -> Judged | Absent:
    """Share of records whose time lies in the required range, both ends included.

    0: none; 1: all; not measured if the requirement names no range (`time`). Times are those of
    publication, or the record's own `original_time`, compared as precisely as the requirement writes; a record without one is not in the
    range, and is counted apart.
    """
    low, high = records.requirement.time_from, records.requirement.time_to
    if low is None and high is None:
        return _not_asked("time")
    times = records.times
    dated = np.array([bool(time) for time in times], bool)
    early = np.array(
        [low is not None and time[: len(low)] < low[: len(time)] for time in times], bool
    )
    late = np.array([high is not None and time[: len(high)] > high for time in times], bool)
    return Judged({"undated": ~dated, "early": dated & early, "late": dated & late})


@measure(
    version=1,
    unit="set",
    mode="sampled",
    zh="标注正确",
    en="Right annotation",
    about=(
        "经另一人审核的答案中被接受的占比，连同 95 % 区间（Wilson），计分取下限。0：全被改过；1：全被接受；没有审核过的答案则不测。\n\n"
        "答案与审核结果在记录的 `annotations` 字段里：`accepted` 为接受，`fixed` 为改正。"
        "一致性（Krippendorff α）另列，不代替正确性：众口一词也可能都错。"
    ),
    causes={"wrong": Words("mended by review", "审核时被改正")},
)
def right_annotation(subject: Subject) -> Measured | Absent:
    """Share of the answers that another person reviewed and accepted, with Wilson's 95 % interval.

    0: all were mended; 1: all accepted; not measured if none was reviewed. The score takes the interval's
    lower limit. Answers and verdicts stand in the records' field `annotations`: `accepted` or
    `fixed`. Agreement (Krippendorff's alpha) stands beside it and does not take its place: all may
    be wrong together.
    """
    answers = subject.totals.answers
    if not answers:
        return Absent(Words("the records carry no answers of people", "记录不带标注员的答案"))
    found = {
        "answers": len(answers),
        "annotators": len({answer.annotator for answer in answers}),
        "agreement": agreements(answers),
    }
    wrong = [answer for answer in answers if answer.outcome == "fixed"]
    right = sum(answer.outcome == "accepted" for answer in answers)
    reviewed = right + len(wrong)
    if not reviewed:
        return Absent(
            Words("no answer was reviewed by another person", "没有答案经另一人审核"), found
        )
    failing = tuple((answer.record, ("wrong",)) for answer in wrong[:FAILING_IDS])
    return Measured(
        right, reviewed, failing, len(wrong), {"wrong": len(wrong)} if wrong else {}, found,
        lower=wilson_lower(right, reviewed), evidence="data/ annotations",
    )  # fmt: skip


def agreements(answers: Sequence[Answer]) -> dict[str, dict[str, Any]]:
    """Krippendorff's alpha by question: nominal of sides, ordinal of scores, as the answers stand.

    `alpha` is None where no record has two answers, or all are the same.
    """
    from lianjin.stats.agreement import Level, alpha, counts

    found: dict[str, dict[str, Any]] = {}
    for question in sorted({name for answer in answers for name in answer.values}):
        level: Level = "nominal" if question == "side" else "ordinal"
        counted = counts((a.record, a.values[question]) for a in answers if question in a.values)
        found[question] = {
            "level": level,
            "alpha": alpha(counted, level),
            "units": counted.n_units,
            "answers": counted.n_answers,
        }
    return found


Z_95 = 1.959963984540054


def wilson_lower(successes: int, n: int) -> float:
    """The lower limit of Wilson's score interval at 95 %, 0 to 1; 0 for no trials.

    Wilson, JASA 22 (1927) 209.

    >>> round(wilson_lower(9, 10), 4)
    0.5958
    """
    if n == 0:
        return 0.0
    share, z2 = successes / n, Z_95 * Z_95
    centre = share + z2 / (2 * n)
    spread = Z_95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, (centre - spread) / (1 + z2 / n))
