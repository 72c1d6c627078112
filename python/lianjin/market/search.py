"""Search in texts that are mostly Chinese: words of jieba, pairs of characters for the rest.

Takes texts by id; gives the ids of those that hold all that is asked for, the best first. Script,
case and width are folded, so that 數據 finds 数据. Records nothing: an index is made from rows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from lianjin import _kernel
from lianjin.core.limits import SEARCH_CHARS

if TYPE_CHECKING:
    import tantivy

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_STARTS_HAN = re.compile(f"[{HAN}]")
TITLE, BODY, PAIRS = "title", "body", "pairs"
BOOST = {TITLE: 4.0, BODY: 2.0, PAIRS: 1.0}
"""What a word in a title counts against one elsewhere, and a pair of characters."""
HEAP_BYTES = 15_000_000


class Index:
    """Texts in memory, found by their words."""

    def __init__(self) -> None:
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        for name in BOOST:
            builder.add_text_field(name, tokenizer_name="whitespace")
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema)

    def put(self, texts: Mapping[str, tuple[str, str] | None]) -> None:
        """Makes each id found by its (title, body), and no more by what it had; None takes it out."""
        import tantivy

        writer = self._index.writer(HEAP_BYTES, 1)
        for identity, text in texts.items():
            writer.delete_documents_by_term("id", identity)
            if text is None:
                continue
            title, body = text
            writer.add_document(
                tantivy.Document(
                    id=identity,
                    title=" ".join(words(title)),
                    body=" ".join(words(body)),
                    pairs=" ".join(pairs(f"{title} {body}")),
                )
            )
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def found(self, text: str, limit: int) -> dict[str, float]:
        """(id, score) of the texts that hold every run of characters asked for, the best first.

        A run is held as the words that jieba makes of it, or as its pairs of characters side by
        side: so a name that no dictionary knows is found, and a part of a word, too.
        """
        import tantivy

        runs = _runs(text[:SEARCH_CHARS])
        if not runs:
            return {}
        must = [(tantivy.Occur.Must, self._run(run)) for run in runs]
        searcher = self._index.searcher()
        hits = searcher.search(tantivy.Query.boolean_query(must), limit).hits
        return {searcher.doc(address)["id"][0]: float(score or 0) for score, address in hits}

    def _run(self, run: str) -> tantivy.Query:
        import tantivy

        either = [
            (tantivy.Occur.Should, self._all(name, terms))
            for name, terms in (
                (TITLE, _segmented(run)),
                (BODY, _segmented(run)),
                (PAIRS, _pairs(run)),
            )
            if terms
        ]
        return tantivy.Query.boolean_query(either)

    def _all(self, name: str, terms: Sequence[str]) -> tantivy.Query:
        import tantivy

        must = [
            (tantivy.Occur.Must, tantivy.Query.term_query(self._schema, name, term))
            for term in dict.fromkeys(terms)
        ]
        return tantivy.Query.boost_query(tantivy.Query.boolean_query(must), BOOST[name])


def words(text: str) -> list[str]:
    """The words of a text as they are indexed: jieba's, long ones with the shorter ones in them."""
    return [word for run in _runs(text) for word in _segmented(run)]


def pairs(text: str) -> list[str]:
    """Pairs of neighbouring Han characters, each character alone, and other words as they are."""
    return [pair for run in _runs(text) for pair in (*_pairs(run), *_alone(run))]


def folded(text: str) -> str:
    """The text in one width, case and script.

    >>> folded("ＡＩ數據")
    'ai数据'
    """
    return _kernel.simplified(unicodedata.normalize("NFKC", text)).lower()


def _runs(text: str) -> list[str]:
    return _RUNS.findall(folded(text))


def _segmented(run: str) -> list[str]:
    if not _is_han(run):
        return [run]
    import rjieba

    return rjieba.cut_for_search(run)


def _pairs(run: str) -> list[str]:
    if not _is_han(run) or len(run) == 1:
        return [run]
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _alone(run: str) -> Iterable[str]:
    return run if _is_han(run) and len(run) > 1 else ()


def _is_han(run: str) -> bool:
    return run[0] >= "\u3400" and _STARTS_HAN.match(run) is not None
