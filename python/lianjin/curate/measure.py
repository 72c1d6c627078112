"""One batch of records: extracted, mended, scored, with keys for the links.

Takes what a reader yields and the tools compiled from a recipe; gives the same rows with the final
text, the edits, the scores and the link keys. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lianjin import _kernel
from lianjin.core.words import Words
from lianjin.corpus.batch import TEXT, is_all_text, viewed_text, with_columns
from lianjin.corpus.receipt import EDITS, document_id
from lianjin.curate.extract import extract
from lianjin.curate.mend import Stage, mend, stages
from lianjin.curate.own import NameOf, scored
from lianjin.curate.recipe import Link, Recipe
from lianjin.operators.registry import Operator
from lianjin.operators.score import language_model

OF_TITLES = frozenset(
    ("wrong_codec", "phase_shift", "strip_gloss", "entities", "invisible", "script", "punctuation")
)
"""Repairs that a text's title goes through as well: it came through the same wrong hands. Those that cut
look for what stands around a body."""


@dataclass(frozen=True)
class Tools:
    """What a recipe asks to be measured, compiled once and shared by all workers."""

    stages: tuple[Stage, ...]
    title_stages: tuple[Stage, ...]  # those that mend what a title says, too
    scorer: Any  # _kernel.Scorer, or None if no kernel score is asked for
    score_names: tuple[str, ...]
    python_scores: tuple[Operator, ...]
    keys: tuple[tuple[int, Callable[[pa.Array], pa.Array]], ...]  # by link step


def tools(recipe: Recipe) -> Tools:
    """Compiles the recipe's repairs, scores and link keys."""
    scores = [recipe.operator("score", name) for name in recipe.scores]
    kernel_scores = [score.name for score in scores if score.kernel]
    find = partial(recipe.operator, "repair")
    return Tools(
        stages=stages(recipe.repairs, find),
        title_stages=stages([r for r in recipe.repairs if r[1] in OF_TITLES], find),
        scorer=_kernel.Scorer(kernel_scores, language_model()) if kernel_scores else None,
        score_names=tuple(score.name for score in scores),
        python_scores=tuple(score for score in scores if not score.kernel),
        keys=tuple((link.step, _keys(link)) for link in recipe.links),
    )


def _keys(link: Link) -> Callable[[pa.Array], pa.Array]:
    if link.name == "exact":
        return _kernel.exact_keys
    keys: Callable[[pa.Array], pa.Array] = kernel_link(link).keys
    return keys


def kernel_link(link: Link) -> Any:
    """The kernel's form of a near-duplicate link."""
    settings = link.settings
    return _kernel.Link(settings["jaccard"], settings["ngram"], settings["recall"])


def measure(batch: pa.RecordBatch, tools: Tools) -> pa.RecordBatch:
    """The batch with final text, `edits`, `scores` and `keys_STEP` of each link; without blobs.

    Titles of texts are mended as the texts are; `title_edits` says how.
    """
    batch = _noticed(_all_read(extract(batch)))
    text, edits = mend(_mendable(batch), tools.stages, partial(_name, batch))
    if not is_all_text(batch):
        text = pc.if_else(pc.equal(batch.column("kind"), TEXT), text, batch.column("text"))
    rest = batch.drop_columns(["blob", "media_type"])
    batch = with_columns(rest, {"text": text, "edits": edits} | _titles(batch, tools))
    view = viewed_text(batch)
    scores = _scores(view, tools, partial(_name, batch)) if tools.score_names else None
    columns = {} if scores is None else {"scores": scores}
    columns |= {f"keys_{step}": keys(view) for step, keys in tools.keys}
    return with_columns(batch, columns)


def _all_read(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with an error where a text has none and nothing says why: no such record is kept."""
    is_blank = pc.and_(pc.equal(batch["kind"], TEXT), pc.is_null(batch["text"]))
    is_lost = pc.and_(is_blank, pc.is_null(batch["error_code"]))
    if not pc.any(is_lost).as_py():
        return batch
    named = batch["media_type"]
    en, zh = pc.fill_null(named, "it"), pc.fill_null(named, "它")
    said = Words("nothing here reads ", "没有读取器能读 ")
    told = {
        "error_code": pa.scalar("unknown-format"),
        "error": pc.binary_join_element_wise(said.en, en, "\n" + said.zh, zh, ""),
    }
    return with_columns(batch, {n: pc.if_else(is_lost, told[n], batch[n]) for n in told})


def _noticed(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with what its texts say of themselves, where the record itself says nothing.

    Read here because the repairs that follow cut these very lines.
    """
    found = _kernel.notices(_mendable(batch))
    names = ("origin", "copyright", "licence", "aigc", "generated")
    return with_columns(batch, {n: pc.coalesce(batch[n], found.field(n)) for n in names})


def _mendable(batch: pa.RecordBatch) -> pa.Array:
    """The texts of text records; null for all others, which pass unchanged."""
    if is_all_text(batch):
        return batch.column("text")
    is_text = pc.equal(batch.column("kind"), TEXT)
    return pc.if_else(is_text, batch.column("text"), pa.scalar(None, pa.large_string()))


def _titles(batch: pa.RecordBatch, tools: Tools) -> dict[str, pa.Array]:
    """The mended titles of texts and their edits; nothing if no repair of the recipe is for titles."""
    title = batch.column("title")
    if not tools.title_stages:
        return {}
    if title.null_count == len(title):
        return {"title_edits": pa.nulls(len(title), EDITS)}
    of_texts = pc.if_else(pc.equal(batch.column("kind"), TEXT), title, pa.scalar(None, pa.string()))
    mended, edits = mend(
        of_texts.cast(pa.large_string()), tools.title_stages, partial(_name, batch)
    )
    return {"title": pc.coalesce(mended.cast(pa.string()), title), "title_edits": edits}


def _name(batch: pa.RecordBatch, row: int) -> str:
    """The id of the record in that row."""
    return document_id(batch["path"][row].as_py(), batch["position"][row].as_py())


def _scores(view: pa.Array, tools: Tools, name_of: NameOf) -> pa.StructArray:
    by_name: dict[str, pa.Array] = {}
    if tools.scorer is not None:
        measured = tools.scorer.run(view)
        by_name = {field.name: measured.field(field.name) for field in measured.type}
    by_name |= {score.name: scored(score, view, name_of) for score in tools.python_scores}
    return pa.StructArray.from_arrays(
        [by_name[name] for name in tools.score_names], names=list(tools.score_names)
    )
