"""The documentation (说明文档) of a dataset: 20 aspects, filled from what the system knows.

Takes a subject; gives each aspect with its text in Chinese and English and its evidence, and both as
Markdown. What only the owner can tell comes from the requirement; what nobody told stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from lianjin.core.settings import Language
from lianjin.core.words import NOTHING, Words
from lianjin.corpus.tokens import tokens_of
from lianjin.evaluate.subject import Subject
from lianjin.operators.registry import operators

MOST_SHOWN = 8
"""Entries of a list that a text names; the rest is counted."""


@dataclass(frozen=True)
class Aspect:
    """One aspect: `text` is empty if nothing is known of it; `evidence` says where it comes from."""

    name: str
    title: Words
    text: Words
    evidence: str

    @property
    def is_present(self) -> bool:
        """Whether there is anything to read."""
        return bool(self.text)


def aspects(subject: Subject) -> dict[str, Aspect]:
    """All aspects by name, in the order of the standard."""
    return {
        name: Aspect(name, title, make(subject), evidence)
        for name, (title, make, evidence) in ASPECTS.items()
    }


# --- basic information ----------------------------------------------------------------


def _scale(subject: Subject) -> Words:
    totals, tokens = subject.totals, tokens_of(subject.manifest)
    size = f"{totals.size_bytes:,}"
    said = Words(
        f"{totals.records:,} records, {totals.chars:,} characters, {size} bytes of Parquet",
        f"{totals.records:,} 条记录，{totals.chars:,} 个字符，Parquet {size} 字节",
    )
    if tokens is None:
        return said
    return said + Words("; tokens: ", "；词元：") + tokens.wording


def _format(subject: Subject) -> Words:
    columns = ", ".join(f"{name}: {kind}" for name, kind in subject.totals.columns)
    return _shown(columns, Words("Parquet with Zstandard; columns ", "Parquet（Zstandard）；列："))


def _structure(subject: Subject) -> Words:
    folders: dict[str, list[int]] = {}
    for entry in (f for kind in _KINDS for f in subject.dataset.files(kind)):
        folders.setdefault(f"{PurePosixPath(entry.path).parent}/", []).append(entry.size_bytes)
    lines = [
        Words(
            f"{name} {_KINDS[name[:-1]].en}: {len(sizes)} files, {sum(sizes):,} bytes",
            f"{name} {_KINDS[name[:-1]].zh}：{len(sizes)} 个文件，{sum(sizes):,} 字节",
        )
        for name, sizes in folders.items()
    ]
    rest = Words.verbatim("manifest.json README.md croissant.json")
    return Words.joined([*lines, rest])


_KINDS: Mapping[str, Words] = {
    "data": Words("kept records", "保留的记录"),
    "dropped": Words("dropped records with the reason", "剔除的记录，附理由"),
    "quarantine": Words("records that could not be read", "读不出的记录"),
    "receipts": Words("one row per input record", "每条输入记录一行"),
}


def _owner(name: str) -> Callable[[Subject], Words]:
    return lambda subject: subject.requirement.owner.get(name, NOTHING)


# --- the content ----------------------------------------------------------------------


def _modality(subject: Subject) -> Words:
    names = {
        "text": Words("text", "文本"),
        "messages": Words("dialogue", "对话"),
        "preference": Words("preference pair", "偏好对"),
        "media": Words("media", "媒体"),
    }
    return _counts((names.get(k, Words.verbatim(k)), n) for k, n in subject.totals.kinds.items())


def _distribution(subject: Subject) -> Words:
    totals = subject.totals
    mean = totals.chars / totals.records if totals.records else 0
    said = [
        Words(f"characters per record: {mean:,.0f} on average", f"每条平均 {mean:,.0f} 个字符"),
        _titled(Words("languages: ", "语言："), totals.languages),
        _titled(Words("years: ", "年份："), totals.years),
        _titled(Words("sources: ", "来源："), _by_folder(subject)),
    ]
    return Words.joined(words for words in said if words) if totals.records else NOTHING


def _by_folder(subject: Subject) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in subject.manifest.get("inputs", ()):
        folder = str(entry["path"]).rpartition("/")[0] or str(entry["path"])
        found[folder] = found.get(folder, 0) + int(entry.get("records", 0))
    return found


def _labels(subject: Subject) -> Words:
    said = [_titled(Words("labels: ", "标签："), subject.totals.labels)]
    for axis, counts in zip(subject.requirement.taxonomy, subject.totals.cells, strict=True):
        said.append(_titled(Words(f"by {axis.by}: ", f"按 {axis.by}："), counts))
    found = [words for words in said if words]
    if found:
        return Words.joined(found)
    if subject.totals.kinds.get("preference"):
        return Words("preference pairs: one answer chosen of two", "偏好对：两个回答中选出一个")
    return Words("the records carry no labels", "记录不带标签")


def _samples(subject: Subject) -> Words:
    lines = (f"{identifier}: {text!r}" for identifier, text in subject.totals.samples)
    return Words.verbatim("\n".join(lines))


# --- how it was made ------------------------------------------------------------------


def _origin(subject: Subject) -> Words:
    needed, inputs = subject.requirement, subject.manifest.get("inputs", ())
    declared = " ".join(filter(None, (needed.source_kind, needed.source_details)))
    source = subject.manifest.get("rights", {}).get("source", {})
    urls, origins = source.get("url", 0), source.get("origin", 0)
    parents = subject.manifest.get("parents") or ()
    said = [
        Words(f"declared by the owner: {declared}", f"所有者声明：{declared}") if declared else NOTHING,
        Words(
            f"{urls:,} records name a web address, {origins:,} their first publisher",
            f"{urls:,} 条记录带网址，{origins:,} 条带首发者",
        )
        if urls or origins
        else NOTHING,
        Words(f"{len(inputs):,} input files, each with its SHA-256", f"{len(inputs):,} 个输入文件，各有 SHA-256")
        if inputs
        else NOTHING,
        _shown(", ".join(map(str, parents)), Words("made from ", "来自上游版本 ")) if parents else NOTHING,
    ]  # fmt: skip
    return Words.joined(words for words in said if words)


def _collection(subject: Subject) -> Words:
    inputs = subject.manifest.get("inputs", ())
    endings: dict[str, int] = {}
    for entry in inputs:
        ending = PurePosixPath(str(entry["path"])).suffix or "—"
        endings[ending] = endings.get(ending, 0) + 1
    kind = subject.requirement.source_kind
    said = [
        Words(f"source kind: {kind}", f"来源类型：{kind}") if kind else NOTHING,
        _titled(Words("read from files by ending: ", "读自文件，按后缀："), endings),
    ]
    return Words.joined(words for words in said if words)


def _processing(subject: Subject) -> Words:
    value = subject.manifest
    recipe = value.get("recipe")
    if not recipe:
        return NOTHING
    steps = [_step(index, step, value) for index, step in enumerate(recipe["steps"])]
    name, version = recipe["name"], recipe["version"]
    head = Words(
        f"recipe {name} version {version}: of {value['records']:,} records {value['kept']:,} kept, "
        f"{value['dropped']:,} dropped, {value['quarantined']:,} unreadable",
        f"配方 {name} 版本 {version}：{value['records']:,} 条记录中保留 {value['kept']:,}，"
        f"剔除 {value['dropped']:,}，读不出 {value['quarantined']:,}",
    )
    return Words.joined([head, *steps])


def _step(index: int, step: dict[str, object], manifest: dict[str, object]) -> Words:
    verb = next(v for v in ("repair", "keep", "link", "score") if v in step)
    titles = {f"{o.verb} {o.name}": o.title for o in operators()}
    title = titles.get(f"{verb} {step[verb]}", Words.verbatim(step[verb]))
    steps = manifest.get("steps")
    dropped = steps.get(str(index), 0) if isinstance(steps, dict) else 0
    said = Words.verbatim(f"{index + 1}. ") + _VERBS[verb] + title
    return said + (Words(f" (−{dropped:,})", f"（−{dropped:,}）") if dropped else NOTHING)


_VERBS = {
    "repair": Words("repair: ", "修复："),
    "keep": Words("keep: ", "规则："),
    "link": Words("link: ", "去重："),
    "score": Words("score: ", "指标："),
}


def _annotation(subject: Subject) -> Words:
    if subject.requirement.annotation:
        return subject.requirement.annotation
    totals = subject.totals
    if totals.labels or totals.answers or totals.kinds.get("preference"):
        return NOTHING
    return Words("the dataset carries no annotation", "本数据集不含标注")


def _versions(subject: Subject) -> Words:
    value = subject.manifest
    parents = ", ".join(map(str, value.get("parents") or ())) or "—"
    lines = {
        Words("Merkle root", "Merkle 根"): value["root"],
        Words("manifest", "清单"): value["digest"],
        Words("recipe", "配方"): value.get("recipe_digest", "—"),
        Words("made by", "构建程序"): f"lianjin {value.get('version', '—')}",
        Words("parents", "上游版本"): parents,
    }
    return Words.joined(name + Words(f": {v}", f"：{v}") for name, v in lines.items())


# --- its use --------------------------------------------------------------------------


def _licence(subject: Subject) -> Words:
    needed = subject.requirement
    declared = " · ".join(filter(None, (needed.licence, needed.licence_evidence)))
    said = [
        Words(f"declared by the owner: {declared}", f"所有者声明：{declared}")
        if declared
        else NOTHING,
        _titled(Words("named by the records: ", "记录所写："), subject.totals.licences),
    ]
    return Words.joined(words for words in said if words)


def _evaluation(subject: Subject) -> Words:
    standard = subject.standard
    indices = sum(len(dimension.indices) for dimension in standard.dimensions)
    return standard.wording + Words(
        f": {len(standard.dimensions)} dimensions, {indices} indices, {len(standard.gates)} gates; every "
        "index with its numerator and denominator",
        f"：{len(standard.dimensions)} 个维度，{indices} 项指标，{len(standard.gates)} 道门禁；"
        "每项给出分子与分母",
    )


Make = Callable[[Subject], Words]
ASPECTS: Mapping[str, tuple[Words, Make, str]] = {
    "scale": (Words("scale", "数据集规模"), _scale, "manifest.json, data/"),
    "format": (Words("format", "格式规范"), _format, "data/"),
    "structure": (Words("structure of the files", "文件结构"), _structure, "manifest.json"),
    "channel": (Words("how to get it", "获取/访问渠道"), _owner("channel"), "requirement: owner.channel"),
    "contact": (Words("technical support", "技术支持方式"), _owner("contact"), "requirement: owner.contact"),
    "modality": (Words("modality", "模态类型"), _modality, "data/ kind"),
    "distribution": (Words("distribution", "数据分布情况"), _distribution, "data/, manifest.json"),
    "labels": (Words("labels, counted", "标签类别统计"), _labels, "data/ fields"),
    "samples": (Words("samples", "样本示例"), _samples, "data/"),
    "limitations": (Words("limitations", "局限性说明"), _owner("limitations"), "requirement: owner.limitations"),
    "origin": (Words("sources", "数据来源"), _origin, "manifest.json inputs, rights"),
    "collection": (Words("how it was collected", "采集方法"), _collection, "manifest.json inputs"),
    "processing": (Words("processing", "加工处理流程"), _processing, "manifest.json recipe, steps"),
    "annotation": (Words("annotation guideline", "标注规范"), _annotation, "requirement: annotation"),
    "versions": (Words("versions", "版本控制记录"), _versions, "manifest.json"),
    "licence": (Words("licence", "使用许可"), _licence, "data/ licence, requirement: licence"),
    "scenarios": (Words("meant for", "目标应用场景"), _owner("scenarios"), "requirement: owner.scenarios"),
    "evaluation": (Words("how it was evaluated", "评估方法"), _evaluation, "standard"),
    "benchmark": (Words("results on benchmarks", "基准测试结果"), _owner("benchmark"), "requirement: owner.benchmark"),
    "cases": (Words("cases", "典型应用案例"), _owner("cases"), "requirement: owner.cases"),
}  # fmt: skip
"""Every aspect: its title, what makes its text, and where that comes from."""


# --- sentences ------------------------------------------------------------------------


def _counts(counted: Iterable[tuple[Words, int]]) -> Words:
    ordered = sorted(counted, key=lambda item: (-item[1], item[0].en))
    shown = [name + Words.verbatim(f" {count:,}") for name, count in ordered[:MOST_SHOWN]]
    rest = len(ordered) - len(shown)
    if rest > 0:
        shown.append(Words(f"{rest:,} more", f"另有 {rest:,} 项"))
    return Words(", ".join(w.en for w in shown), "，".join(w.zh for w in shown))


def _titled(title: Words, counts: Mapping[str, int]) -> Words:
    return title + _counts((Words.verbatim(k), n) for k, n in counts.items()) if counts else NOTHING


def _shown(text: str, title: Words) -> Words:
    return title + Words.verbatim(text) if text else NOTHING


# --- Markdown -------------------------------------------------------------------------


def markdown(subject: Subject, found: Mapping[str, Aspect], language: Language) -> str:
    """The documentation as Markdown in one language, headings by the indices of the standard."""
    say: Callable[[Words], str] = lambda words: words.of(language)  # noqa: E731
    title = subject.requirement.name or str(subject.manifest["recipe"]["name"])
    head = Words(": documentation", "：说明文档")
    wording = subject.standard.wording + Words(".", "。")
    lines = [f"# {escaped(title)}{say(head)}", "", escaped(say(wording)), ""]
    if subject.requirement.about:
        lines += [*_paragraphs(say(subject.requirement.about)), ""]
    for code, heading, names in _sections(subject):
        lines += [f"## {code} {escaped(say(heading))}", ""]
        for name in names:
            lines += _aspect(found[name], language)
    return "\n".join(lines).rstrip("\n") + "\n"


def _sections(subject: Subject) -> Iterable[tuple[str, Words, Sequence[str]]]:
    for index in subject.standard.indices:
        names = index.settings.get("aspects")
        if index.measure == "documented" and names:
            yield index.code, index.title, names


def _aspect(aspect: Aspect, language: Language) -> list[str]:
    title = aspect.title.of(language)
    said = aspect.text.of(language) or Words("*not told*", "*未说明*").of(language)
    evidence = Words("evidence: ", "依据：").of(language)
    body = [said] if not aspect.is_present else _paragraphs(said)
    return [f"### {escaped(title)}", "", *body, "", f"{evidence}`{aspect.evidence}`", ""]


def _paragraphs(text: str) -> list[str]:
    lines = text.splitlines()
    return [escaped(text)] if len(lines) == 1 else [f"- {escaped(line)}" for line in lines]


_MARKUP = re.compile(r"([\\`*_\[\]<>#|~!])")


def escaped(text: str) -> str:
    r"""The text with what Markdown would take for markup behind a backslash.

    >>> escaped("a_b <b>")
    'a\\_b \\<b\\>'
    """
    return _MARKUP.sub(r"\\\1", text)
