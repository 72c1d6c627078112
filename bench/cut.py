"""Rows for the cutting repairs: characters of frames and lists cut, characters of bodies kept.

python -m bench.cut
"""

from __future__ import annotations

from bench.damage import boilerplate, tail
from bench.damage.genres import GENRES, documents
from bench.kernel_tool import Outcome, run


def main() -> None:
    """Prints recall, precision and edits on clean text, and what went wrong first."""
    framed = list(boilerplate.pages())
    _report("cut_boilerplate", [(p.clean, p.damaged) for p in framed])
    listed = list(tail.pages())
    _report("cut_spam_tail", [(p.clean, p.damaged) for p in listed])
    clean = [text for name in GENRES for text in documents(name, "test")]
    n_chars = sum(map(len, clean))
    for name in ("cut_boilerplate", "cut_spam_tail"):
        outcome = run(name, clean, release=True)
        edits = [change for changes in outcome.changes for change in changes]
        print(
            f"{name} on clean text: {len(edits)} edits in {n_chars:,} characters; {outcome.speed}"
        )
        for rule, before, _ in edits[:20]:
            print(f"  {rule} {before[:120]!r}")


def _report(name: str, pairs: list[tuple[str, str]]) -> None:
    outcome: Outcome = run(name, [damaged for _, damaged in pairs])
    planted = sum(len(damaged) - len(clean) for clean, damaged in pairs)
    cut = lost = whole = 0
    for (clean, damaged), text in zip(pairs, outcome.texts, strict=True):
        gone = len(damaged) - len(text)
        cut += gone
        lost += max(0, len(clean) - len(text))
        whole += text.strip() == clean.strip()
    print(
        f"{name}: {whole} of {len(pairs)} pages exactly the body; {cut - lost:,} of {planted:,} "
        f"planted characters cut ({(cut - lost) / planted:.2%}); {lost:,} of bodies"
    )
    for (clean, _), text in zip(pairs, outcome.texts, strict=True):
        if text.strip() != clean.strip():
            print(f"  {text[:60]!r} … {text[-100:]!r}")


if __name__ == "__main__":
    main()
