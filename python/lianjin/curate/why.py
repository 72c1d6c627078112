"""`lianjin why DIR ID`: the whole story of one record, from its bytes to its outcome.

Takes a dataset and an id; gives the receipt, and for each rule of the recipe what it saw.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from lianjin.core.codes import meaning
from lianjin.core.errors import NotFound
from lianjin.core.store import damaged
from lianjin.core.words import Words
from lianjin.corpus.dataset import FOLDER_OF, Dataset
from lianjin.operators.rule import BOOLEAN, NUMBER, TEXT, Kind, Verdict, conjuncts, explain, parse
from lianjin.operators.vocabulary import COLUMNS


@dataclass(frozen=True)
class Story:
    """A record's receipt, and the row of data, dropped or quarantine that it became."""

    receipt: dict[str, Any]
    record: dict[str, Any]
    steps: tuple[Words, ...]  # the recipe's steps, as text
    verdict: Verdict | None  # for a record that a rule dropped: the part of it that decided

    @property
    def step_text(self) -> Words | None:
        """The step that dropped it, as the recipe says it; None if it was kept or unreadable."""
        step = self.receipt["step"]
        return None if step is None else self.steps[step]


def why(dataset: Dataset, identifier: str) -> Story:
    """The story of the record with this id; NotFound `unknown-id` names ids that look alike."""
    receipt = dataset.record("receipts", identifier)
    if receipt is None:
        raise NotFound(
            "unknown-id",
            Words(
                f"{identifier!r} is in no receipt of {str(dataset.folder)!r}; ",
                f"{str(dataset.folder)!r} 的回执中没有 {identifier!r}；",
            )
            + _nearest(dataset, identifier),
            hint=Words(
                "an id is the input's relative path, '#', and the record's position from 0",
                "标识由输入的相对路径、“#”和从 0 数起的记录位置组成",
            ),
        )
    return story_of(dataset, receipt)


def story_of(dataset: Dataset, receipt: dict[str, Any]) -> Story:
    """The story of the record with this receipt; StorageError if the record is not there."""
    identifier = receipt["id"]
    record = dataset.record(FOLDER_OF[receipt["outcome"]], identifier)
    if record is None:
        raise damaged(
            dataset.folder,
            Words(
                f"has a receipt but no record of {identifier!r}",
                f"有 {identifier!r} 的回执却无记录",
            ),
        )
    return Story(receipt, record, step_texts(dataset.manifest), _verdict(dataset, receipt, record))


def _verdict(dataset: Dataset, receipt: dict[str, Any], record: dict[str, Any]) -> Verdict | None:
    step = receipt["step"]
    rule = None if step is None else dataset.manifest["recipe"]["steps"][step].get("keep")
    if rule is None:
        return None
    return explain(parse(rule), *_seen(receipt, record))


@dataclass(frozen=True)
class Claim:
    """One claim of a rule about a record: its `text`, whether it holds, the values that it saw.

    `holds` is None where a value is absent. `step` is the recipe's step, from 0.
    """

    step: int
    text: str
    holds: bool | None
    values: Mapping[str, Any]


def claims(dataset: Dataset, story: Story) -> tuple[Claim, ...]:
    """Every claim that the recipe's rules make about the record; empty for one in quarantine.

    A rule that joins claims by `and` gives each of them, so that a score stands beside its line.
    """
    if story.receipt["outcome"] == "quarantined":
        return ()
    values, kinds = _seen(story.receipt, story.record)
    found = []
    for number, step in enumerate(dataset.manifest["recipe"]["steps"]):
        if (text := step.get("keep")) is None:
            continue
        rule = parse(text)
        for node in conjuncts(rule.root):
            verdict = explain(replace(rule, root=node), values, kinds)
            said = rule.text[node.start : node.end]
            found.append(Claim(number, said, verdict.holds, verdict.values))
    return tuple(found)


def _seen(
    receipt: dict[str, Any], record: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Kind]]:
    """What rules see of a record: its values by name, and the kind of each."""
    scores = receipt.get("scores") or {}
    values = {**record, "path": receipt["source"]["path"], **scores}
    # A score that a recipe's own file defines need not be known here: its value tells its kind.
    return values, {**COLUMNS} | {name: _kind_of(value) for name, value in scores.items()}


def _kind_of(value: Any) -> Kind:
    if isinstance(value, bool):
        return BOOLEAN
    return TEXT if isinstance(value, str) else NUMBER


def step_texts(manifest: dict[str, Any]) -> tuple[Words, ...]:
    """The recipe's steps in words: `repair: entities`, `keep: chars >= 200`."""
    return tuple(_step_text(step) for step in (manifest.get("recipe") or {}).get("steps", ()))


def _step_text(step: dict[str, Any]) -> Words:
    verb = next(verb for verb in ("repair", "keep", "link", "score") if verb in step)
    settings = step.get("with") or {}
    shown = ", ".join(f"{name}={value}" for name, value in sorted(settings.items()))
    said = f"{step[verb]}" + (f" ({shown})" if shown else "")
    return _VERBS[verb] + Words.verbatim(said)


_VERBS = {
    "repair": Words("repair: ", "修复："),
    "keep": Words("keep: ", "规则："),
    "link": Words("link: ", "去重："),
    "score": Words("score: ", "指标："),
}


def reason_words(reason: str) -> Words:
    """Why a record is not kept, as receipts store it, in words: a rule, a twin, or an error code.

    >>> reason_words("minhash 0.8: 0.912 with a.html#0 (cluster b.html#0)").zh
    'minhash 0.8：与 a.html#0 相似 0.912（重复簇 b.html#0）'
    """
    if twin := re.fullmatch(r"(.*?): ([\d.]+) with (.*) \(cluster (.*)\)", reason, re.DOTALL):
        link, similarity, kept, cluster = twin.groups()
        return Words(
            f"{link}: {similarity} with {kept} (cluster {cluster})",
            f"{link}：与 {kept} 相似 {similarity}（重复簇 {cluster}）",
        )
    if meant := Words(meaning(reason, "en"), meaning(reason, "zh")):
        return Words(f"{reason}: {meant.en}", f"{reason}：{meant.zh}")
    return Words.verbatim(reason)


def _nearest(dataset: Dataset, identifier: str) -> Words:
    """A sentence with up to three ids that look like it, from the first 100,000 receipts."""
    known: list[str] = []
    for batch in dataset.batches("receipts", ["id"]):
        known += batch.column("id").to_pylist()
        if len(known) >= 100_000:
            break
    near = get_close_matches(identifier, known, n=3, cutoff=0.5) or known[:2]
    if not near:
        return Words("the dataset is empty", "数据集是空的")
    listed = ", ".join(map(repr, near))
    return Words(f"nearest are {listed}", f"最接近的是 {listed}")
