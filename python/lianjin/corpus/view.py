"""A version of a registry as a dataset folder, without copying it.

Takes a version; gives a folder under `views/` whose files are the blobs themselves, by hard links:
unlike soft ones they are files to everyone who reads them. A view can be thrown away at any time.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from lianjin.core.store import guarded, make_folder
from lianjin.corpus.blob import BlobStore, no_such_blob
from lianjin.corpus.dataset import Dataset
from lianjin.corpus.shipment import MANIFEST, items_of
from lianjin.corpus.version import DatasetVersion


def open_view(blobs: BlobStore, version: DatasetVersion, manifest: dict[str, Any]) -> Dataset:
    """The dataset of a version in a folder that has all of its files, or is not there at all.

    A view in which a file is not the blob any more is set aside and made anew. NotFound
    `no-such-blob` if a blob is missing.
    """
    names = names_of(version, manifest)
    folder = view_of(blobs, version)
    if not _is_whole(blobs, folder, names):
        with blobs.temporary_folder() as aside, blobs.temporary_folder() as part:
            _fill(blobs, part, names)
            make_folder(folder.parent)
            with guarded(folder, "write"):
                with suppress(FileNotFoundError):
                    os.rename(folder, aside / "view")
                try:
                    os.rename(part, folder)
                except OSError:
                    # Another process may have made the same view meanwhile.
                    if not _is_whole(blobs, folder, names):
                        raise
    return Dataset(folder, manifest)


def view_of(blobs: BlobStore, version: DatasetVersion) -> Path:
    """Where the view of a version is, or would be."""
    return blobs.folder / "views" / version.digest.removeprefix("sha256:")


def names_of(version: DatasetVersion, manifest: dict[str, Any]) -> dict[str, str]:
    """Every path of a version's folder, and the SHA-256 of the blob that stands there."""
    names = {item.path: item.sha256 for item in items_of(manifest)}
    names |= {path: extra.sha256 for path, extra in version.extras.items()}
    return names | {MANIFEST: version.manifest}


def _fill(blobs: BlobStore, folder: Path, names: dict[str, str]) -> None:
    for name, sha256 in names.items():
        path = folder / name
        with guarded(path, "write"):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(blobs.path(sha256), path)
            except FileNotFoundError as error:
                raise no_such_blob(sha256) from error


def _is_whole(blobs: BlobStore, folder: Path, names: dict[str, str]) -> bool:
    with suppress(FileNotFoundError, NotADirectoryError):
        return all(
            os.path.samestat(os.lstat(folder / name), os.lstat(blobs.path(sha256)))
            for name, sha256 in names.items()
        )
    return False
