# ruff: noqa: RUF007
"""Makes `kernel/models/repair.lm.z`: a pruned character trigram model of Chinese.

Takes the train split of every genre that may be trained on, and jieba's word list.
Gives the model and, beside it, the counts that its card states.
Needs numpy, `bench/language_model/fetch.sh` run before, and about 6 GB of memory, 4 minutes.

    python -m bench.language_model.build --out kernel/models/repair.lm.z

Estimate: interpolated absolute discounting (three discounts per order, from counts of counts).
Pruning: all bigrams stay, the trigrams that occur twice, and of the others the likeliest behind
their context; back-off weights are then computed anew so that every context sums to one. File format: see `write`.
"""

from __future__ import annotations

import argparse
import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bench.damage.genres import DEBIAN, GENRES, ROOT, Split, documents
from bench.language_model.tokens import DIGIT, LETTER, LINE, is_han, token

BASE = np.int64(1 << 14)
STEP = 16  # bigram and unigram values: 1/16 nat
MAX_FOLLOWERS = 2047  # a trigram names its last character by 11 bits
LEVELS = 32
STORED = 0xFFFF  # most bytes of a stored block of a zlib stream
LEVEL_STEP = 3  # trigram values: 1/3 nat


def unique_lines(held_back: tuple[Split, ...]) -> Iterator[tuple[str, str]]:
    """(genre, line) of the training split; a line seen before, or held back, is left out."""
    left_out = {
        hash(document)
        for genre in GENRES.values()
        for split in held_back
        for document in documents(genre.name, split)
    }
    held = {
        hash(line)
        for genre in GENRES.values()
        for split in held_back
        for document in documents(genre.name, split)
        for line in document.split("\n")
        if len(line) >= 16
    }
    for genre in GENRES.values():
        if not genre.train_ok:
            continue
        for document in documents(genre.name, "train"):
            if hash(document) in left_out:
                continue
            for line in document.split("\n"):
                line = line.strip()
                if not line:
                    continue
                if len(line) >= 16:
                    if hash(line) in held:
                        continue
                    held.add(hash(line))
                yield genre.name, line


class Vocabulary:
    """Token to id and back; ids follow code points, so that sorted ids are sorted characters."""

    def __init__(self, characters: set[str]) -> None:
        self.tokens = sorted(characters)
        self.ids = {c: i for i, c in enumerate(self.tokens)}
        self.unknown = self.ids["\0"]

    def encode(self, text: str, table: dict[str, int]) -> np.ndarray:
        """Ids of a text; a run of letters or digits is one token."""
        ids = np.fromiter(map(table.__getitem__, text), np.int64, len(text))
        same = np.zeros(len(ids), bool)
        same[1:] = ids[1:] == ids[:-1]
        return ids[~(same & ((ids == self.ids[LETTER]) | (ids == self.ids[DIGIT])))]


class Table(dict[str, int]):
    """Character to id, filled as characters are met."""

    def __init__(self, vocabulary: Vocabulary, simplified: dict[str, str]) -> None:
        super().__init__()
        self.vocabulary, self.simplified = vocabulary, simplified

    def __missing__(self, c: str) -> int:
        id_ = self.vocabulary.ids.get(token(c, self.simplified), self.vocabulary.unknown)
        self[c] = id_
        return id_


def words() -> Iterator[tuple[str, int]]:
    """(word, weight) of jieba's list: frequency to the power 0.6, so that rare words count."""
    path = next(DEBIAN.glob("python3-jieba/**/jieba/dict.txt"))
    for line in path.read_text("utf-8").split("\n"):
        parts = line.split(" ")
        if len(parts) >= 2 and len(parts[0]) >= 2 and all(map(is_han, parts[0])):
            yield parts[0], min(400, round(int(parts[1]) ** 0.6) + 1)


