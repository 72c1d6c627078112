"""`report.html`: the dataset in pictures, self-contained, readable offline.

Takes a finished dataset; gives one page under 3 MB: the funnel, each rule's histogram with its line,
repairs before and after, the largest clusters, languages, sources and the quarantine.
"""

from lianjin.curate.report.page import write_report

__all__ = ["write_report"]
