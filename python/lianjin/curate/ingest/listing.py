"""The files of an input, in an order that depends on their names alone.

Takes files, folders and globs; gives each file once, with the path that begins its records' ids.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lianjin.core.errors import LimitExceeded, NotFound, StorageError, UsageError
from lianjin.core.limits import FOLDER_DEPTH, INPUT_FILES

_MAGIC = frozenset("*?[")


@dataclass(frozen=True)
class Found:
    """A file to be read. `path` is relative to the input, with `/` between its parts."""

    path: str
    absolute: Path


def listing(inputs: Sequence[str | os.PathLike[str]]) -> tuple[Found, ...]:
    """Every file of the inputs once, by path.

    A folder gives all files below it but those whose name, or whose folder's name, begins with a
    dot; a glob (`**` crosses folders) gives what it matches. `path` is relative to the folder, to
    the part of the glob before its first wildcard, or to the file's own folder; with several inputs
    to the folder that all of them share. Links are followed; one that leads back into a folder it
    stands in adds nothing. Raises NotFound for an input that is not there, UsageError where nothing
    is to be read, StorageError for a folder that cannot be listed.
    """
    if not inputs:
        raise UsageError("no-input", "no input was given; expected a file, a folder or a glob")
    resolved = [_resolved(os.fspath(entry)) for entry in inputs]
    root = Path(os.path.commonpath([base for base, _ in resolved]))
    found: dict[str, Path] = {}
    for _, files in resolved:
        for file in files:
            found[file.relative_to(root).as_posix()] = file
            if len(found) > INPUT_FILES:
                raise LimitExceeded(
                    "too-many-files", f"the input has more than {INPUT_FILES} files, the limit"
                )
    if not found:
        named = ", ".join(repr(os.fspath(entry)) for entry in inputs)
        raise UsageError(
            "no-input",
            f"{named} holds no file; expected at least one",
            hint="files and folders whose name begins with a dot are not read",
        )
    return tuple(Found(path, found[path]) for path in sorted(found))


def _resolved(entry: str) -> tuple[Path, Iterator[Path]]:
    """The folder that paths are relative to, and the files."""
    path = Path(os.path.abspath(os.path.expanduser(entry)))
    if path.is_dir():
        return path, _walk(path, ())
    if os.path.lexists(path):
        return path.parent, iter([path])
    if _MAGIC & set(entry):
        return _matched(path)
    raise NotFound(
        "input-not-found",
        f"there is no file or folder {entry!r}",
        hint="relative paths start at the working folder",
    )


def _matched(pattern: Path) -> tuple[Path, Iterator[Path]]:
    fixed: list[str] = []
    for part in pattern.parts:
        if _MAGIC & set(part):
            break
        fixed.append(part)
    base = Path(*fixed)
    matches = sorted(glob.glob(str(pattern), recursive=True))
    return base, (Path(match) for match in matches if not os.path.isdir(match))


def _walk(folder: Path, above: tuple[tuple[int, int], ...]) -> Iterator[Path]:
    """The files below a folder; `above` are the folders it stands in, by device and inode."""
    try:
        status = folder.stat()
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise StorageError(
            "unreadable-folder",
            f"cannot list {str(folder)!r}: {error.strerror or error}",
            hint="check who owns the folder and its permissions",
        ) from error
    here = (status.st_dev, status.st_ino)
    if here in above:
        return
    if len(above) > FOLDER_DEPTH:
        raise LimitExceeded(
            "folder-too-deep",
            f"{str(folder)!r} stands deeper than {FOLDER_DEPTH} folders, the limit",
        )
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(Path(entry.path), (*above, here))
        else:
            yield Path(entry.path)
