"""Rows for scores: MB/s of one core for all of them and by family, language, beside floors.

    python -m bench.score        # about 20 s; a release build of the package

Takes news and statutes of `.data`, in documents of 300 to 3,000 characters.
With fasttext-predict installed it also compares labels on tens of thousands of windows.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

import pyarrow as pa
import pyarrow.compute as pc
from lianjin import _kernel
from lianjin.operators.registry import operators
from lianjin.operators.score import language_model
from lianjin.operators.score.language import windows

from bench.damage.genres import GENRES, documents
from bench.row import Row

SIZE_BYTES = 30_000_000
HOSTILE = [
    "</s>",
    "a </s> 你好",
    "__label__zh x",
    "\0a\0b",
    "\t\v\f",
    "a" * 5000,
    "\u3000",
    "",
    "<>",
]
LANGUAGE = ["language", "language_confidence"]


def pieces(text: str, length_chars: int = 1500) -> Iterator[str]:
    """Paragraphs joined until they reach the length: documents as short as web pages are."""
    held: list[str] = []
    for line in text.split("\n"):
        held.append(line)
        if sum(map(len, held)) >= length_chars:
            yield "\n".join(held)
            held = []


def column(texts: Iterator[str]) -> pa.Array:
    """Texts up to the size of a run, as a column; shorter sets repeat nothing."""
    taken, size = [], 0
    for text in texts:
        taken.append(text)
        size += len(text.encode())
        if size > SIZE_BYTES:
            break
    return pa.array(taken, pa.large_string())


def cpu_seconds(work: Callable[[], object], n_runs: int = 3) -> float:
    """The least CPU seconds of some runs: what a quiet machine would take."""

    def once() -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    return min(once() for _ in range(n_runs))


def families() -> dict[str, list[str]]:
    """The scores by the file that defines them; language apart."""
    found: dict[str, list[str]] = {}
    for operator in operators("score"):
        if operator.kernel:
            family = operator.reference.__module__.rpartition(".")[2]
            found.setdefault(family, []).append(operator.name)
    return found


def rows(megabytes: int) -> Iterator[Row]:
    """Speeds by family on documents as long as web pages, then labels beside fastText's."""
    chinese = [t for genre in ("news", "laws") for t in documents(genre)]
    random.Random(1).shuffle(chinese)
    texts = column(p for text in chinese for p in pieces(text))
    n_bytes = pc.sum(pc.binary_length(texts)).as_py()
    floor = n_bytes / 1e6 / cpu_seconds(lambda: pc.utf8_length(texts))
    by_family = families()
    plain = [n for family, names in by_family.items() if family != "language" for n in names]
    for job, names in {f"all {len(plain)} scores but language": plain, **by_family}.items():
        scorer = _kernel.Scorer(names, language_model())
        seconds = cpu_seconds(lambda scorer=scorer: scorer.run(texts))  # type: ignore[misc]
        n_per_s = len(texts) / seconds
        is_language = job == "language"
        yield Row(
            f"scores: {job}" + ("" if job.startswith("all") else f" ({len(names)})"),
            f"{n_bytes / 1e6 / seconds:.0f} MB and {n_per_s:,.0f} documents per CPU second",
            "≥ 30,000 documents per CPU second, three windows" if is_language else "",
            f"pyarrow's utf8_length: {floor:.0f} MB/CPU-s",
            n_per_s >= 30_000 if is_language else None,
            f"{len(texts):,} documents of {n_bytes / 1e6 / len(texts) * 1e3:.1f} kB",
        )
    yield _agreement()


def _agreement() -> Row:
    """How many windows get fastText's label."""
    try:
        import fasttext
    except ImportError:
        return Row("labels equal to fastText's", "not compared: fasttext-predict is not installed")
    model, random_source = fasttext.load_model(language_model()), random.Random(1)
    lines = list(HOSTILE)
    for genre in GENRES:
        for text, _ in zip(documents(genre), range(400), strict=False):
            start = random_source.randrange(len(text))
            length = random_source.choice([5, 20, 90, 400])
            lines += [*windows(text), text[start : start + length]]
    labels, wrong = set(), 0
    for line in lines:
        expected = model.predict(line.replace("\n", " "))[0]
        guess = _kernel.guess_language(language_model(), line)
        found = (f"__label__{guess[0]}",) if guess else ()
        labels.update(found)
        wrong += found != tuple(expected)
    return Row(
        "labels equal to fastText's on the same windows",
        f"{len(lines) - wrong:,} of {len(lines):,}",
        "all",
        holds=wrong == 0,
        note=f"{len(labels)} different labels",
    )


def main() -> None:
    """Prints the rows."""
    for row in rows(0):
        print(row)


if __name__ == "__main__":
    main()
