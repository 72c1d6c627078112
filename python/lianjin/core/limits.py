"""Every limit of the product, with its unit in its name. Reaching one is a typed refusal."""

from collections.abc import Mapping

from lianjin.core.words import Words

RULE_LENGTH_CHARS = 10_000
RULE_DEPTH = 50
RULE_TESTS = 200_000
RECIPE_DEPTH = 20
RECIPE_SIZE_BYTES = 1_000_000
RECIPE_STEPS = 200
RECORD_SIZE_BYTES = 64 << 20
RECORD_DEPTH = 128
INPUT_FILES = 20_000_000
FOLDER_DEPTH = 200
QUARANTINED_AT_LEAST = 10

ABOUT: Mapping[str, Words] = {
    "RULE_LENGTH_CHARS": Words("characters of one rule", "一条规则的字符数"),
    "RULE_DEPTH": Words(
        "parentheses and `not` within each other in one rule", "一条规则里括号与 `not` 的嵌套层数"
    ),
    "RULE_TESTS": Words(
        "comparisons tried to prove that a rule can be true and can be false; beyond, it is not proven",
        "为证明规则可真可假而尝试的比较次数；超过则不再证明",
    ),
    "RECIPE_DEPTH": Words("levels of a recipe's YAML", "配方 YAML 的嵌套层数"),
    "RECIPE_SIZE_BYTES": Words("size of a recipe file", "配方文件的大小"),
    "RECIPE_STEPS": Words("steps of a recipe", "配方的步骤数"),
    "RECORD_SIZE_BYTES": Words(
        "one record of a file; a larger one is quarantined as `record-too-large`",
        "文件中的一条记录；更大的以 `record-too-large` 隔离",
    ),
    "RECORD_DEPTH": Words(
        "brackets within each other in one JSON record; deeper is quarantined as `too-deep`",
        "一条 JSON 记录里括号的嵌套层数；更深的以 `too-deep` 隔离",
    ),
    "INPUT_FILES": Words("files of one run", "一次运行的文件数"),
    "FOLDER_DEPTH": Words("folders within each other below an input", "输入之下文件夹的层数"),
    "QUARANTINED_AT_LEAST": Words(
        "unreadable records of a run that never stop it, whatever their share; a share of few says "
        "little",
        "无论占比多大，读不出的记录不超过这个数就不中止运行；总数太少时占比说明不了什么",
    ),
}
"""What each limit is for."""
