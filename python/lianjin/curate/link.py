"""The links of a run: which records repeat which, and who of them is kept.

Takes measured records with their keys; gives, per task, the rows that have a twin. Records that share
a key are brought together by a shuffle, joined into components, and each component is
settled on its own with exact comparisons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from lianjin import _kernel
from lianjin.core.limits import RECIPE_STEPS
from lianjin.corpus.batch import is_all_text, viewed_text
from lianjin.corpus.receipt import document_id
from lianjin.curate.decide import LINK_ROW, judged, passes
from lianjin.curate.engines import Engine
from lianjin.curate.measure import kernel_link
from lianjin.curate.recipe import Link, Recipe
from lianjin.curate.task import Task
from lianjin.curate.work import Work, read_batches, write_table

KEYS_PER_PARTITION = 40_000_000
"""Keys one partition holds: 12 bytes each, sorted in memory."""

KEYS_PER_DOCUMENT = 32
"""About how many keys a document has: its bands and its exact key."""

GROUP_CHARS = 16_000_000
"""Characters of the documents that are compared in one go, unless one component has more."""

KEY_FILE = pa.schema([("key", pa.uint64()), ("document", pa.uint32())])


@dataclass(frozen=True)
class Corpus:
    """All records of a run by document number: task after task, row after row.

    `linkable`: bool[n]. `length_chars`: int64[n]. `preference`: float64[n], greater is kept first.
    """

    work: Work
    tasks: tuple[Task, ...]
    first: np.ndarray  # int64[n_tasks + 1], the number of each task's first document
    linkable: np.ndarray
    length_chars: np.ndarray
    preference: np.ndarray


def link_all(engine: Engine, work: Work, recipe: Recipe, tasks: Sequence[Task]) -> None:
    """Carries out every link step of the recipe that is not done yet."""
    for link in recipe.links:
        if all(work.linked(link.step, "rows", task.name).exists() for task in tasks):
            continue
        corpus = _corpus(work, recipe, link, tasks)
        components = _components(engine, corpus, link)
        _write_rows(engine, corpus, link, components)


def links_of_task(
    work: Work, recipe: Recipe, task: Task, *, before: int = RECIPE_STEPS
) -> dict[int, pa.RecordBatch]:
    """LINK_ROW rows of a task by link step (those before step `before`)."""
    return {
        link.step: read_batches(work.linked(link.step, "rows", task.name))[0]
        for link in recipe.links
        if link.step < before
    }


def _corpus(work: Work, recipe: Recipe, link: Link, tasks: Sequence[Task]) -> Corpus:
    linkable, lengths, passing, values = [], [], [], []
    rows = [0]
    for task in tasks:
        batches = read_batches(work.measured(task.name))
        rows.append(sum(batch.num_rows for batch in batches))
        if not batches:
            continue
        table = pa.Table.from_batches([judged(batch) for batch in batches])
        before = passes(table, recipe, range(link.step))
        kept = before & passes(table, recipe, range(link.step, RECIPE_STEPS))
        passing.append(kept & ~_dropped_before(work, recipe, link, task, rows[-1]))
        keys = table.column(f"keys_{link.step}")
        valid = keys.is_valid().to_numpy()
        linkable.append(valid & before if link.after_keep else valid)
        chunks = [key.field("length_chars").fill_null(0).to_numpy() for key in keys.chunks]
        lengths.append(np.concatenate(chunks).astype(np.int64))
        values.append(_value(table, link, lengths[-1]))
    return Corpus(
        work=work,
        tasks=tuple(tasks),
        first=np.cumsum(rows),
        linkable=_all(linkable, bool),
        length_chars=_all(lengths, np.int64),
        preference=_ranked(
            _all(passing, bool),
            _all(values, np.float64),
            _all(lengths, np.int64) * (link.keep != "first"),
        ),
    )


def _dropped_before(work: Work, recipe: Recipe, link: Link, task: Task, n: int) -> np.ndarray:
    """bool[n]: the task's records that a link before this one drops."""
    dropped = np.zeros(n, bool)
    for rows in links_of_task(work, recipe, task, before=link.step).values():
        at = rows.filter(rows.column("dropped")).column("row").to_numpy()
        dropped[at] = True
    return dropped


def _all(arrays: list[np.ndarray], kind: type) -> np.ndarray:
    return np.concatenate(arrays).astype(kind) if arrays else np.zeros(0, kind)


def _value(table: pa.Table, link: Link, length_chars: np.ndarray) -> np.ndarray:
    if link.keep == "first":
        return np.zeros(table.num_rows)
    if link.keep == "longest":
        return length_chars.astype(np.float64)
    found: np.ndarray = table.column(link.keep).cast(pa.float64()).fill_null(-np.inf).to_numpy()
    return found


