"""Bars and histograms as HTML and SVG: zero baseline, the rule's line, a table for screen readers."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lianjin.curate.report.facts import N_BINS, Histogram
from lianjin.curate.report.words import both

WIDTH, HEIGHT, FOOT = 360, 130, 22


def bar_row(
    title: str, text: str, left: int, removed: int, total: int, shade: str, target: str = ""
) -> str:
    """One row of the funnel: what is left as a bar, what this step removed as hatch, on the
    scale of the input."""
    bar = (
        f'<i class="fill-{shade}" style="width:{100 * left / total:.2f}%"></i>'
        f'<u class="hatch" style="width:{100 * removed / total:.2f}%"></u>'
    )
    count = f'<a href="{target}">−{removed:,}</a>' if removed else '<span class="dim">—</span>'
    return (
        f"<li><div><b>{title}</b><code>{escape(text)}</code></div>"
        f'<div class="fb">{bar}</div><span class="num">{left:,}</span><span class="num">{count}</span></li>'
    )


def histogram_chart(data: Histogram, title: str, lines: Sequence[tuple[float, str]]) -> str:
    """A score's distribution, kept in gold under dropped in ore, each rule's line in ink."""
    highest = max(1, int((data.kept + data.dropped).max()))
    width = WIDTH / N_BINS
    bars = []
    for index in range(N_BINS):
        x, kept, dropped = index * width, int(data.kept[index]), int(data.dropped[index])
        for fill, below, count in (("gold", 0, kept), ("ore", kept, dropped)):
            if count:
                top, tall = _y(below + count, highest), HEIGHT * count / highest
                bars.append(
                    f'<rect class="fill-{fill}" x="{x:.1f}" y="{top:.1f}" '
                    f'width="{width - 0.8:.1f}" height="{max(tall, 0.8):.1f}"/>'
                )
    rules = [_rule(value, data) for value, _ in sorted(set(lines)) if value <= data.high]
    text = "; ".join(dict.fromkeys(rule for _, rule in lines))
    missing = f" · {data.missing:,} {both('without')}" if data.missing else ""
    return (
        f"<figure><figcaption><b>{title}</b> <code>{escape(data.score)}</code>"
        f'<span class="dim">{missing}</span><br><code class="dim">{escape(text)}</code></figcaption>'
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT + FOOT}" role="img" '
        f'aria-label="{escape(data.score)}">{"".join(bars)}'
        f'<line class="ax" x1="0" x2="{WIDTH}" y1="{HEIGHT}" y2="{HEIGHT}"/>{"".join(rules)}'
        f'<text x="0" y="{HEIGHT + 16}">0</text>'
        f'<text x="{WIDTH}" y="{HEIGHT + 16}" text-anchor="end">{number(data.high)}</text></svg>'
        f"{_table(data)}</figure>"
    )


def _y(count: int, highest: int) -> float:
    return HEIGHT * (1 - count / highest)


def _rule(value: float, data: Histogram) -> str:
    x = WIDTH * value / data.high
    anchor = "end" if x > WIDTH * 0.8 else "start"
    return (
        f'<line class="rule" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{HEIGHT}"/>'
        f'<text class="lead" x="{x + (-4 if anchor == "end" else 4):.1f}" y="11" text-anchor="{anchor}">'
        f"{number(value)}</text>"
    )


def _table(data: Histogram) -> str:
    """The same numbers for those who do not see the picture, in eight coarser bins."""
    coarse = N_BINS // 8
    rows = "".join(
        f"<tr><td>{number(data.high * i / N_BINS)}–{number(data.high * (i + coarse) / N_BINS)}"
        f'<td class="num">{int(data.kept[i : i + coarse].sum()):,}'
        f'<td class="num">{int(data.dropped[i : i + coarse].sum()):,}'
        for i in range(0, N_BINS, coarse)
    )
    head = (
        f'<tr><th>{both("value")}<th class="num">{both("kept")}<th class="num">{both("not_kept")}'
    )
    return f"<details><summary class=small>{both('as_table')}</summary><table><thead>{head}<tbody>{rows}</table></details>"


def number(value: float) -> str:
    """A number as short as it can be read: 0.3, 1,250."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
