"""Colours keep their contrast: recomputed from the tokens, in light and in dark."""

from __future__ import annotations

import re

import pytest

from .conftest import WEB

TOKEN = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
GROUNDS = ("paper", "surface", "raised", "sunken", "hover")
TEXTS = ("ink", "ink-2", "ink-3", "azure", "mala", "cinn", "ochre", "gold-ink")
ON_SOFT = {
    "azure": "azure-soft",
    "mala": "mala-soft",
    "cinn": "cinn-soft",
    "ochre": "ochre-soft",
    "gold-ink": "gold-soft",
    "act-ink": "act",
}
TEXT_LEAST = 4.5
GRAPHIC_LEAST = 3.0


def tokens(theme: str) -> dict[str, str]:
    text = (WEB / "src" / "style" / "tokens.css").read_text("utf-8")
    place = {"light": 1, "dark": 2}[theme]
    return {match[0]: match[place] for match in TOKEN.findall(text)}


def test_reports_and_pages_have_the_same_tokens() -> None:
    report = WEB.parent / "python" / "lianjin" / "core" / "tokens.css"
    assert (WEB / "src" / "style" / "tokens.css").read_bytes() == report.read_bytes()


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio after WCAG 2.2, 1 to 21.

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_can_be_read_on_every_ground(theme: str) -> None:
    known = tokens(theme)
    pairs = [(text, ground) for text in TEXTS for ground in GROUNDS] + list(ON_SOFT.items())
    pairs += [("ink", soft) for text, soft in ON_SOFT.items() if text != "act-ink"]
    low = {p: contrast(known[p[0]], known[p[1]]) for p in pairs}
    assert {pair: ratio for pair, ratio in low.items() if ratio < TEXT_LEAST} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_edges_and_graphics_can_be_seen(theme: str) -> None:
    known = tokens(theme)
    pairs = [(line, ground) for line in ("edge", "focus", "gold") for ground in GROUNDS[:3]]
    low = {p: contrast(known[p[0]], known[p[1]]) for p in pairs}
    assert {pair: ratio for pair, ratio in low.items() if ratio < GRAPHIC_LEAST} == {}


def test_no_colour_is_defined_beside_the_tokens() -> None:
    parts = (WEB / "src" / "style" / "parts.css").read_text("utf-8")
    assert re.findall(r"#[0-9a-f]{6}\b|rgb\(|hsl\(", parts) == []
