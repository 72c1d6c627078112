"""Bytes that no version uses, taken away once they are old enough.

Takes a registry and an age; gives what was found and whether it is gone. Such blobs are left by a push
that was stopped. One that goes on loses nothing: what it puts, or finds there and counts on, is new again
(`BlobStore.renewed`), and a version appears under the lock that removal waits for (`BlobStore.kept`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lianjin.core.errors import Finding, LianjinError
from lianjin.core.identity import digest
from lianjin.core.store import guarded
from lianjin.core.words import Words
from lianjin.corpus.blob import SHA256
from lianjin.corpus.shipment import items_of
from lianjin.corpus.version import DatasetName, DatasetVersion, VersionName

if TYPE_CHECKING:
    from lianjin.corpus.registry import Registry


@dataclass(frozen=True)
class Collection:
    """What no version uses. `unused`: digests of the blobs that are old enough, in order; `size_bytes`:
    what they take; `n_young`: others, which may belong to a push that goes on; `n_parts`: of files that broke
    off as long ago, `size_bytes` of them included. `removed`: they are gone.
    """

    n_versions: int
    unused: tuple[str, ...]
    size_bytes: int
    n_young: int
    removed: bool
    n_parts: int = 0

    @property
    def digest(self) -> str:
        """`sha256:…` of the list of digests."""
        return digest(list(self.unused))

    @property
    def told(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """(ids, digests) of the entry of a log that tells of it."""
        ids = {"n_blobs": str(len(self.unused)), "size_bytes": str(self.size_bytes)}
        ids |= {"n_parts": str(self.n_parts)} if self.n_parts else {}
        return ids, {"blobs": self.digest}


def collect(
    registry: Registry, *, older_than_s: float, now_s: float, removes: bool = False
) -> Collection:
    """The blobs that no version uses and that nobody asked for in `older_than_s`; gone if `removes`.

    `now_s`: seconds since 1970. Finding `registry-damaged` before anything is removed if a version or
    its manifest cannot be read: what it uses is not known then.
    """
    seen: set[VersionName] = set()
    used = _used(registry, seen)
    found = [name for name in _blobs(registry) if name not in used]

    def is_old(path: Path) -> bool:
        return _age_s(path, now_s) > older_than_s

    parts = [path for path in registry.blobs.parts() if is_old(path)]
    old = [name for name in found if is_old(registry.blobs.path(name))]
    if not removes:
        size_bytes = sum(map(_size_bytes, [*map(registry.blobs.path, old), *parts]))
        n_young = len(found) - len(old)
        return Collection(len(seen), tuple(old), size_bytes, n_young, False, len(parts))
    with registry.blobs.alone():
        # Only what appeared meanwhile is read: who pushes waits for this.
        used |= _used(registry, seen)
        found = [name for name in found if name not in used]
        old = [name for name in found if is_old(registry.blobs.path(name))]
        size_bytes = sum(map(_removed, [*map(registry.blobs.path, old), *parts]))
    n_young = len(found) - len(old)
    return Collection(len(seen), tuple(old), size_bytes, n_young, True, len(parts))


def _used(registry: Registry, seen: set[VersionName]) -> set[str]:
    """The digests that the versions which are not `seen` yet use; they are seen then."""
    used = set[str]()
    for name in _versions(registry):
        if name not in seen:
            try:
                used |= _digests(registry, registry.version(name))
            except LianjinError as error:
                raise _damaged(name, error) from error
            seen.add(name)
    return used


def _versions(registry: Registry) -> Iterator[VersionName]:
    """Every version that a record stands for; Finding for a file that is no record."""
    root = registry.folder / "datasets"
    for path in sorted(p for p in root.glob("**/*") if not p.is_dir()):
        try:
            organisation, name, _, file = path.relative_to(root).parts
            yield DatasetName(organisation, name).at(file.removesuffix(".json"))
        except (ValueError, LianjinError) as error:
            raise _damaged(path.relative_to(registry.folder).as_posix(), error) from error


def _digests(registry: Registry, version: DatasetVersion) -> set[str]:
    manifest = registry.manifest(version)
    items = {item.sha256 for item in items_of(manifest)}
    return items | {version.manifest, *(extra.sha256 for extra in version.extras.values())}


def _blobs(registry: Registry) -> Iterable[str]:
    """The digests of all blobs; what else lies there is for `check` to tell."""
    for path in registry.blobs.all():
        if SHA256.fullmatch(path.name) and path == registry.blobs.path(path.name):
            yield path.name


def _age_s(path: Path, now_s: float) -> float:
    """How long ago anybody put the blob or asked for it; below nothing if it is gone."""
    try:
        return now_s - path.lstat().st_mtime
    except FileNotFoundError:
        return -1.0


def _size_bytes(path: Path) -> int:
    with suppress(FileNotFoundError):
        return path.lstat().st_size
    return 0


def _removed(path: Path) -> int:
    """The bytes that a file took, once it is gone."""
    size_bytes = _size_bytes(path)
    with guarded(path, "write"):
        path.unlink(missing_ok=True)
    return size_bytes


def _damaged(where: VersionName | str, error: Exception) -> Finding:
    why = error.message if isinstance(error, LianjinError) else Words.verbatim(str(error))
    return Finding(
        "registry-damaged",
        Words(
            f"what '{where}' uses is not known, so nothing was removed: ",
            f"无法得知 '{where}' 用到哪些内容，因此没有清除任何内容：",
        )
        + why,
        hint=Words(
            "`lianjin verify DIR` lists all that is damaged",
            "`lianjin verify DIR` 列出所有损坏之处",
        ),
    )
