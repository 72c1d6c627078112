"""What a recipe says about its input: where it is, how it is written, its fields' names."""

from __future__ import annotations

from dataclasses import dataclass

FORMATS = (
    "txt",
    "lines",
    "md",
    "html",
    "warc",
    "json",
    "jsonl",
    "csv",
    "tsv",
    "parquet",
    "arrow",
)
"""How a file may be written. `lines` is never found by itself: each line of a text is a record."""

COLUMNS = (
    "text",
    "id",
    "title",
    "author",
    "published",
    "url",
    "licence",
    "copyright",
    "origin",
    "aigc",
    "generated",
    "messages",
    "prompt",
    "chosen",
    "rejected",
    "system",
    "instruction",
    "input",
    "output",
)
"""What a field of a structured record may be mapped to."""


@dataclass(frozen=True)
class InputSpec:
    """The `input:` of a recipe, checked.

    `path`: files, folders and globs. `format`: one of FORMATS for all of them, or None: by name,
    then by content. `names`: (column of COLUMNS, name of the record's field); columns without one
    are found by the names that records usually carry. `charset`: the last word on how texts and
    pages are decoded, or None: the bytes tell.
    """

    path: tuple[str, ...] = ()
    format: str | None = None
    names: tuple[tuple[str, str], ...] = ()
    charset: str | None = None
