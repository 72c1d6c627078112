"""The text of a file that a person wrote for an evaluation: a requirement, a standard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lianjin.core.checker import Checker
from lianjin.core.errors import NotFound, WrittenError
from lianjin.core.limits import PAPER_SIZE_BYTES
from lianjin.core.marked import Marked
from lianjin.core.store import guarded
from lianjin.core.words import NOTHING, Words

TEXT = Words("text, or texts under `en` and `zh`", "文本，或分写在 `en`、`zh` 下的文本")


def text_of(path: Path, refusal: type[WrittenError]) -> str:
    """The file's text; NotFound if there is none, a `refusal` if it is too large or no UTF-8."""
    if not path.is_file():
        raise NotFound(
            "no-such-file",
            Words(f"there is no file {str(path)!r}", f"没有文件 {str(path)!r}"),
            hint=Words(
                "check the path; relative paths start at the working folder",
                "检查路径；相对路径从当前目录算起",
            ),
        )
    with guarded(path, "read"), path.open("rb") as file:
        content = file.read(PAPER_SIZE_BYTES + 1)
    if len(content) > PAPER_SIZE_BYTES:
        raise refusal(
            "paper-too-large",
            Words(
                f"{str(path)!r} has more than {PAPER_SIZE_BYTES} bytes",
                f"{str(path)!r} 超过 {PAPER_SIZE_BYTES} 字节",
            ),
            hint=Words("name the YAML file", "应填 YAML 文件"),
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refusal(
            "encoding",
            Words(
                f"{str(path)!r} is not UTF-8 at byte {error.start}",
                f"{str(path)!r} 在第 {error.start} 字节处不是 UTF-8",
            ),
            hint=Words("save it as UTF-8", "另存为 UTF-8"),
        ) from error


class PaperChecker(Checker):
    """A Checker that knows sentences in two languages, and numbers."""

    def _words(self, marked: Marked | None, *, required: Words = NOTHING) -> Words:
        """A text, which stands for both languages, or both; empty if absent."""
        if marked is None:
            return NOTHING
        if isinstance(marked.value, dict):
            self._known(marked, ("en", "zh"), Words("a text", "文本"))
            forms = {name: self._text(item) for name, item in marked.value.items()}
            en, zh = forms.get("en", ""), forms.get("zh", "")
            return Words(en or zh, zh or en)
        return Words.verbatim(self._text(marked))

    def _text(self, marked: Marked | None, default: str = "") -> str:
        return str(self._typed(marked, default, TEXT, lambda value: isinstance(value, str))).strip()

    def _texts(self, marked: Marked | None) -> tuple[str, ...]:
        """A list of texts; numbers and the like are taken as they are written."""
        listed = Words("a list of texts", "文本的列表")
        found = self._typed(
            marked, [], listed,
            lambda value: isinstance(value, list) and all(isinstance(v, str | int | float) for v in value),
        )  # fmt: skip
        return tuple(str(value) for value in found)

    def _number(self, marked: Marked | None, default: Any, low: float, high: float) -> Any:
        expected = Words(f"a number from {low:g} to {high:g}", f"{low:g} 到 {high:g} 的数")
        return self._typed(
            marked, default, expected,
            lambda value: type(value) in (int, float) and low <= value <= high,
        )  # fmt: skip

    def _whole(self, marked: Marked | None, default: Any, low: int = 1) -> Any:
        expected = Words(f"a whole number from {low}", f"从 {low} 起的整数")
        return self._typed(
            marked, default, expected, lambda value: type(value) is int and low <= value <= 2**53
        )
