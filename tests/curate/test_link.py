"""Links of whole runs: who is kept, that nobody is dropped for less, and that no last copy goes."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from lianjin.curate import link, task
from lianjin.curate.build import Built, build
from lianjin.operators.link.normal import jaccard, normal_form

SENTENCE = "老石桥上的早市天不亮就开了，卖菜的人把韭菜扎成小把，水珠顺着叶尖往下滴。"
Outcomes = dict[str, tuple[str, str | None]]
Run = Callable[..., Outcomes]
SEED = 7


def receipts(out: Path) -> list[dict[str, Any]]:
    return [
        row
        for path in sorted((out / "receipts").glob("*.parquet"))
        for row in pq.read_table(path).to_pylist()
    ]


def write(folder: Path, texts: list[str], steps: str) -> None:
    lines = [json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts]
    (folder / "a").write_text("".join(lines), "utf-8")
    (folder / "r.yaml").write_text(f"name: links\nsteps: {steps}\n", "utf-8")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Builds `texts` with `steps`; by position the outcome and the first words of the reason."""

    def built(texts: list[str], steps: str) -> Outcomes:
        write(tmp_path, texts, steps)
        build(tmp_path / "r.yaml", input=tmp_path / "a", out=tmp_path / "out")
        return {
            row["id"]: (row["outcome"], row["reason"] and row["reason"].partition(":")[0])
            for row in receipts(tmp_path / "out")
        }

    return built


def kept(outcomes: Outcomes) -> list[str]:
    return [identifier for identifier, (outcome, _) in outcomes.items() if outcome == "kept"]


def test_exact_joins_what_only_looks_different(run: Run) -> None:
    texts = [SENTENCE, f"  {SENTENCE}\n", SENTENCE + "完", "短", "短", ""]
    assert run(texts, "[{link: exact, with: {keep: first}}]") == {
        "a#0": ("kept", None),
        "a#1": ("dropped", "exact"),
        "a#2": ("kept", None),
        "a#3": ("kept", None),
        "a#4": ("dropped", "exact"),
        "a#5": ("kept", None),
    }


@pytest.mark.parametrize(
    ("keep", "expected"),
    [("longest", ["a#1"]), ("first", ["a#0"]), ("digit_ratio", ["a#2"])],
)
def test_the_recipe_says_which_of_a_cluster_is_kept(
    run: Run, keep: str, expected: list[str]
) -> None:
    texts = [SENTENCE, SENTENCE + "完了。", SENTENCE + "1"]
    assert kept(run(texts, f"[{{link: minhash, with: {{keep: {keep}}}}}]")) == expected


@pytest.mark.parametrize(("keep", "expected"), [("digit_ratio", ["a#1"]), ("first", ["a#0"])])
def test_of_equals_by_a_score_the_longest_is_kept(run: Run, keep: str, expected: list[str]) -> None:
    texts = [SENTENCE, SENTENCE + "完了。"]
    assert kept(run(texts, f"[{{link: minhash, with: {{keep: {keep}}}}}]")) == expected


def test_what_a_rule_drops_never_wins_over_what_passes(run: Run) -> None:
    texts = [SENTENCE + "完了。", SENTENCE, "太短"]
    found = run(texts, f'[{{link: minhash}}, {{keep: "4 <= chars <= {len(SENTENCE)}"}}]')
    assert kept(found) == ["a#1"]


def test_a_link_after_keep_does_not_lose_the_copy_that_a_later_rule_wants(run: Run) -> None:
    steps = '[{keep: "chars >= 4"}, {link: minhash, after: keep}, {keep: "chars <= %d"}]'
    texts = [SENTENCE, SENTENCE + "完"]
    assert run(texts, steps % len(SENTENCE)) == {
        "a#0": ("kept", None),
        "a#1": ("dropped", "minhash 0.8"),
    }


def test_a_link_after_keep_looks_at_nothing_else(run: Run) -> None:
    steps = f'[{{keep: "chars <= {len(SENTENCE)}"}}, {{link: minhash, after: %s}}]'
    texts = [SENTENCE, SENTENCE + "完"]
    assert run(texts, steps % "keep")["a#1"] == ("dropped", f"chars <= {len(SENTENCE)}")


