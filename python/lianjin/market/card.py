"""The card of what was bought: README.md as Hugging Face's clients read it.

Takes a version and its listing; gives YAML and Markdown. What people typed stays text: it is
escaped where it would be markup.
"""

from __future__ import annotations

import json
import re
from typing import Any

from lianjin.market.listing import Listing
from lianjin.market.offer import ACTIONS, DUTIES

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|<>&~-])")


def card(version: str, root: str, found: Listing | None) -> str:
    """The card's text; `found` None: the supplier's own look at a version that is not offered."""
    said: dict[str, Any] = {
        "configs": [
            {
                "config_name": "default",
                "data_files": [{"split": "train", "path": "data/*.parquet"}],
            }
        ]
    }
    if found is None:
        return f"{_front(said)}\n# {plain(version)}\n\nroot `{root}`\n"
    content = found.content
    said |= {
        "pretty_name": content.title,
        "language": list(content.languages),
        "license": "other",
        "license_name": "lianjin-agreement",
        "size_categories": [size_category(content.facts.n_records)],
        "tags": ["lianjin", content.kind, *content.keywords],
    }
    lines = [
        f"# {plain(content.title)}",
        plain(content.summary),
        f"版本 version: {plain(version)}  \nroot: `{root}`",
        "## 使用条件 Terms",
        *(f"- 允许 allowed: {_both(ACTIONS, name)}" for name in content.offer.permissions),
        *(f"- 禁止 forbidden: {_both(ACTIONS, name)}" for name in content.offer.prohibitions),
        *(f"- 义务 duty: {_both(DUTIES, name)}" for name in content.offer.duties),
        "## 适用场景 Made for",
        *(f"- {plain(text)}" for text in content.manual.scenarios),
        "## 来源 Source",
        plain(content.manual.source),
    ]
    return _front(said) + "\n" + "\n\n".join(line for line in lines if line) + "\n"


def plain(text: str) -> str:
    """The text as Markdown that shows it as it is, on one line.

    >>> plain("<b>a*b")
    '&lt;b&gt;a\\\\*b'
    """
    signs = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
    return _MARKUP.sub(lambda m: signs.get(m[1], "\\" + m[1]), " ".join(text.split()))


def size_category(n_records: int) -> str:
    """Hugging Face's name for a number of records."""
    return next((name for most, name in SIZES if n_records < most), "n>1M")


def _both(table: Any, name: str) -> str:
    words = table[name]
    return f"{words.zh} {words.en} (`{name}`)"


def _front(said: dict[str, Any]) -> str:
    # JSON is YAML: no text that somebody typed can end the block or begin another key.
    rows = (f"{name}: {json.dumps(value, ensure_ascii=True)}" for name, value in said.items())
    return "---\n" + "\n".join(rows) + "\n---\n"
