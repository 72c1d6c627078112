"""The evaluation as one HTML page: verdict, indices with their counts, gates, what is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from lianjin.core.page import label, page, words
from lianjin.core.words import NOTHING, Words
from lianjin.corpus.tokens import Tokens
from lianjin.evaluate.documentation import ASPECTS
from lianjin.evaluate.evaluation import Evaluation, Missing, Result, Score
from lianjin.evaluate.gate import Gate
from lianjin.evaluate.measure import Measured, find_measure

MODES = {
    "automatic": Words("every record, by machine", "逐条自动"),
    "sampled": Words("a sample; the score takes the lower limit", "抽样；计分取下限"),
    "human": Words("by people", "人工"),
}
TRUST = {
    "seen": Words("code and title as published; the formula is a reading of it", "代码与名称见于公开文本，计算式为解读"),
    "secondary": Words("another's reading of the text", "他人的解读"),
    "memory": Words("not checked against the text", "未与原文核对"),
    "proposal": Words("our own", "自拟"),
}  # fmt: skip
MOST_MISSING = 200
"""Rows of what is missing that the page shows; the rest is counted."""


def report(evaluation: Evaluation) -> str:
    """The page as HTML; the same for the same evaluation."""
    body = (
        _figures(evaluation),
        '<div class="grid" style="margin-top:24px"><div class="c8 stack">',
        *(_dimension(score) for score in evaluation.scores),
        '</div><div class="c4 stack">',
        _gates(evaluation.gates),
        _missing(evaluation),
        _about(evaluation),
        "</div>",
        _documentation(evaluation),
        "</div>",
    )
    return page(
        title=evaluation.name,
        head=_head(evaluation),
        body="\n".join(body),
        style=files("lianjin.evaluate.report").joinpath("report.css").read_text("utf-8"),
    )


def _head(evaluation: Evaluation) -> str:
    standard = evaluation.standard
    grade = next((g for g in standard.grades if g.id == evaluation.grade), None)
    if grade is None:
        tag = f'<span class="tag bad">✕ {label("门禁未过", "a gate fails")}</span>'
    else:
        shade = "gold" if grade.dimensions else ""
        tag = f'<span class="tag {shade}">{words(grade.title)} · {label("未发证", "not certified")}</span>'
    return (
        f'<div class="row wrap" style="gap:8px 12px"><h1>{escape(evaluation.name)}</h1>{tag}</div>'
        f'<p class="dim2">{words(standard.wording)} · {words(standard.title)}</p>'
        f'<p class="small dim">Merkle <code>{evaluation.root}</code></p>'
    )


def _figures(evaluation: Evaluation) -> str:
    passed = sum(gate.is_passed for gate in evaluation.gates)
    cells = [_score_figure(score) for score in evaluation.scores]
    cells.append(
        _figure(
            label("门禁", "gates"),
            f"{passed}<i>/ {len(evaluation.gates)}</i>",
            label("全部通过才能发证", "all must pass for a certificate"),
        )
    )
    records = label(
        f"{evaluation.chars:,} 个字符", f"{evaluation.chars:,} character{_s(evaluation.chars)}"
    )
    cells.append(_figure(label("记录", "records"), f"{evaluation.records:,}", records))
    lacking = len(evaluation.missing)
    cells.append(
        _figure(
            label("缺什么", "missing"), f"{lacking:,}", label("项，见下表", "entries, listed below")
        )
    )
    return f'<dl class="figs">{"".join(cells)}</dl>'


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _score_figure(score: Score) -> str:
    number = "—" if score.value is None else _floored(score.value)
    verdict = label("已达", "reached") if score.is_reached else label("未达", "not reached")
    if score.value is None:
        verdict = label("测得不足，不计分", "too little measured for a score")
    share = f"{100 * score.measured:.0f} %"
    note = f"{label('线', 'line')} {score.line:g} · {verdict}<br>{label(f'测得 {share}', f'{share} measured')}"
    shade = ' class="gold"' if score.is_reached else ""
    return _figure(words(score.dimension.title), f"<span{shade}>{number}</span>", note)


def _figure(title: str, value: str, note: str) -> str:
    return f'<div><dt>{title}</dt><dd>{value}</dd><dd class="s">{note}</dd></div>'


def _section(title: str, body: str, note: str = "", anchor: str = "") -> str:
    subtitle = f"<p>{note}</p>" if note else ""
    return (
        f'<section class="card" id="{escape(anchor)}"><header><h2>{title}</h2>{subtitle}</header>'
        f"{body}</section>"
    )


# --- indices --------------------------------------------------------------------------


def _dimension(score: Score) -> str:
    rows = "".join(
        _row(result) + "".join(_row(p, part=True) for p in result.parts) for result in score.results
    )
    note = _mean(score)
    title = f"{escape(score.dimension.code)} {words(score.dimension.title)}"
    return _section(
        title, f'<div class="ixs">{rows}</div>', note, f"dimension-{score.dimension.code}"
    )


def _mean(score: Score) -> str:
    """How the dimension's score comes about."""
    count = sum(result.status == "measured" for result in score.results)
    if score.value is None:
        return label(f"测得 {count} 项，不足以计分", f"{count} measured, too few for a score")
    number = f"{_floored(score.value)}"
    line = f"{score.line:g}"
    if _is_equal(score):
        return label(
            f"{number}，线 {line}；已测 {count} 项的等权平均",
            f"{number}, line {line}; the mean of {count} measured, of equal weight",
        )
    return label(
        f"{number}，线 {line}；已测 {count} 项的加权平均",
        f"{number}, line {line}; the weighted mean of {count} measured",
    )


