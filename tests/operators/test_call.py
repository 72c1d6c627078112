"""Operators run on a text and on a column, outside a build."""

from __future__ import annotations

import pyarrow as pa
import pytest
from lianjin.core.errors import UsageError
from lianjin.operators.edit import Edit
from lianjin.operators.registry import Operator, operator


def _marks(text: str, *, mark: str = "！") -> int:
    """Number of marks."""
    return text.count(mark)


def _calm(text: str) -> list[Edit]:
    """Takes exclamation marks out."""
    places = [i for i, sign in enumerate(text) if sign == "！"]
    return [Edit("mark", i, i + 1, "！", "。") for i in places]


MARKS = Operator("score", "marks", 1, "", "", "count", _marks, False)
CALM = Operator("repair", "calm", 1, "", "", "edits", _calm, False)


def test_a_score_runs_on_a_text_and_on_a_column() -> None:
    assert MARKS("好！！") == 2
    assert MARKS("a?", mark="?") == 1
    column = MARKS(pa.chunked_array([["！", None], [""]]))
    assert column.equals(pa.array([1, None, 0], pa.int64()))
    assert MARKS.on_column([]).equals(pa.array([], pa.int64()))


def test_a_repair_gives_the_mended_text_and_its_edits() -> None:
    assert CALM("好！") == "好。"
    assert CALM.edits("好！") == [Edit("mark", 1, 2, "！", "。")]
    assert CALM.on_column(["！", None]).equals(pa.array(["。", None], pa.large_string()))


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_a_column_keeps_its_rows_whether_a_text_differs_or_not(kind: pa.DataType) -> None:
    invisible = operator("repair", "invisible")
    for texts in ([], ["炼金", None, ""], [None, "金", "炼\u200b金", None, "术"], ["\u200b炼"]):
        mended = [text and text.replace("\u200b", "") for text in texts]
        column = pa.array(["前", *texts, "后"], kind)
        assert invisible.on_column(column).to_pylist() == ["前", *mended, "后"]
        part = column.slice(1, len(texts))
        assert invisible.on_column(part).equals(pa.array(mended, pa.large_string()))


def test_a_link_runs_on_a_column_only() -> None:
    link = operator("link", "exact")
    assert len(link.on_column(["a b c", "a b c", "d"], keep="first")) == 3
    with pytest.raises(UsageError) as caught:
        link("a")
    assert caught.value.code == "wrong-type"


def test_a_wrong_setting_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        MARKS("a", mrk="?")
    assert (caught.value.code, caught.value.message.en) == (
        "wrong-setting",
        "marks has no setting 'mrk'; nearest is 'mark'",
    )
