"""`/api/setup`: the first account of an empty server, by the code that it printed."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request, Response
from pydantic import Field

from lianjin.core.database import Transaction
from lianjin.core.errors import Conflict, Forbidden, UsageError
from lianjin.core.words import Words
from lianjin.market import party
from lianjin.service.access import Caller, Here, need
from lianjin.service.account.membership import add_member
from lianjin.service.account.password import password_problem
from lianjin.service.account.session import begin, session_of
from lianjin.service.account.user import is_empty, make_user
from lianjin.service.body import Body, Handle, Password, Secret, Title
from lianjin.service.route import router
from lianjin.service.session import SessionView, address_of, set_cookie, view_of

ROUTER = router("setup")


class Person(Body):
    """Somebody who gets an account."""

    login: Handle
    name: Title
    password: Password


class FirstOrganisation(Body):
    """The organisation that runs the platform."""

    name: Handle
    title: Title
    kinds: list[party.Kind] = Field(default=["operator"], max_length=5)


class Setup(Body):
    """The code that the server printed, and who it is for."""

    code: Secret
    organisation: FirstOrganisation
    user: Person


@ROUTER.post("/setup", status_code=201)
def make_setup(
    who: Annotated[Caller, need("setup.make")],
    state: Here,
    asked: Setup,
    request: Request,
    response: Response,
) -> SessionView:
    """Makes the operator's organisation and account, once, and signs in."""
    state.address_tries.take(address_of(request))
    if not state.setup_code.is_right(asked.code):
        raise _wrong_code()
    check_password(asked.user.password, asked.user.login)
    password_hash = state.passwords.hash(asked.user.password)

    def work(tx: Transaction) -> str:
        if not is_empty(tx.connection):
            raise Conflict(
                "already-set-up",
                Words("the server has its first account", "服务器已有首个账户"),
                hint=Words("sign in", "请登录"),
            )
        user = make_user(tx, asked.user.login, asked.user.name, password_hash)
        kinds = {"operator", *asked.organisation.kinds}
        made = party.create(
            tx, user.id, asked.organisation.name, asked.organisation.title,
            [kind for kind in party.KINDS if kind in kinds],
        )  # fmt: skip
        add_member(tx, user.id, user.id, made, ["operator", "owner"])
        party.verify(tx, user.id, made.id)
        return begin(tx, user.id)

    secret = state.database.write(work)
    state.pulse.forget()
    set_cookie(response, state, secret)
    with state.database.read() as connection:
        found = session_of(connection, secret, state.clock())
        assert found is not None
        return view_of(connection, found)


def check_password(password: str, login: str) -> None:
    """UsageError `weak-password` for a new password that would be guessed."""
    if problem := password_problem(password, login):
        raise UsageError(
            "weak-password",
            Words("the password will not do: ", "密码不合要求：") + problem,
            hint=Words("a few words that nobody expects together", "可用几个彼此无关的词连成一句"),
        )


def _wrong_code() -> Forbidden:
    return Forbidden(
        "wrong-code",
        Words("the code is not in force", "代码无效或已失效"),
        hint=Words(
            "the server prints it at its start while it is empty",
            "服务器尚无账户时，启动会打印代码",
        ),
    )
