"""A dataset version: a name, and the manifest that it stands for; never changed.

Takes names like `organisation/name@1.2.0`; gives records with a canonical JSON and its digest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from lianjin.core.errors import UsageError
from lianjin.core.identity import canonical, digest
from lianjin.core.limits import (
    DATASET_NAME_CHARS,
    VERSION_CHARS,
    VERSION_EXTRAS,
    VERSION_MESSAGE_CHARS,
    VERSION_PARENTS,
)
from lianjin.core.words import Words
from lianjin.corpus.blob import SHA256
from lianjin.corpus.tokens import counts_of, is_count

SCHEMA_VERSION = 1
_NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_NUMBER = r"(?:0|[1-9][0-9]*)"
_SEMVER = re.compile(
    rf"({_NUMBER})\.({_NUMBER})\.({_NUMBER})"
    rf"(?:-((?:{_NUMBER}|[0-9]*[a-z-][0-9a-z-]*)(?:\.(?:{_NUMBER}|[0-9]*[a-z-][0-9a-z-]*))*))?"
)
_EXTRA = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")

Order = tuple[int, int, int, bool, tuple[tuple[bool, int, str], ...]]


@dataclass(frozen=True)
class DatasetName:
    """`organisation/name`: both of lower-case ASCII letters and digits, with single `.`, `_`, `-`
    between them, up to 64 characters each. UsageError `wrong-name` for all else.
    """

    organisation: str
    name: str

    def __post_init__(self) -> None:
        for part in (self.organisation, self.name):
            if not (_NAME.fullmatch(part) and len(part) <= DATASET_NAME_CHARS):
                raise _wrong_name(f"{self.organisation}/{self.name}")

    def __str__(self) -> str:
        return f"{self.organisation}/{self.name}"

    @classmethod
    def parse(cls, text: str) -> DatasetName:
        """The name of its text.

        >>> DatasetName.parse("lab/zh-web").name
        'zh-web'
        """
        organisation, slash, name = text.partition("/")
        if not slash:
            raise _wrong_name(text)
        return cls(organisation, name)

    def at(self, version: str) -> VersionName:
        """The name of one of its versions."""
        return VersionName(self, version)


@dataclass(frozen=True)
class VersionName:
    """`organisation/name@1.2.0`: a version as SemVer 2.0.0 writes it, without build metadata."""

    dataset: DatasetName
    version: str

    def __post_init__(self) -> None:
        if not (_SEMVER.fullmatch(self.version) and len(self.version) <= VERSION_CHARS):
            raise _wrong_name(str(self))

    def __str__(self) -> str:
        return f"{self.dataset}@{self.version}"

    @classmethod
    def parse(cls, text: str) -> VersionName:
        """The name of its text; UsageError `wrong-name`.

        >>> str(VersionName.parse("lab/zh-web@1.2.0-rc.1"))
        'lab/zh-web@1.2.0-rc.1'
        """
        dataset, at, version = text.partition("@")
        if not at:
            raise _wrong_name(text)
        try:
            return cls(DatasetName.parse(dataset), version)
        except UsageError as error:
            raise _wrong_name(text) from error

    @property
    def is_pre_release(self) -> bool:
        """Whether it has a part behind a hyphen: `1.2.0-rc.1`."""
        return "-" in self.version

    @property
    def order(self) -> Order:
        """What to sort versions of a dataset by: SemVer 2.0.0 section 11, the lowest first.

        >>> a, b = (VersionName.parse(f"a/b@1.0.0{tail}") for tail in ("-rc.10", "-rc.9"))
        >>> a.order > b.order, VersionName.parse("a/b@1.0.0").order > a.order
        (True, True)
        """
        found = _SEMVER.fullmatch(self.version)
        assert found is not None, self.version
        major, minor, patch, behind = found.groups()
        marks = tuple(
            (False, int(mark), "") if mark.isdecimal() else (True, 0, mark)
            for mark in (behind or "").split(".")
        )
        return int(major), int(minor), int(patch), behind is None, marks


@dataclass(frozen=True)
class Parent:
    """What a version was made from: its `root`, and its `name` if it is in the same registry."""

    root: str
    name: VersionName | None = None

    def to_json(self) -> dict[str, Any]:
        """Its JSON; `name` is null for one from elsewhere."""
        return {"name": None if self.name is None else str(self.name), "root": self.root}


@dataclass(frozen=True)
class Extra:
    """A file that travels with a version but is not under its root: the report, the run."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class DatasetVersion:
    """One version of a dataset, for ever.

    `manifest`: SHA-256 of the bytes of manifest.json; `root`: the root that it states. `n_files` and
    `size_bytes` count the files under the root; `records`, `kept` and `tokens` (by score, of the kept
    records; empty if no score counted them) are those of the manifest.
    """

    name: VersionName
    manifest: str
    root: str
    n_files: int
    size_bytes: int
    records: int
    kept: int
    created_utc: str
    created_by: str
    message: str = ""
    parents: tuple[Parent, ...] = ()
    extras: Mapping[str, Extra] = field(default_factory=dict)
    tokens: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if problem := _problem(self):
            raise UsageError(
                "wrong-version",
                Words(f"no version can have this {problem}", f"版本的 {problem} 不合要求"),
                hint=Words(
                    f"a message is printable text of up to {VERSION_MESSAGE_CHARS} characters; there "
                    f"are up to {VERSION_PARENTS} parents",
                    f"说明为不超过 {VERSION_MESSAGE_CHARS} 个字符的可见文本；来源版本不超过 "
                    f"{VERSION_PARENTS} 个",
                ),
            )

    @property
    def digest(self) -> str:
        """`sha256:…` of its canonical JSON: everything that was said of it."""
        return digest(self._said())

    def to_json(self) -> dict[str, Any]:
        """Its JSON, with its digest."""
        said = self._said()
        return said | {"digest": digest(said)}

    def to_bytes(self) -> bytes:
        """Its canonical JSON and a line feed: what a registry stores."""
        return canonical(self.to_json()) + b"\n"

    def _said(self) -> dict[str, Any]:
        return {
            "schema_version": SCHEMA_VERSION,
            "name": str(self.name),
            "manifest": self.manifest,
            "root": self.root,
            "n_files": self.n_files,
            "size_bytes": self.size_bytes,
            "records": self.records,
            "kept": self.kept,
            "created_utc": self.created_utc,
            "created_by": self.created_by,
            "message": self.message,
            "parents": [parent.to_json() for parent in self.parents],
            "extras": {path: asdict(extra) for path, extra in self.extras.items()},
            # Left out where nothing was counted, as in all versions of before anything was.
            **({"tokens": dict(self.tokens)} if self.tokens else {}),
        }

    @classmethod
    def read(cls, data: bytes) -> DatasetVersion:
        """The version of its bytes; ValueError if they are not exactly as one is written."""
        try:
            value = json.loads(data)
            fields = {k: v for k, v in value.items() if k not in ("schema_version", "digest")}
            fields["name"] = VersionName.parse(value["name"])
            fields["parents"] = tuple(_parent(parent) for parent in value["parents"])
            fields["extras"] = {path: Extra(**e) for path, e in value["extras"].items()}
            version = cls(**fields)
            written = version.to_bytes()
        except (KeyError, TypeError, AttributeError, RecursionError, UsageError) as error:
            raise ValueError(f"it is no version: {error}") from error
        if written != data:
            raise ValueError("it is not as a version is written")
        return version