def _is_equal(score: Score) -> bool:
    return len({result.index.weight for result in score.results}) <= 1


def _row(result: Result, part: bool = False) -> str:
    index = result.index
    shown = (
        f'<div class="ixt"><code>{escape(index.code)}</code> {words(index.title)}</div>'
        f'<div class="ixm">{_meter(result)}</div>'
        f'<div class="num ixv">{_value(result)}</div><div class="ixs-tag">{_state(result)}</div>'
    )
    return (
        f'<details class="ix{" part" if part else ""}" id="i{escape(index.code)}">'
        f"<summary>{shown}</summary><div class=in-ix>{_opened(result)}</div></details>"
    )


def _meter(result: Result) -> str:
    if result.score is None:
        return ""
    shade = "gold" if result.is_reached else "bad"
    mark = f'<b style="left:{100 * result.line:.4g}%"></b>'
    return (
        f'<div class="meter"><i class="{shade}" style="width:{result.score:.4g}%"></i>{mark}</div>'
    )


def _value(result: Result) -> str:
    return "—" if result.score is None else f"{_floored(result.score)}"


def _floored(score: float) -> str:
    """One digit behind the point, cut and not rounded: 99.96 is not 100."""
    return f"{int(score * 10) / 10:.1f}"


def _state(result: Result) -> str:
    if result.status == "absent":
        return f'<span class="tag">{label("未测", "not measured")}</span>'
    if result.status == "empty":
        return f'<span class="tag">{label("不适用", "nothing to count")}</span>'
    if result.is_reached:
        return f'<span class="tag ok">✓ {label("达线", "reached")}</span>'
    return f'<span class="tag warn">△ {label("未达", "below")}</span>'


def _opened(result: Result) -> str:
    """What a row opens to: how the number was counted, and what failed."""
    index, found = result.index, result.measured
    rows = [(label("算式", "formula"), words(index.formula))] if index.formula else []
    if result.status == "measured":
        counted = f"{_n(found.numerator)} / {_n(found.denominator)}"
        rows.append(
            (label("计数", "counted"), f"<b>{counted}</b> · {label('线', 'line')} {result.line:g}")
        )
    if found.lower is not None:
        rows.append((label("区间下限", "lower limit"), f"{100 * found.lower:.1f} · 95 %, Wilson"))
    if result.status == "empty":
        rows.append(
            (
                label("计数", "counted"),
                label(
                    "没有可计数的内容，不计入平均",
                    "there is nothing to count, so it is not part of the mean",
                ),
            )
        )
    if found.absent:
        rows.append((label("为何未测", "why not"), _prose(found.absent)))
    if result.measure is not None:
        method = _prose(result.measure.docs)
        mode = words(MODES[result.measure.mode])
        rows.append(
            (
                label("测法", "measure"),
                f"{method}<p class=dim>{escape(result.measure.name)} v{result.measure.version} · {mode}</p>",
            )
        )
    if index.settings and result.measure is not None and result.measure.name != "documented":
        said = ", ".join(f"{k} = {v}" for k, v in index.settings.items())
        rows.append((label("设置", "settings"), f"<code>{escape(said)}</code>"))
    rows += _failures(result)
    rows.append((label("依据", "standard"), words(TRUST[index.trust])))
    return _kv(rows)  # fmt: skip


