"""A closed project as files that a new version is built from.

Takes the version's records and the answers that count; gives `records.jsonl`, every record in the
form of TC609-5-2025-02 with its annotation, and for pairs `dpo.jsonl`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from lianjin.annotate.counted import CountedAnswer, tasks_of_records
from lianjin.annotate.decision import PairDecision, decide_pair, decide_rubric, to_json
from lianjin.annotate.project import Project, must_be
from lianjin.annotate.task import Task
from lianjin.core.store import whole
from lianjin.core.words import Words
from lianjin.corpus.dataset import Dataset

TOGETHER = 500
"""Records whose answers are asked for at a time: memory does not grow with the version."""

METHOD = "人工标注"
LICENCES = ("开源", "公共授权", "商业授权", "仅内部", "其他")
OPEN_LICENCES = (
    "apache", "bsd", "cc-", "cc0", "gpl", "lgpl", "mit", "mpl", "mulan", "odbl", "odc", "pddl",
)  # fmt: skip
"""How the names of open licences begin; others are 其他 until somebody says more."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Exported:
    """What was written: every record of the version, and how many are annotated and decided.

    `labels`: tasks by what their answers came to; `unanswered`: tasks without an answer that counts.
    """

    records: Path
    dpo: Path | None
    n_records: int
    n_annotated: int
    n_pairs: int
    labels: Mapping[str, int]


