"""What of a dataset travels: its manifest, the files under the root, and what stands beside them.

Takes a dataset folder; gives the list of files with their digests, none of them a link, none of
them unknown. The bytes of the files are checked where they are read: on their way out.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from lianjin.core.errors import Finding, LimitExceeded
from lianjin.core.limits import MANIFEST_SIZE_BYTES, VERSION_EXTRAS
from lianjin.core.store import guarded
from lianjin.core.words import Words
from lianjin.corpus.blob import BlobWriter, blocks_of
from lianjin.corpus.dataset import open_dataset
from lianjin.corpus.manifest import OUTSIDE, files_of, read_manifest
from lianjin.corpus.version import Extra

Report = Callable[[int, int], None]
"""Is told how many bytes are done, and how many there are."""

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Item:
    """A file that travels: its `path` in the dataset, and the blob that it is."""

    path: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class Shipment:
    """A dataset folder that was looked through: `files` are under its root, `extras` are not.

    `facts` is the manifest's JSON, checked by `read_manifest`.
    """

    folder: Path
    facts: dict[str, Any]
    manifest: Item
    files: tuple[Item, ...]
    extras: tuple[Item, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """Everything that travels; the manifest comes last, as it vouches for the others."""
        return (*self.files, *self.extras, self.manifest)

    @property
    def size_bytes(self) -> int:
        """Bytes of everything that travels."""
        return sum(item.size_bytes for item in self.items)

    def blocks(self, item: Item) -> Iterator[bytes]:
        """The bytes of a file; a link that has come into its place since is not followed."""
        return blocks_of(self.folder / item.path)


def pack(folder: Path) -> Shipment:
    """The shipment of a dataset folder.

    NotFound `not-a-dataset`; Finding names what is not as the manifest says: `manifest-differs`,
    `file-missing`, `size-differs`, `file-unknown`, and `link-inside` for a link, which would take
    along what stands elsewhere.
    """
    open_dataset(folder)
    manifest, data = _read(folder / MANIFEST, MANIFEST)
    value = read_manifest(data)
    files = items_of(value)
    for item in files:
        _check_place(folder, item)
    extras = tuple(_extras(folder))
    _refuse_strangers(folder, {item.path for item in files})
    return Shipment(folder, value, manifest, files, extras)


def items_of(manifest: dict[str, Any]) -> tuple[Item, ...]:
    """The files under the root of a manifest that was read by `read_manifest`."""
    return tuple(Item(e.path, e.sha256, e.size_bytes) for e in files_of(manifest))


def extras_of(items: tuple[Item, ...]) -> dict[str, Extra]:
    """The extras as a version lists them."""
    return {item.path: Extra(item.sha256, item.size_bytes) for item in items}


def _check_place(folder: Path, item: Item) -> None:
    parts = PurePosixPath(item.path).parts
    for depth in range(1, len(parts)):
        _refuse_link(folder.joinpath(*parts[:depth]), "/".join(parts[:depth]))
    path = folder / item.path
    _refuse_link(path, item.path)
    if not path.is_file():
        raise _differs("file-missing", item.path, Words("is absent", "缺失"))
    with guarded(path, "read"):
        found = path.stat().st_size
    if found != item.size_bytes:
        said = Words(
            f"has {found} bytes; the manifest says {item.size_bytes}",
            f"有 {found} 字节；清单说是 {item.size_bytes}",
        )
        raise _differs("size-differs", item.path, said)


def _extras(folder: Path) -> Iterator[Item]:
    names = sorted(name for name in OUTSIDE - {MANIFEST} if os.path.lexists(folder / name))
    assert len(names) <= VERSION_EXTRAS
    for name in names:
        yield _read(folder / name, name)[0]


def _read(path: Path, name: str) -> tuple[Item, bytes]:
    """A file that no hash was promised of, and its bytes."""
    _refuse_link(path, name)
    writer, data = BlobWriter(None, path, MANIFEST_SIZE_BYTES), bytearray()
    try:
        for block in blocks_of(path):
            writer.write(block)
            data += block
    except LimitExceeded as error:
        said = Words(
            f"{str(path)!r} is larger than {MANIFEST_SIZE_BYTES} bytes",
            f"{str(path)!r} 超过 {MANIFEST_SIZE_BYTES} 字节",
        )
        raise LimitExceeded("blob-too-large", said, hint=error.hint) from error
    return Item(name, writer.sha256, writer.size_bytes), bytes(data)


def _refuse_link(path: Path, name: str) -> None:
    """Refuses a link or anything else that is neither a file nor a folder; absent is fine here."""
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        said = Words("is a link or no file", "是链接，或不是普通文件")
        raise _differs("link-inside", name, said)


def _refuse_strangers(folder: Path, known: set[str]) -> None:
    """As `verify` does: what the manifest does not know, hidden files at the top aside."""
    known |= OUTSIDE
    for top in sorted(folder.iterdir()):
        if top.name.startswith("."):
            continue
        for path in [top, *sorted(top.glob("**/*"))]:
            name = path.relative_to(folder).as_posix()
            if (path.is_symlink() or not path.is_dir()) and name not in known:
                said = Words("is not in the manifest", "不在清单里")
                raise _differs("file-unknown", name, said)


def _differs(code: str, name: str, said: Words) -> Finding:
    return Finding(
        code,
        Words(f"{name!r} {said.en}; nothing was sent", f"{name!r} {said.zh}；没有推送"),
        hint=Words(
            "`lianjin verify DIR` lists all that differs", "`lianjin verify DIR` 列出所有不符之处"
        ),
    )
