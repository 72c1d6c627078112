"""`lianjin report` draws the same page again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]


def test_the_page_is_drawn_again_and_named(run: Run, out: Path) -> None:
    page = (out / "report.html").read_bytes()
    (out / "report.html").unlink()
    said = run("report", out)
    assert (said.code, said.out, said.err) == (0, f"{out / 'report.html'}\n", "")
    assert (out / "report.html").read_bytes() == page
    assert json.loads(run("report", out, "--json").out) == {"report": str(out / "report.html")}


def test_a_folder_that_is_no_dataset_is_a_wrong_call(run: Run, tmp_path: Path) -> None:
    said = run("report", tmp_path)
    assert (said.code, said.out) == (2, "")
    assert list(tmp_path.iterdir()) == []
