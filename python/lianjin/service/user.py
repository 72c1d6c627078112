"""`/api/user`: one's own password."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request, Response

from lianjin.core.database import Transaction
from lianjin.core.errors import Unauthenticated
from lianjin.core.words import Words
from lianjin.service.access import Caller, Here, need
from lianjin.service.account.session import begin, end_all
from lianjin.service.account.token import revoke_all
from lianjin.service.account.user import password_of, set_password, user_by_id
from lianjin.service.body import Body, Password
from lianjin.service.route import router
from lianjin.service.session import address_of, set_cookie
from lianjin.service.setup import check_password

ROUTER = router("user")


class NewPassword(Body):
    """The password as it was, and as it shall be.

    `keep_tokens`: programs may go on with their tokens; by default they are revoked, for who learnt the
    password may have made some.
    """

    old: Password
    new: Password
    keep_tokens: bool | None = None


@ROUTER.put("/user/password", status_code=204)
def change_password(
    who: Annotated[Caller, need("password.change")],
    state: Here,
    asked: NewPassword,
    request: Request,
    response: Response,
) -> None:
    """Changes one's password: tokens are revoked, every session ends, this one has a new cookie."""
    with state.database.read() as connection:
        login = user_by_id(connection, who.user_id).login
        found = password_of(connection, login)
    key = f"{login}\n{address_of(request)}"
    state.account_tries.take(key)
    if found is None or not state.passwords.is_right(asked.old, found[1]):
        raise Unauthenticated(
            "wrong-password", Words("login or password is wrong", "登录名或密码有误")
        )
    state.account_tries.forget(key)
    check_password(asked.new, login)
    password_hash = state.passwords.hash(asked.new)

    def work(tx: Transaction) -> str:
        set_password(tx, who.user_id, password_hash)
        end_all(tx, who.user_id)
        if not asked.keep_tokens:
            revoke_all(tx, who.user_id, who.user_id)
        return begin(tx, who.user_id, who.organisation)

    set_cookie(response, state, state.database.write(work))
