"""Writes entities.tsv.z: the names of HTML's character references and what they stand for.

Takes the standard library's table of HTML 5; gives rows `name TAB characters`, deflated.
"""

from __future__ import annotations

from html.entities import html5

from make_han import write

if __name__ == "__main__":
    rows = [[name[:-1], stands] for name, stands in sorted(html5.items()) if name[-1] == ";"]
    write("entities.tsv.z", [[name, stands] for name, stands in rows if stands not in "\t\n"])
