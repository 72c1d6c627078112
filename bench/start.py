"""How long the command takes to start, and how much an installation weighs."""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from bench.row import Row
from bench.usage import ROOT, usage


def rows(megabytes: int) -> Iterator[Row]:
    """`lianjin --help` and the default installation."""
    command = Path(sys.executable).with_name("lianjin")
    help_s = sorted(usage([command, "--help"]).wall_s for _ in range(5))[2]
    bare_s = sorted(usage([sys.executable, "-c", "pass"]).wall_s for _ in range(5))[2]
    yield Row(
        "`lianjin --help`, median of 5",
        f"{help_s:.2f} s",
        "< 0.5 s",
        f"`python -c pass`: {bare_s:.2f} s",
        help_s < 0.5,
    )
    yield _installed()


def _installed() -> Row:
    """The wheel, unpacked, with all it needs; of the packages of this environment."""
    wheels = sorted((ROOT / "dist").glob("lianjin-*.whl"), key=lambda path: path.stat().st_mtime)
    names = _needed("lianjin")
    sizes = {name: _size(name) for name in names if name != "lianjin"}
    if wheels:
        with zipfile.ZipFile(wheels[-1]) as wheel:
            sizes["lianjin"] = sum(entry.file_size for entry in wheel.infolist())
    total = sum(sizes.values()) / 1e6
    largest = sorted(sizes, key=lambda name: -sizes[name])[:3]
    return Row(
        "default install" + ("" if wheels else " (without our wheel: `make wheel` first)"),
        f"{total:.0f} MB, {len(names)} packages",
        "< 400 MB, no torch",
        holds=total < 400 and "torch" not in names if wheels else None,
        note=", ".join(f"{name} {sizes[name] / 1e6:.0f} MB" for name in largest),
    )


def _needed(name: str) -> set[str]:
    """The names of a package and of all it needs without extras."""
    found: set[str] = set()
    open_names = {name}
    while open_names:
        current = open_names.pop()
        found.add(current)
        try:
            requirements = metadata.requires(current) or []
        except metadata.PackageNotFoundError:
            continue  # needed on other systems or versions only
        for requirement in requirements:
            if "extra ==" not in requirement:
                needed = re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower()
                open_names |= {needed} - found
    return found


def _size(name: str) -> int:
    try:
        files = metadata.files(name) or []
    except metadata.PackageNotFoundError:
        return 0
    paths = [Path(str(file.locate())) for file in files]
    return sum(path.stat().st_size for path in paths if path.is_file())
