"""The files of an input, in an order that depends on their names alone.

Takes files, folders and globs; gives each file once, with the path that begins its records' ids.
"""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lianjin.core.errors import Conflict, LimitExceeded, NotFound, StorageError, UsageError
from lianjin.core.limits import FOLDER_DEPTH, INPUT_FILES
from lianjin.core.store import reason_of
from lianjin.core.words import Words

_MAGIC = frozenset("*?[")
_DATASET = {"manifest.json", "data", "receipts"}
"""What a built dataset holds: its receipts and dropped records are no input."""


@dataclass(frozen=True)
class Found:
    """A file to be read. `path` is relative to the input, with `/` between its parts."""

    path: str
    absolute: Path


def listing(
    inputs: Sequence[str | os.PathLike[str]], *, without: Path | None = None
) -> tuple[Found, ...]:
    """Every file of the inputs once, by path.

    A folder gives all files below it but those whose name, or whose folder's name, begins with a
    dot; a glob (`**` crosses folders) gives what it matches. `path` is relative to the folder, to
    the part of the glob before its first wildcard, or to the file's own folder; with several inputs
    to the folder that all of them share. Links are followed; one that leads back into a folder it
    stands in adds nothing, and so do pipes, sockets and devices. Bytes of a name that are not UTF-8
    stand as `\\xNN` in `path`. Nothing in the folder `without`, where a run writes, is listed.
    Raises NotFound for an input that is not there, UsageError where nothing is to be read, two
    files would have one path or a folder is a dataset, Conflict for an input inside `without`,
    StorageError for a folder that cannot be listed.
    """
    if not inputs:
        raise UsageError(
            "no-input",
            Words(
                "no input was given; expected a file, a folder or a glob",
                "没有给出输入；应为文件、目录或通配符",
            ),
            hint=Words(
                "add `--input PATH`, or `input: {path: …}` to the recipe",
                "加 `--input PATH`，或在配方里写 `input: {path: …}`",
            ),
        )
    resolved = [_resolved(os.fspath(entry), without) for entry in inputs]
    root = Path(os.path.commonpath([base for base, _ in resolved]))
    found: dict[str, Path] = {}
    for _, files in resolved:
        for file in files:
            path = _shown(file.relative_to(root).as_posix())
            if found.setdefault(path, file) != file:
                raise UsageError(
                    "same-path",
                    Words(
                        f"two files would be called {path!r} in ids",
                        f"有两个文件在标识中都会叫 {path!r}",
                    ),
                    hint=Words("rename one", "给其中一个改名"),
                )
            if len(found) > INPUT_FILES:
                raise LimitExceeded(
                    "too-many-files",
                    Words(
                        f"the input has more than {INPUT_FILES} files, the limit",
                        f"输入的文件超过 {INPUT_FILES} 个的上限",
                    ),
                    hint=Words(
                        "build it in several runs, or pack the files together",
                        "分几次构建，或先把文件合并打包",
                    ),
                )
    if not found:
        raise _no_file(inputs)
    return tuple(Found(path, found[path]) for path in sorted(found))


def _dataset(folder: Path) -> UsageError:
    shown = str(folder)
    return UsageError(
        "input-is-dataset",
        Words(
            f"{shown!r} is a dataset; its dropped records and receipts would be read as documents",
            f"{shown!r} 是建成的数据集；其中丢弃的记录和回执会被当成文档读入",
        ),
        hint=Words(
            f"name its kept records, `--input {shown}/data`, or move it out of the input",
            f"要读其保留的记录，用 `--input {shown}/data`；否则把它移出输入目录",
        ),
    )


def _no_file(inputs: Sequence[str | os.PathLike[str]]) -> UsageError:
    named = ", ".join(repr(os.fspath(entry)) for entry in inputs)
    return UsageError(
        "no-input",
        Words(
            f"{named} holds no file; expected at least one",
            f"{named} 里没有文件；至少要有一个",
        ),
        hint=Words(
            "files and folders whose name begins with a dot are not read",
            "名称以点开头的文件和目录不读",
        ),
    )


