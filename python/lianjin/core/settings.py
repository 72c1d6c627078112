"""What the environment says, read once when a command starts.

Takes the environment; gives a frozen Settings. Nobody reads the environment later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Language = Literal["zh", "en"]

VARIABLES = {
    "LIANJIN_LANG": (
        "language of messages, help and reports: zh or en; before LC_ALL, LC_MESSAGES and LANG",
        "消息、帮助和报告的语言：zh 或 en；优先于 LC_ALL、LC_MESSAGES、LANG",
    ),
    "LIANJIN_TOKEN": (
        "token that `push` and `pull` show to a server; never printed",
        "`push` 与 `pull` 向服务器出示的令牌；从不显示",
    ),
}
"""The variables that are ours, with what they mean in English and Chinese."""


@dataclass(frozen=True)
class Settings:
    """The settings of one command.

    `language`: en unless the environment asks for Chinese. `token`: shown to servers; None: no token.
    """

    language: Language = "en"
    token: str | None = field(default=None, repr=False)


def read(environment: Mapping[str, str]) -> Settings:
    """The settings that an environment asks for.

    >>> read({"LANG": "zh_CN.UTF-8"}), read({"LANG": "zh_CN", "LIANJIN_LANG": "en"})
    (Settings(language='zh'), Settings(language='en'))
    """
    return Settings(_language(environment), environment.get("LIANJIN_TOKEN") or None)


def _language(environment: Mapping[str, str]) -> Language:
    for name in ("LIANJIN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name, "").lower():
            return "zh" if value.startswith("zh") else "en"
    return "en"
