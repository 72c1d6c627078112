"""`make bench`: runs every bench module and writes bench/RESULTS.md.

Each module runs in a process of its own, so that one that fails is a line in the table and not
the end of the run.

    python -m bench.run --megabytes 300
    python -m bench.run --only link start        # the other rows of RESULTS.md are kept
"""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from bench.row import Row
from bench.usage import ROOT

RESULTS = ROOT / "bench" / "RESULTS.md"
KEPT = ROOT / "target" / "bench" / "rows.json"
TOOLS = {"corpus", "kernel_tool", "run"}
"""Modules with a `main` that gives no figures."""
MOST_S = 1_800
PRINTED = "printed"
HEAD = ("job", "asked", "measured", "floor of the same run", "holds", "notes")


def modules() -> list[str]:
    """The modules of this folder that have figures to give, by name."""
    sources = sorted((ROOT / "bench").glob("*.py"))
    found = [path.stem for path in sources if _has(path, "rows") or _has(path, "main")]
    return [name for name in found if name not in TOOLS]


def _has(path: Path, function: str) -> bool:
    return f"\ndef {function}(" in path.read_text(encoding="utf-8")


def measure(module: str, megabytes: int) -> list[Row]:
    """The rows of one module; one row that says what went wrong where it failed.

    A module without rows gives one whose note is what it printed.
    """
    has_rows = _has(ROOT / "bench" / f"{module}.py", "rows")
    own = ["bench.run", "--module", module, "--megabytes", str(megabytes)]
    command = [sys.executable, "-m", *(own if has_rows else [f"bench.{module}"])]
    try:
        done = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False, timeout=MOST_S
        )
    except subprocess.TimeoutExpired:
        return [Row(module, f"not done after {MOST_S} s", holds=False)]
    if has_rows:
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        rows = [Row(**json.loads(line)) for line in lines]
    else:
        # Nothing of the real sets belongs on the page: lines that quote Chinese text stay out.
        lines = [
            line for line in done.stdout.splitlines() if not re.search("[\u4e00-\u9fff]", line)
        ]
        rows = [Row(PRINTED, "", note="\n".join(lines))]
    if done.returncode:
        rows.append(Row(f"{module}: the rest", f"failed, exit {done.returncode}", holds=False))
    return rows


def machine() -> list[str]:
    """What the figures were measured on: processor, cores, memory, versions, commit."""
    cpu = _field("/proc/cpuinfo", "model name") or platform.processor()
    memory_gib = int((_field("/proc/meminfo", "MemTotal") or "0 kB").split()[0]) / (1 << 20)
    cores = (_field("/proc/cpuinfo", "cpu cores") or "?") + " cores"
    versions = f"Python {platform.python_version()}, {_said('rustc', '--version')}"
    commit = _said("git", "rev-parse", "--short", "HEAD")
    changed = ", with changes" if _said("git", "status", "--porcelain", "-uno") else ""
    return [f"{cpu}, {cores}, {memory_gib:.0f} GiB", versions, f"commit {commit}{changed}"]


def _field(path: str, name: str) -> str | None:
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return None
    values = [line.partition(":")[2].strip() for line in lines if line.startswith(name)]
    return values[0] if values else None


def _said(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def page(found: dict[str, list[Row]]) -> str:
    """RESULTS.md: the machine, then a table for each module."""
    lines = [
        "# Measured",
        "",
        "Written by `make bench`. CPU seconds are user + system of the whole process, children",
        "included; a floor is measured in the same run as the figure beside it.",
        "",
        *(f"- {line}" for line in machine()),
    ]
    for module, rows in found.items():
        lines += ["", f"## {module}", ""]
        for row in rows:
            if row.job == PRINTED:
                lines += ["```", row.note.strip(), "```", ""]
        table = [row for row in rows if row.job != PRINTED]
        if table:
            lines += [_line(HEAD), _line(["---"] * len(HEAD)), *map(_row, table)]
    return "\n".join(lines) + "\n"


def _row(row: Row) -> str:
    holds = {True: "yes", False: "**no**", None: ""}[row.holds]
    return _line([row.job, row.asked, row.measured, row.floor, holds, row.note])


def _line(cells: list[str] | tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> None:
    """Measures all modules, or those asked for, and writes the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--megabytes", type=int, default=300, help="size of the corpus")
    parser.add_argument("--only", nargs="+", choices=modules(), help="measure these modules")
    parser.add_argument("--module", choices=modules(), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.module:
        for row in importlib.import_module(f"bench.{options.module}").rows(options.megabytes):
            print(json.dumps(asdict(row), ensure_ascii=False), flush=True)
        return
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if options.only and KEPT.exists() else {}
    found = {module: [Row(**row) for row in rows] for module, rows in kept.items()}
    for module in options.only or modules():
        print(f"measuring {module} …", file=sys.stderr, flush=True)
        found[module] = measure(module, options.megabytes)
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        plain = {name: [asdict(row) for row in rows] for name, rows in found.items()}
        KEPT.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
    RESULTS.write_text(page(dict(sorted(found.items()))), encoding="utf-8")
    print(f"wrote {RESULTS.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    main()
