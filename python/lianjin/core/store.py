"""Files that appear whole or not at all.

Takes bytes or a writer; gives files under their final name only once they are complete and on disk.
Every failure of the disk becomes a StorageError that names the path and the next step.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from lianjin.core.errors import Conflict, StorageError

_NEXT_STEP = {
    errno.ENOSPC: "free some space and run the same command again; finished work is kept",
    errno.EDQUOT: "raise the quota and run the same command again; finished work is kept",
    errno.EACCES: "check who owns the path and its permissions",
    errno.EPERM: "check who owns the path and its permissions",
    errno.EROFS: "choose a folder on a writable file system",
    errno.EMFILE: "raise the limit of open files (ulimit -n) or use fewer workers",
    errno.ENAMETOOLONG: "choose a shorter path",
}


def storage_error(error: OSError, path: Path | str, doing: str) -> StorageError:
    """The StorageError that says what could not be done with `path`, and what to do next."""
    name = errno.errorcode.get(error.errno or 0, "EIO").lower()
    reason = error.strerror or str(error)
    return StorageError(
        f"storage-{name}",
        f"cannot {doing} {str(path)!r}: {reason}",
        hint=_NEXT_STEP.get(error.errno or 0, "check the disk and run the same command again"),
    )


@contextmanager
def guarded(path: Path | str, doing: str) -> Iterator[None]:
    """Turns an OSError inside the block into a StorageError about `path`."""
    try:
        yield
    except OSError as error:
        raise storage_error(error, path, doing) from error


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`; renamed to it, on disk, when the block ends well.

    A block that raises leaves nothing behind. OSError becomes StorageError.
    """
    part = path.with_name(f".{path.name}.part")
    with guarded(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield part
            flush(part)
            os.replace(part, path)
            flush(path.parent)
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise


def flush(path: Path) -> None:
    """Asks the system to have the file or folder on disk before it returns."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_json(path: Path, value: Any, *, indent: int | None = 2) -> None:
    """Writes `value` as JSON, keys sorted, whole or not at all.

    `indent` None is for what only programs read: ten times as fast.
    """
    write_text(path, json_text(value, indent=indent))


def json_text(value: Any, *, indent: int | None = 2) -> str:
    """`value` as `write_json` writes it: the same value, the same bytes."""
    return json.dumps(value, ensure_ascii=False, indent=indent, sort_keys=True) + "\n"


def write_text(path: Path, text: str) -> None:
    """Writes `text` as UTF-8, whole or not at all."""
    with whole(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def write_if_absent(path: Path, value: Any) -> None:
    """Writes JSON under a name nobody has taken; raises Conflict `already-exists` otherwise.

    A hard link publishes the finished file: it fails if the name exists, and a reader never sees
    half a file.
    """
    part = path.with_name(f".{path.name}.new.part")
    with guarded(path, "write"):
        try:
            write_json(part, value)
            os.link(part, path)
            flush(path.parent)
        except FileExistsError as error:
            raise Conflict(
                "already-exists",
                f"{str(path)!r} exists already; it is never replaced",
                hint="choose another folder, or `--overwrite`",
            ) from error
        finally:
            part.unlink(missing_ok=True)


def read_json(path: Path) -> Any:
    """The JSON value in the file; StorageError if it cannot be read or is not JSON."""
    with guarded(path, "read"):
        content = path.read_bytes()
    try:
        return json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise damaged(path, f"is not JSON ({error})") from error


def damaged(path: Path, what: str) -> StorageError:
    """The StorageError about a file that is not as lianjin writes it."""
    return StorageError(
        "damaged-file",
        f"{str(path)!r} {what}; expected a file written by lianjin",
        hint="restore it from a copy, or build again with `--overwrite`",
    )


def remove_tree(path: Path) -> None:
    """Removes a folder and all in it; absent is fine."""
    with guarded(path, "remove"):
        if path.exists():
            shutil.rmtree(path)
