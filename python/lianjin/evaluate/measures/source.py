"""Measures of source, rights and integrity: the gates, and whether a record can be traced."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from lianjin.core.limits import FAILING_IDS
from lianjin.core.words import Words
from lianjin.corpus.receipt import split_id
from lianjin.evaluate.measure import Absent, Judged, Measured, measure
from lianjin.evaluate.measures.form import KINDS, has_source
from lianjin.evaluate.records import Records
from lianjin.evaluate.subject import Subject


@measure(
    version=1,
    unit="record",
    zh="可追溯",
    en="Traceable",
    about=(
        "来源与哈希链可追溯的记录占比。0：无一可追溯；1：全部；没有记录则无定义。\n\n要有来源（网址、首发者，或需求的声明），"
        "出自清单记有哈希的输入文件，回执记的内容哈希与记录一致；标为生成的记录要有写明生成者的 AIGC 标识。"
        "不测：网页今天是否还是这样，合成数据是否符合真实分布。"
    ),
    causes={
        "no_source": Words("names no source", "没有来源"),
        "no_input": Words(
            "comes from no input that the manifest hashes", "不出自清单记有哈希的输入"
        ),
        "no_receipt": Words("has no receipt", "没有回执"),
        "hash": Words("its content hash is not that of its receipt", "内容哈希与回执不同"),
        "generator": Words("generated, and by whom is not said", "标为生成，但没有写明生成者"),
    },
)
def traceable(records: Records) -> Judged:
    """Share of records whose source and chain of hashes can be traced.

    0: none; 1: all; undefined without records. A record names a source (address, first publisher, or
    the requirement's declaration), comes from an input whose hash the manifest has, and has the content
    hash of its receipt; one that is generated says by whom. Not measured: whether the page is still so
    today, and whether synthetic data has the distribution of real data.
    """
    here, said = records.plain("content_hash"), records.receipt_hash.to_pylist()
    declared = bool(records.requirement.source_details)
    pairs = list(zip(here, said, strict=True))
    generated = zip(records.plain("generated"), records.plain("aigc"), strict=True)
    return Judged(
        {
            "no_source": np.zeros(len(records), bool) if declared else ~has_source(records),
            "no_input": np.array([not _from_input(s, records) for s in records.plain("source")], bool),
            "no_receipt": np.array([receipt is None for _, receipt in pairs], bool),
            "hash": np.array([r is not None and r != own for own, r in pairs], bool),
            "generator": np.array([bool(g) and not _names_maker(a) for g, a in generated], bool),
        }
    )  # fmt: skip


def _from_input(source: dict[str, Any] | None, records: Records) -> bool:
    return source is not None and source.get("path") in records.inputs


def _names_maker(aigc: str | None) -> bool:
    """Whether a label of GB 45438 names who made or spread the content."""
    try:
        label = json.loads(aigc or "{}")
    except ValueError:
        return False
    return isinstance(label, dict) and any(
        label.get(name) for name in ("ContentProducer", "ContentPropagator")
    )


# --- gates ----------------------------------------------------------------------------


@measure(
    version=1,
    unit="record",
    zh="结构可读",
    en="Readable",
    about=(
        "读得出、标识唯一的记录占比；不是 1 则门禁不过。没有记录则无定义，门禁同样不过。\n\n标识写作“文件#位置”，不得重复；"
        "类型须是已知的一种；各列能按声明的类型读出。"
    ),
    causes={
        "id": Words("its id is no `file#position`", "标识不是“文件#位置”"),
        "twice": Words("another record has its id", "标识与另一条记录相同"),
        "kind": Words("of no known kind", "类型未知"),
    },
)
def readable(records: Records) -> Judged:
    """Share of records that can be read and whose ids are unique; the gate asks for 1.

    Undefined without records, and then the gate fails, too.
    """
    return Judged(
        {
            "id": np.array([split_id(identifier) is None for identifier in records.ids], bool),
            "twice": ~records.has_own_id,
            "kind": np.array([kind not in KINDS for kind in records.plain("kind")], bool),
        }
    )


@measure(
    version=1,
    unit="record",
    zh="来源有据",
    en="Sourced",
    about=(
        "有来源依据的记录占比；不是 1 则门禁不过。\n\n依据是记录自己的网址或首发者，或需求对全部记录声明的来源类型与细节（`source`）。"
    ),
    causes={"none": Words("no evidence of its source", "没有来源依据")},
)
def sourced(records: Records) -> Judged:
    """Share of records with evidence of their source; the gate asks for 1.

    Their own address or first publisher, or what the requirement declares of all (`source`).
    """
    needed = records.requirement
    if needed.source_kind and needed.source_details:
        return Judged({"none": np.zeros(len(records), bool)})
    return Judged({"none": ~has_source(records)})


@measure(
    version=1,
    unit="record",
    zh="权利清楚",
    en="Permitted",
    about=(
        "权利清楚且与用途不矛盾的记录占比；不是 1 则门禁不过。\n\n许可取自记录，否则取自需求的声明（`licence`，须附依据）。"
        "禁止商用（NC）的不能用于商用；禁止演绎（ND）的不能出现在修改过文字的数据集里。"
    ),
    causes={
        "unknown": Words("no licence is known", "许可不明"),
        "commercial": Words("its licence forbids commercial use", "许可禁止商用"),
        "derived": Words(
            "its licence forbids changed versions, and texts were mended",
            "许可禁止演绎，而文字经过修改",
        ),
    },
)
def permitted(records: Records) -> Judged:
    """Share of records whose rights are known and do not contradict the use; the gate asks for 1.

    A record's licence is its own, else the requirement's, which needs evidence. NC contradicts
    commercial use; ND a dataset whose recipe changes texts.
    """
    needed = records.requirement
    declared = needed.licence if needed.licence_evidence else ""
    licences = [(own or "").strip() or declared for own in records.plain("licence")]
    return Judged(
        {
            "unknown": np.array([not licence for licence in licences], bool),
            "commercial": _named(licences, "NC", "非商业") & needed.commercial,
            "derived": _named(licences, "ND", "禁止演绎") & records.is_mended,
        }
    )


def _named(licences: Sequence[str], part: str, zh: str) -> np.ndarray:
    return np.array(
        [part in licence.upper().split("-") or zh in licence for licence in licences], bool
    )


@measure(
    version=1,
    unit="set",
    zh="内容完整未改",
    en="Intact",
    about="与清单逐字节相符的文件占比；不是 1 则门禁不过。\n\n每个文件的哈希、根与清单自身的摘要都重新算过。",
)
def intact(subject: Subject) -> Measured | Absent:
    """Share of files that are what the manifest says, to the byte; the gate asks for 1.

    The hash of every file, the root and the manifest's own digest are computed again.
    """
    found = subject.verified
    wrong = sorted({fault.path for fault in found.faults})
    causes: dict[str, int] = {}
    for fault in found.faults:
        causes[fault.code] = causes.get(fault.code, 0) + 1
    n_files = max(found.n_files, len(wrong))
    failing = tuple(
        (path, tuple(sorted({f.code for f in found.faults if f.path == path})))
        for path in wrong[:FAILING_IDS]
    )
    return Measured(
        n_files - len(wrong), n_files, failing, len(wrong), causes, evidence="manifest.json"
    )
