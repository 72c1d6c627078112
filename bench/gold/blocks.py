"""Gives the visible text blocks of a page, numbered in document order.

Takes decoded HTML, gives a list of strings; records nothing. A gold file names blocks by these
numbers, so no text of a page is stored. The splitter knows nothing of articles and shares no code
with the extractor it judges: lxml's tree, one block per run of inline text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree, html

UNSEEN = {"script", "style", "noscript", "template", "head", "title", "select", "textarea", "svg"}
INLINE = {
    *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em"),
    *("font", "i", "img", "ins", "kbd", "label", "mark", "q", "ruby", "rb", "s", "samp", "small"),
    *(
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "o:p",
        "st1:chsdate",
    ),
}


def visible_blocks(page: str) -> list[str]:
    """The text blocks of a page in document order, spaces collapsed, empty ones left out."""
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    root = html.fromstring(page.encode("utf-8", "replace"), parser=parser) if page.strip() else None
    if root is None:
        return []
    blocks, current = [], []
    for piece in _pieces(root):
        if piece is not None:
            current.append(piece)
            continue
        blocks.append(" ".join("".join(current).split()))
        current.clear()
    blocks.append(" ".join("".join(current).split()))
    return [block for block in blocks if block]


def _pieces(root: etree._Element) -> Iterator[str | None]:
    """Runs of text, and None where a block starts or ends."""
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        is_unseen = _is_unseen(element)
        if event == "start":
            if tag not in INLINE:
                yield None
            if element.text and not is_unseen:
                yield element.text
            continue
        if tag not in INLINE:
            yield None
        parent = element.getparent()
        if element.tail and parent is not None and not _is_unseen(parent):
            yield element.tail


def _is_unseen(element: etree._Element) -> bool:
    return any(node.tag in UNSEEN for node in (element, *element.iterancestors()))


def decode(data: bytes) -> str:
    """The page as text: UTF-8 if it is, else what its meta element says, GB18030 for all of GB."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        named = re.search(rb"charset=[\"']?([A-Za-z0-9_-]+)", data[:4096])
        name = named.group(1).decode().lower() if named else "utf-8"
        return data.decode("gb18030" if name.startswith("gb") else name, "replace")


def main() -> None:
    """Prints the numbered blocks of the pages named on the command line."""
    import sys

    for path in sys.argv[1:]:
        print(f"== {path}")
        for number, block in enumerate(visible_blocks(decode(Path(path).read_bytes()))):
            print(number, block[:70])


if __name__ == "__main__":
    main()
