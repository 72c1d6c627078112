"""How wrong `tokens_estimate` is, by set, beside Qwen's tokenizer; and the fit of its rates.

    python -m bench.tokens --fit       # writes kernel/data/token_ratios.tsv; build again afterwards
    python -m bench.tokens             # the table; about 2 minutes

Takes the texts of `bench/damage/genres.py`: the fit sees `train`, the table `test` alone. Needs
`lianjin[tokens]`. The fit is that of least absolute relative errors, rates never below 0, each set
with the same weight: of a document of 100 tokens and of one of 10,000 the estimate is to be as right.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from lianjin import _kernel
from lianjin.operators.score.token import classes, tokens_qwen

from bench.damage.genres import GENRES, ROOT, Split, documents
from bench.row import Row
from bench.score import cpu_seconds

MOST_DOCUMENTS, MOST_CHARS, DOCUMENT_CHARS = 300, 1_000_000, 20_000
LEAST_TOKENS = 20
"""Shorter texts are left out: of a text of three tokens an error says nothing."""
APART = ("html_source", "emoji", "rare_characters", "dictionaries", "cantonese")
"""Sets that are no text of a corpus, or are generated: in the table, not in the fit."""
MOST_PER_CHARACTER = 3.0
"""Of the rest a character is 3 bytes, and a token at least one."""
TARGET = ROOT / "kernel" / "data" / "token_ratios.tsv"

Floats = npt.NDArray[np.float64]


def texts(genre: str, split: Split) -> Iterator[str]:
    """Some documents of a set, drawn with a fixed seed, each cut to `DOCUMENT_CHARS`."""
    drawn = list(documents(genre, split))
    random.Random(1).shuffle(drawn)
    size = 0
    for text in drawn[:MOST_DOCUMENTS]:
        yield text[:DOCUMENT_CHARS]
        size += min(len(text), DOCUMENT_CHARS)
        if size > MOST_CHARS:
            return


def exact(split: Split) -> Iterator[tuple[str, list[str], Floats]]:
    """(set, texts, their tokens) of every set that has any."""
    for genre in GENRES:
        counted = [(text, tokens_qwen(text)) for text in texts(genre, split)]
        counted = [(text, n) for text, n in counted if n >= LEAST_TOKENS]
        if counted:
            yield genre, [text for text, _ in counted], np.array([n for _, n in counted], float)


def fit() -> dict[str, float]:
    """Tokens for one of each class."""
    counts, tokens, weights, names = [], [], [], list(classes(""))
    for genre, shown, exactly in exact("train"):
        if genre not in APART:
            counts += [[classes(text)[name] for name in names] for text in shown]
            tokens.append(exactly)
            weights.append(np.full(len(shown), 1 / np.sqrt(len(shown))))
    observed, wanted = np.array(counts, float), np.concatenate(tokens)
    weight = np.concatenate(weights) / wanted
    most = np.array([MOST_PER_CHARACTER if name == "rest" else np.inf for name in names])
    rates = least_squares(observed * weight[:, None], wanted * weight, most)
    for _ in range(15):  # weights of the last errors turn squares into absolute values
        error = np.abs(observed @ rates - wanted) / wanted
        now = weight / np.sqrt(np.maximum(error, 0.02))
        rates = least_squares(observed * now[:, None], wanted * now, most)
    return dict(zip(names, rates.tolist(), strict=True))


def least_squares(observed: Floats, wanted: Floats, most: Floats) -> Floats:
    """The rates from 0 to `most` with the least squared error, one after the other until they stand."""
    square, product = observed.T @ observed, observed.T @ wanted
    rates = np.full(len(most), 0.5)
    for _ in range(5_000):
        for i in range(len(rates)):
            if square[i, i] > 0:
                step = (product[i] - square[i] @ rates) / square[i, i]
                rates[i] = min(max(0.0, rates[i] + step), most[i])
    return rates


def write(rates: dict[str, float]) -> None:
    """Writes the rates where the kernel reads them."""
    lines = [
        "# Thousandths of a token for one of each class. Written by `python -m bench.tokens --fit`.",
        *(f"{name}\t{round(1000 * rates[name])}" for name, _ in _kernel.score_token_ratios()),
    ]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


def rows(megabytes: int) -> Iterator[Row]:
    """Bias and errors by set, all sets of text together, and the speed of both."""
    scorer = _kernel.Scorer(["tokens_estimate"])
    every: list[tuple[Floats, Floats]] = []
    for genre, shown, exactly in exact("test"):
        estimated = np.array(scorer.run(pa.array(shown, pa.large_string())).field(0), float)
        if genre not in APART:
            every.append((estimated, exactly))
        yield _row(genre + (" (not in the fit)" if genre in APART else ""), estimated, exactly)
    yield _row(
        "all sets of text",
        np.concatenate([estimated for estimated, _ in every]),
        np.concatenate([exactly for _, exactly in every]),
    )
    yield _speed()


def _row(name: str, estimated: Floats, exactly: Floats) -> Row:
    error = np.abs(estimated / exactly - 1)
    bias = estimated.sum() / exactly.sum() - 1
    middle, most = np.median(error), np.quantile(error, 0.95)
    said = f"bias {bias:+.1%}, error p50 {middle:.1%}, p95 {most:.1%}"
    return Row(
        f"tokens_estimate: {name}", said, note=f"{len(exactly)} texts, {exactly.sum():,.0f} tokens"
    )


def _speed() -> Row:
    shown = [text for genre in ("news", "laws") for text in texts(genre, "test")]
    size = sum(len(text.encode()) for text in shown) / 1e6
    column = pa.array(shown, pa.large_string())
    alone, together = (_kernel.Scorer(names) for names in (["chars"], ["chars", "tokens_estimate"]))
    base = cpu_seconds(lambda: alone.run(column), 20)
    more = cpu_seconds(lambda: together.run(column), 20) - base
    exactly = cpu_seconds(lambda: [tokens_qwen(text) for text in shown], 1)
    return Row(
        "tokens_estimate: time it adds to a scorer",
        f"{1000 * more / size:.3f} ms per MB",
        "< 1 % of a build",
        f"tokens_qwen: {1000 * exactly / size:.0f} ms per MB",
        note=f"a scorer of `chars` alone takes {1000 * base / size:.2f} ms per MB",
    )


def main() -> None:
    """Fits, or prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--fit", action="store_true", help="write kernel/data/token_ratios.tsv")
    if parser.parse_args().fit:
        write(found := fit())
        print("\n".join(f"{name:18} {rate:.3f}" for name, rate in found.items()))
        return
    for row in rows(0):
        print(f"{row.job:50} {row.measured}  {row.note}")


if __name__ == "__main__":
    main()
