"""Every limit of the product, with its unit in its name. Reaching one is a typed refusal."""

from collections.abc import Mapping

from lianjin.core.words import Words

RULE_LENGTH_CHARS = 10_000
RULE_DEPTH = 50
RULE_TESTS = 200_000
YAML_DEPTH = 20
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
PAPER_SIZE_BYTES = 1_000_000
TAXONOMY_CELLS = 10_000
FAILING_IDS = 20
EVALUATION_SIZE_BYTES = 64 << 20
CERTIFICATE_SIZE_BYTES = 4 << 20
ANSWER_KEPT_S = 30 * 86_400
ORGANISATION_NAME_CHARS = 64
TITLE_CHARS = 128
PASSWORD_CHARS_AT_LEAST = 10
PASSWORD_CHARS = 256
PASSWORDS_WAITING = 16
SIGN_IN_TRIES = 5
SIGN_IN_WAIT_S = 60
SIGN_IN_TRIES_OF_ADDRESS = 60
SIGN_IN_WAIT_OF_ADDRESS_S = 2
THROTTLE_KEYS = 100_000
REFUSALS_RECORDED = 100
REFUSALS_RECORDED_EVERY_S = 10
SESSION_IDLE_S = 8 * 3_600
SESSION_AGE_S = 7 * 86_400
SESSION_SEEN_S = 60
SESSIONS_PER_USER = 20
TOKENS_PER_USER = 50
TOKEN_DAYS = 366
EVENTS_PAGE = 100
UPLOADS = 200
UPLOAD_FILES = 10_000
UPLOAD_FILE_BYTES = 16 << 30
UPLOAD_S = 6 * 3_600
UPLOADS_SIZE_BYTES = 1 << 40
LEFTOVER_S = 86_400
CLOCKWORK_S = 30
SWEEP_S = 3_600
COLLECT_S = 86_400
HEALTH_S = 2
JOBS_WAITING = 100
JOBS_AT_ONCE = 2
JOB_ATTEMPTS = 5
JOB_LINES = 1_000
JOB_STREAMS = 200
INVITATION_DAYS = 7
INVITATIONS_OPEN = 200
BODY_SIZE_BYTES = 1 << 20
BODY_S = 30
HEADERS_SIZE_BYTES = 32 << 10
HEAD_S = 10
CONNECTIONS = 1_000
IDLE_CONNECTION_S = 15
STOPPING_S = 3
DATASET_NAME_CHARS = 64
VERSION_CHARS = 30
VERSION_MESSAGE_CHARS = 2_000
VERSION_PARENTS = 100
VERSION_EXTRAS = 16
VERSION_SIZE_BYTES = 1 << 20
MANIFEST_SIZE_BYTES = 256 << 20
BLOB_SIZE_BYTES = 64 << 30
BLOB_S = 6 * 3_600
ORGANISATION_SIZE_BYTES = 4 << 40
PAGE_ROWS = 200
PAGE_ROWS_LOOKED_AT = 400_000
DOCUMENT_CHARS = 1_000_000
DOCUMENTS_SEARCHED = 20_000
LINE_ROWS = 1_000_000
MARKS = 100_000
RECIPE_DEPTH = 20
AMOUNT_FEN = 10**13
OFFER_DAYS = 36_500
LISTING_TITLE_CHARS = 120
LISTING_TEXT_CHARS = 20_000
LISTING_TEXTS = 50
LISTING_ANNOTATORS = 10_000
LISTING_SAMPLES = 20
SAMPLE_CHARS = 4_000
SEARCH_CHARS = 200
CATALOGUE_HITS = 10_000
CATALOGUE_PAGE = 100
HUB_PATHS = 1_000
DEMAND_CELLS = 500
PROJECT_NAME_CHARS = 200
PROJECT_TASKS = 2_000_000
PROJECT_PEOPLE = 10_000
QUESTION_CHARS = 2_000
GUIDELINE_CHARS = 100_000
RUBRIC_ROWS = 20
OVERLAP = 50
LEASE_S = 86_400
LEASE_RENEWALS = 12
LEASES_HELD = 3
TASK_CHARS = 1_000_000
REASON_CHARS = 10_000
COMMENT_CHARS = 10_000
DRAFT_CHARS = 50_000
ACTIVE_S = 86_400

