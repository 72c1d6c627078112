"""What a log says: one event, by the ids and digests of what it was about.

Takes names, ids and digests; gives canonical JSON, the bytes that the log hashes. A payload does
not fit: what is logged stays for ever, and nobody's data may.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lianjin.core.errors import UsageError
from lianjin.core.identity import canonical
from lianjin.core.limits import ENTRY_ID_CHARS, ENTRY_NAMES
from lianjin.core.words import NOTHING, Words

_WORD = re.compile(r"[a-z][a-z0-9_]{0,63}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_KEYS = {"event", "time_utc", "ids", "digests"}


@dataclass(frozen=True)
class Entry:
    """One event of the log.

    `event`, and the names of ids and digests: words like `version_listed`. `time_utc`:
    `2026-01-31T08:00:00Z`, as precise as microseconds. `ids`: up to 256 printable characters each.
    `digests`: `sha256:…`. UsageError `log-entry` says what does not fit.

    >>> Entry("built", "2026-01-31T08:00:00Z", {"dataset": "news"}).to_bytes().decode()
    '{"digests":{},"event":"built","ids":{"dataset":"news"},"time_utc":"2026-01-31T08:00:00Z"}'
    """

    event: str
    time_utc: str
    ids: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if problem := _problem(self):
            raise UsageError(
                "log-entry",
                Words("the log takes no such entry: ", "日志不接受这样的条目：") + problem,
                hint=Words(
                    "log ids and digests; contents stay where they are",
                    "只记编号和摘要；内容留在原处",
                ),
            )

    def to_bytes(self) -> bytes:
        """Its canonical JSON: what the log hashes."""
        return canonical(
            {
                "event": self.event,
                "time_utc": self.time_utc,
                "ids": self.ids,
                "digests": self.digests,
            }
        )

    @classmethod
    def read(cls, data: bytes) -> Entry:
        """The entry of its bytes; ValueError if they are not exactly as an entry is written."""
        value = json.loads(data)
        if not isinstance(value, dict) or value.keys() != _KEYS:
            raise ValueError(f"an entry has exactly the keys {sorted(_KEYS)}")
        try:
            entry = cls(**value)
        except UsageError as error:
            raise ValueError(str(error)) from error
        if entry.to_bytes() != data:
            raise ValueError("the entry is not in its canonical form")
        return entry


def _problem(entry: Entry) -> Words:
    """What does not fit; empty if everything does."""
    if not _is(_WORD, entry.event):
        return Words(f"{entry.event!r} is no word", f"{entry.event!r} 不是合法的事件名")
    if not _is(_TIME, entry.time_utc):
        return Words(f"{entry.time_utc!r} is no time", f"{entry.time_utc!r} 不是合法的时间")
    for named in (entry.ids, entry.digests):
        if not isinstance(named, Mapping) or len(named) > ENTRY_NAMES:
            return Words(
                f"ids and digests have names, up to {ENTRY_NAMES} each",
                f"编号与摘要都要有名称，各不超过 {ENTRY_NAMES} 个",
            )
        if wrong := [name for name in named if not _is(_WORD, name)]:
            return Words(f"{wrong[0]!r} is no word", f"{wrong[0]!r} 不是合法的名称")
    if wrong := [value for value in entry.ids.values() if not _is_id(value)]:
        return Words(f"{_cut(wrong[0])} is no id", f"{_cut(wrong[0])} 不是合法的编号")
    if wrong := [value for value in entry.digests.values() if not _is(_DIGEST, value)]:
        return Words(f"{_cut(wrong[0])} is no digest", f"{_cut(wrong[0])} 不是合法的摘要")
    return NOTHING


def _is(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_id(value: object) -> bool:
    return isinstance(value, str) and len(value) <= ENTRY_ID_CHARS and value.isprintable()


def _cut(value: object) -> str:
    return repr(value)[:80]
