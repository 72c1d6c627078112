"""The folder of an evaluation: four files, the same for the same evaluation, never in the dataset."""

from __future__ import annotations

from pathlib import Path

import pytest
from lianjin.core.errors import UsageError
from lianjin.evaluate.evaluation import Evaluation
from lianjin.evaluate.report import report, write_evaluation


def test_four_files_are_written_and_written_again(evaluation: Evaluation, tmp_path: Path) -> None:
    paths = write_evaluation(evaluation, tmp_path / "ev")
    assert [path.name for path in paths] == [
        "evaluation.json", "report.html", "documentation.md", "documentation.en.md",
    ]  # fmt: skip
    before = [path.read_bytes() for path in paths]
    assert before[0] == evaluation.to_bytes()
    assert before[1].decode() == report(evaluation)
    assert before[2].decode().startswith("# small：说明文档")
    assert [path.read_bytes() for path in write_evaluation(evaluation, tmp_path / "ev")] == before


def test_nothing_is_written_into_the_dataset(evaluation: Evaluation) -> None:
    folder = evaluation.subject.dataset.folder
    for out in (folder, folder / "ev", folder / "data" / ".." / "ev"):
        with pytest.raises(UsageError, match="out-in-dataset"):
            write_evaluation(evaluation, out)
