"""Texts from data are only ever text nodes; what is built is small and of this server alone."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from .conftest import WEB

MARKUP = re.compile(
    r"dangerouslySetInnerHTML|\.(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|"
    r"\beval\(|new Function\(|javascript:|createContextualFragment|srcdoc"
)
SCRIPT_BYTES = 200_000


def sources() -> list[Path]:
    return [path for path in (WEB / "src").rglob("*.ts*") if path.name != "types.d.ts"]


def test_no_source_makes_markup_of_a_text() -> None:
    wrong = [
        f"{path.relative_to(WEB)}:{number}: {line.strip()}"
        for path in sources()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if MARKUP.search(line)
    ]
    assert wrong == []


def test_the_address_of_a_link_is_never_a_text_from_data() -> None:
    # `href` is of our own path or of a fixed string; React does not check what it leads to.
    known = ("href={to}", 'href="#main"', "href={`/api")
    wrong = [
        f"{path.relative_to(WEB)}: {match}"
        for path in sources()
        for match in re.findall(r"\bhref=\S+", path.read_text("utf-8"))
        if not match.startswith(known)
    ]
    assert wrong == []


def test_every_file_of_the_pages_is_short() -> None:
    long = {
        path.name: n
        for path in sources()
        if "words" not in path.parts and (n := len(path.read_text("utf-8").splitlines())) > 500
    }
    assert long == {}


def test_the_scripts_are_under_200_kb_packed(built: Path) -> None:
    scripts = [gzip.compress(path.read_bytes(), 9) for path in built.rglob("*.js")]
    assert 0 < sum(map(len, scripts)) < SCRIPT_BYTES


def test_the_page_has_no_script_of_its_own_and_asks_nobody_else(built: Path) -> None:
    page = (built / "index.html").read_text("utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert re.findall(r"<style|\bstyle=|https?://", page) == []
    styles = "".join(path.read_text("utf-8") for path in built.rglob("*.css"))
    assert re.findall(r"url\((?!['\"]?/assets/)|@import", styles) == []