def _parent(value: Mapping[str, Any]) -> Parent:
    name = value["name"]
    return Parent(value["root"], None if name is None else VersionName.parse(name))


def _problem(version: DatasetVersion) -> str:
    """The name of the first field that cannot be; empty if all can."""
    counts = ("n_files", "size_bytes", "records", "kept")
    wrong = [name for name in counts if not is_count(getattr(version, name))]
    wrong += [name for name in ("manifest", "root") if not _is_sha256(getattr(version, name))]
    wrong += [] if _is_text(version.created_by, 1) else ["created_by"]
    wrong += [] if _is_text(version.message, 0) else ["message"]
    wrong += [] if _matches(_TIME, version.created_utc) else ["created_utc"]
    parents_fit = len(version.parents) <= VERSION_PARENTS and all(
        _is_sha256(parent.root) for parent in version.parents
    )
    wrong += [] if parents_fit else ["parents"]
    extras_fit = len(version.extras) <= VERSION_EXTRAS and all(
        _EXTRA.fullmatch(path)
        and path != "manifest.json"
        and _is_sha256(extra.sha256)
        and is_count(extra.size_bytes)
        for path, extra in version.extras.items()
    )
    wrong += [] if extras_fit else ["extras"]
    wrong += [] if counts_of({"tokens": version.tokens}) == version.tokens else ["tokens"]
    return wrong[0] if wrong else ""


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_sha256(value: object) -> bool:
    return _matches(SHA256, value)


def _is_text(value: object, least: int) -> bool:
    """Whether it is text without signs of control, line feeds aside, that any file can hold."""
    return (
        isinstance(value, str)
        and least <= len(value) <= VERSION_MESSAGE_CHARS
        and all(sign.isprintable() or sign == "\n" for sign in value)
    )


def _wrong_name(text: str) -> UsageError:
    return UsageError(
        "wrong-name",
        Words(
            f"{text[:300]!r} is no name of a dataset or version",
            f"{text[:300]!r} 不是数据集或版本的名称",
        ),
        hint=Words(
            "expected `organisation/name@1.2.0`: lower-case letters and digits, single `-`, `.` or "
            "`_` between them",
            "应如 `organisation/name@1.2.0`：小写字母与数字，中间可用单个 `-`、`.` 或 `_`",
        ),
    )
