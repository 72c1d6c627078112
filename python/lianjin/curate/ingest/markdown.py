"""Markdown: one file one record, its front matter as fields."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from lianjin.curate.ingest.piece import Piece
from lianjin.curate.ingest.row import Row
from lianjin.curate.ingest.spec import InputSpec
from lianjin.curate.ingest.summary import Summary
from lianjin.curate.ingest.text import decoded
from lianjin.curate.ingest.whole import read_whole

FRONT_CHARS = 64_000
"""A longer block between `---` lines is text, not front matter."""

_FRONT = re.compile(r"---[ \t]*\r?\n(.*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S)
_HEADING = re.compile(r"^#\s+(\S[^\n]*?)[ \t#]*$", re.M)
_COLUMNS = {
    "title": ("title",),
    "author": ("author",),
    "published": ("date", "published"),
    "url": ("url", "link"),
    "licence": ("licence", "license"),
    "copyright": ("copyright",),
    "origin": ("origin", "来源"),
    "source_id": ("id",),
}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ].*)?\Z", re.S)


def read_markdown(piece: Piece, spec: InputSpec, summary: Summary) -> Row | None:
    """The file's text without its front matter; an empty file has no record."""
    return read_whole(piece, summary, lambda content: _split(decoded(content, spec.charset)))


def _split(row: Row) -> Row:
    """The row with front matter in `fields`, and in the columns that its keys name.

    The title is the front matter's or the first heading of the highest level. Front matter that is
    no YAML mapping stays in the text.
    """
    text = row.get("text")
    if text is None:
        return row
    front, body = front_matter(text)
    heading = _HEADING.search(body)
    columns: dict[str, Any] = {"title": heading[1] if heading else None}
    for column, keys in _COLUMNS.items():
        found = next((front[key] for key in keys if isinstance(front.get(key), str)), None)
        if found and (column != "published" or _DATE.match(found)):
            columns[column] = found
    label = front.get("AIGC", front.get("aigc"))
    if label is not None:
        columns["aigc"] = _as_json(label)
    return {**row, **columns, "text": body, "fields": _as_json(front) if front else None}


def front_matter(text: str) -> tuple[dict[str, Any], str]:
    """(front matter, the text after it); ({}, text) where there is none.

    >>> front_matter("---\\ntitle: 一\\n---\\n正文")
    ({'title': '一'}, '正文')
    """
    match = _FRONT.match(text, 0, FRONT_CHARS) if text.startswith("---") else None
    if match is None:
        return {}, text
    try:
        front = yaml.load(match[1], _PlainLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}, text
    if not isinstance(front, dict):
        return {}, text
    return {str(key): value for key, value in front.items()}, text[match.end() :]


class _PlainLoader(yaml.SafeLoader):
    """YAML whose scalars other than numbers and booleans are strings, and without aliases.

    Dates stay as they were written; aliases could grow a small file without bound.
    """

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("front matter with aliases is not read")
        return super().compose_node(parent, index)


_PlainLoader.yaml_implicit_resolvers = {
    first: [entry for entry in entries if entry[0] != "tag:yaml.org,2002:timestamp"]
    for first, entries in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
