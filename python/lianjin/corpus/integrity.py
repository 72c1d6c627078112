"""Whether a registry holds what its versions say, to the byte.

Takes a registry; gives everything that is damaged, missing or strange, by version and file and by
blob. Reads all blobs, or one part of several, so that a part a night reads all of them in time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lianjin.core.errors import LianjinError, NotFound, UsageError
from lianjin.core.fault import ABSENT, PRESENT, Fault
from lianjin.core.limits import MANIFEST_SIZE_BYTES
from lianjin.core.words import Words
from lianjin.corpus.blob import SHA256
from lianjin.corpus.manifest import read_manifest
from lianjin.corpus.shipment import MANIFEST, Item, items_of
from lianjin.corpus.tokens import counts_of
from lianjin.corpus.version import DatasetVersion, VersionName
from lianjin.corpus.view import names_of, view_of

if TYPE_CHECKING:
    from lianjin.corpus.registry import Registry


@dataclass(frozen=True)
class Integrity:
    """What was looked at, and all faults.

    `size_bytes` were read and hashed again; `n_unused` blobs are of no version: a push was stopped,
    or goes on.
    """

    n_versions: int
    n_blobs: int
    n_unused: int
    size_bytes: int
    faults: tuple[Fault, ...]


def integrity(registry: Registry, part: tuple[int, int] = (1, 1)) -> Integrity:
    """The state of a registry; `part` (2, 7): of the bytes only the second of seven parts is read.

    Whether every blob is there, and of the right size, is always looked at. UsageError
    `wrong-value` for a part that there is none of.
    """
    number, parts = part
    if not 1 <= number <= parts:
        raise UsageError(
            "wrong-value",
            Words(f"there is no part {number} of {parts}", f"{parts} 份中没有第 {number} 份"),
        )
    faults: list[Fault] = []
    blobs, size_bytes, differing = _blobs(registry, number, parts, faults)
    versions = [v for path in _records(registry) if (v := _version(registry, path, faults))]
    used: set[str] = set()
    for version in versions:
        items, found = _items(registry, version, differing)
        used |= {item.sha256 for item in items}
        faults += found
        faults += [f for item in items for f in _blob_faults(registry, version, item, differing)]
        faults += _parent_faults(registry, version)
    faults += [
        _content_fault(f"objects/{sha256[:2]}/{sha256}", sha256, differing[sha256])
        for sha256 in sorted(differing.keys() - used)
    ]
    return Integrity(len(versions), len(blobs), len(blobs - used), size_bytes, tuple(faults))


def _blobs(
    registry: Registry, number: int, parts: int, faults: list[Fault]
) -> tuple[set[str], int, dict[str, str]]:
    """(all blobs, bytes that were read, digests found in those that are not what they should be)."""
    blobs, size_bytes, differing = set[str](), 0, dict[str, str]()
    for path in registry.blobs.all():
        sha256 = path.name
        place = path.relative_to(registry.folder).as_posix()
        known = SHA256.fullmatch(sha256) and place == f"objects/{sha256[:2]}/{sha256}"
        if not known or path.is_symlink() or not path.is_file():
            faults.append(Fault("file-unknown", place, PRESENT, ABSENT))
            continue
        blobs.add(sha256)
        if int(sha256, 16) % parts == number - 1:
            size_bytes += path.stat().st_size
            if (found := registry.blobs.found(sha256)) is not None and found != sha256:
                differing[sha256] = found
    return blobs, size_bytes, differing


def _records(registry: Registry) -> Iterator[Path]:
    """Every file under `datasets`, by name."""
    yield from sorted(p for p in (registry.folder / "datasets").glob("**/*") if not p.is_dir())


def _version(registry: Registry, path: Path, faults: list[Fault]) -> DatasetVersion | None:
    """The version of a record; None, with a fault, if the file is none."""
    place = path.relative_to(registry.folder).as_posix()
    try:
        _, organisation, name, versions, file = place.split("/")
        text = f"{organisation}/{name}@{file.removesuffix('.json')}"
        version_name = VersionName.parse(text)
        if versions != "versions" or not file.endswith(".json") or path.is_symlink():
            raise ValueError(place)
    except (ValueError, UsageError):
        faults.append(Fault("file-unknown", place, PRESENT, ABSENT))
        return None
    try:
        return registry.version(version_name)
    except LianjinError as error:
        expected = Words("a version as it was written", "写下时的版本记录")
        faults.append(Fault("damaged-file", place, error.message, expected))
        return None


def _items(
    registry: Registry, version: DatasetVersion, differing: dict[str, str]
) -> tuple[tuple[Item, ...], list[Fault]]:
    """What a version consists of, as far as its manifest can be read, and what is wrong with that."""
    beside = tuple(Item(p, e.sha256, e.size_bytes) for p, e in version.extras.items())
    own = Item(MANIFEST, version.manifest, -1)
    try:
        # Not `registry.manifest`, which may remember what the disk has lost.
        data = registry.blobs.read(version.manifest, most_bytes=MANIFEST_SIZE_BYTES)
        manifest = read_manifest(data)
    except NotFound:
        return (own, *beside), []
    except LianjinError as error:
        if version.manifest not in differing:
            expected = Words("a manifest as it was written", "写下时的清单")
            fault = Fault("manifest-differs", _place(version, MANIFEST), error.message, expected)
            return (own, *beside), [fault]
        return (own, *beside), []
    faults = [*_fact_faults(version, manifest), *_view_faults(registry, version, manifest)]
    return (own, *items_of(manifest), *beside), faults


def _fact_faults(version: DatasetVersion, manifest: dict[str, Any]) -> Iterator[Fault]:
    items = items_of(manifest)
    facts = {
        "root": manifest["root"],
        "records": manifest["records"],
        "kept": manifest["kept"],
        "tokens": counts_of(manifest),
        "n_files": len(items),
        "size_bytes": sum(item.size_bytes for item in items),
    }
    for name, value in facts.items():
        if getattr(version, name) != value:
            said = Words.verbatim(f"{name} {getattr(version, name)}")
            yield Fault(
                "manifest-differs", str(version.name), said, Words.verbatim(f"{name} {value}")
            )


def _view_faults(
    registry: Registry, version: DatasetVersion, manifest: dict[str, Any]
) -> Iterator[Fault]:
    """Files of the version's view, if it has one, that are not the blobs."""
    folder = view_of(registry.blobs, version)
    if not folder.exists():
        return
    for name, sha256 in names_of(version, manifest).items():
        path, blob = folder / name, registry.blobs.path(sha256)
        is_there = os.path.lexists(path)
        if blob.exists() and not (is_there and os.path.samestat(path.lstat(), blob.stat())):
            place = path.relative_to(registry.folder).as_posix()
            yield Fault(
                "view-differs",
                place,
                Words("another file", "另一个文件") if is_there else ABSENT,
                Words.verbatim(sha256),
            )


