"""How much memory this process may still take: the only place that asks the system."""

from __future__ import annotations

from pathlib import Path

MEMINFO = Path("/proc/meminfo")
CGROUP = Path("/sys/fs/cgroup")


def available_bytes(meminfo: Path = MEMINFO, cgroup: Path = CGROUP) -> int | None:
    """What the machine, or the container if that is less, can still give; None if it does not say."""
    free = [_of_machine(meminfo), _of_container(cgroup)]
    said = [size for size in free if size is not None]
    return min(said) if said else None


def _of_machine(meminfo: Path) -> int | None:
    try:
        lines = meminfo.read_text().splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return int(found[0]) * 1024 if found else None


def _of_container(cgroup: Path) -> int | None:
    try:
        limit = (cgroup / "memory.max").read_text().strip()
        used = int((cgroup / "memory.current").read_text())
        cached = _cached(cgroup / "memory.stat")
    except (OSError, ValueError):
        return None
    return max(0, int(limit) - used + cached) if limit.isdigit() else None


def _cached(stat: Path) -> int:
    """Bytes of files that the system drops when memory is wanted."""
    rows = dict(line.split() for line in stat.read_text().splitlines())
    return int(rows.get("inactive_file", 0))
