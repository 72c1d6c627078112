"""The report as one HTML page: sections in the order in which a reader asks."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from lianjin.core.page import label, page, words
from lianjin.core.store import write_text
from lianjin.core.words import Words
from lianjin.corpus.dataset import FOLDER_OF, Dataset
from lianjin.corpus.tokens import TOKENIZER, tokens_of
from lianjin.curate.report.chart import bar_row, histogram_chart
from lianjin.curate.report.facts import (
    LARGEST_CLUSTERS,
    MOST_FAILURES,
    MOST_SOURCES,
    Facts,
    facts,
    histograms,
)
from lianjin.curate.report.sample import edits_of, marked, text_before_step, visible
from lianjin.curate.report.words import both
from lianjin.curate.why import reason_words
from lianjin.operators.registry import operators
from lianjin.operators.rule.node import Comparison, Constant, Name, atoms
from lianjin.operators.rule.syntax import parse

OUTCOMES = ("kept", "dropped", "quarantined")


def write_report(folder: Path, manifest: dict[str, Any]) -> Path:
    """Writes `report.html` into the dataset's folder; the path."""
    dataset = Dataset(folder, manifest)
    path = folder / "report.html"
    write_text(path, report(dataset))
    return path


def report(dataset: Dataset) -> str:
    """The page as HTML; the same for the same dataset."""
    found = facts(dataset)
    sections = (
        _figures(dataset.manifest, found),
        '<div class="grid" style="margin-top:24px">',
        _funnel(dataset.manifest, found),
        _repairs(dataset.manifest, found),
        _histograms(dataset),
        _samples(dataset, found),
        _dropped(dataset, found),
        _clusters(dataset, found),
        _groups("languages", found.languages),
        _groups("sources", found.sources),
        _quarantine(dataset),
        "</div>",
    )
    return page(
        title=str(dataset.manifest["recipe"]["name"]),
        head=_head(dataset.manifest),
        body="\n".join(sections),
        style=files("lianjin.curate.report").joinpath("report.css").read_text("utf-8"),
    )


def _head(manifest: dict[str, Any]) -> str:
    recipe = manifest["recipe"]
    return (
        f"<h1>{escape(str(recipe['name']))}</h1>"
        f'<p class="dim2">{both("recipe_line")} <code>{escape(str(recipe["name"]))}</code> '
        f"{escape(str(recipe['version']))} · lianjin {escape(manifest['version'])}</p>"
        f'<p class="small dim">Merkle <code>{manifest["root"]}</code></p>'
    )


def _section(title: str, body: str, *, width: int = 12, note: str = "") -> str:
    subtitle = f"<p>{both(note)}</p>" if note else ""
    return (
        f'<section class="card c{width}" id="{title}"><header><h2>{both(title)}</h2>{subtitle}'
        f"</header>{body}</section>"
    )


def _tokens(manifest: dict[str, Any]) -> tuple[str, str]:
    """The tokens of the kept records and by whom they were counted."""
    if (tokens := tokens_of(manifest)) is None:
        return "—", both("not_measured")
    note = both("tokens_about" if tokens.is_estimate else "tokens_exact")
    return f"{tokens.count:,}", f"{note} {TOKENIZER}"


def _figures(manifest: dict[str, Any], found: Facts) -> str:
    records = manifest["records"]
    share = f"{100 * manifest['kept'] / records:.1f}<i>%</i>" if records else "—"
    size = sum(f["size_bytes"] for f in manifest["files"] if f["path"].startswith("data/"))
    cells = (
        ("kept", f"{manifest['kept']:,}", both("documents")),
        ("kept_chars", f"{found.kept_chars:,}" if found.read_chars else "—", both("chars")),
        ("tokens", *_tokens(manifest)),
        ("kept_share", share, f"{both('of')} {records:,} {both('records')}"),
        ("dropped", f"{manifest['dropped']:,}", both("with_reason")),
        ("quarantined", f"{manifest['quarantined']:,}", both("unreadable")),
        ("size", _size(size), "Parquet zstd"),
    )
    inner = "".join(
        f'<div><dt>{both(title)}</dt><dd>{value}</dd><dd class="s">{note}</dd></div>'
        for title, value, note in cells
    )
    return f'<dl class="figs">{inner}</dl>'


def _size(size_bytes: int) -> str:
    """Bytes in the unit that leaves a number one can read."""
    for unit, factor in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if size_bytes >= factor:
            return f"{size_bytes / factor:,.1f}<i>{unit}</i>"
    return f"{size_bytes:,}<i>B</i>"


