"""The report's words in Chinese and English; the page shows one language and can switch."""

from __future__ import annotations

from lianjin.core.page import label

WORDS: dict[str, tuple[str, str]] = {
    "adds_up": ("记录守恒", "records add up"),
    "as_table": ("看表格", "as a table"),
    "before_after": ("修复前后", "Before and after"),
    "before_after_note": (
        "去掉的划线，补上的加底线；每处改动都在回执里，可以还原",
        "deletions struck through, insertions underlined; every edit is in the receipts and can be undone",
    ),
    "bytes": ("字节区间", "byte range"),
    "chars": ("字符", "characters"),
    "cluster": ("同簇文档与相似度", "documents and similarity"),
    "clusters": ("最大的重复簇", "Largest clusters"),
    "documents": ("篇文档", "documents"),
    "edited": ("文档", "documents"),
    "dropped": ("剔除", "dropped"),
    "dropped_note": ("每一步剔除的头几篇", "the first few that each step dropped"),
    "dropped_samples": ("剔除的文档", "Dropped documents"),
    "error_code": ("错误码", "error"),
    "first_bytes": ("头几个字节", "first bytes"),
    "funnel": ("从原料到成品", "From raw to refined"),
    "funnel_note": (
        "每一步剩下多少，剔除的每一篇都有理由",
        "what each step leaves; every drop has its reason",
    ),
    "histograms": ("指标与阈值", "Scores and thresholds"),
    "histograms_note": (
        "金色保留，灰褐色未保留，竖线是配方里的阈值",
        "gold kept, grey-brown not kept, the line is the recipe's threshold",
    ),
    "keep": ("规则", "rule"),
    "kept": ("保留", "kept"),
    "kept_chars": ("保留字符", "kept characters"),
    "kept_share": ("保留率", "share kept"),
    "left": ("剩余", "left"),
    "languages": ("语言", "Languages"),
    "link": ("去重", "duplicates"),
    "members": ("篇数", "members"),
    "mended": ("修了什么", "What was mended"),
    "more": ("项未列出", "more not shown"),
    "no_clusters": ("没有重复的文档。", "No document repeats another."),
    "no_edits": ("没有改动任何文字。", "No text was changed."),
    "no_repairs": ("配方里没有修复步骤。", "The recipe has no repair."),
    "no_rules": ("配方里没有对指标的规则。", "The recipe has no rule over a score."),
    "none_dropped": ("没有剔除任何文档。", "No document was dropped."),
    "none_quarantined": ("每条记录都读出来了。", "Every record could be read."),
    "not_kept": ("未保留", "not kept"),
    "not_measured": ("配方没有测量这一项。", "The recipe did not measure this."),
    "of": ("共", "of"),
    "quarantine": ("隔离", "Quarantine"),
    "quarantined": ("隔离", "quarantined"),
    "read": ("读入", "read"),
    "recipe_line": ("配方", "recipe"),
    "record": ("记录", "record"),
    "records": ("条记录", "records"),
    "removed": ("减少", "removed"),
    "repair": ("修复", "repair"),
    "sites": ("处", "sites"),
    "size": ("大小", "size"),
    "sources": ("出处", "Sources"),
    "step": ("步骤", "step"),
    "tokens": ("词元", "tokens"),
    "tokens_about": ("约数，以分词器为准：", "about, by the tokenizer"),
    "tokens_exact": ("精确，分词器：", "exactly, by the tokenizer"),
    "unreadable": ("读不出，附原因", "unreadable, with the cause"),
    "value": ("取值", "value"),
    "why": ("原因", "cause"),
    "with_reason": ("每篇附理由", "each with its reason"),
    "without": ("条没有此指标", "without this score"),
}


def both(key: str) -> str:
    """HTML of a word in both languages; the page's style shows the one in use."""
    return label(*WORDS[key])
