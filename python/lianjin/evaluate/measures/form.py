"""Measures of form: legal records, legal annotation, nothing required left empty, the declared type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from lianjin.core.words import Words
from lianjin.evaluate.measure import Absent, Judged, measure
from lianjin.evaluate.records import Records
from lianjin.evaluate.requirement import DEFAULT_ITEMS, TYPES

METHODS = ("人工标注", "自动标注", "半自动标注", "其他")
ANNOTATORS = ("普通标注员", "专业标注员", "行业领域专家", "其他")
"""The enums of TC609-5-2025-02."""
KINDS = ("text", "messages", "preference", "media")
_ROLES = {"system", "user", "assistant", "tool", "function"}


@measure(
    version=1,
    unit="record",
    zh="格式合规",
    en="Legal form",
    about=(
        "格式合规、可直接用于训练的记录占比。0：一条也没有；1：全部；没有记录则无定义。\n\n"
        "文本不得空白；对话的角色次序要合法，最后一轮是非空的回答；偏好对的提问与两个回答都不得空白；媒体记录至少有一个部分。"
    ),
    causes={
        "blank": Words("nothing but white space", "没有内容"),
        "roles": Words("roles in an illegal order", "角色次序不合法"),
        "no_answer": Words("the dialogue ends without an answer", "对话末尾没有回答"),
        "pair": Words("prompt or an answer is blank", "提问或回答空白"),
    },
)
def legal_form(records: Records) -> Judged:
    """Share of records of legal form, that can be trained on as they are.

    0: none; 1: all; undefined without records. A text is not blank; a dialogue has legal roles in
    legal order and ends with an answer that is not blank; a preference has a prompt and two answers;
    a media record has a part.
    """
    dialogues = [_turns(m) for m in records.plain("messages")]
    is_dialogue, is_pair = records.kind("messages"), records.kind("preference")
    is_text, is_media = records.kind("text"), records.kind("media")
    blank = np.array([not text.strip() for text in records.texts], bool)
    partless = np.array([not parts for parts in records.plain("parts")], bool)
    unknown = ~(is_dialogue | is_pair | is_text | is_media)
    return Judged(
        {
            "blank": ((is_text | is_dialogue) & blank) | (is_media & partless) | unknown,
            "roles": is_dialogue & np.array([not _legal_roles(d) for d in dialogues], bool),
            "no_answer": is_dialogue & np.array([not _is_answered(d) for d in dialogues], bool),
            "pair": is_pair & _flags(records.plain("preference"), _is_partial),
        }
    )


def _turns(messages: Any) -> list[tuple[str, str]]:
    return [(m.get("role") or "", m.get("content") or "") for m in messages or ()]


def _legal_roles(turns: Sequence[tuple[str, str]]) -> bool:
    """A system turn only first; the first other turn is the user's; no two of user or assistant in a
    row."""
    roles = [role for role, _ in turns]
    if not roles or set(roles) - _ROLES or "system" in roles[1:]:
        return False
    said = [role for role in roles if role in ("user", "assistant")]
    return said[:1] == ["user"] and all(a != b for a, b in pairwise(said))


def _is_answered(turns: Sequence[tuple[str, str]]) -> bool:
    return bool(turns) and turns[-1][0] == "assistant" and bool(turns[-1][1].strip())


def _is_partial(pair: Mapping[str, str | None] | None) -> bool:
    return not all(((pair or {}).get(n) or "").strip() for n in ("prompt", "chosen", "rejected"))


def _flags(values: Sequence[Any], test: Callable[[Any], bool]) -> np.ndarray:
    return np.array([test(value) for value in values], bool)


@measure(
    version=1,
    unit="record",
    zh="标注合规",
    en="Legal annotation",
    about=(
        "标注合规的记录占带标注记录的比例。0：无一合规；1：全部合规；没有带标注的记录则无定义。\n\n"
        "带标注的是有 `annotation` 字段的记录与偏好对。标签是非空的列表；标注方法与标注人员类型取自"
        " TC609-5-2025-02 的枚举，可以不填；偏好对的两个回答不得相同。"
    ),
    causes={
        "label": Words("no label, or none in a list", "没有标签，或标签不是非空列表"),
        "method": Words("an unknown annotation method", "标注方法不在枚举之内"),
        "annotator": Words("an unknown kind of annotator", "标注人员类型不在枚举之内"),
        "same": Words("both answers are the same", "两个回答相同"),
    },
)
def legal_annotation(records: Records) -> Judged:
    """Share of records of legal annotation among those with annotation.

    0: none; 1: all; undefined if no record has any. Annotated are records with a field `annotation`,
    and preferences. A label is a list with something in it; method and kind of annotator are those
    of TC609-5-2025-02, or null; the two answers of a preference differ.
    """
    given = [own.get("annotation") for own in records.fields]
    objects = [one if isinstance(one, dict) else {} for one in given]
    annotated = np.array([one is not None for one in given], bool)
    is_pair = records.kind("preference")
    return Judged(
        {
            "label": annotated & _flags(objects, _without_label),
            "method": annotated & _flags(objects, lambda o: not _within(o, "annotation_method", METHODS)),
            "annotator": annotated & _flags(objects, lambda o: not _within(o, "annotator", ANNOTATORS)),
            "same": is_pair & _flags(records.plain("preference"), _is_same),
        },
        counted=annotated | is_pair,
    )  # fmt: skip


def _without_label(annotation: Mapping[str, Any]) -> bool:
    labels = annotation.get("label")
    return not (
        isinstance(labels, list) and labels and all(label not in (None, "") for label in labels)
    )


def _within(annotation: Mapping[str, Any], key: str, known: Sequence[str]) -> bool:
    return annotation.get(key) is None or annotation[key] in known


def _is_same(pair: Mapping[str, str | None] | None) -> bool:
    return (
        pair is not None
        and (pair.get("chosen") or "").strip() == (pair.get("rejected") or "").strip()
    )


ITEM_CAUSES = {
    "content": Words("no content", "没有内容"),
    "published": Words("no time", "没有时间"),
    "licence": Words("no licence", "没有许可"),
    "source": Words("no source", "没有来源"),
    "generated": Words("not said whether it is generated", "没有说明是否为生成"),
}


@measure(
    version=1,
    unit="record",
    zh="必备项齐全",
    en="Complete items",
    about=(
        "必备数据项无空缺的记录占比。0：条条有缺；1：无一空缺；没有记录则无定义。\n\n必备项取自需求的 `items`；"
        "没有写时取 TC609-5-2025-02 中数据集能载有的项：内容、时间、许可、来源。"
        "需求对全部记录声明的来源与许可，记录自己没写时也算。"
    ),
    causes=ITEM_CAUSES,
)
def complete_items(records: Records) -> Judged:
    """Share of records without an empty required item.

    0: each lacks one; 1: none does; undefined without records. The items are those of the
    requirement; without, what TC609-5-2025-02 asks of a record and a dataset can hold: content, time,
    licence, source. What the requirement declares of all records counts.
    """
    items = records.requirement.items or DEFAULT_ITEMS
    return Judged({item: ~has_item(records, item) for item in items})


def has_item(records: Records, item: str) -> np.ndarray:
    """bool[n]: which records have this item; one of `ITEMS`, a column, or `fields.a.b`."""
    everywhere = np.ones(len(records), bool)
    needed = records.requirement
    if item == "content":
        whole = np.array([bool(text.strip()) for text in records.texts], bool)
        found: np.ndarray = whole | records.kind("media")
        return found
    if item == "source":
        return everywhere if needed.source_details else has_source(records)
    if item == "licence":
        return everywhere if needed.licence else records.is_present("licence")
    if item == "published":
        return np.array([bool(time) for time in records.times], bool)
    if item == "generated":
        return np.array([value is not None for value in records.plain("generated")], bool)
    return np.array([value not in (None, "", [], {}) for value in records.value_at(item)], bool)


def has_source(records: Records) -> np.ndarray:
    """bool[n]: records that name a source: a web address, or who published it first."""
    addressed = np.array([_is_address(url) for url in records.plain("url")], bool)
    found: np.ndarray = addressed | records.is_present("origin")
    return found


def _is_address(url: str | None) -> bool:
    """Whether it reads like `http(s)://host…` without white space, as TC609-5-2025-02 asks."""
    from urllib.parse import urlsplit

    if not url or any(sign.isspace() for sign in url):
        return False
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


@measure(
    version=1,
    unit="record",
    zh="类型相符",
    en="Declared type",
    about=(
        "自带类型与声明类型相符的记录占判定过的记录的比例。0：无一相符；1：全部相符；没有记录带类型则无定义。\n\n"
        "类型是通识、行业通识、行业专识之一。这里没有分类器，只核对需求的 `type.by` 所指的字段；没有写则不测。"
    ),
    causes={"differs": Words("its type is another one", "类型不符")},
)
def declared_type(records: Records) -> Judged | Absent:
    """Share of records of the declared type among those judged.

    0: none; 1: all; undefined if no record tells its type. There is no classifier here: what is
    compared is the field that the requirement's `type.by` names; without it nothing is measured.
    """
    needed = records.requirement
    if needed.type is None or needed.type_by is None:
        return Absent(
            Words(
                "there is no classifier of types here, and the requirement names no field that tells "
                "them (`type: {is, by}`)",
                "此处没有类型分类器，需求也没有指明记有类型的字段（`type: {is, by}`）",
            )
        )
    meant = {needed.type, TYPES[needed.type].zh, TYPES[needed.type].en}
    said = records.value_at(needed.type_by)
    judged = np.array([value not in (None, "") for value in said], bool)
    return Judged({"differs": _flags(said, lambda v: str(v) not in meant)}, counted=judged)


@measure(
    version=1,
    unit="record",
    zh="模态一致",
    en="Consistent parts",
    about="各部分含义一致的记录占多模态记录的比例；没有多模态记录则无定义。\n\n此处没有判断模态间一致的模型：有多模态记录时不测。",
    causes={},
)
def consistent_parts(records: Records) -> Judged | Absent:
    """Share of records whose parts agree in meaning, among those of several modalities.

    Undefined if no record has several; there is no model here that compares them, so otherwise
    nothing is measured.
    """
    kinds = [{part["kind"] for part in parts or ()} for parts in records.plain("parts")]
    if any(len(found) > 1 for found in kinds):
        return Absent(
            Words(
                "there is no model here that compares text with other media",
                "此处没有比较文本与其他媒体的模型",
            )
        )
    return Judged({}, counted=np.zeros(len(records), bool))