def _blob_faults(
    registry: Registry, version: DatasetVersion, item: Item, differing: dict[str, str]
) -> Iterator[Fault]:
    place = _place(version, item.path)
    if not registry.blobs.has(item.sha256):
        yield Fault("file-missing", place, ABSENT, Words.verbatim(_blob(item.sha256)))
        return
    size_bytes = registry.blobs.size_bytes(item.sha256)
    if size_bytes != item.size_bytes and item.path != MANIFEST:
        sizes = (Words(f"{n} bytes", f"{n} 字节") for n in (size_bytes, item.size_bytes))
        yield Fault("size-differs", f"{place} ({_blob(item.sha256)})", *sizes)
    elif item.sha256 in differing:
        yield _content_fault(f"{place} ({_blob(item.sha256)})", item.sha256, differing[item.sha256])


def _content_fault(place: str, sha256: str, found: str) -> Fault:
    return Fault("content-differs", place, Words.verbatim(found), Words.verbatim(sha256))


def _parent_faults(registry: Registry, version: DatasetVersion) -> Iterator[Fault]:
    for parent in version.parents:
        if parent.name is None:
            continue
        try:
            found = registry.version(parent.name).root
        except NotFound:
            yield Fault(
                "no-such-version", str(version.name), ABSENT, Words.verbatim(str(parent.name))
            )
        except LianjinError:
            continue  # its own record is a fault already
        else:
            if found != parent.root:
                roots = (Words.verbatim(f"{parent.name} {root}") for root in (found, parent.root))
                yield Fault("parent-differs", str(version.name), *roots)


def _place(version: DatasetVersion, path: str) -> str:
    return f"{version.name}: {path}"


def _blob(sha256: str) -> str:
    return f"objects/{sha256[:2]}/{sha256}"