COLLECTED_AFTER_DAYS = 7
PARTS_HELD = 16

ABOUT: Mapping[str, Words] = {
    "PARTS_HELD": Words(
        "files of one sender that broke off and may be gone on with; the one that waited longest goes",
        "一个发送方可续传的中断文件数；超过则丢弃搁置最久的",
    ),
    "COLLECTED_AFTER_DAYS": Words(
        "days after which bytes that no version uses are taken for those of a push that was given up",
        "多少天之后，不属于任何版本的内容视为已放弃的推送所留",
    ),
    "RULE_LENGTH_CHARS": Words("characters of one rule", "一条规则的字符数"),
    "RULE_DEPTH": Words(
        "parentheses and `not` within each other in one rule", "一条规则里括号与 `not` 的嵌套层数"
    ),
    "RULE_TESTS": Words(
        "comparisons tried to prove that a rule can be true and can be false; beyond, it is not proven",
        "为证明规则可真可假而尝试的比较次数；超过则不再证明",
    ),
    "YAML_DEPTH": Words(
        "levels of the YAML of a recipe, a requirement or a standard",
        "配方、需求、标准的 YAML 的嵌套层数",
    ),
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
    "PAPER_SIZE_BYTES": Words(
        "size of a file with a requirement or a standard", "需求文件或标准文件的大小"
    ),
    "TAXONOMY_CELLS": Words("cells that a requirement asks for", "一份需求列出的类别数"),
    "EVALUATION_SIZE_BYTES": Words("size of an evaluation", "评测结果的大小"),
    "CERTIFICATE_SIZE_BYTES": Words("size of a certificate", "证书的大小"),
    "FAILING_IDS": Words(
        "ids of failing records that an evaluation names for each index",
        "评测为每项指标列出的不合格记录数",
    ),
    "ANSWER_KEPT_S": Words(
        "seconds that the answer to a request with an idempotency key is kept",
        "带幂等键的请求，其应答保留的秒数",
    ),
    "ORGANISATION_NAME_CHARS": Words(
        "characters of an organisation's name, and of a login", "机构名称与登录名的字符数"
    ),
    "TITLE_CHARS": Words(
        "characters of a name as people write it: of a person, an organisation, a token",
        "人名、机构名头、令牌名等显示名称的字符数",
    ),
    "PASSWORD_CHARS_AT_LEAST": Words(
        "characters that a password has at least", "密码至少要有的字符数"
    ),
    "PASSWORD_CHARS": Words("characters of a password", "密码的字符数"),
    "PASSWORDS_WAITING": Words(
        "people who wait for their password to be checked; more are asked to come back",
        "同时等待核对密码的人数；更多的请稍后再来",
    ),
    "SIGN_IN_TRIES": Words(
        "wrong passwords in a row for one login from one address",
        "同一地址对同一登录名连续输错密码的次数",
    ),
    "SIGN_IN_WAIT_S": Words("seconds until there is one more try", "再得一次尝试机会要等的秒数"),
    "SIGN_IN_TRIES_OF_ADDRESS": Words(
        "tries to sign in from one address at once, whatever the login",
        "同一地址一次可尝试登录的次数，不论登录名",
    ),
    "SIGN_IN_WAIT_OF_ADDRESS_S": Words(
        "seconds until an address has one more try", "同一地址再得一次尝试机会要等的秒数"
    ),
    "THROTTLE_KEYS": Words(
        "logins and addresses whose tries are remembered", "记住尝试次数的登录名与地址的个数"
    ),
    "REFUSALS_RECORDED": Words(
        "refusals of one user that are recorded as events at once",
        "一个用户一次可记为事件的被拒次数",
    ),
    "REFUSALS_RECORDED_EVERY_S": Words(
        "seconds until one more refusal of a user is recorded",
        "一个用户再记一次被拒事件要隔的秒数",
    ),
    "SESSION_IDLE_S": Words(
        "seconds without a request after which a session is over", "会话闲置多少秒后失效"
    ),
    "SESSION_AGE_S": Words(
        "seconds after signing in when a session is over in any case", "登录多少秒后会话必定失效"
    ),
    "SESSION_SEEN_S": Words(
        "seconds between two notes of when a session was last used",
        "两次记录会话最近使用时间之间的秒数",
    ),
    "SESSIONS_PER_USER": Words(
        "sessions of one user; the oldest end for new ones",
        "一个用户的会话数；超出时最早的让位",
    ),
    "TOKENS_PER_USER": Words("tokens of one user that are in force", "一个用户的有效令牌数"),
    "TOKEN_DAYS": Words("days that a token is in force", "令牌的有效天数"),
    "EVENTS_PAGE": Words("events of one answer", "一次应答里的事件数"),
    "UPLOADS": Words("uploads of an organisation", "一个机构的上传份数"),
    "UPLOAD_FILES": Words("files of an upload", "一份上传的文件数"),
    "UPLOAD_FILE_BYTES": Words("size of a file that is sent", "上传的单个文件的大小"),
    "UPLOAD_S": Words("seconds in which a file has to arrive", "文件须在多少秒内传完"),
    "UPLOADS_SIZE_BYTES": Words(
        "bytes of an organisation's uploads, those on their way among them",
        "一个机构上传的总字节数（含正在传的）",
    ),
    "LEFTOVER_S": Words(
        "seconds after which what was half sent, an upload without files, or a folder of nothing is removed",
        "多少秒后清除没传完的文件、没有文件的上传和无主的目录",
    ),
    "CLOCKWORK_S": Words(
        "seconds between two looks of a server at orders whose time has come",
        "服务两次检查到期订单之间的秒数",
    ),
    "SWEEP_S": Words(
        "seconds between two looks of a server for what was half sent",
        "服务两次清理未传完内容之间的秒数",
    ),
    "COLLECT_S": Words(
        "seconds between two looks of a server for bytes that no version uses",
        "服务两次清理无版本使用的内容之间的秒数",
    ),
    "HEALTH_S": Words(
        "seconds for which the server's health is told as it was seen last",
        "服务健康状况每次查看后沿用的秒数",
    ),
    "JOBS_WAITING": Words("jobs of an organisation that wait", "一个机构排队的作业数"),
    "JOBS_AT_ONCE": Words("jobs that run at once on a server", "服务器同时运行的作业数"),
    "JOB_ATTEMPTS": Words(
        "times that a job which is cut off begins again", "作业中断后重新开始的次数"
    ),
    "JOB_LINES": Words("lines of progress that are kept of a job", "一个作业保留的进度行数"),
    "JOB_STREAMS": Words("streams of progress at once", "同时的进度流个数"),
    "INVITATION_DAYS": Words("days that an invitation is in force", "邀请的有效天数"),
    "INVITATIONS_OPEN": Words(
        "invitations of an organisation that are in force", "一个机构未用的有效邀请数"
    ),
    "BODY_SIZE_BYTES": Words(
        "size of a request's body, where it is no file", "请求体的大小（文件除外）"
    ),
    "BODY_S": Words("seconds in which a request's body has to arrive", "请求体须在多少秒内传完"),
    "HEADERS_SIZE_BYTES": Words("size of a request's head", "请求头的大小"),
    "HEAD_S": Words("seconds in which a request's head has to arrive", "请求头须在多少秒内传完"),
    "CONNECTIONS": Words("connections at once", "同时的连接数"),
    "IDLE_CONNECTION_S": Words(
        "seconds that a connection is kept without a request", "连接没有请求时保留的秒数"
    ),
    "STOPPING_S": Words(
        "seconds that a server which stops waits for requests that go on",
        "服务停止时等待未完请求的秒数",
    ),
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
    "BLOB_S": Words(
        "seconds that one file of a dataset may take to arrive", "单个数据集文件上传的秒数"
    ),
    "ORGANISATION_SIZE_BYTES": Words(
        "bytes that an organisation may have sent to a server", "一个机构在服务器上的总字节数"
    ),
    "PAGE_ROWS": Words("rows of one page of a list", "列表一页的行数"),
    "PAGE_ROWS_LOOKED_AT": Words(
        "rows looked at for one page of documents; then the page ends and names the next",
        "为一页文档而查看的行数；超过则此页结束并给出下一页的位置",
    ),
    "DOCUMENTS_SEARCHED": Words(
        "documents whose text is searched for one page; then the page ends and names the next",
        "为一页结果而查找正文的文档数；超过则此页结束并给出下一页的位置",
    ),
    "LINE_ROWS": Words(
        "receipts looked at for the spread of a score; of more, every so many-th group of rows",
        "统计一项指标分布时查看的回执数；更多时按行组等距抽取",
    ),
    "MARKS": Words(
        "documents of a version that one person marks", "一个人在一个版本里记下的文档数"
    ),
    "DOCUMENT_CHARS": Words(
        "characters of a document that are shown; the rest is in the file",
        "显示一篇文档的字符数；其余见文件",
    ),
    "RECIPE_DEPTH": Words("levels of a recipe's YAML", "配方 YAML 的嵌套层数"),
    "AMOUNT_FEN": Words("fen of one price or transfer", "一个价格或一笔转账的分数"),
    "OFFER_DAYS": Words("days of an offer's term", "许可期限的天数"),
    "LISTING_TITLE_CHARS": Words("characters of a listing's title", "挂牌标题的字符数"),
    "LISTING_TEXT_CHARS": Words("characters of one text of a listing", "挂牌中一段文字的字符数"),
    "LISTING_TEXTS": Words(
        "keywords, scenarios or cases of a listing", "一个挂牌的关键词、场景或案例数（各自）"
    ),
    "LISTING_ANNOTATORS": Words(
        "persons who share in the price of a listing", "参与一个挂牌分成的人数"
    ),
    "LISTING_SAMPLES": Words(
        "records of a version that a listing shows to everybody", "挂牌公开展示的样例条数"
    ),
    "SAMPLE_CHARS": Words("characters of a sample that are shown", "一条样例显示的字符数"),
    "SEARCH_CHARS": Words(
        "characters of a search that are looked for; the rest is passed over",
        "检索词中会被查找的字符数；其余略过",
    ),
    "CATALOGUE_HITS": Words("hits of one search", "一次检索的命中数"),
    "CATALOGUE_PAGE": Words("hits of one page", "每页的命中数"),
    "DEMAND_CELLS": Words("things that one demand asks for", "一份需求列出的项数"),
    "HUB_PATHS": Words("paths that one request asks about", "一次请求询问的路径数"),
    "PROJECT_NAME_CHARS": Words("characters of a project's name", "项目名称的字符数"),
    "PROJECT_TASKS": Words("tasks of a project", "一个项目的任务数"),
    "PROJECT_PEOPLE": Words(
        "annotators and reviewers that a project names", "一个项目指定的标注人与审核人数"
    ),
    "QUESTION_CHARS": Words(
        "characters of a project's question, and of a title in its rubric",
        "项目问题、评分细则标题的字符数（各自）",
    ),
    "GUIDELINE_CHARS": Words("characters of a guideline", "标注规范的字符数"),
    "RUBRIC_ROWS": Words("rows of a rubric", "评分细则的行数"),
    "OVERLAP": Words("people who answer the same task", "回答同一道题的人数"),
    "LEASE_S": Words("seconds that a task is one person's", "一道题归一个人的秒数"),
    "LEASE_RENEWALS": Words(
        "times that a task is made one person's for another lease while they work on it",
        "一道题在作答中可延长领取的次数",
    ),
    "LEASES_HELD": Words(
        "tasks of a project that one person holds at a time", "一个人在一个项目中同时持有的题数"
    ),
    "TASK_CHARS": Words(
        "characters that a task shows; a longer record is left out of a project",
        "一道题显示的字符数；更长的记录不进入项目",
    ),
    "REASON_CHARS": Words("characters of a reason", "理由的字符数"),
    "COMMENT_CHARS": Words("characters of a reviewer's comment", "审核意见的字符数"),
    "DRAFT_CHARS": Words("characters of a draft as JSON", "草稿（JSON）的字符数"),
    "ACTIVE_S": Words("seconds of work reported for one answer", "一次作答上报的用时秒数"),
}
"""What each limit is for."""
