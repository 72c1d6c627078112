"""`lianjin why DIR ID`: what became of a record and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianjin.cli.screen import Json, Lang, put, say, table, told
from lianjin.cli.usage import Command
from lianjin.core.words import Words

if TYPE_CHECKING:
    from lianjin.curate.why import Story

MOST_EDITS = 40


def register(app: typer.Typer) -> None:
    """Adds `why`."""
    app.command(
        "why",
        cls=Command,
        help=told(
            "Tell the story of one record: where it came from, what was changed, what became of "
            "it and by which rule.",
            "讲清一条记录：从哪来、改了什么、结果如何、依据哪条规则。",
        ),
        epilog=told(
            "Example: lianjin why clean 'news/a.html#0'", "示例：lianjin why clean 'news/a.html#0'"
        ),
    )(why_)


def why_(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help=told("A built dataset.", "建成的数据集。"))
    ],
    identifier: Annotated[
        str, typer.Argument(metavar="ID", help=told("path#position", "路径#位置"))
    ],
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Prints the record's story."""
    from lianjin.corpus.dataset import open_dataset
    from lianjin.curate.why import why

    story = why(open_dataset(folder), identifier)
    if as_json:
        put(json.dumps(_data(story), ensure_ascii=False, indent=2, default=_plain))
    else:
        put(_text(story))


def _data(story: Story) -> dict[str, Any]:
    verdict = story.verdict and {"part": story.verdict.part, "values": dict(story.verdict.values)}
    told = {
        "receipt": story.receipt,
        "record": story.record,
        "step": str(story.step_text) if story.step_text else None,
    }
    return told | {"verdict": verdict}


def _plain(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _text(story: Story) -> str:
    from lianjin.curate.why import reason_words

    receipt = story.receipt
    outcome = {
        "kept": say("kept", "保留"),
        "dropped": say("dropped", "剔除"),
        "quarantined": say("quarantined", "隔离"),
    }[receipt["outcome"]]
    source = receipt["source"]
    lines = [
        f"{receipt['id']}: {outcome}",
        f"  {say('source: ', '出处：')}{source['path']} [{source['start']:,}, {source['end']:,})",
    ]
    if receipt["reason"] is not None:
        lines.append(f"  {say('reason: ', '理由：')}{reason_words(receipt['reason'])}")
    if story.step_text is not None:
        lines.append(f"  {say('step: ', '步骤：')}{receipt['step'] + 1} {story.step_text}")
    if story.verdict is not None:
        seen = ", ".join(f"{name} = {_value(v)}" for name, v in story.verdict.values.items())
        lines.append(f"  {say('decided by: ', '依据：')}{story.verdict.part} ({seen})")
    if story.record.get("error"):
        lines.append(f"  {say('error: ', '错误：')}{Words.read(story.record['error'])}")
    return "\n".join([*lines, *_links(receipt), *_scores(receipt), *_edits(story), *_head(story)])


def _links(receipt: dict[str, Any]) -> list[str]:
    return [
        say(
            f"  stands for the cluster {link['cluster']}",
            f"  代表重复簇 {link['cluster']}",
        )
        if link["kept_id"] == receipt["id"]
        else say(
            f"  repeats: {link['kept_id']} ({link['similarity']:.3f}), cluster {link['cluster']}",
            f"  重复：{link['kept_id']}（{link['similarity']:.3f}），重复簇 {link['cluster']}",
        )
        for link in receipt["links"] or ()
    ]


def _scores(receipt: dict[str, Any]) -> list[str]:
    scores = {n: v for n, v in (receipt.get("scores") or {}).items() if v is not None}
    if not scores:
        return []
    rows = [(f"    {name}", _value(value)) for name, value in scores.items()]
    return [f"  {say('scores:', '指标：')}", table(rows)]


def _value(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _edits(story: Story) -> list[str]:
    of_title = _edits_of(story, "title_edits", say("edits of the title: ", "标题的改动："))
    return of_title + _edits_of(story, "edits", say("edits: ", "改动："))


def _edits_of(story: Story, column: str, heading: str) -> list[str]:
    edits = story.receipt.get(column) or ()
    if not edits:
        return []
    lines = [f"  {heading}{len(edits)}"]
    for edit in edits[:MOST_EDITS]:
        before, after = (json.dumps(_cut(edit[k]), ensure_ascii=False) for k in ("before", "after"))
        lines.append(
            f"    {story.steps[edit['step']]} {edit['rule']} [{edit['start']}, {edit['end']}) "
            f"{before} → {after} ({edit['confidence']:.2f})"
        )
    if len(edits) > MOST_EDITS:
        lines.append(
            say(
                f"    … {len(edits) - MOST_EDITS} more; see --json",
                f"    … 其余 {len(edits) - MOST_EDITS} 处见 --json",
            )
        )
    return lines


def _cut(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:50]}…[{len(text)}]…{text[-20:]}"


def _head(story: Story) -> list[str]:
    text = story.record.get("text")
    return (
        []
        if not text
        else [f"  {say('text: ', '正文：')}{json.dumps(_cut(text), ensure_ascii=False)}"]
    )
