"""Moves: which state follows when somebody does something to a listing, an order or a demand.

Takes a table of (state, action, role) and what somebody wants; gives the next state or a refusal.
What is not in the table is not allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from lianjin.core.errors import Conflict
from lianjin.core.words import Words

Moves: TypeAlias = Mapping[tuple[str, str, str], str]
"""(state, action, role) to the state that follows."""


def moved(moves: Moves, identity: str, state: str, action: str, role: str) -> str:
    """The state after the action; Conflict `illegal-move` if the table has no such move.

    >>> moved({("draft", "submit", "supplier"): "submitted"}, "l", "draft", "submit", "supplier")
    'submitted'
    """
    if (following := moves.get((state, action, role))) is not None:
        return following
    allowed = ", ".join(open_moves(moves, state, role))
    raise Conflict(
        "illegal-move",
        Words(
            f"{identity!r} is {state!r}; as {role!r} nobody can {action!r} it now",
            f"{identity!r} 当前为 {state!r}，以 {role!r} 的身份不能执行 {action!r}",
        ),
        hint=Words(f"possible now: {allowed}", f"现在可以：{allowed}")
        if allowed
        else Words("nothing is left to do in this role", "以该身份没有可做的事"),
    )


def open_moves(moves: Moves, state: str, role: str) -> tuple[str, ...]:
    """The actions that a role has in a state, in order of their names."""
    return tuple(sorted(action for at, action, by in moves if (at, by) == (state, role)))
