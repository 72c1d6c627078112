"""One thing of each kind, and a body for each route that takes one: what the matrix asks with.

A new route with an id in its path has a line in SAMPLES if the parameter's name is new, and a line
in BODIES if it takes a body.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lianjin.core.database import Transaction
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import DatasetName, VersionName
from lianjin.service.account.invitation import invite
from lianjin.service.account.session import begin, session_of
from lianjin.service.account.token import make_token
from lianjin.service.holding import hold
from lianjin.service.work.job import make_job, settle
from lianjin.service.work.upload import make_upload

from . import annotated
from .assessed import certified, evaluated
from .dataset import dataset
from .goods import VERSION, listing_body, made_demand, made_listing, made_order
from .world import Tenant, World

Maker = Callable[[World, Tenant, str], str]
"""From a world, whose it is, and a user there: the value of a path's parameter."""


def _session(world: World, tenant: Tenant, user: str) -> str:
    secret = world.state.database.write(lambda tx: begin(tx, user))
    with world.state.database.read() as connection:
        found = session_of(connection, secret, world.state.clock())
    assert found is not None
    return found.id


def _token(world: World, tenant: Tenant, user: str) -> str:
    def work(tx: Transaction) -> str:
        organisation = tenant.organisation.id
        return make_token(tx, user, organisation, f"{tenant.canary} token", ["read"], 1)[0].id

    return world.state.database.write(work)


def _invitation(world: World, tenant: Tenant, user: str) -> str:
    return world.state.database.write(
        lambda tx: invite(tx, user, tenant.organisation, ["engineer"])[0].id
    )


def _event(world: World, tenant: Tenant, user: str) -> str:
    ids = {"organisation": tenant.organisation.id}
    return world.state.database.write(lambda tx: tx.record("looked", user, user, ids))


def _upload(world: World, tenant: Tenant, user: str) -> str:
    name, organisation = f"{tenant.canary} files", tenant.organisation.id
    return world.state.database.write(lambda tx: make_upload(tx, user, organisation, name).id)


def _job(world: World, tenant: Tenant, user: str) -> str:
    """One that has ended: a stream of it ends, too."""

    def work(tx: Transaction) -> str:
        asked = {"dataset": tenant.canary, "version": "1.0.0"}
        made = make_job(tx, user, tenant.organisation.id, "build", asked)
        settle(tx, made.id, "done", {"version": f"{tenant.canary}/news@1.0.0"})
        return made.id

    identity = world.state.database.write(work)
    folder = world.state.results / identity
    folder.mkdir()
    (folder / "report.html").write_text(tenant.canary)
    return identity


def _evaluation(world: World, tenant: Tenant, user: str) -> str:
    """One with its files."""
    return evaluated(world, tenant, user).id


def _certificate(world: World, tenant: Tenant, user: str) -> str:
    """One that another organisation gave the tenant, sealed already."""
    return certified(world, tenant, user).id


def _dataset(world: World, tenant: Tenant, user: str) -> str:
    """A dataset with one version, which is in every registry by the same name."""
    name = VersionName(DatasetName(tenant.organisation.name, "news"), "1.0.0")
    Registry(world.state.registry).commit(dataset(), name, created_by=user, now=NOW)
    return "news"


def _blob(world: World, tenant: Tenant, user: str) -> str:
    """Bytes that the tenant has sent."""
    sha256 = Registry(world.state.registry).blobs.put([tenant.canary.encode()])
    world.state.database.write(lambda tx: hold(tx, tenant.organisation.id, sha256, 10))
    return sha256


def _project(world: World, tenant: Tenant, user: str) -> str:
    """An open project that names everybody of the tenant, with a file that was exported."""
    made = annotated.opened(world, tenant, user)
    out = world.state.folder / "exports" / made / "1.0.0"
    out.mkdir(parents=True)
    (out / "records.jsonl").write_text(f'{{"text": "{tenant.canary}"}}\n', "utf-8")
    return made


def _assignment(world: World, tenant: Tenant, user: str) -> str:
    """A task that is leased to the user."""
    return annotated.taken(world, tenant, user)


def _annotation(world: World, tenant: Tenant, user: str) -> str:
    """An answer that waits for review, of another person than the user."""
    return annotated.answered(world, tenant, world.member(tenant, "annotator"))


NOW = "2026-01-31T08:00:00Z"
SAMPLES: dict[str, Maker] = {
    "organisation_id": lambda world, tenant, user: tenant.organisation.id,
    "user_id": lambda world, tenant, user: world.member(tenant, "engineer"),
    "session_id": _session,
    "token_id": _token,
    "invitation_id": _invitation,
    "event_id": _event,
    "listing_id": made_listing,
    "order_id": made_order,
    "demand_id": made_demand,
    "evaluation_id": _evaluation,
    "certificate_id": _certificate,
    "upload_id": _upload,
    "job_id": _job,
    "project_id": _project,
    "assignment_id": _assignment,
    "annotation_id": _annotation,
    "organisation": lambda world, tenant, user: tenant.organisation.name,
    "name": _dataset,
    "sha256": _blob,
}
OWNERLESS = {"put_blob"}
"""Routes whose path names nobody's thing, though others' paths with such a name do."""
BODIES: dict[str, Any] = {
    "change_organisation": {"state": "verified"},
    "change_member": {"roles": ["annotator"]},
    "read_paths": {"paths": ["README.md"]},
    "revise_listing": listing_body(),
    "review_listing": {"content_digest": "sha256:" + "0" * 64, "lists": True},
    "sign_order": {},
    "cancel_order": {},
    "dispute_order": {},
    "decide_order": {"upholds": True, "reason": ""},
    "make_deposit": {"amount_fen": 1, "reference": "a"},
    "answer_demand": {"version": VERSION},
    "accept_demand": {"certificate": "{}", "evaluation": "{}"},
    "move_demand": {},
    "change_project": annotated.PLAN,
    "move_project": {"to": "paused"},
    "make_export": {"version": "1.0.0"},
    "take_task": {},
    "submit_answer": {"choice": "same"},
    "keep_draft": {"draft": {"choice": "same"}, "number": 1},
    "skip_task": {"reason": "canary"},
    "review_answer": {"verdict": "accept"},
    "change_mark": {"document": "a.jsonl#0", "is_marked": True},
    "commit_version": {"version": "2.0.0", "manifest": "0" * 64},
}
PUBLIC = {
    "tile": "0/000",
    "file_name": "report.html",
    "revision": "main",
    "export_file": "records.jsonl",
    "file": "report.html",
    "path": "README.md",
    "action": "withdraw",
    "version": "1.0.0",
    "identifier": "a.jsonl%230",
}
"""Parameters that name nobody's thing."""