def count(
    keys: list[np.ndarray], weights: list[np.ndarray] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Distinct keys, ascending, and how often each occurs."""
    every = np.concatenate(keys)
    if weights is None:
        return np.unique(every, return_counts=True)
    distinct, where = np.unique(every, return_inverse=True)
    return distinct, np.bincount(where, np.concatenate(weights), len(distinct)).astype(np.int64)


def count_ngrams(
    text: np.ndarray, word_grams: list[list[tuple[int, int]]]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """(keys, counts) of orders 1 to 3."""
    keys = [text, text[:-1] * BASE + text[1:], (text[:-2] * BASE + text[1:-1]) * BASE + text[2:]]
    found = []
    for order, key in enumerate(keys):
        distinct, counts = count([key])
        extra = np.array(word_grams[order], np.int64).reshape(-1, 2)
        found.append(count([distinct, extra[:, 0]], [counts, extra[:, 1]]))
    return found


def discounts(counts: np.ndarray) -> np.ndarray:
    """Discount of a count of 0, 1, 2, 3 and more (Chen and Goodman)."""
    n1, n2, n3, n4 = (int((counts == k).sum()) + 1 for k in (1, 2, 3, 4))
    y = n1 / (n1 + 2 * n2)
    values = [0.0, 1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3]
    return np.clip(np.array(values), 0.05, [0.05, 0.95, 1.9, 2.9])


def interpolate(keys: np.ndarray, counts: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """p(w | context) of every n-gram, where `lower` is p(w | shorter context)."""
    context = keys // BASE
    distinct, where = np.unique(context, return_inverse=True)
    total = np.bincount(where, counts, len(distinct))
    off = discounts(counts)[np.minimum(counts, 3)]
    spare = np.bincount(where, off, len(distinct)) / total
    return (counts - off) / total[where] + spare[where] * lower


def back_off_counts(k2: np.ndarray, c2: np.ndarray, k3: np.ndarray) -> np.ndarray:
    """What the bigrams count where a trigram backs off to them: at least 1 each.

    The geometric mean of how often one occurs and after how many different tokens it does.
    Kneser and Ney count the latter alone, which a pruned model bears badly: on a twelfth of the
    training documents, left out, the mean cost of a token over 23 genres was 4.61 nats by
    occurrences, 4.45 by contexts and 4.37 by the geometric mean.
    """
    contexts = np.bincount(find(k2, k3 % (BASE * BASE)), minlength=len(k2))
    return np.maximum(np.rint(np.sqrt(c2 * np.maximum(contexts, 1.0))), 1).astype(np.int64)


def back_off(
    keys: np.ndarray, p: np.ndarray, lower: np.ndarray, contexts: np.ndarray
) -> np.ndarray:
    """The weight each of `contexts` gives to what it does not list."""
    where = np.searchsorted(contexts, keys // BASE)
    seen = np.bincount(where, p, len(contexts))
    seen_lower = np.bincount(where, lower, len(contexts))
    return np.maximum(1 - seen, 1e-4) / np.maximum(1 - seen_lower, 1e-4)


def find(sorted_keys: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Index of each key in `sorted_keys`, where it must be."""
    return np.searchsorted(sorted_keys, keys)


def quantise(p: np.ndarray, step: int, levels: int) -> np.ndarray:
    return np.clip(np.rint(-np.log(p) * step), 0, levels - 1).astype(np.uint8)


def followers(keys2: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """Mask that leaves every context its `MAX_FOLLOWERS` best bigrams."""
    order = np.lexsort((-gain, keys2 // BASE))
    first = keys2[order] // BASE
    start = np.searchsorted(first, first)
    mask = np.zeros(len(keys2), bool)
    mask[order] = np.arange(len(order)) - start < MAX_FOLLOWERS
    return mask


def estimate(
    grams: list[tuple[np.ndarray, np.ndarray]], least: int, most_rare: int
) -> dict[str, np.ndarray]:
    """Everything the file holds, as arrays; of trigrams that occur less often than `least` only the
    `most_rare` likeliest behind their context are kept.

    Kept by what their loss would cost the training text, in which laws and manuals repeat
    themselves, trigrams of one place crowded out the rest: on the tuning pages of `bench.repair`
    2.5 million trigrams so chosen and 820,000 bigrams mended 83.0 % of the characters with one byte
    left and 51 % of the pages, all bigrams and as many trigrams 85.0 and 56 %, the 2.3 million
    trigrams that occur twice 85.8 and 61 %, the 1.6 million that occur three times 85.5 and 60 %.
    Later, on twice as many pages: those that occur twice 64.6 % of the pages, with the likeliest 1.2
    million of the others 65.7 %, with all 3.1 million 65.6 %.
    """
    (k1, c1), (k2, c2), (k3, c3) = grams
    n_vocabulary = int(k1.max()) + 1
    flat = np.zeros(n_vocabulary)
    flat[k1] = c1 + 0.5
    p1 = flat / flat.sum()
    p1 = np.maximum(p1, 1e-8)
    p2 = interpolate(k2, back_off_counts(k2, c2, k3), p1[k2 % BASE])
    lower3 = p2[find(k2, k3 % (BASE * BASE))]
    p3 = interpolate(k3, c3, lower3)

    # A trigram can only be kept if both of its bigrams are.
    keep2 = followers(k2, c2 * (np.log(p2) - np.log(p1[k2 % BASE])))
    kept2 = k2[keep2]
    inside = np.isin(k3 // BASE, kept2) & np.isin(k3 % (BASE * BASE), kept2)
    keep3 = (c3 >= least) & inside
    rare = np.flatnonzero(inside & ~keep3)
    keep3[rare[np.argsort(-p3[rare], kind="stable")[:most_rare]]] = True

    p2, p3, kept3 = p2[keep2], p3[keep3], k3[keep3]
    bow1 = back_off(kept2, p2, p1[kept2 % BASE], np.arange(n_vocabulary))
    bow2 = back_off(kept3, p3, p2[find(kept2, kept3 % (BASE * BASE))], kept2)
    return {"p1": p1, "bow1": bow1, "k2": kept2, "p2": p2, "bow2": bow2, "k3": kept3, "p3": p3}


def write(path: Path, vocabulary: Vocabulary, m: dict[str, np.ndarray]) -> None:
    """Deflated but for the trigrams; little-endian: magic, counts u32×3; code points u32; unigram and its back-off u8 each;
    followers per context u16; then per bigram: last token u16, value u8, back-off u8 (64 is 0 nat,
    1/16 a step), number of trigrams (u8, 255: a u16 comes after); then trigrams u16: eleven bits
    the place of the last token among the followers of the middle one, five bits the value."""
    n = len(vocabulary.tokens)
    k2, k3 = m["k2"], m["k3"]
    per_context = np.bincount(k2 // BASE, minlength=n)
    starts = np.concatenate([[0], np.cumsum(per_context)])
    per_bigram = np.bincount(find(k2, k3 // BASE), minlength=len(k2))
    middle = (k3 // BASE) % BASE
    place = find(k2, k3 % (BASE * BASE)) - starts[middle]
    assert place.max() <= MAX_FOLLOWERS
    trigrams = place * LEVELS + quantise(m["p3"], LEVEL_STEP, LEVELS)

    def weight(bow: np.ndarray) -> np.ndarray:
        return np.clip(np.rint(np.log(bow) * STEP) + 192, 0, 255).astype(np.uint8)

    lengths = b"".join(
        bytes([c]) if c < 255 else b"\xff" + struct.pack("<H", c) for c in per_bigram.tolist()
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    data = (
        b"LJLM0001"
        + struct.pack("<III", n, len(k2), len(k3))
        + np.array([ord(c) for c in vocabulary.tokens], "<u4").tobytes()
        + quantise(m["p1"], STEP // 2, 256).tobytes()
        + weight(m["bow1"]).tobytes()
        + per_context.astype("<u2").tobytes()
        + (k2 % BASE).astype("<u2").tobytes()
        + quantise(m["p2"], STEP, 256).tobytes()
        + weight(m["bow2"]).tobytes()
        + struct.pack("<I", len(lengths))
        + lengths
    )
    path.write_bytes(deflated(data, trigrams.astype("<u2").tobytes()))


def deflated(data: bytes, stored: bytes) -> bytes:
    """Both as one zlib stream, `stored` as it is: trigrams shrink by 4 %, and would take most of the
    time that inflating does."""
    packer = zlib.compressobj(9)
    stream = packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)
    for start in range(0, len(stored), STORED):
        block = stored[start : start + STORED]
        is_last = start + STORED >= len(stored)
        stream += struct.pack("<BHH", is_last, len(block), len(block) ^ 0xFFFF) + block
    return stream + struct.pack(">I", zlib.adler32(data + stored))


def read_simplified() -> dict[str, str]:
    """Traditional to simplified, character by character, from the kernel's own table."""
    rows = zlib.decompress((ROOT / "kernel" / "data" / "han.tsv.z").read_bytes()).decode()
    pairs = next(row for row in rows.split("\n") if row.startswith("pairs\t")).split("\t")[1]
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--least", type=int, default=2, help="how often a trigram has to occur")
    parser.add_argument(
        "--rare", type=int, default=1_050_000, help="how many of the others are kept, as 10 MB hold"
    )
    parser.add_argument(
        "--without-tuning", action="store_true", help="leave out the tuning split, to tune on it"
    )
    options = parser.parse_args()
    held_back: tuple[Split, ...] = ("test", "tuning") if options.without_tuning else ("test",)

    simplified = read_simplified()
    by_genre: Counter[str] = Counter()
    pieces: list[str] = []
    for genre, line in unique_lines(held_back):
        by_genre[genre] += len(line) + 1
        pieces.append(line)
    text = LINE + LINE.join(pieces) + LINE
    del pieces
    list_ = list(words())
    seen = Counter(text)
    tokens: Counter[str] = Counter()
    for c, n in seen.items():
        tokens[token(c, simplified)] += n
    for word, n in list_:
        for c in word:
            tokens[token(c, simplified)] += n
    vocabulary = Vocabulary({c for c, n in tokens.items() if n >= 3} | {"\0"})
    table = Table(vocabulary, simplified)
    ids = vocabulary.encode(text, table)
    print(f"{len(text):,} characters, {len(ids):,} tokens, {len(vocabulary.tokens):,} distinct")
    for genre, n in by_genre.items():
        print(f"  {genre:20} {n:12,}  {GENRES[genre].source}")
    del text

    base = int(BASE)
    grams: list[list[tuple[int, int]]] = [[], [], []]
    for word, n in list_:
        w = [table[c] for c in word]
        grams[0] += [(a, n) for a in w]
        grams[1] += [(a * base + b, n) for a, b in zip(w, w[1:], strict=False)]
        grams[2] += [
            ((a * base + b) * base + c, n) for a, b, c in zip(w, w[1:], w[2:], strict=False)
        ]
    counted = count_ngrams(ids, grams)
    print("distinct n-grams:", [f"{len(k):,}" for k, _ in counted], f"{len(list_):,} words")
    # The estimate asks p2 of every trigram's end, which words without their end may lack.
    model = estimate(counted, options.least, options.rare)
    write(options.out, vocabulary, model)
    print(
        f"kept {len(model['k2']):,} bigrams, {len(model['k3']):,} trigrams, "
        f"{options.out.stat().st_size:,} bytes"
    )


if __name__ == "__main__":
    main()
