"""The registry: datasets of organisations, their versions, and the bytes behind them.

Takes dataset folders; gives versions that never change. A registry is a folder: blobs
(`corpus/blob.py`), `datasets/ORGANISATION/NAME/versions/1.2.0.json`, and `views/`, which can be
thrown away. A version appears by being written if absent, after all of its bytes; a kill before
that leaves blobs that the same push finds again, until `corpus/collection.py` takes them away.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lianjin.core.errors import Conflict, Finding, NotFound, StorageError, UsageError
from lianjin.core.limits import MANIFEST_SIZE_BYTES, VERSION_SIZE_BYTES
from lianjin.core.store import damaged, guarded, link_if_absent
from lianjin.core.words import Words, nearest
from lianjin.corpus.blob import BlobStore, blocks_of, checked_sha256
from lianjin.corpus.checkout import check_out
from lianjin.corpus.dataset import Dataset
from lianjin.corpus.integrity import Integrity, integrity
from lianjin.corpus.manifest import read_manifest
from lianjin.corpus.shipment import MANIFEST, Item, Report, Shipment, extras_of, items_of, pack
from lianjin.corpus.tokens import counts_of
from lianjin.corpus.version import DatasetName, DatasetVersion, Extra, Parent, VersionName
from lianjin.corpus.view import open_view

SAME = ("manifest", "parents", "message")
"""What two pushes of one version agree in; who came first is its maker, and its extras stay."""
PUT_AT_ONCE = 4
REMEMBERED_BYTES = 4 << 20
"""A manifest of at most so many bytes is remembered; in memory it takes a few times as many."""
Source = VersionName | str
"""A parent: a version of this registry by its name, or one from elsewhere by its root."""


@dataclass(frozen=True)
class Registry:
    """The registry of a folder. Nothing is made before the first version is."""

    folder: Path

    @property
    def exists(self) -> bool:
        """Whether anything was put into it yet."""
        return (self.folder / "objects").is_dir() or (self.folder / "datasets").is_dir()

    @property
    def blobs(self) -> BlobStore:
        """Its bytes."""
        return BlobStore(self.folder)

    def commit(
        self,
        dataset: Path,
        name: VersionName,
        *,
        created_by: str,
        now: str,
        parents: Sequence[Source] = (),
        message: str = "",
        report: Report = lambda done, total: None,
    ) -> DatasetVersion:
        """The version that a dataset folder becomes, once all of it is on disk.

        Every file is hashed against the manifest on its way in; Finding says which differs. The
        same call again gives the version that stands; Conflict `version-exists` if the name stands
        for another manifest, other parents or another message.
        """
        self.blobs.sweep()
        shipment = pack(dataset)
        version = described(
            shipment.manifest.sha256,
            shipment.facts,
            name,
            created_by=created_by,
            now=now,
            parents=self._parents(parents),
            message=message,
            extras=extras_of(shipment.extras),
        )
        self._refuse_another(version)
        with self.blobs.kept():
            self._put_all(shipment, report)
            return self._published(version)

    def _put_all(self, shipment: Shipment, report: Report) -> None:
        """Puts all files, a few at a time: while the disk has one, the next is hashed."""
        done = 0
        pool = ThreadPoolExecutor(PUT_AT_ONCE, thread_name_prefix="lianjin-put")
        try:
            for item in pool.map(lambda item: self._put(shipment, item), shipment.items):
                done += item.size_bytes
                report(done, shipment.size_bytes)
        finally:
            pool.shutdown(cancel_futures=True)

    def _put(self, shipment: Shipment, item: Item) -> Item:
        with self.blobs.incoming(item.sha256) as writer:
            for block in shipment.blocks(item):
                writer.write(block)
            if writer.sha256 != item.sha256:
                raise content_differs(item, writer.sha256)
        return item

    def commit_blobs(
        self,
        manifest: str,
        name: VersionName,
        *,
        created_by: str,
        now: str,
        parents: Sequence[Source] = (),
        message: str = "",
        extras: Mapping[str, Extra] | None = None,
    ) -> DatasetVersion:
        """As `commit`, of bytes that are in the registry: `manifest` is the SHA-256 of its bytes.

        Conflict `blobs-missing` names a file whose bytes are not there. A parent by name has to
        exist; one from elsewhere is named by its root alone, and is not looked for.
        """
        with self.blobs.kept():
            if not self.blobs.has(manifest):
                raise blobs_missing([MANIFEST])
            value = self.manifest_of(manifest)
            beside = dict(extras or {})
            others = (Item(path, extra.sha256, extra.size_bytes) for path, extra in beside.items())
            self._check_blobs((*items_of(value), *others))
            version = described(
                manifest,
                value,
                name,
                created_by=created_by,
                now=now,
                parents=self._parents(parents),
                message=message,
                extras=beside,
            )
            return self._published(version)

    def _published(self, version: DatasetVersion) -> DatasetVersion:
        """The version under its name: this one, or the same one that was there before."""
        with self.blobs.temporary_file() as (part, file):
            with guarded(part, "write"):
                file.write(version.to_bytes())
                os.fsync(file.fileno())
            if link_if_absent(part, self._path(version.name)):
                return version
        self._refuse_another(version)
        return self.version(version.name)

    def _refuse_another(self, version: DatasetVersion) -> None:
        """Conflict `version-exists` if the name stands for what is not the same version."""
        if not self._path(name := version.name).exists():
            return
        stands = self.version(name)
        if any(getattr(stands, field) != getattr(version, field) for field in SAME):
            what = Words(f"manifest {stands.manifest[:12]}…", f"清单 {stands.manifest[:12]}…")
            raise Conflict(
                "version-exists",
                Words(
                    f"'{name}' stands for another content, parents or message ({what.en})",
                    f"'{name}' 已存在，内容、来源或说明不同（{what.zh}）",
                ),
                hint=Words(
                    "a version never changes: push the next one", "版本永不更改：请推送下一个版本"
                ),
            )

    def _check_blobs(self, items: Sequence[Item]) -> None:
        if missing := [item.path for item in items if not self.blobs.has(item.sha256)]:
            raise blobs_missing(missing)
        for item in items:
            if (found := self.blobs.size_bytes(item.sha256)) != item.size_bytes:
                raise Finding(
                    "size-differs",
                    Words(
                        f"{item.path!r} has {found} bytes; the manifest says {item.size_bytes}",
                        f"{item.path!r} 有 {found} 字节；清单说是 {item.size_bytes}",
                    ),
                )

    def _parents(self, sources: Sequence[Source]) -> tuple[Parent, ...]:
        """The parents, each once, in the order given."""
        parents = {
            Parent(self.version(source).root, source)
            if isinstance(source, VersionName)
            else Parent(checked_sha256(source)): None
            for source in sources
        }
        return tuple(parents)

    def version(self, name: VersionName) -> DatasetVersion:
        """The version of that name; NotFound `no-such-version`; StorageError if it is damaged."""
        path = self._path(name)
        if not path.is_file():
            raise self._no_version(name)
        try:
            with guarded(path, "read"), path.open("rb") as file:
                version = DatasetVersion.read(file.read(VERSION_SIZE_BYTES))
            if version.name != name:
                raise ValueError(f"it is of {version.name}")
        except ValueError as error:
            raise damaged(
                path, Words(f"is no version as it was written ({error})", "不是写下时的版本记录")
            ) from error
        return version

    def _no_version(self, name: VersionName) -> NotFound:
        known = [str(known) for known in self._names(name.dataset)]
        missing = no_such_version(name)
        return NotFound(missing.code, missing.message + nearest(str(name), known))

    def versions(self, dataset: DatasetName) -> tuple[VersionName, ...]:
        """The versions of a dataset, lowest first; NotFound `no-such-dataset`."""
        if not (names := self._names(dataset)):
            known = [str(known) for known in self.datasets(dataset.organisation)]
            missing = no_such_dataset(dataset)
            raise NotFound(missing.code, missing.message + nearest(str(dataset), known))
        return names

    def latest(self, dataset: DatasetName) -> VersionName:
        """The highest version; a pre-release only where there is nothing else."""
        names = self.versions(dataset)
        return ([name for name in names if not name.is_pre_release] or list(names))[-1]

    def datasets(self, organisation: str | None = None) -> tuple[DatasetName, ...]:
        """All datasets that have a version, or those of one organisation; by name."""
        found = set()
        for folder in (self.folder / "datasets").glob("*/*/versions"):
            name, owner = folder.parent.name, folder.parent.parent.name
            if organisation in (None, owner):
                try:
                    dataset = DatasetName(owner, name)
                except UsageError:
                    continue  # not ours: `check` says so
                found |= {dataset} if self._names(dataset) else set()
        return tuple(sorted(found, key=str))

    def _names(self, dataset: DatasetName) -> tuple[VersionName, ...]:
        names = []
        for path in (self._folder(dataset)).glob("*.json"):
            try:
                names.append(dataset.at(path.name.removesuffix(".json")))
            except UsageError:
                continue
        return tuple(sorted(names, key=lambda name: name.order))

    def manifest(self, version: DatasetVersion) -> dict[str, Any]:
        """The manifest of a version, hashed and checked anew."""
        return self.manifest_of(version.manifest)

    def manifest_of(self, sha256: str) -> dict[str, Any]:
        """The manifest with this digest, to be looked at only.

        NotFound `no-such-blob`; Finding `manifest-differs`. Those read last are remembered: a
        digest stands for one manifest for ever, and reading one takes a tenth of a second for a
        few thousand inputs.
        """
        if self.blobs.size_bytes(sha256) > REMEMBERED_BYTES:
            return _manifest_of(self.blobs, sha256)
        return _remembered(self.blobs, sha256)

    def open(self, version: DatasetVersion) -> Dataset:
        """The version as a dataset in a folder, to be looked at only.

        The folder's files are the blobs themselves under their names, so it costs no space.
        """
        return open_view(self.blobs, version, self.manifest(version))

    def pull(
        self, version: DatasetVersion, folder: Path, report: Report = lambda done, total: None
    ) -> bool:
        """Copies the version out into a folder, each byte checked; False if it was there already.

        Conflict if the folder holds anything else; a pull that was stopped goes on.
        """
        return check_out(version, folder, lambda item, at: self.blocks(item.sha256, at), report)

    def blocks(self, sha256: str, start: int = 0) -> Iterator[bytes]:
        """The bytes of a blob from a place on, as they are; who takes them checks them."""
        self.blobs.size_bytes(sha256)
        return blocks_of(self.blobs.path(sha256), start)

    def lineage(self, version: DatasetVersion) -> tuple[Parent, ...]:
        """All that a version was made from, the nearest first, each once.

        A parent from elsewhere has no name, and its own parents are not known here; nor are those
        of one whose record is damaged, which `check` finds.
        """
        found: dict[Parent, None] = {}
        waiting = list(version.parents)
        while waiting:
            parent = waiting.pop(0)
            if parent not in found and parent.name != version.name:
                found[parent] = None
                waiting += self._parents_of(parent)
        return tuple(found)

    def _parents_of(self, parent: Parent) -> tuple[Parent, ...]:
        try:
            return () if parent.name is None else self.version(parent.name).parents
        except (NotFound, StorageError):
            return ()

    def check(self, part: tuple[int, int] = (1, 1)) -> Integrity:
        """All that is damaged, missing or strange; of the bytes one `part` of so many is read."""
        return integrity(self, part)

    def _folder(self, dataset: DatasetName) -> Path:
        return self.folder / "datasets" / dataset.organisation / dataset.name / "versions"

    def _path(self, name: VersionName) -> Path:
        return self._folder(name.dataset) / f"{name.version}.json"


def described(
    manifest: str,
    facts: dict[str, Any],
    name: VersionName,
    *,
    created_by: str,
    now: str,
    message: str,
    parents: tuple[Parent, ...] = (),
    extras: Mapping[str, Extra],
) -> DatasetVersion:
    """The version that a manifest becomes under a name; UsageError `wrong-version`.

    `manifest`: SHA-256 of its bytes; `facts`: its JSON, as `read_manifest` gives it.
    """
    items = items_of(facts)
    return DatasetVersion(
        name=name,
        manifest=manifest,
        root=facts["root"],
        n_files=len(items),
        size_bytes=sum(item.size_bytes for item in items),
        records=facts["records"],
        kept=facts["kept"],
        tokens=counts_of(facts),
        created_utc=now,
        created_by=created_by,
        message=message,
        parents=parents,
        extras=extras,
    )


def _manifest_of(blobs: BlobStore, sha256: str) -> dict[str, Any]:
    return read_manifest(blobs.read(sha256, most_bytes=MANIFEST_SIZE_BYTES))


_remembered = lru_cache(maxsize=32)(_manifest_of)


def no_such_dataset(dataset: DatasetName) -> NotFound:
    """The refusal about a dataset that is not there, or not for who asks."""
    said = Words(f"there is no dataset '{dataset}'", f"没有数据集 '{dataset}'")
    return NotFound("no-such-dataset", said)


def no_such_version(name: VersionName) -> NotFound:
    """The refusal about a version that is not there, or not for who asks."""
    said = Words(f"there is no version '{name}'", f"没有版本 '{name}'")
    return NotFound("no-such-version", said)


def content_differs(item: Item, found: str) -> Finding:
    """The refusal of a file whose bytes are not those of its manifest."""
    return Finding(
        "content-differs",
        Words(
            f"{item.path!r} has the SHA-256 {found}; the manifest says {item.sha256}",
            f"{item.path!r} 的 SHA-256 是 {found}；清单说是 {item.sha256}",
        ),
        hint=Words(
            "`lianjin verify DIR` lists all that differs", "`lianjin verify DIR` 列出所有不符之处"
        ),
    )


def blobs_missing(paths: Sequence[str]) -> Conflict:
    """The refusal of a version whose bytes are not all there."""
    more = len(paths) - 1
    return Conflict(
        "blobs-missing",
        Words(
            f"the bytes of {paths[0]!r} and {more} more files are not in the registry",
            f"仓库里没有 {paths[0]!r} 及另外 {more} 个文件的内容",
        ),
        hint=Words("send them first", "请先上传这些内容"),
    )
