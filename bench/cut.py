"""Rows for the cutting repairs: characters of frames and lists cut, characters of bodies kept.

python -m bench.cut          # what went wrong, on the split that repairs may be tuned on
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lianjin.operators.registry import operator

from bench.damage import boilerplate, tail
from bench.damage.genres import Split
from bench.row import Row

LEAST_CUT = 0.95
"""Share of the planted characters that has to go."""


@dataclass(frozen=True)
class Cutting:
    """What a repair made of pages whose clean form is known."""

    n_pages: int
    n_whole: int
    planted_chars: int
    cut_chars: int
    lost_chars: int
    wrong: tuple[tuple[str, str], ...]
    """(clean, what came out) of the pages that came out otherwise."""

    @property
    def recall(self) -> float:
        """Share of the planted characters that went, 0 to 1; without any 1."""
        return self.cut_chars / self.planted_chars if self.planted_chars else 1.0


def rows(megabytes: int) -> Iterator[Row]:
    """Recall and loss of both repairs on pages made of held-back documents."""
    for name, pairs in _pages("test"):
        found = measure(name, pairs)
        yield Row(
            f"{name}: planted characters cut",
            f"{found.recall:.2%} of {found.planted_chars:,}",
            f"≥ {LEAST_CUT:.0%}",
            holds=found.recall >= LEAST_CUT,
            note=f"{found.n_whole} of {found.n_pages} pages are exactly their body",
        )
        yield Row(
            f"{name}: characters of bodies lost",
            f"{found.lost_chars} in {found.n_pages} pages",
            "0",
            holds=found.lost_chars == 0,
        )


def _pages(split: Split) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    yield "cut_boilerplate", [(page.clean, page.damaged) for page in boilerplate.pages(split)]
    yield "cut_spam_tail", [(page.clean, page.damaged) for page in tail.pages(split)]


def measure(name: str, pairs: Iterable[tuple[str, str]]) -> Cutting:
    """What the repair makes of (clean, damaged) pages."""
    repair = operator("repair", name)
    planted = cut = lost = n_whole = n_pages = 0
    wrong = []
    for clean, damaged in pairs:
        text = repair(damaged)
        n_pages += 1
        planted += len(damaged) - len(clean)
        lost += max(0, len(clean) - len(text))
        cut += min(len(damaged) - len(text), len(damaged) - len(clean))
        if text.strip() == clean.strip():
            n_whole += 1
        else:
            wrong.append((clean, text))
    return Cutting(n_pages, n_whole, planted, cut, lost, tuple(wrong))


def main() -> None:
    """Prints recall and loss on the training split, and what went wrong."""
    for name, pairs in _pages("train"):
        found = measure(name, pairs)
        print(
            f"{name}: {found.n_whole} of {found.n_pages} pages exactly the body; "
            f"{found.recall:.2%} of {found.planted_chars:,} planted characters cut; "
            f"{found.lost_chars} of bodies"
        )
        for clean, text in found.wrong:
            print(f"  {text[:60]!r} … {text[-100:]!r}; body … {clean[-40:]!r}")


if __name__ == "__main__":
    main()
