"""Measures of cleanness: the text sub-indices of 0208, from scores and from what repairs still find.

A build has stored some of the scores already; repairs that find nothing to mend say that a text is as
clean as they can make it, and no more than that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lianjin.core.words import Words
from lianjin.evaluate.measure import Absent, Judged, measure
from lianjin.evaluate.records import Records
from lianjin.operators.score import piece

REPAIRS = (
    "wrong_codec",
    "phase_shift",
    "strip_gloss",
    "entities",
    "invisible",
    "cut_boilerplate",
    "cut_spam_tail",
)
"""The repairs whose findings are impurities; script and punctuation are matters of taste."""
OF_PAGES = ("entities", "cut_boilerplate", "cut_spam_tail", "html")
"""What is an impurity in a text of prose, and may be meant in a dialogue about code."""
PROSE_CHARS = 100
"""A text shorter than this may be a remark, which few people end with a full stop."""
TAIL_CHARS = 15
"""What follows the last end of a sentence and is shorter is a signature, a date or a caption."""
_HTML = re.compile(
    r"</?(?:div|span|p|br|a|img|table|tr|td|th|ul|ol|li|script|style|font|strong|iframe|h[1-6])\b[^<>]*>",
    re.IGNORECASE,
)
_EMPTY = re.compile("《》|“”|「」|『』|【】")
_SENTENCE_ENDS = re.compile(r"[。！？!?…]|\.(?=\s|$)")
_ENDS = (
    *piece.SENTENCE_END,
    ".",
    ";",
    "；",
    ":",
    "：",
    *piece.CLOSER,
    "}",
    "`",
    "—",
    "~",
    "～",
    "|",
)


@measure(
    version=1,
    unit="record",
    zh="困惑度合格",
    en="Perplexity within limits",
    about=(
        "困惑度不超过上限的记录占有此指标记录的比例。0：无一合格；1：全部合格；没有记录带此指标则无定义。\n\n"
        "此处没有语言模型算困惑度；只读构建时存下的 `perplexity` 指标，没有则不测。"
    ),
    causes={"high": Words("perplexity above the limit", "困惑度超过上限")},
)
def perplexity_within(records: Records, *, at_most: float = 100) -> Judged | Absent:
    """Share of records of a perplexity up to `at_most`, among those that have one.

    0: none; 1: all; undefined if no record has one. It is read where the build stored a score
    `perplexity`, from a recipe's own operator; there is no language model for it here.
    """
    if not records.has("perplexity"):
        return Absent(
            Words(
                "the build stored no score `perplexity`, and there is no language model for it here",
                "构建没有存下 `perplexity` 指标，此处也没有计算它的语言模型",
            )
        )
    column = records.column("perplexity").cast(pa.float64())
    value = column.to_numpy(zero_copy_only=False)
    return Judged({"high": value > at_most}, counted=np.isfinite(value))


@measure(
    version=1,
    unit="record",
    zh="信息密度足够",
    en="Dense text",
    about=(
        "一元熵不低于下限的记录占比，只计足够长的记录。0：无一达到；1：全部；没有够长的记录则无定义。\n\n"
        "熵是密度的替代指标：反复说同样的话则低。MAP-CC 以 3 奈特为线。短文的熵天然低，不足 `units` 个单元的不计。"
    ),
    causes={"thin": Words("low entropy: the same words again and again", "熵低：反复说同样的话")},
    scores=("unigram_entropy", "words", "chars"),
)
def dense_text(records: Records, *, entropy: float = 3, units: int = 60) -> Judged:
    """Share of records whose unigram entropy is `entropy` nats or more, among those that are long enough.

    0: none; 1: all; undefined if none is long enough. Entropy stands in for density: it is low where
    the same is said again and again (MAP-CC draws the line at 3). A short text has little by
    nature: those of fewer than `units` words are not counted.
    """
    long_enough = records.score("words") >= units
    return Judged({"thin": records.score("unigram_entropy") < entropy}, counted=long_enough)


@measure(
    version=1,
    unit="record",
    zh="不重复",
    en="Unrepeated",
    about=(
        "既不与前面的记录全同、篇内重复也不超限的记录占比。0：无一如此；1：全部；没有记录则无定义。\n\n"
        "篇内的上限取自 Gopher 与 MAP-CC，与预设 zh-web 相同。行与句只看文本：对话里重复是常事；"
        "n 元重复只看 `units` 个单元以上的。近似重复不在此列。"
    ),
    causes={
        "twin": Words("the content of an earlier record", "与前面的记录内容全同"),
        "lines": Words("too many repeated lines", "重复的行过多"),
        "sentences": Words("too many repeated sentences", "重复的句子过多"),
        "ngrams": Words("too many repeated stretches", "重复的片段过多"),
    },
    scores=(
        "words", "sentences", "lines", "dup_line_ratio", "dup_line_char_ratio", "dup_sentence_ratio",
        "dup_ngram_10", "top_ngram_4",
    ),
)  # fmt: skip
def unrepeated(
    records: Records,
    *,
    line: float = 0.3,
    line_chars: float = 0.2,
    sentence: float = 0.3,
    ngram_10: float = 0.6,
    top_4: float = 0.16,
    units: int = 60,
) -> Judged:
    """Share of records that repeat neither an earlier record nor themselves beyond the limits.

    0: none; 1: all; undefined without records. Limits within a record are those of Gopher and MAP-CC,
    as in the preset zh-web. Lines and sentences are those of texts, for dialogues repeat by nature;
    n-grams say something of `units` words or more. Near-duplicates are not looked for.
    """
    is_text = records.kind("text")
    some_lines = is_text & (records.score("lines") >= 4)
    some_sentences = is_text & (records.score("sentences") >= 4)
    lines = (records.score("dup_line_ratio") > line) | (
        records.score("dup_line_char_ratio") > line_chars
    )
    ngrams = (records.score("dup_ngram_10") > ngram_10) | (records.score("top_ngram_4") > top_4)
    return Judged(
        {
            "twin": ~records.is_first,
            "lines": lines & some_lines,
            "sentences": (records.score("dup_sentence_ratio") > sentence) & some_sentences,
            "ngrams": ngrams & (records.score("words") >= units),
        }
    )


@measure(
    version=1,
    unit="record",
    zh="有头有尾",
    en="Ended text",
    about=(
        "末尾没有中断的记录占成文记录的比例。0：篇篇中断；1：都有结尾；没有成文的记录则无定义。\n\n"
        "看文本、对话的最后一轮、偏好对的两个回答，只计 100 字以上、不止一个句末标点的：最后一行在末个句末标点之后"
        "还有 15 字以上而不以标点收尾，就是中断；更短的是署名、日期或图注。"
    ),
    causes={"cut": Words("the last line breaks off", "最后一行中断")},
)
def ended_text(records: Records) -> Judged:
    """Share of records that do not break off, among those written in sentences.

    0: each breaks off; 1: none does; undefined if none is written in sentences. Looked at are texts, a
    dialogue's last turn and both answers of a preference, of 100 characters or more with more than one
    end of a sentence. The last line is broken off if 15 characters or more follow its last end of a
    sentence and no mark closes it; what is shorter is a signature, a date or a caption.
    """
    ends = [_last_texts(records, row) for row in range(len(records))]
    written = np.array([any(map(_is_prose, texts)) for texts in ends], bool)
    cut = np.array([any(map(_breaks_off, texts)) for texts in ends], bool)
    return Judged({"cut": cut}, counted=written)


def _last_texts(records: Records, row: int) -> Sequence[str]:
    pair, messages = records.plain("preference")[row], records.plain("messages")[row]
    if pair:
        return [pair["chosen"] or "", pair["rejected"] or ""]
    if messages:
        return [messages[-1]["content"] or ""]
    return [records.texts[row]]


def _is_prose(text: str) -> bool:
    return len(text) >= PROSE_CHARS and len(_SENTENCE_ENDS.findall(text)) > 1


def _breaks_off(text: str) -> bool:
    last = text.rstrip().rpartition("\n")[2]
    tail = _SENTENCE_ENDS.split(last)[-1].strip()
    return len(tail) >= TAIL_CHARS and _is_prose(text) and not tail.endswith(_ENDS)


@measure(
    version=1,
    unit="record",
    zh="信息无缺",
    en="Nothing lost",
    about=(
        "看不出丢失信息的记录占比。0：篇篇有缺；1：无一有缺；没有记录则无定义。\n\n"
        "丢失的痕迹：替换字符 U+FFFD，私用区字符（字形在别处的字体里），取走内容后剩下的空引号与空书名号。"
    ),
    causes={
        "replaced": Words("characters that could not be decoded", "有解不出的字符"),
        "private": Words("characters of a font that is not here", "有别处字体里的字符"),
        "empty": Words("empty quotes: what stood in them is gone", "空引号：里面的内容不见了"),
    },
    scores=("replacement_chars", "private_use_chars"),
)
def nothing_lost(records: Records) -> Judged:
    """Share of records that show no sign of lost information.

    0: each does; 1: none; undefined without records. Signs are U+FFFD, private use characters (their
    glyphs are in a font elsewhere), and quotes with nothing between them.
    """
    return Judged(
        {
            "replaced": records.score("replacement_chars") > 0,
            "private": records.score("private_use_chars") > 0,
            "empty": np.array([_EMPTY.search(text) is not None for text in records.texts], bool),
        }
    )


@measure(
    version=1,
    unit="record",
    zh="文本纯净",
    en="Pure text",
    about=(
        "修复算子无可修、没有残留标记的记录占比。0：篇篇有杂质；1：无一；没有记录则无定义。\n\n"
        "重新跑一遍修复（错码、移位、夹注、实体、隐形字符、样板、推广尾巴）：还有可修的，就不纯净。"
        "对话与偏好里可能本来就在谈代码，实体、样板与 HTML 标签只对文本计。修复看不出的杂质，这里也看不出。"
    ),
    causes={
        "wrong_codec": Words("lines in a wrong charset", "有错码的行"),
        "phase_shift": Words("characters shifted by half", "有半字移位"),
        "strip_gloss": Words("pinyin glosses", "有拼音夹注"),
        "entities": Words("HTML entities", "有 HTML 实体"),
        "invisible": Words("invisible characters", "有隐形字符"),
        "cut_boilerplate": Words("a site's furniture", "有样板文字"),
        "cut_spam_tail": Words("a tail of advertising", "有推广尾巴"),
        "html": Words("HTML tags", "有 HTML 标签"),
        "control": Words("control characters", "有控制字符"),
    },
    scores=("control_chars",),
)
def pure_text(records: Records) -> Judged:
    """Share of records in which the repairs find nothing to mend and no markup is left.

    0: none; 1: all; undefined without records. The repairs run again; what they would still mend is an
    impurity. In dialogues and preferences, which may be about code, entities, furniture and HTML tags
    do not count. What the repairs do not see is not seen here.
    """
    found = _edits_by_repair(records)
    is_text = records.kind("text")
    found["html"] = np.array([_HTML.search(text) is not None for text in records.texts], bool)
    found = {name: flags & is_text if name in OF_PAGES else flags for name, flags in found.items()}
    return Judged(found | {"control": records.score("control_chars") > 0})


def _edits_by_repair(records: Records) -> dict[str, np.ndarray]:
    """repair → bool[n]: whether it would change the record's text."""
    edits = records.scores.chain.run(records.view)[1]
    found = {name: np.zeros(len(records), bool) for name in REPAIRS}
    rows = pc.list_parent_indices(edits).to_numpy()
    steps = edits.flatten().field("step").to_numpy()
    for step, name in enumerate(REPAIRS):
        found[name][rows[steps == step]] = True
    return found
