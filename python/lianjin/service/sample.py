"""`/api/listings/…/samples`: the first records of a listed version, as many as its supplier shows.

Takes a listing that the caller may see; gives records as they are sold, texts cut to a length.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel

from lianjin.core.limits import SAMPLE_CHARS
from lianjin.corpus.dataset import Dataset
from lianjin.corpus.page import page
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import VersionName
from lianjin.market.listing import Listing
from lianjin.service.access import Caller, Here, need
from lianjin.service.body import PathIdentity
from lianjin.service.document import TurnView, as_built
from lianjin.service.listing import visible_listing
from lianjin.service.route import router
from lianjin.service.state import State

ROUTER = router("sample")
COLUMNS = ("title", "text", "messages", "preference")


class SampleView(BaseModel):
    """A record: its text, or what is said in turn. `is_cut`: it is longer."""

    title: str | None
    text: str
    turns: list[TurnView]
    is_cut: bool


class SampleList(BaseModel):
    """Records of what is sold; none where the supplier `shows` 0 of them."""

    shows: int
    samples: list[SampleView]


@ROUTER.get("/listings/{listing_id}/samples")
def list_samples(
    who: Annotated[Caller, need("listing.read")], state: Here, listing_id: PathIdentity
) -> SampleList:
    """The first records of the version that is offered, if the supplier shows any."""
    with state.database.read() as connection:
        found = visible_listing(connection, who, listing_id)
    n_shown = found.content.samples
    if not n_shown:
        return SampleList(shows=0, samples=[])
    with as_built():
        dataset = _dataset(state, found)
        known = [name for name in COLUMNS if name in dataset.columns("data")]
        rows = page(dataset, "data", known, equal={}, limit=n_shown).rows
        return SampleList(shows=n_shown, samples=[_sample(row) for row in rows])


def _dataset(state: State, found: Listing) -> Dataset:
    """The version as it was listed: versions never change, and its root is checked all the same."""
    registry = Registry(state.registry)
    version = registry.version(VersionName.parse(found.content.version))
    assert version.root == found.content.root, found.id
    return registry.open(version)


def _sample(row: Mapping[str, Any]) -> SampleView:
    text = row.get("text") or ""
    said = [(turn["role"], turn["content"]) for turn in row.get("messages") or ()]
    said += [(part, answer) for part, answer in (row.get("preference") or {}).items()]
    room, is_cut, turns = SAMPLE_CHARS, len(text) > SAMPLE_CHARS, []
    for role, content in said:
        content = content or ""
        is_cut = is_cut or len(content) > room
        if room > 0:
            turns.append(TurnView(role=(role or "")[:100], content=content[:room]))
        room -= len(content)
    return SampleView(
        title=row.get("title"), text=text[:SAMPLE_CHARS], turns=turns, is_cut=is_cut or room < 0
    )
