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
LOG_ENTRIES = 2**53
LOG_BATCH_ENTRIES = 10_000
ENTRY_NAMES = 16
ENTRY_ID_CHARS = 256
KEY_NAME_CHARS = 128
KEY_SIZE_BYTES = 4_096
CHECKPOINT_SIZE_BYTES = 1 << 20
PROOF_SIZE_BYTES = 2 << 20
DATASET_NAME_CHARS = 64
VERSION_CHARS = 64
VERSION_MESSAGE_CHARS = 2_000
VERSION_PARENTS = 100
VERSION_EXTRAS = 16
VERSION_SIZE_BYTES = 1 << 20
MANIFEST_SIZE_BYTES = 256 << 20
BLOB_SIZE_BYTES = 64 << 30

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
    "LOG_ENTRIES": Words("entries of a log", "一个日志的条目数"),
    "LOG_BATCH_ENTRIES": Words("entries of one append", "一次追加的条目数"),
    "ENTRY_NAMES": Words("ids, and digests, of a log entry", "一条日志的编号数与摘要数（各自）"),
    "ENTRY_ID_CHARS": Words("characters of an id in a log entry", "日志条目中一个编号的字符数"),
    "KEY_NAME_CHARS": Words(
        "characters of the name of a key and its log", "密钥及其日志名称的字符数"
    ),
    "KEY_SIZE_BYTES": Words("size of a file with a key", "密钥文件的大小"),
    "CHECKPOINT_SIZE_BYTES": Words(
        "size of a signed checkpoint with its witnesses", "签名检查点（含见证签名）的大小"
    ),
    "PROOF_SIZE_BYTES": Words("size of a proof as JSON", "JSON 证明的大小"),
    "DATASET_NAME_CHARS": Words(
        "characters of an organisation's and of a dataset's name",
        "机构名与数据集名的字符数（各自）",
    ),
    "VERSION_CHARS": Words("characters of a version like `1.2.0`", "版本号（如 `1.2.0`）的字符数"),
    "VERSION_MESSAGE_CHARS": Words("characters of a version's message", "版本说明的字符数"),
    "VERSION_PARENTS": Words("versions that one was made from", "一个版本的来源版本数"),
    "VERSION_EXTRAS": Words(
        "files of a version beside those under its root", "一个版本在根之外的附带文件数"
    ),
    "VERSION_SIZE_BYTES": Words("size of a version's record", "版本记录的大小"),
    "MANIFEST_SIZE_BYTES": Words("size of a dataset's manifest", "数据集清单的大小"),
    "BLOB_SIZE_BYTES": Words(
        "size of one file of a dataset that is sent to a server", "传到服务器的单个数据集文件的大小"
    ),
}
"""What each limit is for."""
