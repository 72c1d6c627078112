"""Clusters: the kernel against brute force, and what must hold for any corpus."""

import random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lianjin import _kernel
from lianjin.core.errors import UsageError
from lianjin.operators.link import Member, clusters, exact, minhash
from lianjin.operators.link.normal import jaccard, normal_form
from lianjin.operators.registry import operators

SENTENCE = "数据质量决定模型质量，清洗数据要留下证据。"
SURE = 1 - 1e-9
"""So high a recall that the kernel must find what brute force finds."""


def family(seed: int, n: int) -> list[str]:
    """`n` texts, most of them another one with some characters changed, cut or repeated."""
    rng = random.Random(seed)
    alphabet = [chr(0x4E00 + i) for i in range(400)]
    texts: list[str] = []
    for _ in range(n):
        if texts and rng.random() < 0.7:
            text = list(rng.choice(texts))
        else:
            text = rng.choices(alphabet, k=rng.randint(0, 120))
        for _ in range(rng.randint(0, 3)):
            if text:
                text[rng.randrange(len(text))] = rng.choice([*alphabet, " ", "Ａ", "。"])
        kind = rng.random()
        if kind < 0.1:
            text = text[: len(text) * 9 // 10]
        elif kind < 0.15:
            text = text + text
        texts.append("".join(text))
    return texts


def members(table: pa.Table) -> list[Member | None]:
    rows = zip(table["kept"].to_pylist(), table["jaccard"].to_pylist(), strict=True)
    return [None if kept is None else Member(kept, index) for kept, index in rows]


def test_the_longest_is_kept_and_takes_its_neighbours() -> None:
    other = "另一篇完全不同的文章，讲的是天气。"
    texts = [SENTENCE, SENTENCE + "完", other, " " + SENTENCE, None]
    index = 17 / 18
    expected = [Member(1, index), Member(1, 1.0), Member(2, 1.0), Member(1, index), None]
    assert members(clusters(texts)) == expected == minhash.reference(texts)


def test_which_is_kept_is_the_caller_s_choice() -> None:
    texts = [SENTENCE, SENTENCE + "完", SENTENCE]
    assert clusters(texts, keep="first")["kept"].to_pylist() == [0, 0, 0]
    scores = {"fluency": [0.2, None, 0.9]}
    assert clusters(texts, scores, keep="fluency")["kept"].to_pylist() == [2, 2, 2]
    reference = minhash.reference(texts, scores, keep="fluency")
    assert [member.kept for member in reference] == [2, 2, 2]


def test_an_unknown_preference_is_refused() -> None:
    with pytest.raises(UsageError, match=r"keep is 'fluent'; expected .*\['fluency'\]"):
        clusters([SENTENCE], {"fluency": [1.0]}, keep="fluent")


@pytest.mark.parametrize(
    ("setting", "value"), [("jaccard", 0.05), ("jaccard", 1.1), ("ngram", 0), ("recall", 1.5)]
)
def test_a_setting_out_of_range_is_refused(setting: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{setting} is {value}"):
        clusters([SENTENCE], **{setting: value})


def test_short_and_blank_texts_never_collapse_into_one() -> None:
    texts = ["是", "否", "", "是 ", "。", " \n", "好"]
    assert clusters(texts)["kept"].to_pylist() == [0, 1, 2, 0, 4, 2, 6]
    assert [m.kept for m in exact.reference(texts)] == [0, 1, 2, 0, 4, 2, 6]


def test_no_texts_give_no_members() -> None:
    assert clusters([]).num_rows == 0
    assert clusters([None])["kept"].to_pylist() == [None]


def test_a_hundred_thousand_copies_are_one_cluster() -> None:
    texts = pa.array([SENTENCE] * 100_000 + [SENTENCE + "完"], pa.large_string())
    assert clusters(texts)["kept"].unique().to_pylist() == [100_000]


@given(st.integers(0, 2**32), st.sampled_from([0.3, 0.5, 0.8, 0.95, 1.0]), st.integers(1, 7))
@settings(max_examples=20, deadline=None)
def test_the_kernel_does_what_brute_force_does(seed: int, least: float, ngram: int) -> None:
    texts = family(seed, 40)
    found = clusters(texts, jaccard=least, ngram=ngram, recall=SURE)
    assert members(found) == minhash.reference(texts, jaccard=least, ngram=ngram)


@given(st.integers(0, 2**32))
@settings(max_examples=12, deadline=None)
def test_every_dropped_text_is_near_the_kept_one_and_no_two_kept_are_near(seed: int) -> None:
    texts = family(seed, 60)
    found = members(clusters(texts))
    kept = [row for row, member in enumerate(found) if member and member.kept == row]
    for row, member in enumerate(found):
        assert member is not None
        assert found[member.kept] == Member(member.kept, 1.0)
        if normal_form(texts[row]) != normal_form(texts[member.kept]):
            assert (index := jaccard(texts[row], texts[member.kept])) is not None
            assert member.jaccard == index >= 0.8
    pairs = [(a, b) for a in kept for b in kept if a < b]
    missed = [pair for pair in pairs if (jaccard(texts[pair[0]], texts[pair[1]]) or 0) >= 0.8]
    assert missed == []


@given(st.integers(0, 2**32))
@settings(max_examples=20, deadline=None)
def test_what_was_kept_stays_kept_when_linked_again(seed: int) -> None:
    texts = family(seed, 60)
    kept = sorted(set(clusters(texts, recall=SURE)["kept"].to_pylist()))
    again = clusters([texts[row] for row in kept], recall=SURE)
    assert again["kept"].to_pylist() == list(range(len(kept)))


@given(st.integers(0, 2**32), st.integers(1, 30), st.integers(1, 5))
@settings(max_examples=30, deadline=None)
def test_divided_by_components_the_clusters_are_the_same(seed: int, size: int, parts: int) -> None:
    texts = family(seed, 60)
    link = _kernel.Link()
    column = pa.array(texts, pa.large_string())
    batches = [link.keys(column.slice(start, size)) for start in range(0, len(texts), size)]
    keys = pa.concat_arrays(batches)
    assert keys.equals(link.keys(column))

    components = _kernel.Components(len(texts))
    rows = [
        (key, document)
        for document, row in enumerate(keys.to_pylist())
        for key in [int.from_bytes(row["exact"][:8]), *(row["bands"] or [])]
    ]
    for part in range(parts):
        chosen = [row for row in rows if row[0] % parts == part]
        components.add(
            pa.array([key for key, _ in chosen], pa.uint64()),
            pa.array([document for _, document in chosen], pa.uint32()),
        )
    labels = components.labels().to_pylist()

    whole = members(clusters(texts))
    for part in range(parts):
        inside = [row for row in range(len(texts)) if labels[row] % parts == part]
        found = members(clusters([texts[row] for row in inside]))
        renamed = [Member(inside[member.kept], member.jaccard) for member in found if member]
        assert renamed == [whole[row] for row in inside]


@given(st.integers(0, 2**32), st.integers(1, 30), st.booleans())
@settings(max_examples=30, deadline=None)
def test_columns_with_their_keys_cluster_as_one_column_does(
    seed: int, size: int, is_large: bool
) -> None:
    link = _kernel.Link()
    texts = [*family(seed, 60), None]
    column = pa.array(texts, pa.large_string() if is_large else pa.string())
    preference = pa.array([float(seed % (row + 2)) for row in range(len(texts))])
    keys = link.keys(column)
    starts = range(0, len(texts), size)
    columns = [(column.slice(start, size), keys.slice(start, size)) for start in starts]
    assert link.clusters_among(columns, preference) == link.clusters(column, preference)


def test_keys_that_do_not_belong_to_the_texts_are_refused() -> None:
    link = _kernel.Link()
    texts, preference = pa.array([SENTENCE, "短"]), pa.array([1.0, 2.0])
    keys = link.keys(texts)
    for columns, error in [
        ([(texts, keys.slice(0, 1))], ValueError),
        ([(texts.slice(1), keys.slice(1))], ValueError),
        ([(texts, _kernel.exact_keys(texts))], TypeError),
        ([(texts, _kernel.Link(0.7).keys(texts))], TypeError),
        ([(texts, texts)], TypeError),
        ([], ValueError),
    ]:
        with pytest.raises(error):
            link.clusters_among(columns, preference)
    assert link.clusters_among([(texts, keys)], preference)[0].to_pylist() == [0, 1]


def test_links_are_registered_with_their_settings() -> None:
    registered = {operator.name: operator for operator in operators("link")}
    assert [p.name for p in registered["minhash"].parameters] == [
        "jaccard",
        "ngram",
        "keep",
        "recall",
    ]
    assert [p.name for p in registered["exact"].parameters] == ["keep"]
