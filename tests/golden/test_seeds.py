"""The seed pages through `zh-repair`: exactly the spans and the whole text settled by hand.

`seeds.json` holds, for each page, what the cutting repairs take out of the page as the repairs
before them left it (code points), and the digest of the whole mended text; never the text.
"""

import hashlib
import json
from pathlib import Path

import pyarrow as pa
import pytest
from lianjin import _kernel

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / ".data" / "seeds"
GOLDEN = json.loads((Path(__file__).parent / "seeds.json").read_text())


@pytest.mark.parametrize("name", sorted(GOLDEN["pages"]))
def test_a_seed_page_is_mended_as_settled(name: str) -> None:
    path = SEEDS / name
    if not path.exists():
        pytest.skip("the seed pages are not unpacked under .data/seeds")
    chain = _kernel.Chain([(step, "{}") for step in GOLDEN["chain"]])
    mended, edits = chain.run(pa.array([path.read_text(encoding="utf-8")], pa.large_string()))
    golden = GOLDEN["pages"][name]
    cut = [
        [GOLDEN["chain"][edit["step"]], edit["rule"], edit["start"], edit["end"]]
        for edit in edits[0].as_py()
        if GOLDEN["chain"][edit["step"]].startswith("cut_")
    ]
    assert cut == golden["cut"]
    digest = hashlib.sha256(mended[0].as_py().encode()).hexdigest()
    assert digest == golden["sha256"]
