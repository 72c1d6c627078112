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

from lianjin.core.codes import meaning
from lianjin.core.errors import Conflict, StorageError
from lianjin.core.words import Words

_OWNER = Words("check who owns the path and its permissions", "检查该路径的所有者与权限")
_PATH = Words("check the path, or choose another", "检查路径，或换一个路径")
_AGAIN = Words("check the disk and run the same command again", "检查磁盘后运行同一条命令")

_NEXT_STEP = {
    errno.ENOSPC: Words(
        "free some space and run the same command again; finished work is kept",
        "腾出空间后运行同一条命令；做完的部分都保留着",
    ),
    errno.EDQUOT: Words(
        "raise the quota and run the same command again; finished work is kept",
        "提高配额后运行同一条命令；做完的部分都保留着",
    ),
    errno.EACCES: _OWNER,
    errno.EPERM: _OWNER,
    errno.EROFS: Words("choose a folder on a writable file system", "换一个可写文件系统上的目录"),
    errno.EMFILE: Words(
        "raise the limit of open files (ulimit -n) or use fewer workers",
        "提高打开文件数上限（ulimit -n），或减少 --workers",
    ),
    errno.ENOTDIR: _PATH,
    errno.ENOENT: _PATH,
    errno.EISDIR: _PATH,
    errno.ELOOP: _PATH,
    errno.EINVAL: _PATH,
    errno.ENAMETOOLONG: Words("choose a shorter path", "换一个更短的路径"),
}

_DOING = {
    "read": Words("read", "读取"),
    "write": Words("write", "写入"),
    "empty": Words("empty", "清空"),
    "remove": Words("remove", "删除"),
    "open": Words("open", "打开"),
    "lock": Words("lock", "锁定"),
    "use": Words("use", "使用"),
}


def storage_error(error: OSError, path: Path | str, doing: str) -> StorageError:
    """The StorageError that says what could not be done with `path`, and what to do next."""
    reason, verb = reason_of(error), _DOING.get(doing, Words.verbatim(doing))
    return StorageError(
        _code(error),
        Words(
            f"cannot {verb.en} {str(path)!r}: {reason.en}",
            f"无法{verb.zh} {str(path)!r}：{reason.zh}",
        ),
        hint=_NEXT_STEP.get(error.errno or 0, _AGAIN),
    )


def reason_of(error: OSError) -> Words:
    """What the system says of a failure; its English is the system's own."""
    return Words(error.strerror or str(error), meaning(_code(error), "zh"))


def _code(error: OSError) -> str:
    """`storage-enospc` and the like; `storage-other` for what the table of codes does not know."""
    code = f"storage-{errno.errorcode.get(error.errno or 0, 'EIO').lower()}"
    return code if meaning(code, "en") else "storage-other"


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


def make_folder(path: Path) -> None:
    """Makes a folder and those above it, each with its name on disk; there already is fine."""
    with guarded(path, "write"):
        if not path.is_dir():
            if path.parent != path:
                make_folder(path.parent)
            path.mkdir(exist_ok=True)
            flush(path.parent)


def link_if_absent(part: Path, path: Path) -> bool:
    """Gives a finished file its final name too, on disk; False if another file has that name."""
    make_folder(path.parent)
    with guarded(path, "write"):
        try:
            os.link(part, path)
        except FileExistsError:
            return False
        flush(path.parent)
    return True


def place(part: Path, path: Path) -> None:
    """Gives a finished file its final name, on disk, in the place of what had it; one disk only."""
    make_folder(path.parent)
    with guarded(path, "write"):
        flush(part)
        os.replace(part, path)
        flush(path.parent)


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
    """Writes JSON under a name nobody has taken; raises Conflict `already-exists` otherwise."""
    write_text_if_absent(path, json_text(value))


def write_text_if_absent(path: Path, text: str) -> None:
    """Writes UTF-8 under a name nobody has taken; raises Conflict `already-exists` otherwise.

    A hard link publishes the finished file: it fails if the name exists, and a reader never sees
    half a file.
    """
    part = path.with_name(f".{path.name}.new.part")
    with guarded(path, "write"):
        try:
            write_text(part, text)
            os.link(part, path)
            flush(path.parent)
        except FileExistsError as error:
            raise already_exists(
                path,
                Words("choose another folder, or `--overwrite`", "换一个目录，或加 `--overwrite`"),
            ) from error
        finally:
            part.unlink(missing_ok=True)


def already_exists(path: Path, hint: Words) -> Conflict:
    """The Conflict about a file that is never replaced."""
    return Conflict(
        "already-exists",
        Words(
            f"{str(path)!r} exists already; it is never replaced",
            f"{str(path)!r} 已经存在，绝不替换",
        ),
        hint=hint,
    )


def read_json(path: Path) -> Any:
    """The JSON value in the file; StorageError if it cannot be read or is not JSON."""
    with guarded(path, "read"):
        content = path.read_bytes()
    try:
        return json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise damaged(path, Words(f"is not JSON ({error})", "不是合法的 JSON")) from error


def damaged(path: Path, what: Words) -> StorageError:
    """The StorageError about a file that is not as lianjin writes it."""
    return StorageError(
        "damaged-file",
        Words(
            f"{str(path)!r} {what.en}; expected a file written by lianjin",
            f"{str(path)!r} {what.zh}；应为 lianjin 写出的文件",
        ),
        hint=Words(
            "restore it from a copy, or build again with `--overwrite`",
            "用备份恢复，或加 `--overwrite` 重新构建",
        ),
    )


def remove_tree(path: Path) -> None:
    """Removes a folder and all in it; absent is fine."""
    with guarded(path, "remove"):
        if path.exists():
            shutil.rmtree(path)