def _prose(said: Words) -> str:
    """Sentences without the line ends of their source; what stands in back quotes is code."""
    joined = Words(*(re.sub(r"(?<!\n)\n(?!\n)", " ", form) for form in (said.en, said.zh)))
    return re.sub(r"`([^`<]*)`", r"<code>\1</code>", words(joined))


def _failures(result: Result) -> list[tuple[str, str]]:
    found = result.measured
    known: Mapping[str, Words] = {} if result.measure is None else result.measure.causes
    known = {**known, **{part.index.code: Words(part.index.code + " ", part.index.code + " ") + part.index.title for part in result.parts}}  # fmt: skip
    rows = []
    if found.causes:
        ordered = sorted(found.causes.items(), key=lambda item: (-item[1], item[0]))
        listed = "".join(f"<li>{_cause(n, known)} <b>{count:,}</b></li>" for n, count in ordered)
        rows.append((label("不合格", "failing"), f'<ul class="plain">{listed}</ul>'))
    if axes := found.found.get("axes"):
        rows.append((label("类别", "cells"), "".join(_axis(axis) for axis in axes)))
    if scales := found.found.get("scales"):
        listed = "".join(
            f"<li>{_unit(unit)} <b>{s['found']:,}</b> / {s['needed']:,}</li>"
            for unit, s in scales.items()
        )
        rows.append((label("规模", "scale"), f'<ul class="plain">{listed}</ul>'))
    if tokens := found.found.get("tokens"):
        rows.append((label("词元", "tokens"), words(Tokens(**tokens).wording)))
    if agreement := found.found.get("agreement"):
        rows.append((label("一致性", "agreement"), _agreement(agreement)))
    if found.failing:
        rows.append((label("哪些", "which"), _listed(found, known)))
    return rows


def _agreement(found: Mapping[str, Mapping[str, Any]]) -> str:
    rows = "".join(
        f"<li><code>{escape(question)}</code> Krippendorff α "
        f"<b>{'—' if one['alpha'] is None else format(one['alpha'], '.3f')}</b> "
        f'<span class="dim">{escape(one["level"])} · {one["answers"]:,} / {one["units"]:,}</span></li>'
        for question, one in found.items()
    )
    return f'<ul class="plain">{rows}</ul>'


def _cause(name: str, known: Mapping[str, Words]) -> str:
    if name in known:
        return words(known[name])
    return label(f"缺 {name}", f"without {name}")


def _listed(found: Measured, known: Mapping[str, Words]) -> str:
    rows = "".join(
        f"<li><code>{_named(identifier)}</code> "
        f'<span class="dim">{" · ".join(_cause(cause, known) for cause in causes)}</span></li>'
        for identifier, causes in found.failing
    )
    more = found.n_failing - len(found.failing)
    rest = (
        f'<li class="dim">{label(f"另有 {more:,} 条", f"{more:,} more")}</li>' if more > 0 else ""
    )
    return f'<ol class="plain ids">{rows}{rest}</ol>'


def _named(identifier: str) -> str:
    return words(ASPECTS[identifier][0]) if identifier in ASPECTS else escape(identifier)


def _axis(axis: Mapping[str, Any]) -> str:
    highest = max([*axis["cells"].values(), 1])
    rows = "".join(
        f'<tr><td>{escape(cell)}<td class="num">{count:,}<td class="w"><div class="meter"><i class="{"gold" if count >= axis["least"] else "bad"}" style="width:{100 * count / highest:.3g}%"></i></div>'
        f'<td>{"✓" if count >= axis["least"] else "✕ " + label("未覆盖", "uncovered")}'
        for cell, count in axis["cells"].items()
    )  # fmt: skip
    entropy = (
        ""
        if axis["entropy"] is None
        else f" · {label('归一化熵', 'normalised entropy')} {axis['entropy']:.2f}"
    )
    other = f" · {label('其他', 'others')} {axis['other']:,}" if axis["other"] else ""
    return (
        f"<p><code>{escape(axis['by'])}</code> ≥ {axis['least']:,}{entropy}{other}</p>"
        f'<div class="scroll"><table class="cells"><tbody>{rows}</table></div>'
    )


def _unit(unit: str) -> str:
    return {"records": label("记录", "records"), "chars": label("字符", "characters")}.get(
        unit, escape(unit)
    )


def _n(number: float) -> str:
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.3f}"


def _kv(rows: Sequence[tuple[str, str]]) -> str:
    inner = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)
    return f'<dl class="kv">{inner}</dl>'


# --- gates, what is missing, documentation --------------------------------------------


