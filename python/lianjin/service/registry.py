"""`/api/datasets`: datasets of organisations, their versions, and the files of a version.

Takes names; gives what the registry says, to members of the organisation whose dataset it is.
Records `version_committed`. A version is its own key: the same commit again gives the same answer.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field, StringConstraints

from lianjin.core.database import Transaction
from lianjin.core.errors import NotFound
from lianjin.core.limits import PAGE_ROWS, VERSION_EXTRAS, VERSION_MESSAGE_CHARS, VERSION_PARENTS
from lianjin.core.words import Words
from lianjin.corpus.registry import Registry, Source, blobs_missing, no_such_version
from lianjin.corpus.shipment import MANIFEST, items_of
from lianjin.corpus.tokens import tokens_of
from lianjin.corpus.version import DatasetName, DatasetVersion, Extra, Parent, VersionName
from lianjin.corpus.view import names_of
from lianjin.market.party import organisation, organisation_named
from lianjin.service.access import Caller, Here, need, within
from lianjin.service.body import Body
from lianjin.service.committed import record
from lianjin.service.errors import language_of
from lianjin.service.facts import StepView, counts_of, funnel, rights_of
from lianjin.service.holding import held
from lianjin.service.route import router
from lianjin.service.state import State

ROUTER = router("dataset")
REPORT = "report.html"
SANDBOX = {
    "Content-Security-Policy": (
        "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; "
        "script-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
"""Headers of a report: a stranger's page, with an origin of its own, which reaches nothing."""

Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class ParentView(BaseModel):
    """What a version was made from; `name` is null for one from elsewhere."""

    name: str | None
    root: str


class ExtraView(BaseModel):
    """A file that travels with a version, outside of its root."""

    sha256: str
    size_bytes: int


class VersionRecord(BaseModel):
    """A version as the registry has it, with its digest; see `DatasetVersion`."""

    schema_version: int
    name: str
    manifest: str
    root: str
    n_files: int
    size_bytes: int
    records: int
    kept: int
    created_utc: str
    created_by: str
    message: str
    parents: list[ParentView]
    extras: dict[str, ExtraView]
    tokens: dict[str, int] = {}
    digest: str


class FileView(BaseModel):
    """A file under the root."""

    path: str
    sha256: str
    size_bytes: int
    rows: int | None


class TokensView(BaseModel):
    """Tokens of the kept records, and by which score; an estimate is said to be about so many."""

    count: int
    counted_by: str
    is_estimate: bool


class VersionView(BaseModel):
    """A version with the facts of its manifest. The funnel begins with what was not quarantined."""

    version: VersionRecord
    is_latest: bool
    records: int
    kept: int
    dropped: int
    quarantined: int
    funnel: list[StepView]
    errors: dict[str, int]
    rights: dict[str, dict[str, int]]
    tokens: TokensView | None
    files: list[FileView]
    lineage: list[ParentView]


class DatasetView(BaseModel):
    """A dataset by its latest version."""

    organisation: str
    name: str
    n_versions: int
    latest: VersionRecord


class DatasetList(BaseModel):
    """Datasets by name; `following` is to be given as `after` for the next page."""

    datasets: list[DatasetView]
    following: str | None


class VersionLine(BaseModel):
    """A version in a list."""

    version: str
    root: str
    records: int
    kept: int
    size_bytes: int
    created_utc: str
    created_by: str
    message: str


class VersionList(BaseModel):
    """The versions of a dataset, the highest first; `following` goes on as `before`."""

    organisation: str
    name: str
    latest: str
    versions: list[VersionLine]
    following: str | None


class Commit(Body):
    """A version to be: `manifest` is the SHA-256 of its bytes, which were sent like all others.

    `parents`: `organisation/name@version` of the same organisation, or the root of one from
    elsewhere. `extras`: `report.html`, `run.json` and the like, by their SHA-256.
    """

    version: Annotated[str, StringConstraints(max_length=64)]
    manifest: Sha256
    parents: Annotated[
        list[Annotated[str, StringConstraints(max_length=256)]], Field(max_length=VERSION_PARENTS)
    ] = Field(default_factory=list)
    message: Annotated[str, StringConstraints(max_length=VERSION_MESSAGE_CHARS)] = ""
    extras: Annotated[dict[str, Sha256], Field(max_length=VERSION_EXTRAS)] = Field(
        default_factory=dict
    )


class Committed(BaseModel):
    """A version that stands, and the event that tells of it."""

    version: VersionRecord
    event: str


