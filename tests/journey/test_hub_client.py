"""The unmodified `datasets` client loads what was bought, and nothing else.

It has an environment of its own, since what it needs is nothing of ours.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pyarrow as pa
import pytest
from lianjin import _kernel
from lianjin.corpus.dataset import open_dataset
from lianjin.market import order
from lianjin.market.books import check_books
from lianjin.service.account.token import revoke

from ..client import client
from ..trade import TEXTS, Trade, serving, tiny, trade

__all__ = ["client", "tiny", "trade"]


@pytest.mark.slow  # installs the client at the first time (20 s), and starts it (3 s)
def test_the_client_loads_what_was_bought_and_is_refused_else(
    client: Path, trade: Trade, tmp_path: Path
) -> None:
    bought = trade.agreed(trade.listed())
    out = tmp_path / "rows.arrow"
    with serving(trade.state) as url:
        environment = os.environ | {
            "HF_ENDPOINT": f"{url}/hub",
            "HF_HOME": str(tmp_path / "hf"),
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "NO_PROXY": "127.0.0.1",
        }
        script = Path(__file__).with_name("hub_client.py")
        tokens = [trade.buyer.token, trade.other.token]
        process = subprocess.Popen(
            [client, script, "lanshi/gov-qa", out, *tokens],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        said = [process.stdout.readline().strip() for _ in range(3)]
        trade.state.database.write(
            lambda tx: revoke(tx, trade.buyer.actor.user_id, trade.buyer.token_id)
        )
        rest, errors = process.communicate("\n", timeout=120)
    assert [*said, rest.strip()] == [
        f"text {TEXTS[0]}",
        "none gated",
        "foreign gated",
        "revoked gated",
    ], errors[-2_000:]
    with pa.memory_map(str(out)) as source:
        loaded = pa.ipc.open_file(source).read_all()
    assert hashes(loaded, trade.dataset) == hashes(None, trade.dataset)
    assert trade.order(bought.id).state == "delivered"
    trade.state.database.write(lambda tx: order.accept(tx, trade.buyer.actor, bought.id))
    trade.state.database.write(lambda tx: order.settle_order(tx, bought.id))
    with trade.state.database.read() as connection:
        assert check_books(connection).pending_fen == 0


def hashes(loaded: pa.Table | None, folder: Path) -> list[bytes]:
    """The hash of each row: of the version's, or of what was loaded, in the version's types."""
    dataset = open_dataset(folder)
    rows = pa.Table.from_batches(dataset.batches("data"))
    if loaded is not None:
        rows = loaded.select(rows.column_names).cast(rows.schema)
    batches = rows.combine_chunks().to_batches()
    return [h for batch in batches for h in _kernel.row_hashes(batch).to_pylist()]
