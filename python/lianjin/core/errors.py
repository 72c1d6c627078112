"""What can be refused, and who must act.

Takes a stable code, a sentence and a next step; gives an exception the CLI can print.
Bad data never comes here: it is quarantined with a code of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from lianjin.core.problem import Problem
from lianjin.core.words import NOTHING, Words


class LianjinError(Exception):
    """A request that was refused or an environment that failed.

    `code` is stable and documented; `message` names subject, value and expectation;
    `hint` is the next step, both in English and Chinese; as text the error is in the language in
    use. `exit_code`: 1 a finding, 2 a wrong call, 3 a failed environment.
    """

    exit_code = 2

    def __init__(self, code: str, message: Words, *, hint: Words = NOTHING) -> None:
        super().__init__(message.en)
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        tail = f" ({self.hint})" if self.hint else ""
        return f"{self.code}: {self.message}{tail}"


class WrittenError(LianjinError):
    """A file that a person wrote says what cannot be done; `problems` lists all that is wrong.

    A subclass says of what kind the file is, and the code for several problems at once.
    """

    noun: ClassVar[Words]
    several: ClassVar[str]
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, problems: Sequence[Problem]) -> Self:
        """One refusal for all problems of a file; a single one gives it its code."""
        count = len(problems)
        if count == 1:
            error = cls(problems[0].code, problems[0].words)
        else:
            listed = Words.joined(problem.words for problem in problems)
            noun = cls.noun
            head = Words(f"{count} problems in the {noun.en}\n", f"{noun.zh}有 {count} 个问题\n")
            error = cls(cls.several, head + listed)
        error.problems = tuple(problems)
        return error


class RecipeError(WrittenError):
    """The recipe says something that cannot be done."""

    noun = Words("recipe", "配方")
    several = "recipe-problems"


class RequirementError(WrittenError):
    """The requirement of a dataset says something that cannot be judged."""

    noun = Words("requirement", "需求")
    several = "requirement-problems"


class StandardError(WrittenError):
    """The file of a standard says something that cannot be measured."""

    noun = Words("standard", "标准")
    several = "standard-problems"


class UsageError(LianjinError):
    """The call itself is wrong: an option, an argument, a combination."""


class NotFound(LianjinError):
    """What was asked for does not exist, or not for this caller."""


class Unauthenticated(LianjinError):
    """Nobody knows who calls: no session or token, or one that ended."""


class Forbidden(LianjinError):
    """The caller is known and may not do this."""


class Conflict(LianjinError):
    """The state of the target forbids the call: another run, another manifest, a move out of turn."""


class LimitExceeded(LianjinError):
    """A limit of `core/limits.py` was reached."""


class StorageError(LianjinError):
    """Disk, permission or network failed."""

    exit_code = 3


class Finding(LianjinError):
    """The call worked and found something wrong: a file altered, a gate not passed."""

    exit_code = 1


class Cancelled(LianjinError):
    """The caller asked a run to stop; finished work is kept."""

    exit_code = 130

    @classmethod
    def by_request(cls) -> Cancelled:
        """The one way this happens."""
        return cls(
            "cancelled",
            Words("stopped on request; finished work is kept", "已按要求停止；做完的部分都保留着"),
            hint=Words("run the same command to continue", "运行同一条命令即可继续"),
        )
