"""Figures of the market: each a query over the rows of the trade, with its definition beside it.

Takes a connection; gives numbers that anybody can count again. What cannot be counted is None,
never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from lianjin.core.words import Words
from lianjin.market.delivery import FETCHES
from lianjin.market.listing import LISTINGS
from lianjin.market.order import ORDERS
from lianjin.market.settlement import SETTLEMENTS

Unit = Literal["sets", "bytes", "records", "tokens", "orders", "fen", "ratio"]
HIGH = ("gold", "silver")
"""Grades that count as high quality."""


@dataclass(frozen=True)
class Figure:
    """One number: `value` is None where nothing can be said; `query` is the SQL that counted it."""

    name: str
    title: Words
    definition: Words
    unit: Unit
    value: int | float | None
    query: str


@dataclass(frozen=True)
class Month:
    """What was settled in a month (`2026-01`), and how much of it was of high quality."""

    month: str
    turnover_fen: int
    high_fen: int
    n_orders: int


_LISTED = LISTINGS.c.state == "listed"
_SUM = sa.func.coalesce(sa.func.sum(SETTLEMENTS.c.amount_fen), 0)
_HIGH = sa.case((SETTLEMENTS.c.grade.in_(HIGH), SETTLEMENTS.c.amount_fen), else_=0)

_FIGURES: tuple[tuple[str, Words, Words, Unit, sa.Select[Any]], ...] = (
    (
        "datasets",
        Words("sets on offer", "在售数据集"),
        Words(
            "listings in the state `listed`; of a set its newest version alone",
            "状态为 `listed` 的挂牌；每个数据集只计最新版",
        ),
        "sets",
        sa.select(sa.func.count()).select_from(LISTINGS).where(_LISTED),
    ),
    (
        "bytes",
        Words("bytes on offer", "在售总量"),
        Words(
            "bytes of the data files of all that is listed, as they are delivered",
            "全部在售挂牌的数据文件字节数，按交付时的大小",
        ),
        "bytes",
        sa.select(sa.func.coalesce(sa.func.sum(LISTINGS.c.size_bytes), 0)).where(_LISTED),
    ),
    (
        "records",
        Words("records on offer", "在售条数"),
        Words("records of all that is listed", "全部在售挂牌的记录条数"),
        "records",
        sa.select(sa.func.coalesce(sa.func.sum(LISTINGS.c.n_records), 0)).where(_LISTED),
    ),
    (
        "tokens",
        Words("tokens on offer (about)", "在售词元（约）"),
        Words(
            "tokens of those listings whose build counted them, by Qwen's tokenizer, estimated unless a "
            "recipe asks for an exact count; none if no build counted",
            "构建时统计过词元的在售挂牌的词元数之和，以 Qwen 分词器为准，配方未要求精确计数的为估计值；都没有统计则不给出",
        ),
        "tokens",
        sa.select(sa.func.sum(LISTINGS.c.n_tokens)).where(_LISTED),
    ),
    (
        "certified",
        Words("share of high quality on offer", "在售中高质量的占比"),
        Words(
            "listings whose certificate gives silver or better, by all listings",
            "证书为银级以上的在售挂牌数，除以全部在售挂牌数",
        ),
        "ratio",
        sa.select(sa.func.avg(sa.case((LISTINGS.c.grade.in_(HIGH), 1.0), else_=0.0))).where(
            _LISTED
        ),
    ),
    (
        "orders",
        Words("orders", "订单"),
        Words("orders that were placed and not refunded", "已下且未退款的订单"),
        "orders",
        sa.select(sa.func.count()).select_from(ORDERS).where(ORDERS.c.state != "refunded"),
    ),
    (
        "turnover",
        Words("turnover", "成交额"),
        Words(
            "prices of all orders that were settled; what is in escrow or was refunded is not in it",
            "全部已结算订单的价款；托管中和已退款的不计",
        ),
        "fen",
        sa.select(_SUM),
    ),
    (
        "high_turnover",
        Words("share of high quality in the turnover", "高质量占成交"),
        Words(
            "turnover of sets with silver or better when they were settled, by all",
            "结算时为银级以上的数据集的成交额，除以全部成交额",
        ),
        "ratio",
        sa.select(
            sa.func.sum(_HIGH) * 1.0 / sa.func.nullif(sa.func.sum(SETTLEMENTS.c.amount_fen), 0)
        ),
    ),
    (
        "delivered",
        Words("bytes delivered", "已交付字节"),
        Words(
            "bytes that went to buyers, what went twice counted twice",
            "送达购买方的字节数，重复领取重复计",
        ),
        "bytes",
        sa.select(sa.func.coalesce(sa.func.sum(FETCHES.c.sent_bytes), 0)),
    ),
)


def figures(connection: sa.Connection) -> tuple[Figure, ...]:
    """Every figure, as it is in the state that the connection sees."""
    return tuple(
        Figure(
            name, title, definition, unit, _plain(connection.execute(query).scalar()), _sql(query)
        )
        for name, title, definition, unit, query in _FIGURES
    )


def months(connection: sa.Connection) -> tuple[Month, ...]:
    """What was settled by month, the earliest first; a month in which nothing was is left out."""
    month = sa.func.substr(SETTLEMENTS.c.settled_utc, 1, 7).label("month")
    query = (
        sa.select(month, _SUM, sa.func.sum(_HIGH), sa.func.count()).group_by(month).order_by(month)
    )
    return tuple(
        Month(found, int(total), int(high), count)
        for found, total, high, count in connection.execute(query)
    )


def shares(connection: sa.Connection, column: Literal["grade", "domain"]) -> Mapping[str, int]:
    """Turnover in fen by grade or domain, the largest first; `none` where there is no grade."""
    by = sa.func.coalesce(SETTLEMENTS.c[column], "none").label("by")
    query = sa.select(by, _SUM).group_by(by).order_by(_SUM.desc(), by)
    return {found: int(total) for found, total in connection.execute(query)}


def _plain(value: Any) -> int | float | None:
    if value is None or isinstance(value, int):
        return value
    number = float(value)  # PostgreSQL counts in decimals
    return int(number) if number.is_integer() and abs(number) > 1 else number


def _sql(query: sa.Select[Any]) -> str:
    """The query as a person can run it."""
    return " ".join(str(query.compile(compile_kwargs={"literal_binds": True})).split())