def _ranked(passing: np.ndarray, values: np.ndarray, length_chars: np.ndarray) -> np.ndarray:
    """Preference as a rank: what nothing else drops first, then the greater value, the longer, the
    earlier; a cluster must not lose its last good copy to one that a rule or a link drops."""
    order = np.lexsort((np.arange(len(values)), -length_chars, -values, ~passing))
    rank = np.empty(len(values))
    rank[order] = np.arange(len(values), 0, -1)
    return rank


# --- components ----------------------------------------------------------------------


def _components(engine: Engine, corpus: Corpus, link: Link) -> np.ndarray:
    """uint32[n]: the least document of the component that each document belongs to."""
    n = len(corpus.linkable)
    n_partitions = max(1, -(-n * KEYS_PER_DOCUMENT // KEYS_PER_PARTITION))
    components = _kernel.Components(n)

    def split(number: int) -> list[str]:
        return _split_keys(corpus, link, number, n_partitions)

    def gather(partition: int, paths: Sequence[str]) -> None:
        keys = pa.Table.from_batches([b for p in paths for b in read_batches(Path(p))], KEY_FILE)
        if keys.num_rows:
            one = keys.combine_chunks()
            components.add(one["key"].chunk(0), one["document"].chunk(0))

    for _ in engine.shuffle(split, range(len(corpus.tasks)), gather, n_partitions):
        pass
    labels: np.ndarray = components.labels().to_numpy()
    return labels


def _split_keys(corpus: Corpus, link: Link, number: int, n_partitions: int) -> list[str]:
    """Writes the keys of a task's linkable documents, one file per partition."""
    task = corpus.tasks[number]
    keys, documents = [np.zeros(0, np.uint64)], [np.zeros(0, np.uint32)]
    first = corpus.first[number]
    for batch in read_batches(corpus.work.measured(task.name)):
        linkable = corpus.linkable[first : first + batch.num_rows]
        for key, row in _keys(batch.column(f"keys_{link.step}"), linkable):
            keys.append(key)
            documents.append((row + first).astype(np.uint32))
        first += batch.num_rows
    key, document = np.concatenate(keys), np.concatenate(documents)
    partition = key % np.uint64(n_partitions) if n_partitions > 1 else None
    paths = []
    for k in range(n_partitions):
        mine = slice(None) if partition is None else partition == k
        columns = [pa.array(key[mine]), pa.array(document[mine])]
        path = corpus.work.linked(link.step, "keys", f"{task.name}-{k:04d}")
        write_table(path, [pa.RecordBatch.from_arrays(columns, schema=KEY_FILE)])
        paths.append(str(path))
    return paths


def _keys(keys: pa.StructArray, linkable: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(keys, rows) of the linkable rows: the first eight bytes of the exact key, then each band.

    An exact key stands for the whole text, so short texts, which have no bands, are linked too.
    """
    rows = np.flatnonzero(linkable)
    if not len(rows):
        return
    exact = keys.field("exact").take(pa.array(rows))
    halves = np.frombuffer(exact.buffers()[1], np.uint64)[: 2 * len(exact)]
    yield halves[::2], rows
    if "bands" in {field.name for field in keys.type}:
        bands = keys.field("bands").take(pa.array(rows))
        present = bands.is_valid().to_numpy(zero_copy_only=False)
        values = bands.flatten().to_numpy(zero_copy_only=False)
        yield values, np.repeat(rows[present], bands.type.list_size)


# --- clusters ------------------------------------------------------------------------


def _write_rows(engine: Engine, corpus: Corpus, link: Link, components: np.ndarray) -> None:
    groups = list(_groups(components, corpus))
    settled = engine.map(lambda group: _settled(corpus, link, group), groups)
    found = list(settled) or [_no_clusters()]
    columns = [np.concatenate(column) for column in zip(*found, strict=True)]
    document, kept, similarity, cluster = columns
    order = np.argsort(document, kind="stable")
    document, kept = document[order], kept[order]
    names = _ids(corpus, np.unique(np.concatenate([document, kept, cluster])))
    for number, task in enumerate(corpus.tasks):
        a, b = np.searchsorted(document, corpus.first[number : number + 2])
        rows = [
            (int(d - corpus.first[number]), names[c], names[k], float(s), bool(d != k))
            for d, k, s, c in zip(
                document[a:b], kept[a:b], similarity[order][a:b], cluster[order][a:b], strict=True
            )
        ]
        path = corpus.work.linked(link.step, "rows", task.name)
        write_table(path, [_link_rows(link, rows)])


def _groups(components: np.ndarray, corpus: Corpus) -> Iterator[np.ndarray]:
    """Documents of components with two members or more, whole components together, ascending."""
    order = np.argsort(components, kind="stable")
    ordered = components[order]
    is_first = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
    sizes = np.diff(np.append(np.flatnonzero(is_first), len(ordered)))
    members = order[np.repeat(sizes > 1, sizes)]
    ends = np.cumsum(sizes[sizes > 1])  # of each component among the members
    chars = np.cumsum(corpus.length_chars[members])[ends - 1]
    start = done = 0
    while start < len(members):
        # A group closes with the component that fills it.
        last = min(int(np.searchsorted(chars, done + GROUP_CHARS)), len(ends) - 1)
        yield np.sort(members[start : ends[last]])
        start, done = int(ends[last]), int(chars[last])


Clusters = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _no_clusters() -> Clusters:
    none = np.zeros(0, np.int64)
    return none, none, np.zeros(0), none


def _settled(corpus: Corpus, link: Link, documents: np.ndarray) -> Clusters:
    """(document, kept document, similarity, first document of the cluster) of all that have a twin."""
    kept_row, similarity = _compared(corpus, link, documents)
    kept = kept_row.to_numpy(zero_copy_only=False).astype(np.int64)
    members = np.bincount(kept, minlength=len(documents))
    first = np.full(len(documents), len(documents))
    np.minimum.at(first, kept, np.arange(len(documents)))
    twin = members[kept] > 1
    return (
        documents[twin],
        documents[kept[twin]],
        similarity.to_numpy(zero_copy_only=False)[twin],
        documents[first[kept[twin]]],
    )


def _compared(corpus: Corpus, link: Link, documents: np.ndarray) -> tuple[pa.Array, pa.Array]:
    """(kept row, similarity) of the documents, rows counted among them."""
    preference = corpus.preference[documents]
    columns = list(_texts(corpus, link, documents))
    if link.name != "exact":
        kept, similarity = kernel_link(link).clusters_among(columns, pa.array(preference))
        return kept, similarity
    keys = pa.concat_arrays([keys.field("exact") for _, keys in columns])
    kept = _kept_of_equals(keys, preference)
    return pa.array(kept), pa.array(np.ones(len(kept)))


def _kept_of_equals(keys: pa.Array, preference: np.ndarray) -> np.ndarray:
    """For each row the most preferred row with an equal key."""
    best: dict[bytes, int] = {}
    values = keys.to_pylist()
    for row, key in enumerate(values):
        if key not in best or preference[row] > preference[best[key]]:
            best[key] = row
    return np.array([best[key] for key in values], np.int64)


def _texts(
    corpus: Corpus, link: Link, documents: np.ndarray
) -> Iterator[tuple[pa.Array, pa.Array]]:
    """(texts, keys) of the documents, batch by batch; copies, so that no file stays open."""
    columns = ["kind", "text", "messages", "preference", "parts"]
    for batch, found in _batches_with(corpus, documents):
        rows = pa.array(found)
        keys = batch.column(f"keys_{link.step}").take(rows)
        if is_all_text(batch):
            yield _kernel.texts_of_rows(batch["text"], rows), keys
        else:
            yield viewed_text(batch.select(columns).take(rows)), keys


def _ids(corpus: Corpus, documents: np.ndarray) -> dict[int, str]:
    names = [
        document_id(path, position)
        for batch, rows in _batches_with(corpus, documents)
        for path, position in zip(
            batch["path"].take(pa.array(rows)).to_pylist(),
            batch["position"].to_numpy()[rows].tolist(),
            strict=True,
        )
    ]
    return dict(zip(documents.tolist(), names, strict=True))


def _batches_with(
    corpus: Corpus, documents: np.ndarray
) -> Iterator[tuple[pa.RecordBatch, np.ndarray]]:
    """(batch, rows in it) for the documents, ascending."""
    for number, task in enumerate(corpus.tasks):
        a, b = np.searchsorted(documents, corpus.first[number : number + 2])
        if a == b:
            continue
        first = corpus.first[number]
        for batch in read_batches(corpus.work.measured(task.name)):
            a, b = np.searchsorted(documents, [first, first + batch.num_rows])
            if a < b:
                yield batch, documents[a:b] - first
            first += batch.num_rows


def _link_rows(link: Link, rows: list[tuple[int, str, str, float, bool]]) -> pa.RecordBatch:
    row, cluster, kept_id, similarity, dropped = zip(*rows, strict=True) if rows else ((),) * 5
    reason = [
        f"{link.text}: {similarity:.3f} with {kept} (cluster {cluster})" if falls else None
        for _, cluster, kept, similarity, falls in rows
    ]
    return pa.RecordBatch.from_pydict(
        {
            "row": row,
            "cluster": cluster,
            "kept_id": kept_id,
            "similarity": similarity,
            "dropped": dropped,
            "reason": reason,
        },
        schema=LINK_ROW,
    )
