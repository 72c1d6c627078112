"""The language of a text, by fastText's lid.176 in three windows.

`models/LICENSE-lid.176.md` has the model's origin and licence.
"""

from __future__ import annotations

from lianjin.operators.registry import score
from lianjin.operators.score import language_model, piece

WINDOW_CHARS = 90


def windows(text: str) -> list[str]:
    """The first 90 characters, 90 from the one that holds the middle byte, the last 90.

    The whole text if it is no longer than one window.
    """
    if len(text) <= WINDOW_CHARS:
        return [text]
    encoded = text.encode()
    middle = len(encoded[: len(encoded) // 2 + 1].decode(errors="ignore"))
    # The character of the middle byte begins there, unless the cut went through it.
    if len(text[:middle].encode()) > len(encoded) // 2:
        middle -= 1
    return [
        text[:WINDOW_CHARS],
        text[middle : middle + WINDOW_CHARS],
        text[-WINDOW_CHARS:],
    ]


def _verdict(text: str) -> tuple[str, float] | None:
    """(language, confidence) by the greatest sum of probabilities, the earlier if equal."""
    from lianjin._kernel import guess_language

    inked = [window for window in windows(text) if window.strip(piece.WHITE_SPACE)]
    guesses = [guess for window in inked if (guess := guess_language(language_model(), window))]
    sums: dict[str, float] = {}
    for label, probability in guesses:
        sums[label] = sums.get(label, 0.0) + probability
    if not sums:
        return None
    best = max(sums, key=lambda label: sums[label])
    return best, min(1.0, sums[best] / len(guesses))


@score(
    version=1,
    unit="label",
    zh="语言",
    en="Language",
    about=(
        "fastText 的语言代码（zh、en、ja、yue……）；各窗口都是空白则为 null。\n\n取开头、中间"
        "、结尾三个窗口，各 90 个字符；每个窗口把自己最可能的标签连同概率投出，总和最大的胜"
        "出。只有数字或标点的文本也会得到标签，但 `language_confidence` 很低。"
    ),
    kernel=True,
)
def language(text: str) -> str | None:
    """fastText's code of the language (zh, en, ja, yue…); null if the windows are blank.

    Each of three windows (start, middle, end; 90 characters) votes for its best label with that
    label's probability; the greatest sum wins. Text of digits or marks gets a label too, with a
    low `language_confidence`.
    """
    verdict = _verdict(text)
    return verdict[0] if verdict else None


@score(
    version=1,
    unit="ratio",
    zh="语言置信度",
    en="Language confidence",
    about=(
        "该语言的概率，取各窗口的平均，0 到 1；没有语言则为 null。\n\n投给别的语言的窗口按 0 计。"
    ),
    kernel=True,
)
def language_confidence(text: str) -> float | None:
    """Probability of the language, mean over the windows, 0 to 1; null without one.

    A window that voted for another language counts as 0.
    """
    verdict = _verdict(text)
    return verdict[1] if verdict else None
