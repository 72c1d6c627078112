"""Pages become text.

Takes a batch of records with bytes in `blob`; gives the batch with text and what pages say about
themselves; records, where nothing can be read, why.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from lianjin import _kernel
from lianjin.core.words import Words

HTML = ("text/html", "application/xhtml+xml", "application/xml", "text/xml")
"""Media types that are read as pages, whatever parameters stand behind them."""

EMPTY = Words("the page has no text to read", "网页里没有可读的文字")

_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([\w:.-]+)", re.I | re.A)

_FIELDS = ("title", "author", "published", "url", "licence", "copyright", "origin", "aigc")
"""Columns that a page may fill; a value the reader already found stays."""


def extract(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with `text` and the fields of its pages filled, and their `blob` let go.

    A page is a row with a `blob`, a media type of HTML and no `error_code`; all other rows stay
    as they are. `charset`, or else that of the media type, is what a server declared; the column
    becomes what was found.
    A page whose bytes are no text gets the error code `undecodable` and keeps its blob; one that
    has no text at all gets `empty-page`. O(bytes).
    """
    if batch["media_type"].null_count == batch.num_rows:
        return batch
    declared = batch["media_type"].to_pylist()
    essences = [(said or "").partition(";")[0].strip().lower() for said in declared]
    is_page = pc.and_(
        pc.and_(pc.is_valid(batch["blob"]), pc.is_null(batch["error_code"])),
        pc.is_in(pa.array(essences, pa.string()), value_set=pa.array(HTML)),
    )
    if not pc.any(is_page).as_py():
        return batch
    pages = pc.if_else(is_page, batch["blob"], pa.scalar(None, pa.large_binary()))
    hints = [match and match[1] for match in (_CHARSET.search(said or "") for said in declared)]
    hint = pc.coalesce(batch["charset"], pa.array(hints, pa.string()))
    decoded = _kernel.decode(pages, hint)
    found = _kernel.extract_html(decoded["text"])
    columns = {name: batch[name] for name in batch.schema.names}
    for name in _FIELDS:
        columns[name] = pc.coalesce(batch[name], found[name])
    columns["text"] = pc.coalesce(found["text"], batch["text"])
    columns["charset"] = pc.if_else(is_page, decoded["charset"], batch["charset"])
    columns |= _errors(batch, decoded, found["text"])
    columns["text"] = pc.if_else(
        pc.is_valid(columns["error_code"]), pa.scalar(None, pa.large_string()), columns["text"]
    )
    is_read = pc.and_(is_page, pc.is_null(columns["error_code"]))
    columns["blob"] = pc.if_else(is_read, pa.scalar(None, pa.large_binary()), batch["blob"])
    return pa.record_batch(list(columns.values()), schema=batch.schema)


def _errors(
    batch: pa.RecordBatch, decoded: pa.RecordBatch, texts: pa.LargeStringArray
) -> dict[str, pa.Array]:
    """The columns `error_code` and `error` with the pages that could not be read."""
    is_empty = pc.fill_null(pc.equal(pc.utf8_length(texts), 0), False)
    code = pc.if_else(is_empty, "empty-page", pa.scalar(None, pa.string()))
    error = pc.if_else(is_empty, EMPTY.stored, pa.scalar(None, pa.string()))
    return {
        "error_code": pc.coalesce(batch["error_code"], decoded["error_code"], code),
        "error": pc.coalesce(batch["error"], decoded["error"], error),
    }
