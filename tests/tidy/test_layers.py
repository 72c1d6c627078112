"""Imports go one way."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ORDER = {
    "core": 0,
    "corpus": 1,
    "operators": 2,
    "stats": 2,
    "curate": 3,
    "annotate": 3,
    "evaluate": 3,
    "govern": 3,
    "market": 4,
    "service": 5,
    "cli": 6,
}
"""Greater may import smaller. Of the same rank, only the same package may be imported."""
ANYWHERE = {"_kernel", "version", "recipes", "standards", "migrations"}


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def test_imports_go_one_way(modules: dict[Path, ast.Module], root: Path) -> None:
    package = root / "python" / "lianjin"
    wrong = []
    for path, tree in modules.items():
        layer = path.relative_to(package).parts[0]
        if layer not in ORDER:
            continue
        for line, name in imported(tree):
            parts = name.split(".")
            if parts[0] != "lianjin" or len(parts) < 2 or parts[1] not in ORDER:
                continue
            if parts[1] != layer and ORDER[parts[1]] >= ORDER[layer]:
                wrong.append(f"{path.relative_to(root)}:{line} imports {name}")
    assert wrong == []


def test_every_package_has_its_layer(modules: dict[Path, ast.Module], root: Path) -> None:
    package = root / "python" / "lianjin"
    layers = {path.relative_to(package).parts[0].removesuffix(".py") for path in modules}
    assert layers - set(ORDER) - ANYWHERE - {"__init__", "__main__"} == set()


def test_imports_are_absolute(modules: dict[Path, ast.Module], root: Path) -> None:
    wrong = [
        f"{path.relative_to(root)}:{node.lineno}"
        for path, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert wrong == []


def test_the_kernel_knows_nothing_of_python_and_arrow(root: Path) -> None:
    manifest = (root / "kernel" / "Cargo.toml").read_text("utf-8")
    assert [name for name in ("pyo3", "arrow", "numpy") if name in manifest] == []