def _funnel(manifest: dict[str, Any], found: Facts) -> str:
    total = max(1, manifest["records"])
    left = manifest["records"]
    head = (
        f'<li class="h small dim"><div>{both("step")}</div><div></div>'
        f'<div class="num">{both("left")}</div><div class="num">{both("removed")}</div></li>'
    )
    rows = [head, bar_row(both("read"), "", left, 0, total, "ink")]
    cuts = [("quarantined", "", manifest["quarantined"], "#quarantine")]
    for index, step in enumerate(manifest["recipe"]["steps"]):
        verb = next(v for v in ("keep", "link", "repair", "score") if v in step)
        if verb in ("keep", "link"):
            cuts.append(
                (verb, _step_words(step), manifest["steps"].get(str(index), 0), f"#step-{index}")
            )
    for position, (title, text, removed, target) in enumerate(cuts):
        left -= removed
        shade = "gold" if position == len(cuts) - 1 else "ore"
        rows.append(bar_row(both(title), text, left, removed, total, shade, target))
    closed = (
        f'<p class="sum"><span>{both("read")} <b>{manifest["records"]:,}</b></span>='
        f'<span>{both("kept")} <b class="gold">{manifest["kept"]:,}</b></span>+'
        f"<span>{both('dropped')} <b>{manifest['dropped']:,}</b></span>+"
        f"<span>{both('quarantined')} <b>{manifest['quarantined']:,}</b></span>"
        f'<span class="ok right">✓ {both("adds_up")}</span></p>'
    )
    return _section(
        "funnel", f'<ol class="fun">{"".join(rows)}</ol>{closed}', width=8, note="funnel_note"
    )


def _step_words(step: dict[str, Any]) -> str:
    if "keep" in step:
        return str(step["keep"])
    settings = ", ".join(f"{k} {v}" for k, v in sorted((step.get("with") or {}).items()))
    return f"{step['link']} {settings}"


def _repairs(manifest: dict[str, Any], found: Facts) -> str:
    rows = []
    for index, step in enumerate(manifest["recipe"]["steps"]):
        if "repair" in step:
            sites = sum(n for (s, _), n in found.edits.items() if s == index)
            title = _operator_title("repair", step["repair"])
            rows.append(
                f'<tr><td>{title}<td class="num">{found.edited[index]:,}<td class="num">{sites:,}'
            )
    head = (
        f'<tr><th>{both("repair")}<th class="num">{both("edited")}<th class="num">{both("sites")}'
    )
    body = f"<table><thead>{head}<tbody>{''.join(rows)}</table>" if rows else _nothing("no_repairs")
    return _section("mended", body, width=4)


def _operator_title(verb: Any, name: str) -> str:
    """What an operator is called; the name alone of one that a recipe's own file defines.

    That file need not be there when a report is drawn again.
    """
    for known in operators(verb):
        if known.name == name and known.reference.__module__.startswith("lianjin."):
            return label(known.zh, known.en)
    return f"<code>{escape(name)}</code>"


def _rule_words(repair: str, rule: str) -> str:
    """What a rule of a repair of ours does, behind a point; nothing of other repairs."""
    for known in operators("repair"):
        if known.name == repair and known.reference.__module__.startswith("lianjin."):
            return f" · {words(known.rules[rule])}" if rule in known.rules else ""
    return ""


def _nothing(key: str) -> str:
    return f'<p class="small dim">{both(key)}</p>'


def _lines(manifest: dict[str, Any]) -> dict[str, list[tuple[float, str]]]:
    """score → [(line, rule)] for every number that a keep rule compares a score with."""
    lines: dict[str, list[tuple[float, str]]] = {}
    for step in manifest["recipe"]["steps"]:
        if "keep" not in step:
            continue
        rule = parse(step["keep"])
        for atom in atoms(rule.root):
            sides = (atom.left, atom.right) if isinstance(atom, Comparison) else ()
            names = [side.text for side in sides if isinstance(side, Name)]
            numbers = [
                float(side.value)
                for side in sides
                if isinstance(side, Constant) and isinstance(side.value, int | float)
            ]
            for name, value in zip(names, numbers, strict=False):
                lines.setdefault(name, []).append((value, rule.text))
    return lines


def _histograms(dataset: Dataset) -> str:
    lines = _lines(dataset.manifest)
    highest = {score: max(value for value, _ in found) for score, found in lines.items()}
    charts = [
        histogram_chart(within, _operator_title("score", within.score), lines[within.score])
        for within in histograms(dataset, highest)
    ]
    body = f'<div class="charts">{"".join(charts)}</div>' if charts else _nothing("no_rules")
    return _section("histograms", body, note="histograms_note")


def _samples(dataset: Dataset, found: Facts) -> str:
    wanted = {i for identifiers in found.edit_examples.values() for i in identifiers}
    receipts = dataset.records("receipts", wanted, ["id", "outcome", "edits"])
    records: dict[str, dict[str, Any]] = {}
    for outcome in ("kept", "dropped"):
        there = [i for i, receipt in receipts.items() if receipt["outcome"] == outcome]
        records |= dataset.records(FOLDER_OF[outcome], there, ["id", "text"])
    blocks: list[str] = []
    for (step, rule), identifiers in sorted(found.edit_examples.items()):
        repair = dataset.manifest["recipe"]["steps"][step]["repair"]
        for identifier in identifiers:
            if identifier in records:
                html = _sample(receipts[identifier], records[identifier], step, rule)
                blocks.append(
                    f'<details class="fold" {"open" if len(blocks) < 12 else ""}><summary>'
                    f"<b>{_operator_title('repair', repair)}</b> <code>{escape(rule)}</code> "
                    f"<span class=dim>{found.edits[step, rule]:,} {both('sites')}"
                    f"{_rule_words(repair, rule)}</span>"
                    f'<code class="right dim">{escape(identifier)}</code></summary>'
                    f'<p class="text">{html}</p></details>'
                )
    return _section(
        "before_after", "".join(blocks) or _nothing("no_edits"), note="before_after_note"
    )


