"""How much memory a build needs at most, and a refusal before it needs more than there is.

Takes workers, files and documents; gives bytes. Measured (docs/memory.md): what a build takes for
itself is bounded by its workers, whatever the size of the corpus; a link adds to it by the document.
"""

from __future__ import annotations

from lianjin.core.errors import LimitExceeded
from lianjin.core.words import Words

BASE_BYTES = 150 << 20
"""The program, its models and the libraries."""

WORKER_BYTES = 130 << 20
"""A worker's batches, and the texts that it compares in one go."""

FILE_BYTES = 3_000
"""An input file in the plan, the manifest and the sums."""

DOCUMENT_BYTES = 1_000
"""A document of a run with links: its keys while they are sorted, its length, its rank."""


def needed_bytes(*, workers: int, files: int, documents: int) -> int:
    """What a build needs at most; `documents`: of a run with links, else 0.

    >>> needed_bytes(workers=2, files=1, documents=1_000_000) >> 20
    1363
    """
    return BASE_BYTES + workers * WORKER_BYTES + files * FILE_BYTES + documents * DOCUMENT_BYTES


def refuse_beyond(available: int | None, *, workers: int, files: int, documents: int) -> None:
    """LimitExceeded `not-enough-memory` if a build would need more than `available` bytes.

    None: the system does not say, and nothing is refused.
    """
    needed = needed_bytes(workers=workers, files=files, documents=documents)
    if available is None or needed <= available:
        return
    need, have = f"{needed / 2**20:,.0f} MiB", f"{available / 2**20:,.0f} MiB"
    single = needed_bytes(workers=1, files=files, documents=documents)
    raise LimitExceeded(
        "not-enough-memory",
        Words(
            f"this build needs up to {need} of memory for {workers} workers, {files:,} files and "
            f"about {documents:,} documents to link; {have} are free",
            f"这次构建最多需要 {need} 内存（{workers} 个线程、{files:,} 个文件、"
            f"约 {documents:,} 篇待去重文档）；可用的只有 {have}",
        ),
        hint=Words(
            "run the same command with `--workers 1`; finished work is kept",
            "同一条命令加 `--workers 1`；做完的部分都保留着",
        )
        if single <= available < needed
        else Words(
            "free memory, build the input in several runs, or leave out the link steps",
            "腾出内存，分几次构建，或去掉去重步骤",
        ),
    )
