"""The running server: from a folder to an address where people sign in.

Takes a folder and an address; serves until it is told to stop, and closes everything in order.
"""

from __future__ import annotations

import gc
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from lianjin.core.errors import UsageError
from lianjin.core.limits import CONNECTIONS, HEADERS_SIZE_BYTES, IDLE_CONNECTION_S, STOPPING_S
from lianjin.core.store import reason_of
from lianjin.core.words import Words
from lianjin.service import web
from lianjin.service.app import make_app
from lianjin.service.clockwork import Clockwork
from lianjin.service.connection import Connection
from lianjin.service.state import State, opened

CONTAINERS_BETWEEN_COLLECTIONS = 50_000
"""Some hundred requests' worth; Python's own 700 has it look for cycles in every second request."""
TURN_S = 0.0005
"""How long a thread computes while another waits for its turn. The writer asks for its turn after each
statement; with Python's own 5 ms, a commit of ten works took 40 ms next to requests that come in."""
BACKLOG = 2_048


class _Server(uvicorn.Server):
    """A server that comes back when it is told to end.

    uvicorn's own raises the signal once more when it is done, and SIGTERM would take the process
    before database, log and workers are closed.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Has SIGINT and SIGTERM end it; a second one does not wait for requests."""
        before = {
            number: signal.signal(number, self.handle_exit)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def run(
    folder: Path,
    *,
    url: str | None = None,
    host: str = "127.0.0.1",
    port: int = 8000,
    name: str | None = None,
    is_https: bool = False,
    say: Callable[[str], None] = print,
) -> None:
    """Serves until SIGINT or SIGTERM. `say` tells people where, and the code of an empty server."""
    listening = _listening(host, port)
    try:
        with (
            opened(folder, url=url, name=name or f"{host}/log", is_https=is_https) as state,
            Clockwork(state),
        ):
            config = uvicorn.Config(
                make_app(state),
                http=Connection,
                access_log=False,
                log_level="warning",
                server_header=False,
                # A proxy on this machine says who calls; nobody else is believed.
                proxy_headers=is_https,
                forwarded_allow_ips="127.0.0.1,::1",
                lifespan="off",
                h11_max_incomplete_event_size=HEADERS_SIZE_BYTES,
                limit_concurrency=CONNECTIONS,
                timeout_keep_alive=IDLE_CONNECTION_S,
                timeout_graceful_shutdown=STOPPING_S,
            )
            # What stands for good is not looked through again for cycles: that took 50 ms now and then.
            gc.collect()
            gc.freeze()
            gc.set_threshold(CONTAINERS_BETWEEN_COLLECTIONS)
            sys.setswitchinterval(TURN_S)
            say(_greeting(state, _address(host, listening)))
            _Server(config).run(sockets=[listening])
    finally:
        listening.close()


def _listening(host: str, port: int) -> socket.socket:
    """The socket, before anything is made: a port that is taken is told at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol by its name: only then does asyncio send small answers at once. Without it each
    # answer of a connection that goes on waits 40 ms for the reader's word about its head.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen(BACKLOG)  # from now on whoever comes waits, and is not sent away
    except OSError as error:
        found.close()
        reason = reason_of(error)
        raise UsageError(
            "cannot-listen",
            Words(
                f"cannot listen at {host}, port {port}: {reason.en}",
                f"无法监听 {host} 的端口 {port}：{reason.zh}",
            ),
            hint=Words("choose another `--port` or `--host`", "换一个 `--port` 或 `--host`"),
        ) from error
    return found


def _address(host: str, listening: socket.socket) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listening.getsockname()[1]}"


def _greeting(state: State, address: str) -> str:
    said = Words(f"lianjin serves at {address}", f"炼金服务已启动：{address}")
    if state.setup_code.text is not None:
        code = state.setup_code.text
        said += Words(
            f"\nnobody has an account yet: open {address}/setup and enter the code\n  {code}",
            f"\n尚无账户：请打开 {address}/setup 并输入代码\n  {code}",
        )
    if not web.is_built():
        said += Words("\n", "\n") + web.NOT_BUILT
    return str(said + Words("\nCtrl-C ends it", "\n按 Ctrl-C 结束"))
