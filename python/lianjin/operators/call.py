"""Running an operator outside a build: on one text, or on a column."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lianjin.core.errors import UsageError
from lianjin.core.words import Words
from lianjin.operators.edit import Edit, apply
from lianjin.operators.registry import Operator
from lianjin.operators.settings import resolved, wrong


def call(operator: Operator, data: Any, settings: Mapping[str, Any]) -> Any:
    """The result for a text, or an Arrow array of results for a column of texts."""
    if not isinstance(data, str):
        return on_column(operator, data, settings)
    import pyarrow as pa

    if operator.verb == "link":
        raise UsageError(
            "wrong-type",
            Words(
                f"{operator.name} links the texts of a column; it was given one text",
                f"{operator.name} 对一列文本去重，却只给了一条文本",
            ),
            hint=Words("pass a pyarrow array of texts", "请传入 pyarrow 的文本数组"),
        )
    if not operator.kernel:
        result = operator.reference(data, **_checked(operator, settings))
        return apply(data, result) if operator.verb == "repair" else result
    return on_column(operator, pa.array([data], pa.large_string()), settings)[0].as_py()


def on_column(operator: Operator, column: Any, settings: Mapping[str, Any]) -> Any:
    """An Arrow array with the result for each text of the column; null stays null.

    A link gives the list that its reference form gives: it is defined on whole corpora, and a
    build runs its kernel twin out of core.
    """
    import pyarrow as pa

    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if not isinstance(column, pa.Array):
        column = pa.array(column, pa.large_string())
    checked = _checked(operator, settings)
    if operator.verb == "link":
        return operator.reference(column.to_pylist(), **checked)
    if operator.kernel and operator.verb == "repair":
        return _chain(operator, checked).run(column)[0]
    if operator.kernel:
        return _kernel_score(operator, column)
    results = (_reference(operator, text, checked) for text in column.to_pylist())
    return pa.array(results, _arrow_type(operator))


def edits(operator: Operator, text: str, settings: Mapping[str, Any]) -> list[Edit]:
    """What a repair would change in the text; offsets in code points."""
    import pyarrow as pa

    checked = _checked(operator, settings)
    if not operator.kernel:
        return list(operator.reference(text, **checked))
    rows = _chain(operator, checked).run(pa.array([text], pa.large_string()))[1][0].as_py()
    return [Edit(**{key: row[key] for key in Edit.__dataclass_fields__}) for row in rows]


def _checked(operator: Operator, settings: Mapping[str, Any]) -> dict[str, Any]:
    if faults := wrong(operator, settings):
        raise UsageError(
            "wrong-setting",
            Words.joined((message for _, message in faults), by="; "),
            hint=Words(
                f"run `lianjin operators {operator.name}` for its settings",
                f"运行 `lianjin operators {operator.name}` 查看它的设置",
            ),
        )
    return resolved(operator, settings)


def _reference(operator: Operator, text: str | None, settings: Mapping[str, Any]) -> Any:
    if text is None:
        return None
    result = operator.reference(text, **settings)
    return apply(text, result) if operator.verb == "repair" else result


def _chain(operator: Operator, settings: Mapping[str, Any]) -> Any:
    from lianjin import _kernel

    return _kernel.Chain([(operator.name, json.dumps(settings))])


def _kernel_score(operator: Operator, column: Any) -> Any:
    import importlib

    from lianjin import _kernel

    # The scores' package brings the model of the language scores; other scores ignore it.
    model = importlib.import_module("lianjin.operators.score").language_model()
    scorer: Any = _kernel.Scorer  # type: ignore[attr-defined, unused-ignore]
    return scorer([operator.name], model).run(column).field(operator.name)


def _arrow_type(operator: Operator) -> Any:
    import pyarrow as pa

    if operator.verb == "repair":
        return pa.large_string()
    types = {int: pa.int64(), float: pa.float64(), str: pa.string(), bool: pa.bool_()}
    return types.get(operator.returns)
