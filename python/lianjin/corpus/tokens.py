"""How many tokens a dataset has: a number that means something only with the name of who counted.

Takes a manifest; gives the count of its kept records with the score that counted it, the exact one
where there are two. A build sums what its scores say; nothing is counted here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lianjin.core.words import Words

EXACT, ESTIMATE = "tokens_qwen", "tokens_estimate"
COUNTED_BY = (EXACT, ESTIMATE)
"""The scores that count tokens, the better first; every build has the last."""
TOKENIZER = "Qwen"


@dataclass(frozen=True)
class Tokens:
    """Tokens of the kept records, by the score that counted them."""

    count: int
    counted_by: str

    @property
    def is_estimate(self) -> bool:
        """Whether it is said with 约."""
        return self.counted_by != EXACT

    @property
    def wording(self) -> Words:
        """The number as it is shown, with the tokenizer.

        >>> Tokens(12_000, ESTIMATE).wording.zh
        '约 12,000（Qwen）'
        """
        about = Words("about ", "约 ") if self.is_estimate else Words("", "")
        return about + Words(f"{self.count:,} ({TOKENIZER})", f"{self.count:,}（{TOKENIZER}）")


def tokens_of(manifest: Mapping[str, Any]) -> Tokens | None:
    """What a manifest says of tokens; None if its build did not count them, or it says it strangely."""
    counts = counts_of(manifest)
    return next((Tokens(counts[name], name) for name in COUNTED_BY if name in counts), None)


def counts_of(manifest: Mapping[str, Any]) -> dict[str, int]:
    """Tokens by the score that counted them; empty if no score did."""
    said = manifest.get("tokens")
    found = said if isinstance(said, dict) else {}
    return {name: found[name] for name in COUNTED_BY if is_count(found.get(name))}


def is_count(value: object) -> bool:
    """Whether it is a whole number that any reader of JSON has exactly."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 2**53
