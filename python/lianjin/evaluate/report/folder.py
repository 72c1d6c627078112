"""The folder of an evaluation: `evaluation.json`, `report.html`, `documentation.md` and `.en.md`."""

from __future__ import annotations

from pathlib import Path

from lianjin.core.errors import UsageError
from lianjin.core.store import guarded, whole, write_text
from lianjin.core.words import Words
from lianjin.evaluate.certificate import EVALUATION
from lianjin.evaluate.documentation import markdown
from lianjin.evaluate.evaluation import Evaluation
from lianjin.evaluate.report.page import report


def write_evaluation(evaluation: Evaluation, out: Path) -> tuple[Path, ...]:
    """Writes all files into `out`, in the place of those of an earlier evaluation; their paths.

    UsageError `out-in-dataset` if that is inside the dataset: its files would not be of its manifest.
    """
    refuse_inside(out, evaluation.subject.dataset.folder)
    with guarded(out, "write"):
        out.mkdir(parents=True, exist_ok=True)
    with whole(out / EVALUATION) as part:
        part.write_bytes(evaluation.to_bytes())
    write_text(out / "report.html", report(evaluation))
    subject, found = evaluation.subject, evaluation.aspects
    write_text(out / "documentation.md", markdown(subject, found, "zh"))
    write_text(out / "documentation.en.md", markdown(subject, found, "en"))
    names = (EVALUATION, "report.html", "documentation.md", "documentation.en.md")
    return tuple(out / name for name in names)


def refuse_inside(out: Path, folder: Path) -> None:
    """Refuses to write into a dataset."""
    if out.resolve().is_relative_to(folder.resolve()):
        raise UsageError(
            "out-in-dataset",
            Words(
                f"{str(out)!r} is inside the dataset {str(folder)!r}, which may not change",
                f"{str(out)!r} 在数据集 {str(folder)!r} 之内，而数据集不得改动",
            ),
            hint=Words("choose a path beside it", "换一个数据集之外的路径"),
        )
