"""`lianjin serve`: the server, on this machine or behind a proxy."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from lianjin.cli.screen import Lang, put, told
from lianjin.cli.usage import Command
from lianjin.core.errors import UsageError
from lianjin.core.words import Words

NEEDED = ("alembic", "argon2", "fastapi", "sqlalchemy", "uvicorn")
"""What the extra `server` brings."""

Data = Annotated[
    Path,
    typer.Option(
        "--data",
        metavar="DIR",
        help=told(
            "Folder of the database, the log, datasets and jobs; made if it is not there. "
            "Default: lianjin-data.",
            "数据库、日志、数据集与作业所在的目录，没有就新建。默认 lianjin-data。",
        ),
    ),
]
Url = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help=told(
            "Another database, such as postgresql+psycopg://user@host/name; default: SQLite in DIR.",
            "改用别的数据库，如 postgresql+psycopg://user@host/name；默认用 DIR 里的 SQLite。",
        ),
    ),
]
Host = Annotated[
    str,
    typer.Option(
        "--host",
        metavar="ADDRESS",
        help=told(
            "Address to listen at; by default this machine alone can reach it.",
            "监听的地址；默认只有本机能访问。",
        ),
    ),
]
Port = Annotated[
    int,
    typer.Option(
        "--port", metavar="N", min=0, max=65535, help=told("Port; 0: any.", "端口；0 为任选。")
    ),
]
Name = Annotated[
    str | None,
    typer.Option(
        "--name",
        metavar="NAME",
        help=told(
            "Name that a new log gets, like an address without its scheme; default: HOST/log.",
            "新日志的名称，写法如同不带协议的网址；默认 HOST/log。",
        ),
    ),
]
Https = Annotated[
    bool,
    typer.Option(
        "--https",
        help=told(
            "Browsers reach the server by https, through a proxy: cookies are for https alone.",
            "浏览器经代理以 https 访问：cookie 只在 https 下发送。",
        ),
    ),
]


def register(app: typer.Typer) -> None:
    """Adds `serve`."""
    app.command(
        "serve",
        cls=Command,
        help=told(
            "Run the server: people sign in, datasets are built, annotated, evaluated and traded. "
            "An empty server prints a code for its first account. Ctrl-C ends it.",
            "运行服务：登录、构建、标注、评测与交易。尚无账户时打印首次设置的代码。按 Ctrl-C 结束。",
        ),
        epilog=told(
            "Example: lianjin serve --data lianjin-data --port 8000",
            "示例：lianjin serve --data lianjin-data --port 8000",
        ),
    )(serve)


def serve(
    data: Data = Path("lianjin-data"),
    url: Url = None,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    name: Name = None,
    https: Https = False,
    lang: Lang = None,
) -> None:
    """Serves until it is stopped."""
    if missing := [module for module in NEEDED if find_spec(module) is None]:
        raise UsageError(
            "no-server",
            Words(
                f"the server's parts are not installed: {', '.join(missing)}",
                f"服务所需的组件未安装：{', '.join(missing)}",
            ),
            hint=Words("pip install 'lianjin[server]'", "运行 pip install 'lianjin[server]' 安装"),
        )
    from lianjin.service.server import run

    run(data, url=url, host=host, port=port, name=name, is_https=https, say=put)
