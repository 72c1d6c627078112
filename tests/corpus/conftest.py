"""One small dataset, built once, and a second one of other bytes; and registries to put them in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import VersionName
from lianjin.curate.build import build

RECIPE = 'name: small\nsteps: [{keep: "chars >= 4"}]\nquarantine: {limit: 0.9}\n'
NOW = "2026-01-31T08:00:00Z"


def name(text: str) -> VersionName:
    return VersionName.parse(text)


def made(folder: Path, lines: str) -> Path:
    (folder / "raw").mkdir()
    (folder / "raw" / "a.jsonl").write_text(lines, "utf-8")
    (folder / "r.yaml").write_text(RECIPE, "utf-8")
    return build(folder / "r.yaml", input=folder / "raw", out=folder / "out", workers=1).out


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kept, a dropped and an unreadable record; to be looked at only."""
    lines = '{"text": "早市天不亮就开了"}\n{"text": "短"}\n{'
    return made(tmp_path_factory.mktemp("small"), lines)


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of one kept record; to be looked at only."""
    return made(tmp_path_factory.mktemp("other"), '{"text": "湿地里的白鹤每年十月飞来"}\n')


@pytest.fixture
def copied(small: Path, tmp_path: Path) -> Path:
    """A copy of the dataset, to be tampered with."""
    return Path(shutil.copytree(small, tmp_path / "copied"))


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """An empty registry."""
    return Registry(tmp_path / "registry")


@pytest.fixture
def filled(registry: Registry, small: Path) -> Registry:
    """A registry with `lab/news@1.0.0`, the small dataset."""
    registry.commit(small, name("lab/news@1.0.0"), created_by="lin", now=NOW)
    return registry
