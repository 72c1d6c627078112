"""What is wrong with a request's fields, in the reader's language.

Takes what pydantic found; gives a path and a sentence for each field. Never gives the value back:
it may be a password.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lianjin.core.settings import Language
from lianjin.core.words import Words

FIELDS = 20
"""Fields that an answer names at most."""


def fields_of(errors: Sequence[Any], language: Language) -> list[dict[str, str]]:
    """`path` and `message` of each wrong field: `body.name`, `query.limit`."""
    return [
        {
            "path": ".".join(str(part)[:64] for part in error.get("loc", ())[:8]),
            "message": _said(error).of(language),
        }
        for error in errors[:FIELDS]
    ]


def _said(error: Any) -> Words:
    kind, context = error.get("type", ""), error.get("ctx") or {}
    said = _ABOUT.get(kind)
    if said is None:
        return Words("is not as described", "不合要求")
    limit = next((context[name] for name in _LIMITS if name in context), "")
    return Words(said.en.replace("#", str(limit)), said.zh.replace("#", str(limit)))


_LIMITS = ("min_length", "max_length", "ge", "gt", "le", "lt", "expected")
_ABOUT = {
    "missing": Words("is missing", "缺失"),
    "extra_forbidden": Words("is not known here", "不是已知字段"),
    "json_invalid": Words("is no JSON", "不是合法的 JSON"),
    "string_type": Words("has to be text", "应为文本"),
    "string_too_short": Words("has to have at least # characters", "至少 # 个字符"),
    "string_too_long": Words("may have at most # characters", "至多 # 个字符"),
    "string_pattern_mismatch": Words("is not written as it has to be", "写法不合要求"),
    "string_unicode": Words("is no Unicode text", "不是合法的 Unicode 文本"),
    "unprintable": Words("has signs that cannot be printed", "含有不可见字符，或首尾有空白"),
    "file_name": Words("is no plain name of a file", "不是合法的文件名"),
    "int_type": Words("has to be a whole number", "应为整数"),
    "int_parsing": Words("has to be a whole number", "应为整数"),
    "bool_type": Words("has to be true or false", "应为真或假"),
    "list_type": Words("has to be a list", "应为列表"),
    "too_short": Words("has to have at least # items", "至少 # 项"),
    "too_long": Words("may have at most # items", "至多 # 项"),
    "greater_than_equal": Words("has to be at least #", "不小于 #"),
    "greater_than": Words("has to be more than #", "大于 #"),
    "less_than_equal": Words("may be at most #", "不大于 #"),
    "less_than": Words("has to be less than #", "小于 #"),
    "literal_error": Words("has to be one of #", "应为 # 之一"),
    "enum": Words("has to be one of #", "应为 # 之一"),
    "model_attributes_type": Words("has to be an object", "应为对象"),
    "model_type": Words("has to be an object", "应为对象"),
    "dict_type": Words("has to be an object", "应为对象"),
}
