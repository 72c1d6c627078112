"""Rows for wrong charsets: cases mended exactly, clean text left alone, and bytes per CPU second.

Cases and clean text are held back (`--split train` looks at the others, which may be learnt from);
a case is right only if the text equals the truth to the last character.

    python -m bench.codec --split train --show 2
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
from lianjin import _kernel

from bench.damage.codec import Case, cases
from bench.damage.genres import GENRES, Split, documents
from bench.row import Row

N_CASES = 46
"""Cases of each genre and shape: each chain about once."""
FEW = 4
"""A title with fewer characters beyond ASCII than this has no evidence, nor has a line of a page whose
other lines are whole: they do not say that it was misread."""
NEIGHBOURS = ("shift_jis", "cp932", "euc_jp", "cp949")
MOST_CHARS_PER_GENRE = 2_000_000
MIX = ("news", "answers", "medical_dialogues", "comments", "reviews", "exam_questions", "docs")
CLEAN = {
    "Chinese with some Latin": MIX,
    "traditional": ("docs_traditional", "web_traditional"),
    "English": ("english",),
    "Japanese": ("japanese",),
    "emoji": ("emoji",),
}
ACCENTS = "Déjà vu à Noël : l'été dernier, nous étions près de l'océan, où les élèves étudiaient.\n"


def rows(megabytes: int) -> Iterator[Row]:
    """Shares of cases by kind and shape, edits in clean text, and speeds."""
    yield from _mended(list(cases("test", N_CASES)))
    yield _edits_in_clean_text("test")
    yield from _speeds("test")


def _chain() -> _kernel.Chain:
    return _kernel.Chain([("wrong_codec", "{}")])


def is_ambiguous(case: Case) -> bool:
    """Whether a short text, or a damaged line between whole ones, says too little by itself."""
    if case.shape == "page":
        return False
    lines = zip(case.damaged.split("\n"), case.truth.split("\n"), strict=True)
    return any(
        damaged != truth and sum(not char.isascii() for char in truth) < FEW
        for damaged, truth in lines
    )


def family_of(chain: str) -> str:
    """Which charsets a chain goes through, in words.

    >>> family_of("big5 as gbk, utf-8 as latin-1")
    'Big5'
    """
    if any(charset in chain for charset in NEIGHBOURS):
        return "Japanese and Korean charsets"
    return "Big5" if "big5" in chain else "UTF-8, GBK and Latin"


def _mended(some: list[Case]) -> Iterator[Row]:
    chain = _chain()
    texts, _ = chain.run(pa.array([case.damaged for case in some], pa.large_string()))
    again, _ = chain.run(texts)
    n: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for case, text in zip(some, texts.to_pylist(), strict=True):
        key = (case.kind, "too short to say" if is_ambiguous(case) else case.shape)
        n[key] += 1
        right[key] += text == case.truth
    for kind, shape in n:
        key = (kind, shape)
        has_bar = kind == "destroyed" or (kind == "lossless" and shape != "too short to say")
        done = "left as they are" if kind == "destroyed" else "exactly right"
        yield Row(
            f"{kind}: {shape}",
            f"{right[key]} of {n[key]} {done}, {right[key] / n[key]:.1%}",
            "100 %" if has_bar else "",
            holds=right[key] == n[key] if has_bar else None,
        )
    yield from _families(some, texts.to_pylist())
    n_again = sum(a != b for a, b in zip(texts.to_pylist(), again.to_pylist(), strict=True))
    yield Row("a second run changes", f"{n_again} of {len(some)}", "none", holds=not n_again)


def _families(some: list[Case], texts: list[str]) -> Iterator[Row]:
    """Shares of lossless cases by the charsets they went through."""
    pairs = [
        (family_of(case.chain), text == case.truth)
        for case, text in zip(some, texts, strict=True)
        if case.kind == "lossless" and not is_ambiguous(case)
    ]
    n, right = Counter(name for name, _ in pairs), Counter(name for name, ok in pairs if ok)
    for name in n:
        share = f"{right[name]} of {n[name]} exactly right, {right[name] / n[name]:.1%}"
        yield Row(f"lossless: {name}", share, "100 %", holds=right[name] == n[name])


def _edits_in_clean_text(split: Split) -> Row:
    chain = _chain()
    n_chars = 0
    edits: Counter[str] = Counter()
    for genre in GENRES:
        texts = list(_some(genre, split, MOST_CHARS_PER_GENRE))
        n_chars += sum(map(len, texts))
        _, found = chain.run(pa.array(texts, pa.large_string()))
        edits[genre] += len(pc.list_flatten(found))
    total = edits.total()
    return Row(
        "edits in clean text",
        f"{total} in {n_chars / 1e6:.1f} million characters of {len(GENRES)} genres",
        "≤ 1 per 10 million characters",
        holds=total * 1e7 <= n_chars,
        note=", ".join(f"{genre} {n}" for genre, n in edits.items() if n),
    )


def _some(genre: str, split: Split, most_chars: int) -> Iterator[str]:
    n_chars = 0
    for text in documents(genre, split):
        if n_chars >= most_chars:
            return
        n_chars += len(text)
        yield text


def _speeds(split: Split) -> Iterator[Row]:
    pages = [text[:2_000] for genre in MIX for text in _some(genre, split, 100_000)]
    garbled = {
        "UTF-8 read as GBK, U+FFFD for lost bytes": [
            page.encode().decode("gbk", "replace") for page in pages
        ],
        "GBK read as Latin-1": [page.encode("gbk", "replace").decode("latin-1") for page in pages],
    }
    clean = {
        name: [text for genre in genres for text in _some(genre, split, 200_000)]
        for name, genres in CLEAN.items()
    }
    clean["French"] = [ACCENTS * 20] * 300
    for name, texts in (garbled | clean).items():
        yield Row(f"speed: {name}", f"{_mb_per_s(texts):.0f} MB/CPU-s")


def _mb_per_s(texts: list[str]) -> float:
    """Bytes per CPU second of the best of several passes; the border to Python included."""
    chain, column = _chain(), pa.array(texts, pa.large_string())
    chain.run(column)
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        chain.run(column)
        best = min(best, time.process_time() - start)
    return sum(len(text.encode()) for text in texts) / 1e6 / max(best, 1e-9)


def main() -> None:
    """Prints the rows of one split, and cases that were missed; only train ones may be looked at."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--split", choices=["train", "test"], default="test")
    parser.add_argument("--show", type=int, default=0, help="missed train cases of each chain")
    options = parser.parse_args()
    some = list(cases(options.split, N_CASES))
    for row in (*_mended(some), _edits_in_clean_text(options.split), *_speeds(options.split)):
        print(f"{row.job}: {row.measured} ({row.asked}) {row.note}")
    if options.split == "train" and options.show:
        _show(some, options.show)


def _show(some: list[Case], most: int) -> None:
    texts, _ = _chain().run(pa.array([case.damaged for case in some], pa.large_string()))
    shown: Counter[str] = Counter()
    for case, text in zip(some, texts.to_pylist(), strict=True):
        if text == case.truth or case.kind != "lossless" or is_ambiguous(case):
            continue
        shown[case.chain] += 1
        if shown[case.chain] <= most:
            lines = zip(case.truth.split("\n"), text.split("\n"), strict=False)
            truth, mended = next((pair for pair in lines if pair[0] != pair[1]), ("", ""))
            print(f"{case.chain} ({case.genre}, {case.shape}): {truth[:40]!r} {mended[:40]!r}")


if __name__ == "__main__":
    main()