def _sample(receipt: dict[str, Any], record: dict[str, Any], step: int, rule: str) -> str:
    before = text_before_step(record["text"], receipt["edits"], step)
    edits = edits_of(receipt["edits"], step)
    first = next((i for i, edit in enumerate(edits) if edit.rule == rule), 0)
    return marked(before, edits[first:])


def _dropped(dataset: Dataset, found: Facts) -> str:
    wanted = [i for identifiers in found.drop_examples.values() for i in identifiers]
    records = dataset.records("dropped", wanted, ["id", "text", "reason"])
    blocks = []
    for step, identifiers in sorted(found.drop_examples.items()):
        words = escape(_step_words(dataset.manifest["recipe"]["steps"][step]))
        rows = [_dropped_row(records[i]) for i in identifiers if i in records]
        count = dataset.manifest["steps"].get(str(step), 0)
        blocks.append(
            f'<h3 id="step-{step}"><code>{words}</code> <span class="dim">{count:,}</span></h3>'
            f'<div class="scroll"><table><tbody>{"".join(rows)}</table></div>'
        )
    return _section(
        "dropped_samples", "".join(blocks) or _nothing("none_dropped"), note="dropped_note"
    )


def _dropped_row(record: dict[str, Any]) -> str:
    text = escape(visible((record["text"] or "")[:160]))
    return (
        f'<tr><td class="nowrap"><code>{escape(record["id"])}</code><td>{text}'
        f'<td class="dim">{words(reason_words(record["reason"]))}'
    )


def _clusters(dataset: Dataset, found: Facts) -> str:
    rows = []
    for cluster, count in found.clusters.most_common(LARGEST_CLUSTERS):
        shown = ", ".join(
            f"<code>{escape(i)}</code> <span class=dim>{similarity:.2f}</span>"
            for i, similarity in found.cluster_members.get(cluster, [])
        )
        rows.append(f'<tr><td class="num">{count:,}<td>{shown}{" …" if count > 5 else ""}')
    head = f'<tr><th class="num">{both("members")}<th>{both("cluster")}'
    body = f'<div class="scroll"><table><thead>{head}<tbody>{"".join(rows)}</table></div>'
    return _section("clusters", body if rows else _nothing("no_clusters"))


def _groups(title: str, groups: dict[str, Any]) -> str:
    ordered = sorted(groups.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    rows = [
        f"<tr><td>{escape(name) or '—'}"
        + "".join(f'<td class="num">{counts[outcome]:,}' for outcome in OUTCOMES)
        for name, counts in ordered[:MOST_SOURCES]
    ]
    if len(ordered) > MOST_SOURCES:
        rows.append(
            f'<tr><td class="dim" colspan="4">… {len(ordered) - MOST_SOURCES:,} {both("more")}'
        )
    heads = "".join(f'<th class="num">{both(outcome)}' for outcome in OUTCOMES)
    body = f'<div class="scroll"><table><thead><tr><th>{both(title)}{heads}<tbody>{"".join(rows)}</table></div>'
    return _section(title, body if rows else _nothing("not_measured"), width=6)


def _quarantine(dataset: Dataset) -> str:
    rows = []
    for record in _first(dataset, "quarantine", MOST_FAILURES):
        head = record["head"].hex(" ") if record["head"] else ""
        source = record["source"]
        rows.append(
            f'<tr><td class="nowrap"><code>{escape(record["id"])}</code>'
            f'<td class="nowrap num">{source["start"]:,}–{source["end"]:,}'
            f"<td><code>{escape(record['error_code'])}</code><td>{words(Words.read(record['error'] or ''))}"
            f'<td class="dim"><code>{head[:71]}</code>'
        )
    head = "".join(
        f"<th>{both(k)}" for k in ("record", "bytes", "error_code", "why", "first_bytes")
    )
    table = f'<div class="scroll"><table><thead><tr>{head}<tbody>{"".join(rows)}</table></div>'
    return _section("quarantine", table if rows else _nothing("none_quarantined"))


def _first(dataset: Dataset, kind: str, most: int) -> Iterator[dict[str, Any]]:
    seen = 0
    for batch in dataset.batches(kind):
        for row in batch.slice(0, most - seen).to_pylist():
            seen += 1
            yield row
        if seen >= most:
            return
