"""The Rust kernel: columns of Arrow in and out, the interpreter lock released while it works."""

from typing import Any

class Chain:
    """Repairs to carry out one after the other, built once, used by many threads."""

    def __init__(self, steps: list[tuple[str, str]]) -> None:
        """`steps`: (repair name, settings as a JSON object). ValueError names a wrong one."""

    def run(self, texts: Any) -> tuple[Any, Any]:
        """(mended texts, edits) of a string column; null stays null.

        Edits are list<struct<step, rule, start, end, before, after, confidence>>,
        offsets in code points of the text as that step found it.
        """
