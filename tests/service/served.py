"""The app behind a socket of this machine, for clients that know only an address."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from lianjin.service.account.token import make_token

from .world import Tenant, World

HERE = "127.0.0.1"


@contextmanager
def served(world: World) -> Iterator[str]:
    """The address of the world's app, while the block runs."""
    listening = socket.socket(proto=socket.IPPROTO_TCP)
    listening.bind((HERE, 0))
    listening.listen()  # who connects before the server runs waits for it
    config = uvicorn.Config(world.app, access_log=False, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: server.run(sockets=[listening]), daemon=True)
    thread.start()
    try:
        yield f"http://{HERE}:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def token_of(world: World, tenant: Tenant, role: str, *scopes: str) -> str:
    """The secret of a new token."""
    user, organisation = tenant.users[role], tenant.organisation.id
    return world.state.database.write(
        lambda tx: make_token(tx, user, organisation, "test", scopes, 1)[1]
    )