@ROUTER.get("/datasets")
def list_datasets(
    who: Annotated[Caller, need("dataset.read")],
    state: Here,
    after: Annotated[str, Query(max_length=64)] = "",
    limit: Annotated[int, Query(ge=1, le=PAGE_ROWS)] = 50,
) -> DatasetList:
    """The datasets of the caller's organisation."""
    registry = Registry(state.registry)
    known = [d for d in registry.datasets(_own_name(state, who)) if d.name > after]
    views = [_dataset_view(registry, dataset) for dataset in known[:limit]]
    following = known[limit - 1].name if len(known) > limit else None
    return DatasetList(datasets=views, following=following)


@ROUTER.get("/datasets/{organisation}/{name}")
def read_dataset(
    who: Annotated[Caller, need("dataset.read")],
    state: Here,
    organisation: str,
    name: str,
    before: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_ROWS)] = PAGE_ROWS,
) -> VersionList:
    """A dataset's versions."""
    dataset, registry = dataset_of(state, who, organisation, name), Registry(state.registry)
    known = list(reversed(registry.versions(dataset)))
    if before is not None:
        bound = dataset.at(before).order
        known = [version for version in known if version.order < bound]
    return VersionList(
        organisation=organisation,
        name=name,
        latest=registry.latest(dataset).version,
        versions=[_line(registry.version(version)) for version in known[:limit]],
        following=known[limit - 1].version if len(known) > limit else None,
    )


@ROUTER.post("/datasets/{organisation}/{name}/versions", status_code=201)
def commit_version(
    who: Annotated[Caller, need("dataset.push")],
    state: Here,
    organisation: str,
    name: str,
    asked: Commit,
) -> Committed:
    """Makes a version of bytes that the organisation has sent; it never changes.

    409 `blobs-missing` names a file whose bytes were not sent, `version-exists` says that the name
    stands for something else.
    """
    dataset = dataset_of(state, who, organisation, name)
    registry, version_name = Registry(state.registry), dataset.at(asked.version)
    parents = [_source(dataset, parent) for parent in asked.parents]
    version = registry.commit_blobs(
        asked.manifest,
        version_name,
        created_by=who.user_id,
        now=state.clock(),
        parents=parents,
        message=asked.message,
        extras=_checked_extras(state, who, registry, asked),
    )

    def work(tx: Transaction) -> str:
        manifest, root = version.manifest, version.root
        return record(tx, who.user_id, who.acting_for, version.name, manifest, root)

    return Committed(version=_record(version), event=state.database.write(work))


@ROUTER.get("/datasets/{organisation}/{name}/versions/{version}")
def read_version(
    who: Annotated[Caller, need("dataset.read")],
    state: Here,
    organisation: str,
    name: str,
    version: str,
    request: Request,
) -> VersionView:
    """A version with its counts, its funnel, what it says of rights, its files and its lineage."""
    registry, found = version_of(state, who, organisation, name, version)
    manifest = registry.manifest(found)
    language = language_of(request.headers.get("accept-language"))
    counts = {n: manifest[n] for n in ("records", "kept", "dropped", "quarantined")}
    return VersionView(
        version=_record(found),
        is_latest=registry.latest(found.name.dataset) == found.name,
        **counts,
        funnel=funnel(manifest, language),
        errors=counts_of(manifest.get("errors")),
        rights=rights_of(manifest),
        tokens=_tokens(manifest),
        files=[FileView(**_file(entry)) for entry in manifest["files"]],
        lineage=[_parent(parent) for parent in registry.lineage(found)],
    )


@ROUTER.get("/datasets/{organisation}/{name}/versions/{version}/report", response_model=None)
def read_report(
    who: Annotated[Caller, need("dataset.read")],
    state: Here,
    organisation: str,
    name: str,
    version: str,
) -> FileResponse:
    """The version's report, a page that may show and nothing else; 404 if it came without one."""
    registry, found = version_of(state, who, organisation, name, version)
    if REPORT not in found.extras:
        raise no_such_file(found.name, REPORT)
    path = registry.blobs.path(found.extras[REPORT].sha256)
    return FileResponse(path, media_type="text/html; charset=utf-8", headers=SANDBOX)


