"""What the system says of free memory."""

from __future__ import annotations

from pathlib import Path

from lianjin.core.memory import available_bytes


def test_the_lesser_of_machine_and_container_counts(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 9000 kB\nMemAvailable:    4000 kB\n")
    assert available_bytes(meminfo, tmp_path) == 4_096_000
    (tmp_path / "memory.current").write_text("3000\n")
    (tmp_path / "memory.stat").write_text("anon 1\ninactive_file 500\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert available_bytes(meminfo, tmp_path) == 4_096_000
    (tmp_path / "memory.max").write_text("5000\n")
    assert available_bytes(meminfo, tmp_path) == 2_500


def test_a_system_that_says_nothing_is_not_guessed_at(tmp_path: Path) -> None:
    assert available_bytes(tmp_path / "none", tmp_path) is None
