"""Who may do what: one table, from permission to rules; what is not in it is denied.

Takes a permission and a caller; gives how far the caller reaches, or refuses.

A route names its permission (`access.need`), and a permission has its line here. A line is one or
more rules, the widest first; the first that fits a caller's roles says how far the caller reaches:

    public         anybody, known or not
    own            things of the user alone: sessions, tokens, tasks
    organisation   things of the organisation that the caller acts for
    any            things of every organisation

A route with an id in its path asks `access.within` whose thing it is; a thing beyond the caller's
reach is not found. `scope` is what a token needs; None: a session alone, no token.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from lianjin.core.errors import Forbidden, Unauthenticated
from lianjin.core.words import Words
from lianjin.service.account.membership import ROLE_WORDS, ROLES
from lianjin.service.account.token import Scope

Reach = Literal["public", "own", "organisation", "any"]


@dataclass(frozen=True)
class Rule:
    """Callers with one of `roles` (None: all who are known) reach so far.

    `verified`: only while an operator vouches for their organisation.
    """

    roles: frozenset[str] | None
    reach: Reach
    scope: Scope | None = None
    verified: bool = False


def _of(*roles: str, reach: Reach, scope: Scope | None, verified: bool = False) -> Rule:
    assert roles
    assert set(roles) <= set(ROLES), roles
    return Rule(frozenset(roles), reach, scope, verified)


def read_any(*roles: str) -> Rule:
    """These roles read the things of every organisation."""
    return _of(*roles, reach="any", scope="read")


def read(*roles: str) -> Rule:
    """These roles read the things of their organisation."""
    return _of(*roles, reach="organisation", scope="read")


def pull(*roles: str) -> Rule:
    """These roles fetch the data of their organisation, with a token made for no more than that."""
    return _of(*roles, reach="organisation", scope="pull")


def write(*roles: str) -> Rule:
    """These roles change things of their organisation, if it is verified."""
    return _of(*roles, reach="organisation", scope="write", verified=True)


def write_any(*roles: str) -> Rule:
    """These roles change things of every organisation, if their own is verified."""
    return _of(*roles, reach="any", scope="write", verified=True)


def write_own(*roles: str) -> Rule:
    """These roles change what is theirs alone, if their organisation is verified."""
    return _of(*roles, reach="own", scope="write", verified=True)


def read_own(*roles: str) -> Rule:
    """These roles read what is theirs alone."""
    return _of(*roles, reach="own", scope="read")


def manage(*roles: str, reach: Reach = "organisation") -> Rule:
    """These roles manage people and organisations, themselves and not by a program."""
    return _of(*roles, reach=reach, scope=None)


PUBLIC = Rule(None, "public", "read")
MYSELF = Rule(None, "own")
"""What every person may do with their own account, themselves and not by a program."""
KNOWN = Rule(None, "own", "read")
EVERY_ROLE = tuple(ROLES)
DATA_ROLES = ("owner", "engineer", "reviewer", "assessor", "buyer")
"""Who sees the datasets of their organisation; annotators see the tasks they are given."""

POLICY: Mapping[str, tuple[Rule, ...]] = {
    # the server
    "health.read": (PUBLIC,),
    "setup.make": (PUBLIC,),
    # people
    "session.make": (PUBLIC,),
    "session.read": (KNOWN,),
    "session.change": (MYSELF,),
    "session.end": (MYSELF,),
    "password.change": (MYSELF,),
    "token.read": (MYSELF,),
    "token.make": (MYSELF,),
    "token.revoke": (MYSELF,),
    "invitation.read": (manage("operator", reach="any"), manage("owner")),
    "invitation.make": (manage("operator", reach="any"), manage("owner")),
    "invitation.revoke": (manage("operator", reach="any"), manage("owner")),
    "invitation.accept": (PUBLIC,),
    # organisations
    "organisation.read": (read_any("operator", "auditor"), read(*EVERY_ROLE)),
    "organisation.list": (read_any("operator", "auditor"),),
    "assessor.list": (read_any("owner", "engineer", "operator", "auditor"),),
    "organisation.make": (manage("operator", reach="any"),),
    "organisation.verify": (manage("operator", reach="any"),),
    "member.read": (read_any("operator", "auditor"), read("owner")),
    "member.change": (manage("owner"),),
    # annotation: a project's own plan says whom it names
    "project.read": (
        read_any("operator", "auditor"),
        read("owner", "engineer", "annotator", "reviewer"),
    ),
    "project.make": (write("owner", "engineer"),),
    "project.change": (write("owner", "engineer"),),
    "task.take": (write("annotator"),),
    "task.answer": (write_own("annotator"),),
    "answer.review": (write("reviewer"),),
    # what happened
    "event.read": (read_any("operator", "auditor"), read("owner"), KNOWN),
    "log.read": (PUBLIC,),
    # the market
    "hub.read": (pull("owner", "buyer", "engineer"),),
    "catalogue.read": (PUBLIC,),
    "evaluation.read": (
        read_any("operator", "auditor"),
        read("owner", "engineer", "assessor"),
    ),
    "evaluation.make": (write("assessor"),),
    "certificate.read": (
        read_any("operator", "auditor"),
        read("owner", "engineer", "assessor"),
    ),
    "certificate.make": (write("assessor"),),
    "figures.read": (PUBLIC,),
    "listing.read": (PUBLIC,),
    "listing.list": (read("owner", "engineer"),),
    "listing.make": (write("owner", "engineer"),),
    "listing.change": (write("owner", "engineer"),),
    "listing.move": (write_any("operator"), write("owner", "engineer")),
    "listing.review": (write_any("assessor"),),
    "review.list": (read_any("assessor", "operator", "auditor"),),
    "order.read": (read_any("operator", "auditor"), read("owner", "buyer", "engineer")),
    "order.make": (write("owner", "buyer"),),
    "order.change": (write("owner", "buyer"),),
    "order.decide": (write_any("operator"),),
    "wallet.read": (read("owner", "buyer"),),
    "earnings.read": (KNOWN,),
    "deposit.make": (write_any("operator"),),
    "ledger.read": (read_any("operator", "auditor"),),
    "demand.read": (read_any(*EVERY_ROLE),),
    "demand.make": (write("owner", "buyer", "engineer"),),
    "demand.answer": (write_any("owner", "engineer"),),
    "demand.change": (write("owner", "buyer", "engineer"),),
    "demand.move": (write("owner", "buyer", "engineer"),),
    # datasets
    "dataset.read": (read(*DATA_ROLES),),
    "dataset.pull": (pull(*DATA_ROLES),),
    "dataset.push": (write("owner", "engineer"),),
    "document.read": (read(*DATA_ROLES),),
    "mark.read": (read(*DATA_ROLES),),
    "mark.change": (write(*DATA_ROLES),),
    "blob.read": (write("owner", "engineer"),),
    "blob.send": (write("owner", "engineer"),),
    # jobs
    "upload.read": (read("owner", "engineer"),),
    "upload.make": (write("owner", "engineer"),),
    "job.read": (read_any("operator", "auditor"), read("owner", "engineer", "assessor")),
    "job.make": (write("owner", "engineer"),),
    "job.cancel": (write("owner", "engineer"),),
}
"""Every permission. A new one is one line."""


def reach_of(
    permission: str,
    *,
    is_known: bool,
    roles: Collection[str],
    scopes: Collection[str] | None,
    is_verified: bool,
) -> Reach:
    """How far a caller reaches with a permission.

    `scopes`: of the caller's token; None with a session. Unauthenticated `not-signed-in`; Forbidden
    `not-permitted`, `token-scope`, `organisation-not-verified`.
    """
    rules = POLICY.get(permission, ())
    if any(rule.reach == "public" for rule in rules):
        return "public"
    if not is_known:
        raise not_signed_in()
    fitting = [rule for rule in rules if rule.roles is None or rule.roles & set(roles)]
    if not fitting:
        raise _not_permitted(permission, rules)
    in_scope = [rule for rule in fitting if is_in_scope(rule.scope, scopes)]
    if not in_scope:
        raise _out_of_scope(permission)
    for rule in in_scope:
        if is_verified or not rule.verified:
            return rule.reach
    raise Forbidden(
        "organisation-not-verified",
        Words("your organisation is not verified", "您的机构尚未通过核验"),
        hint=Words("ask the operator of this platform", "请联系平台运营方"),
    )


def is_in_scope(needed: Scope | None, scopes: Collection[str] | None) -> bool:
    """Whether a token with these scopes may; `write` may read, `read` may pull.

    >>> is_in_scope("pull", {"read"}), is_in_scope("write", {"read"}), is_in_scope(None, {"write"})
    (True, False, False)
    """
    if scopes is None:
        return True
    enough = {"pull": {"pull", "read", "write"}, "read": {"read", "write"}, "write": {"write"}}
    return needed is not None and bool(enough[needed] & set(scopes))


def not_signed_in() -> Unauthenticated:
    """The refusal of who brings no session and no token, or one that is over."""
    return Unauthenticated(
        "not-signed-in",
        Words("nobody is signed in", "尚未登录"),
        hint=Words("sign in, or send a token that is in force", "请登录，或使用有效的令牌"),
    )


def _not_permitted(permission: str, rules: Iterable[Rule]) -> Forbidden:
    able = {role for rule in rules for role in rule.roles or ROLES}
    named = [words for role, words in ROLE_WORDS.items() if role in able]
    en = " or ".join(words.en for words in named) or "that nobody has"
    zh = "、".join(words.zh for words in named) or "（无人具备）"
    return Forbidden(
        "not-permitted",
        Words("this needs the role ", "此操作需要以下角色之一：")
        + Words(en, zh)
        + Words(f" ({permission})", f"（{permission}）"),
        hint=Words("ask the owner of your organisation", "请联系本机构的所有者"),
    )


def _out_of_scope(permission: str) -> Forbidden:
    return Forbidden(
        "token-scope",
        Words(
            f"the token's scopes do not permit {permission!r}",
            f"令牌的范围不允许 {permission!r}",
        ),
        hint=Words("make a token with more scopes, or sign in", "请换用范围更大的令牌，或登录操作"),
    )