def export(
    connection: sa.Connection,
    project: Project,
    dataset: Dataset,
    out: Path,
    *,
    version: str,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Exported:
    """Writes `records.jsonl`, and for pairs `dpo.jsonl`, under the folder `out`.

    `version`: of the dataset that is to come, `1.1.0`. `progress` is called with records that are
    done and all of them. The same answers give the same bytes. Ties,
    pairs that are both bad and those without a majority keep the record's own order, say so in
    their label and are not in `dpo.jsonl`. Conflict `project-state` unless the project is closed.
    """
    must_be(project, ("closed",), Words("be exported", "导出"))
    labels: Counter[str] = Counter()
    n_records = n_annotated = n_pairs = 0
    records, pairs = out / "records.jsonl", out / "dpo.jsonl"
    is_pair = project.plan.kind == "pair"
    total = sum(entry.rows or 0 for entry in dataset.files("data"))
    with ExitStack() as stack:
        file, dpo = (_opened(stack, path) for path in (records, pairs))
        for chunk in _chunks(dataset):
            found = tasks_of_records(connection, project, [row["id"] for row in chunk])
            for row in chunk:
                task, answers = found.get(row["id"], (None, ()))
                record, label = _record(project, row, task, answers, version)
                _write(file, record)
                n_records += 1
                n_annotated += record["annotation"] is not None
                labels.update([label] if label else [])
                if label in _PREFERRED:
                    _write(dpo, {name: record[name] for name in _PAIR})
                    n_pairs += 1
            progress(n_records, total)
    if not is_pair:
        pairs.unlink()
    return Exported(
        records, pairs if is_pair else None, n_records, n_annotated, n_pairs, dict(labels)
    )


_PAIR = ("prompt", "chosen", "rejected")
_PREFERRED = ("much_better", "slightly_better")


def _record(
    project: Project, row: Row, task: Task | None, answers: Sequence[CountedAnswer], version: str
) -> tuple[dict[str, Any], str]:
    """A record as it is exported, and what its answers came to; empty for a record without a task."""
    own = json.loads(row["fields"]) if row.get("fields") else {}
    given = [counted.answer for counted in answers]
    content, annotation, label = _content(row), None, "" if task is None else "unanswered"
    sides: Mapping[str, str] = {}
    if task is not None and project.plan.kind == "pair":
        decided = decide_pair(given)
        chosen = _chosen_side(task, decided)
        sides = {chosen: "chosen", "BA"[chosen == "B"]: "rejected"}
        texts = dict(zip("AB", task.answers, strict=True))
        content |= {name: texts[side] for side, name in sides.items()}
        if decided is not None:
            label = decided.label
            annotation = _annotation(project, [label])
            annotation |= {"votes": _votes(decided, sides)}
            scored = {n: decide_rubric(given, project.plan, s) for s, n in sides.items()}
            rubric = {name: to_json(found) for name, found in scored.items() if found is not None}
            annotation |= {"rubric": rubric} if rubric else {}
    elif task is not None and (means := decide_rubric(given, project.plan)) is not None:
        label = "scored"
        values = [f"{name}={score:g}" for name, score in means.scores.items()]
        annotation = _annotation(project, values) | {"rubric": {"answer": to_json(means)}}
    record = _frame(project, row, own, answers, version)
    record |= {"data_content": _data_content(content), "annotation": annotation}
    record |= {"annotations": [_detail(counted, sides) for counted in answers]}
    record |= content
    kept = {name: value for name, value in own.items() if name not in record}
    hidden = {name: value for name, value in own.items() if name in record}
    return kept | record | ({"original": hidden} if hidden else {}), label


def _chosen_side(task: Task, decided: PairDecision | None) -> str:
    """The side that is `chosen` in the export: the preferred one, else that of the record."""
    if decided is not None and decided.side is not None:
        return decided.side
    return "B" if task.is_swapped else "A"


def _votes(decided: PairDecision, sides: Mapping[str, str]) -> dict[str, int]:
    return {sides.get(vote, vote): n for vote, n in decided.votes.items()}


def _annotation(project: Project, label: Sequence[str]) -> dict[str, Any]:
    return {
        "label": list(label),
        "annotation_method": METHOD,
        "annotator": project.plan.level,
        "project": project.id,
    }


def _detail(counted: CountedAnswer, sides: Mapping[str, str]) -> dict[str, Any]:
    """One answer, with the sides called by what they are in this record."""
    answer = counted.answer
    found: dict[str, Any] = {"annotator": counted.annotator, "outcome": counted.outcome}
    if answer.choice is not None:
        side, _, strength = answer.choice.partition("_")
        named = sides.get(side.upper())
        found |= {"choice": answer.choice if named is None else f"{named}_{strength}"}
    if answer.scores:
        found |= {"scores": {sides.get(s, "answer"): dict(v) for s, v in answer.scores.items()}}
    found |= {"reason": answer.reason, "active_s": answer.active_s, "round": counted.round}
    return found | {"guideline": counted.revision, "created_utc": counted.created_utc}


def _content(row: Row) -> dict[str, Any]:
    """What a reader of JSON lines finds again as the same record."""
    if row["kind"] == "preference" and row.get("preference") is not None:
        return {name: row["preference"][name] for name in _PAIR}
    if row["kind"] == "messages" and row.get("messages") is not None:
        return {"messages": row["messages"]}
    return {"text": row.get("text")}


def _data_content(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The content as items of TC609; an absent prompt is left out."""
    if "messages" in content:
        turns = [(turn["role"], turn["content"]) for turn in content["messages"]]
    else:
        turns = list(content.items())
    return [
        {"media_type": "text", "content": text or ""} | ({"role": role} if role != "text" else {})
        for role, text in turns
        if text is not None or role != "prompt"
    ]


def _frame(
    project: Project, row: Row, own: Row, answers: Sequence[CountedAnswer], version: str
) -> dict[str, Any]:
    """The fields of TC609 around content and annotation, and what the record says of its origin."""
    known = row.get("published") or own.get("original_time")
    original = str(known or project.created_utc[:10])
    changed = max((counted.created_utc for counted in answers), default=original)
    licence, url, origin = row.get("licence"), row.get("url"), row.get("origin")
    source = "互联网" if url else "组织机构" if origin else "公开数据集"
    generated = row.get("generated") is True or own.get("generated_data_indicator") == 1
    record = {
        "id": row["id"],
        "rid": own["rid"] if isinstance(own.get("rid"), list) else [],
        "original_time": original,
        "last_modified_time": changed[:10],
        "version": version,
        "license": own["license"] if own.get("license") in LICENCES else _category(licence),
        "source": source,
        "source_details": url or origin or f"{project.plan.dataset} {row['id']}",
        "generated_data_indicator": int(generated),
        "original_time_is_known": bool(known),
    }
    columns = ("title", "author", "published", "url", "licence", "copyright", "origin", "generated")
    said = {name: row[name] for name in columns if row.get(name) is not None}
    said |= {"AIGC": json.loads(row["aigc"])} if row.get("aigc") else {}
    return record | said | ({"source_id": row["source_id"]} if row.get("source_id") else {})


def _category(licence: str | None) -> str:
    return "开源" if licence and licence.lower().startswith(OPEN_LICENCES) else "其他"


def _write(file: IO[str], value: Mapping[str, Any]) -> None:
    """One line. Halves of surrogate pairs, which UTF-8 does not have, stay escaped."""
    text = json.dumps(value, ensure_ascii=False)
    try:
        file.write(text + "\n")
    except UnicodeEncodeError:
        file.write(json.dumps(value) + "\n")


def _opened(stack: ExitStack, path: Path) -> IO[str]:
    """A file that stands under its name once the stack has ended well."""
    part = stack.enter_context(whole(path))
    return stack.enter_context(part.open("w", encoding="utf-8", newline="\n"))


def _chunks(dataset: Dataset) -> Iterator[list[Row]]:
    """The kept records in order, so many at a time."""
    for batch in dataset.batches("data"):
        for start in range(0, batch.num_rows, TOGETHER):
            yield batch.slice(start, TOGETHER).to_pylist()