def _shown(path: str) -> str:
    """The path with bytes that are not UTF-8, as old archives unpack them, written out.

    >>> _shown("\\udcd6\\udcd0.txt")
    '\\\\xd6\\\\xd0.txt'
    """
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _resolved(entry: str, without: Path | None) -> tuple[Path, Iterator[Path]]:
    """The folder that paths are relative to, and the files."""
    path = Path(os.path.abspath(os.path.expanduser(entry)))
    if without is not None and _is_within(path, without):
        raise Conflict(
            "input-in-output",
            Words(
                f"the input {entry!r} stands in {str(without)!r}, where the run writes",
                f"输入 {entry!r} 就在要写入的 {str(without)!r} 里",
            ),
            hint=Words("choose another folder with --out", "用 --out 换一个目录"),
        )
    if path.is_dir():
        return path, _walk(path, (), _identity(without))
    if os.path.lexists(path):
        if not _is_readable(path):
            raise UsageError(
                "not-a-file",
                Words(
                    f"{entry!r} is a pipe, a socket or a device; expected a file or a folder",
                    f"{entry!r} 是管道、套接字或设备；应为文件或目录",
                ),
                hint=Words(
                    "an input is read twice: write it to a file first",
                    "输入要读两遍：请先写成文件",
                ),
            )
        return path.parent, iter([path])
    if _MAGIC & set(entry):
        return _matched(path, without)
    raise NotFound(
        "input-not-found",
        Words(f"there is no file or folder {entry!r}", f"没有文件或目录 {entry!r}"),
        hint=Words("relative paths start at the working folder", "相对路径从当前目录算起"),
    )


def _is_within(path: Path, folder: Path) -> bool:
    """Whether the path is the folder or in it, links followed."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _identity(folder: Path | None) -> tuple[int, int] | None:
    """Device and inode of a folder; None if it is not there."""
    if folder is None or not folder.exists():
        return None
    status = folder.stat()
    return (status.st_dev, status.st_ino)


def _is_readable(path: str | Path) -> bool:
    """Whether to read it: a file, or a link that leads nowhere, of which reading will tell."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return True


def _matched(pattern: Path, without: Path | None) -> tuple[Path, Iterator[Path]]:
    fixed: list[str] = []
    for part in pattern.parts:
        if _MAGIC & set(part):
            break
        fixed.append(part)
    base = Path(*fixed)
    matches = sorted(glob.glob(str(pattern), recursive=True))
    files = [Path(match) for match in matches if not os.path.isdir(match) and _is_readable(match)]
    if without is not None and without.exists():
        folders = {file.parent for file in files}
        written = {folder for folder in folders if _is_within(folder, without)}
        files = [file for file in files if file.parent not in written]
    return base, iter(files)


def _walk(
    folder: Path, above: tuple[tuple[int, int], ...], without: tuple[int, int] | None
) -> Iterator[Path]:
    """The files below a folder but those in `without`; `above` are the folders it stands in.

    Folders are told by device and inode.
    """
    try:
        status = folder.stat()
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise StorageError(
            "unreadable-folder",
            Words(f"cannot list {str(folder)!r}: ", f"无法列出 {str(folder)!r}：")
            + reason_of(error),
            hint=Words("check who owns the folder and its permissions", "检查该目录的所有者与权限"),
        ) from error
    here = (status.st_dev, status.st_ino)
    if here in above or here == without:
        return
    if len(above) > FOLDER_DEPTH:
        raise LimitExceeded(
            "folder-too-deep",
            Words(
                f"{str(folder)!r} stands deeper than {FOLDER_DEPTH} folders, the limit",
                f"{str(folder)!r} 的层数超过 {FOLDER_DEPTH} 的上限",
            ),
            hint=Words("name a folder further down as the input", "改用更深一层的目录作输入"),
        )
    if {entry.name for entry in entries} >= _DATASET:
        raise _dataset(folder)
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if os.path.isdir(entry.path) if entry.is_symlink() else entry.is_dir():
            yield from _walk(Path(entry.path), (*above, here), without)
        elif entry.is_file(follow_symlinks=False) or _is_readable(entry.path):
            yield Path(entry.path)