def test_two_links_that_prefer_differently_keep_one_copy(run: Run) -> None:
    """The second prefers the copy that the first dropped: both would go."""
    steps = "[{link: exact, with: {keep: first}}, {link: minhash, with: {keep: chars}}]"
    assert run([SENTENCE, SENTENCE + "   "], steps) == {
        "a#0": ("kept", None),
        "a#1": ("dropped", "exact"),
    }


def test_the_receipt_tells_the_cluster_of_all_that_have_a_twin(tmp_path: Path, run: Run) -> None:
    run(["别的", SENTENCE, SENTENCE + "完"], "[{link: minhash}]")
    found = [row["links"] for row in receipts(tmp_path / "out")]
    similarity = jaccard(SENTENCE, SENTENCE + "完")
    shared = {"step": 0, "cluster": "a#1", "kept_id": "a#2"}
    assert found == [None, [shared | {"similarity": similarity}], [shared | {"similarity": 1.0}]]


def test_messages_are_linked_by_what_they_say(tmp_path: Path) -> None:
    turns = [{"role": "user", "content": SENTENCE}, {"role": "assistant", "content": "好。"}]
    records = [{"messages": turns}, {"messages": turns, "id": 2}, {"text": SENTENCE + "\n好。"}]
    lines = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    (tmp_path / "a").write_text(lines, "utf-8")
    (tmp_path / "r.yaml").write_text("{name: m, steps: [{link: exact, with: {keep: first}}]}")
    build(tmp_path / "r.yaml", input=tmp_path / "a", out=tmp_path / "out")
    assert [row["outcome"] for row in receipts(tmp_path / "out")] == ["kept", "dropped", "dropped"]


def family(n: int) -> list[str]:
    """`n` texts, most of them another one with some characters changed."""
    choose = random.Random(SEED)
    alphabet = [chr(0x4E00 + i) for i in range(300)]
    texts = ["".join(choose.choices(alphabet, k=60))]
    while len(texts) < n:
        text = list(choose.choice(texts))
        if choose.random() < 0.3:
            text = choose.choices(alphabet, k=choose.randint(1, 80))
        for _ in range(choose.randint(0, 3)):
            text[choose.randrange(len(text))] = choose.choice([*alphabet, " ", "。"])
        texts.append("".join(text))
    return texts


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Built]:
    """A run over 120 texts in many small tasks, partitions and groups, by the number of workers."""
    monkeypatch.setattr(task, "TASK_FILES", 1)
    monkeypatch.setattr(link, "KEYS_PER_PARTITION", 1_000)
    monkeypatch.setattr(link, "GROUP_CHARS", 500)
    texts = family(120)
    folder = tmp_path / "raw"
    for number in range(6):
        (folder / f"{number}").mkdir(parents=True)
        write(folder / f"{number}", texts[number * 20 : number * 20 + 20], "[]")
        (folder / f"{number}" / "r.yaml").unlink()
    steps = '[{keep: "chars != 60"}, {link: minhash, with: {jaccard: 0.7}}]'
    (tmp_path / "r.yaml").write_text(f"name: many\nsteps: {steps}\n", "utf-8")

    def built(workers: int) -> Built:
        out = tmp_path / str(workers)
        return build(tmp_path / "r.yaml", input=folder, out=out, workers=workers)

    return built


def test_one_worker_and_eight_give_the_same_bytes(many: Callable[[int], Built]) -> None:
    one, eight = many(1), many(8)
    assert one.manifest == eight.manifest


def test_nobody_is_dropped_for_less_than_the_recipe_asks(many: Callable[[int], Built]) -> None:
    built = many(2)
    texts = family(120)
    rows = receipts(built.out)
    text_of = dict(zip([row["id"] for row in rows], texts, strict=True))
    outcome = {row["id"]: row["outcome"] for row in rows}
    dropped = [row for row in rows if row["step"] == 1]
    assert len(dropped) > 20, f"seed {SEED}"
    for row in dropped:
        (told,) = row["links"]
        mine, theirs = text_of[row["id"]], text_of[told["kept_id"]]
        exact = normal_form(mine) == normal_form(theirs)
        assert told["similarity"] == (1.0 if exact else jaccard(mine, theirs))
        assert told["similarity"] >= 0.7
        assert outcome[told["kept_id"]] == "kept", "it passes, so it is not dropped for a failure"
    failing = [row for row in rows if row["step"] == 0]
    assert any(row["links"] for row in failing), "a link looks at all that were read"