@ROUTER.get(
    "/datasets/{organisation}/{name}/versions/{version}/files/{path:path}", response_model=None
)
def read_file(
    who: Annotated[Caller, need("dataset.pull")],
    state: Here,
    organisation: str,
    name: str,
    version: str,
    path: str,
) -> FileResponse:
    """One file of the version, its manifest or an extra, whole or a range of it."""
    registry, found = version_of(state, who, organisation, name, version)
    sha256 = _digest_of(registry, found, path)
    registry.blobs.size_bytes(sha256)
    return FileResponse(
        registry.blobs.path(sha256),
        media_type="application/octet-stream",
        filename=path.rpartition("/")[2],
        headers={"ETag": f'"{sha256}"', "Content-Security-Policy": "sandbox; default-src 'none'"},
    )


def dataset_of(state: State, who: Caller, organisation: str, name: str) -> DatasetName:
    """A name of the caller's organisation; another's is as if it were not there."""
    dataset = DatasetName(organisation, name)
    try:
        with state.database.read() as connection:
            owner = organisation_named(connection, organisation).id
    except NotFound:
        raise _not_here() from None
    within(who, _not_here, organisation=owner)
    return dataset


def _not_here() -> NotFound:
    said = Words("there is no such dataset, or not for you", "没有这个数据集，或它不属于您")
    return NotFound("no-such-dataset", said)


def version_of(
    state: State, who: Caller, organisation: str, name: str, version: str
) -> tuple[Registry, DatasetVersion]:
    """A version of the caller's organisation, and the registry that has it."""
    dataset, registry = dataset_of(state, who, organisation, name), Registry(state.registry)
    return registry, registry.version(dataset.at(version))


def no_such_file(name: VersionName, path: str) -> NotFound:
    """The refusal about a file that a version does not have."""
    return NotFound(
        "no-such-file",
        Words(f"'{name}' has no file {path[:300]!r}", f"'{name}' 没有文件 {path[:300]!r}"),
    )


def _own_name(state: State, who: Caller) -> str:
    with state.database.read() as connection:
        return organisation(connection, who.acting_for).name


def _source(dataset: DatasetName, text: str) -> Source:
    """A parent as it was asked for; one by name has to be of the same organisation."""
    if "@" not in text:
        return text
    name = VersionName.parse(text)
    if name.dataset.organisation != dataset.organisation:
        raise no_such_version(name)
    return name


def _checked_extras(
    state: State, who: Caller, registry: Registry, asked: Commit
) -> dict[str, Extra]:
    """The extras with their sizes; Conflict `blobs-missing` unless the organisation sent all bytes."""
    named = {MANIFEST: asked.manifest, **asked.extras}
    _refuse_not_held(state, who, named)
    data = registry.manifest_of(asked.manifest)
    _refuse_not_held(state, who, {item.path: item.sha256 for item in items_of(data)})
    return {
        path: Extra(sha256, registry.blobs.size_bytes(sha256))
        for path, sha256 in asked.extras.items()
    }


def _refuse_not_held(state: State, who: Caller, named: dict[str, str]) -> None:
    with state.database.read() as connection:
        mine = held(connection, who.acting_for, list(named.values()))
    if missing := [path for path, sha256 in named.items() if sha256 not in mine]:
        raise blobs_missing(missing)


def _digest_of(registry: Registry, version: DatasetVersion, path: str) -> str:
    if path == MANIFEST:
        return version.manifest
    if path in version.extras:
        return version.extras[path].sha256
    names = names_of(version, registry.manifest(version))
    if path not in names:
        raise no_such_file(version.name, path)
    return names[path]


def _dataset_view(registry: Registry, dataset: DatasetName) -> DatasetView:
    latest = registry.version(registry.latest(dataset))
    n_versions = len(registry.versions(dataset))
    return DatasetView(
        organisation=dataset.organisation,
        name=dataset.name,
        n_versions=n_versions,
        latest=_record(latest),
    )


def _record(version: DatasetVersion) -> VersionRecord:
    return VersionRecord(**version.to_json())


def _line(version: DatasetVersion) -> VersionLine:
    said = version.to_json() | {"version": version.name.version}
    return VersionLine(**{name: said[name] for name in VersionLine.model_fields})


def _tokens(manifest: dict[str, Any]) -> TokensView | None:
    tokens = tokens_of(manifest)
    if tokens is None:
        return None
    return TokensView(
        count=tokens.count, counted_by=tokens.counted_by, is_estimate=tokens.is_estimate
    )


def _parent(parent: Parent) -> ParentView:
    return ParentView(**parent.to_json())


def _file(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in FileView.model_fields}
