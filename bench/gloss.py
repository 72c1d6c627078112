"""Rows for glosses: how many damaged pages are stripped whole, how many annotations stay.

python -m bench.gloss
"""

from __future__ import annotations

from bench.damage.gloss import annotated_texts, glossed_pages
from bench.kernel_tool import run


def main() -> None:
    """Prints the rows; every page that is not stripped whole counts against us."""
    pages = list(glossed_pages("test"))
    mended = run("strip_gloss", [page.damaged for page in pages]).texts
    for toned, bar in ((True, 97), (False, 95)):
        some = [(p, m) for p, m in zip(pages, mended, strict=True) if p.toned == toned]
        whole = sum(m == p.clean for p, m in some)
        word, n = "toned" if toned else "toneless", len(some)
        print(f"{word} glosses stripped: {whole} of {n}, {whole / n:.1%} (bar {bar} %)")
        for page, text in some:
            if text != page.clean:
                state = "untouched" if text == page.damaged else "partly"
                print(f"  {page.genre} {page.n_glosses} glosses {state}: {text[:100]!r}")
    kinds, texts = zip(*annotated_texts(), strict=True)
    outcome = run("strip_gloss", texts)
    lost = [(k, t) for k, t, c in zip(kinds, texts, outcome.changes, strict=True) if c]
    print(f"true annotations kept: {len(texts) - len(lost)} of {len(texts)} (bar: all)")
    for kind, text in lost[:20]:
        print(f"  {kind}: {text[:200]!r}")


if __name__ == "__main__":
    main()