def _gates(gates: Sequence[Gate]) -> str:
    rows = []
    for gate in gates:
        measure = find_measure(gate.measure)
        tag = '<span class="ok">✓</span>' if gate.is_passed else '<span class="bad">✕</span>'
        word = label("通过", "passed") if gate.is_passed else label("未过", "failed")
        opened = [(label("测法", "measure"), _prose(measure.docs))]
        if gate.measured.failing:
            opened.append((label("哪些", "which"), _listed(gate.measured, measure.causes)))
        rows.append(
            f'<details class="ix gate"><summary><div><b>{tag} {words(gate.title)}</b> '
            f'<span class="{"ok" if gate.is_passed else "bad"} small">{word}</span>'
            f'<p class="small dim">{words(gate.reason)}</p></div></summary>'
            f'<div class="in-ix">{_kv(opened)}</div></details>'
        )
    note = label("先过门禁，再谈分数", "gates come before scores")
    return _section(
        label("门禁", "Gates"), f'<div class="ixs">{"".join(rows)}</div>', note, "gates"
    )


def _missing(evaluation: Evaluation) -> str:
    lacking = evaluation.missing
    rows = "".join(
        f'<tr><td><code>{escape(lack.code)}</code><td>{_lack(lack)}<td class="num">{_amount(lack, lack.found)}<td class="num">{_amount(lack, lack.needed)}'
        for lack in lacking[:MOST_MISSING]
    )  # fmt: skip
    more = len(lacking) - MOST_MISSING
    rest = (
        f'<tr><td class="dim" colspan="4">{label(f"另有 {more:,} 项", f"{more:,} more")}'
        if more > 0
        else ""
    )
    head = f'<tr><th>{label("指标", "index")}<th>{label("缺", "lacks")}<th class="num">{label("实有", "found")}<th class="num">{label("需要", "needed")}'
    body = f'<div class="scroll"><table><thead>{head}<tbody>{rows}{rest}</table></div>'
    if not lacking:
        body = f'<p class="small dim">{label("没有发现缺项。", "Nothing was found missing.")}</p>'
    note = label("可以据此提出需求", "each can become a demand")
    return _section(label("缺什么", "What is missing"), body, note, "missing")


def _lack(lack: Missing) -> str:
    if lack.kind == "aspect" and lack.name in ASPECTS:
        return words(ASPECTS[lack.name][0])
    if lack.kind == "cell":
        return escape(lack.name)
    if lack.kind == "scale":
        return _unit(lack.name)
    return label("未过门禁", "gate") if lack.kind == "gate" else label("低于线", "below its line")


def _amount(lack: Missing, number: float) -> str:
    if lack.kind in ("index", "gate"):
        return f"{_floored(100 * number)} %"
    return _n(number)


def _about(evaluation: Evaluation) -> str:
    standard, requirement = evaluation.standard, evaluation.requirement
    name = escape(requirement.name) or label("没有给出", "none was given")
    rows = [
        (label("标准", "standard"), f"{escape(standard.number)} · {words(standard.title)}"),
        (label("需求", "requirement"), name),
        (label("标准摘要", "the standard's digest"), f"<code>{standard.digest}</code>"),
        (label("清单摘要", "the manifest's"), f"<code>{evaluation.manifest_digest}</code>"),
        (label("评测摘要", "the evaluation's"), f"<code>{evaluation.digest}</code>"),
    ]
    return _section(label("对什么、依据什么", "Of what, against what"), _kv(rows), anchor="about")


def _documentation(evaluation: Evaluation) -> str:
    rows = "".join(
        f'<details class="ix"><summary><div class="ixt">{words(aspect.title)}</div>'
        f'<div class="ixs-tag">{_told(aspect.is_present)}</div></summary>'
        f'<div class="in-ix"><div class="told">{words(aspect.text or NOTHING)}</div>'
        f'<p class="small dim">{label("依据", "evidence")} <code>{escape(aspect.evidence)}</code></p></div></details>'
        for aspect in evaluation.aspects.values()
    )  # fmt: skip
    note = label(
        "documentation.md 与 documentation.en.md 同此",
        "the same as documentation.md and documentation.en.md",
    )
    section = _section(
        label("说明文档", "Documentation"),
        f'<div class="ixs docs">{rows}</div>',
        note,
        "documentation",
    )
    return f'<div class="c12">{section}</div>'


def _told(is_present: bool) -> str:
    if is_present:
        return f'<span class="tag ok">✓ {label("已写", "told")}</span>'
    return f'<span class="tag warn">△ {label("未写", "not told")}</span>'
