"""The pages of an evaluation: `report.html` and the documentation in both languages.

Takes an Evaluation; gives files beside `evaluation.json`, the same for the same evaluation.
"""

from lianjin.evaluate.report.folder import write_evaluation
from lianjin.evaluate.report.page import report

__all__ = ["report", "write_evaluation"]
