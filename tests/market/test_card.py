"""The card is YAML and Markdown, whatever people typed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml
from lianjin.market.card import card, plain, size_category
from lianjin.market.manual import Manual

HOSTILE = "---\nlicense: mit\n<script>alert(1)</script> [a](javascript:x) `b` | c\n# d"


def front(text: str) -> dict[str, Any]:
    assert text.startswith("---\n")
    block, _, _ = text[4:].partition("\n---\n")
    found: dict[str, Any] = yaml.safe_load(block)
    return found


def test_a_card_says_what_the_clients_need(world: Any) -> None:
    text = card("lanshi/gov-qa@1.0.0", "5f" * 32, world.listed())
    assert front(text) == {
        "configs": [
            {
                "config_name": "default",
                "data_files": [{"split": "train", "path": "data/*.parquet"}],
            }
        ],
        "pretty_name": "中文政务公开问答语料",
        "language": ["zh"],
        "license": "other",
        "license_name": "lianjin-agreement",
        "size_categories": ["n<1K"],
        "tags": ["lianjin", "instruction", "政务", "问答"],
    }
    assert "- 允许 allowed: 微调 fine-tuning (`lj:finetune`)" in text
    assert "- 禁止 forbidden: 再分发 handing on (`lj:redistribute`)" in text


def test_hostile_texts_end_no_block_and_are_no_markup(world: Any) -> None:
    manual = Manual(HOSTILE, HOSTILE, (HOSTILE,))
    content = replace(world.content, title="x", summary=HOSTILE, keywords=(HOSTILE,), manual=manual)
    text = card("lanshi/gov-qa@1.0.0", "5f" * 32, world.listed(content))
    assert front(text)["tags"][2] == HOSTILE
    assert front(text)["license"] == "other"
    body = text.partition("\n---\n")[2]
    for sign in ("<script", "](", "\n---\n", "\n# d"):
        assert sign not in body


def test_a_version_that_is_not_offered_has_a_plain_card() -> None:
    text = card("lanshi/gov-qa@1.0.0", "5f" * 32, None)
    assert set(front(text)) == {"configs"}


@pytest.mark.parametrize(
    ("n", "name"), [(0, "n<1K"), (999, "n<1K"), (1_000, "1K<n<10K"), (10**7, "n>1M")]
)
def test_sizes_have_their_names(n: int, name: str) -> None:
    assert size_category(n) == name


def test_plain_text_is_one_line() -> None:
    assert plain("a\n\n b  c") == "a b c"
