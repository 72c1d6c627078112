"""The repository speaks of itself alone, and its papers say what is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEXT = {
    "", ".cfg", ".css", ".html", ".js", ".json", ".ts", ".tsx", ".md", ".py", ".pyi", ".rs", ".toml", ".txt",
    ".yaml", ".yml",
}  # fmt: skip
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:work|root|home|Users)/\w+")
REGISTRY = re.compile(r"https?://(?:localhost|127\.|10\.|192\.168\.|[\w.-]*\.(?:internal|local)\b)")
UNNUMBERED = re.compile(r"(?<!`)\b(?:TODO|FIXME|XXX)\b(?!.{0,20}#\d)")


@pytest.fixture(scope="session")
def texts(tracked: list[Path], root: Path) -> dict[str, str]:
    """Every text file of the product but these tests; data tables are left out."""
    here = Path(__file__).parent
    small = (path for path in tracked if path.suffix in TEXT and path.stat().st_size < 1_000_000)
    return {
        str(path.relative_to(root)): path.read_text("utf-8", "replace")
        for path in small
        if here not in path.parents and path.name not in ("Cargo.lock", "LICENSE")
    }


def found(texts: dict[str, str], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY, UNNUMBERED])
def test_no_line_is_of_one_machine_or_left_for_later(
    texts: dict[str, str], pattern: re.Pattern[str]
) -> None:
    assert found(texts, pattern) == []


def test_no_real_input_is_kept_here(tracked: list[Path], root: Path) -> None:
    names = [str(path.relative_to(root)) for path in tracked]
    assert [name for name in names if name.startswith((".data", "shared/", "target/"))] == []


def test_tests_mirror_the_source(tracked: list[Path], root: Path) -> None:
    package = root / "python" / "lianjin"
    free = {"web", "tidy", "journey", "golden", "bench", "docs"}
    wrong = []
    for path in tracked:
        if root / "tests" not in path.parents or not path.name.startswith("test_"):
            continue
        parts = path.relative_to(root / "tests").with_suffix("").parts
        if parts[0] in free:
            continue
        noun = parts[-1].removeprefix("test_")
        source = package.joinpath(*parts[:-1], noun)
        if not (
            source.with_suffix(".py").exists() or source.is_dir() or noun in (parts[-2], "hostile")
        ):
            wrong.append(str(path.relative_to(root)))
    assert wrong == []


def test_the_readme_names_commands_and_files_that_exist(root: Path) -> None:
    from lianjin.cli import VERBS

    wrong = []
    makefile = root / "Makefile"
    targets = (
        re.findall(r"^([\w-]+):", makefile.read_text("utf-8"), re.M) if makefile.exists() else []
    )
    for name in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md"):
        if not (root / name).exists():
            continue
        text = (root / name).read_text("utf-8")
        code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
        wrong += [
            f"{name}: make {t}"
            for t in re.findall(r"\bmake ([a-z][\w-]*)", code)
            if t not in targets
        ]
        verbs = re.findall(r"(?:^|[`$ ])lianjin ([a-z]+)", code, re.M)
        wrong += [f"{name}: lianjin {verb}" for verb in verbs if verb not in VERBS]
        links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
        made = {"bench/RESULTS.md"}  # by `make bench`
        absent = (link for link in links if link not in made and not (root / link).exists())
        wrong += [f"{name}: {link}" for link in absent]
    assert wrong == []


def test_the_house_style_is_the_law_as_written(root: Path) -> None:
    for name in ("ARCHITECTURE.md", "STYLE.md", "CHANGELOG.md", "LICENSE"):
        assert (root / name).stat().st_size > 20
