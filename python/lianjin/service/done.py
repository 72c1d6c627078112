"""What a job made, written down in the transaction that ends it.

Takes a job and what it told; records the version or the evaluation that came of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianjin.core.database import Transaction
from lianjin.service.committed import record_built
from lianjin.service.evaluated import record_evaluated
from lianjin.service.work.job import Job

RECORDS = {"build": record_built, "evaluate": record_evaluated}
"""By the kind of the job."""


def record_done(tx: Transaction, job: Job, result: Mapping[str, Any]) -> None:
    """Records what the job made."""
    RECORDS[job.kind](tx, job, result)
