"""What the tidy tests read: the files that belong to the product."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _tracked() -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if said.returncode != 0:
        pytest.skip("not a git checkout: the tidy tests need the list of tracked files")
    paths = (ROOT / name for name in said.stdout.split("\0") if name)
    return sorted(path for path in paths if path.is_file() and not path.is_symlink())


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """Every file of the product."""
    return _tracked()


@pytest.fixture(scope="session")
def modules(tracked: list[Path]) -> dict[Path, ast.Module]:
    """The package's Python files, parsed."""
    package = ROOT / "python" / "lianjin"
    return {
        path: ast.parse(path.read_text("utf-8"))
        for path in tracked
        if path.suffix == ".py" and package in path.parents
    }
