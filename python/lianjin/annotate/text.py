"""What a person typed, before anything keeps it: whole characters, and no more than agreed."""

from __future__ import annotations

import re

from lianjin.core.errors import LimitExceeded, UsageError
from lianjin.core.words import Words

_UNKEPT = re.compile("[\x00\ud800-\udfff]")
"""No database keeps these: NUL and halves of surrogate pairs."""


def checked_text(text: object, what: Words, most: int, *, least: int = 0) -> str:
    """The text with line ends as `\\n`, at least `least` and at most `most` characters.

    Markup in it is text like any other. UsageError `wrong-text` for what is no text or has
    characters that cannot be kept, LimitExceeded `text-too-long`.

    >>> checked_text("<b>好</b>", Words("the reason", "理由"), 20)
    '<b>好</b>'
    """
    if not isinstance(text, str):
        raise UsageError(
            "wrong-text",
            what + Words(f" is a text, not {text!r:.80}", f"应为文本，而不是 {text!r:.80}"),
        )
    if len(text) > most:
        n = len(text)
        raise LimitExceeded(
            "text-too-long",
            what
            + Words(
                f" has {n:,} characters; at most {most:,}", f"有 {n:,} 个字符，最多 {most:,} 个"
            ),
            hint=Words("shorten it", "请缩短"),
        )
    if (found := _UNKEPT.search(text)) is not None:
        at, point = found.start(), ord(found[0])
        raise UsageError(
            "wrong-text",
            what
            + Words(
                f" has U+{point:04X} at character {at}, which is no character of a text",
                f"在第 {at} 个字符处有 U+{point:04X}，它不是文本字符",
            ),
            hint=Words("remove it and send again", "去掉后重新发送"),
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text.strip()) < least:
        n = len(text.strip())
        raise UsageError(
            "wrong-text",
            what
            + Words(f" has {n} characters; at least {least}", f"有 {n} 个字符，至少 {least} 个"),
        )
    return text


def is_kept(text: str) -> bool:
    """Whether every database keeps the text as it is."""
    return _UNKEPT.search(text) is None
