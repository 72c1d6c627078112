"""A build that would need more memory than there is says so before it starts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lianjin.core.errors import LimitExceeded
from lianjin.curate import build as building
from lianjin.curate.budget import needed_bytes, refuse_beyond
from lianjin.curate.build import build
from lianjin.curate.recipe import parse


def test_enough_memory_and_a_silent_system_refuse_nothing() -> None:
    refuse_beyond(needed_bytes(workers=2, files=3, documents=4), workers=2, files=3, documents=4)
    refuse_beyond(None, workers=10_000, files=10**9, documents=10**12)


def test_too_little_is_refused_with_what_is_needed_and_the_next_step() -> None:
    with pytest.raises(LimitExceeded) as refused:
        refuse_beyond(1 << 30, workers=16, files=1, documents=1000)
    assert refused.value.code == "not-enough-memory"
    assert "16 workers" in refused.value.message.en
    assert "--workers 1" in refused.value.hint.zh
    with pytest.raises(LimitExceeded) as refused:
        refuse_beyond(1 << 30, workers=1, files=1, documents=10**9)
    assert "several runs" in refused.value.hint.en


def test_a_build_that_does_not_fit_stops_before_it_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [json.dumps({"text": f"第{n}篇文档"}, ensure_ascii=False) for n in range(3000)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), "utf-8")
    recipe = parse("name: a\nsteps:\n  - link: exact\n")
    enough = needed_bytes(workers=1, files=1, documents=1000)
    monkeypatch.setattr(building, "available_bytes", lambda: enough)
    with pytest.raises(LimitExceeded, match="3,000 documents"):
        build(recipe, out=tmp_path / "out", input=tmp_path / "a.jsonl", workers=1)
    monkeypatch.setattr(building, "available_bytes", lambda: None)
    assert build(recipe, out=tmp_path / "out", input=tmp_path / "a.jsonl").records == 3000
