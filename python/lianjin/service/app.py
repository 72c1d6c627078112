"""The app: every route of the service, behind one guard.

Takes a State; gives an ASGI app. A route without a permission, or with one that the policy does not
know, keeps it from starting.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from lianjin.service import (
    annotate,
    blob,
    certificate,
    demand,
    document,
    evaluation,
    event,
    figures,
    health,
    hub,
    invitation,
    job,
    line,
    listing,
    mark,
    order,
    organisation,
    project,
    registry,
    sample,
    session,
    setup,
    token,
    upload,
    user,
    wallet,
    web,
)
from lianjin.service.errors import add_handlers
from lianjin.service.guard import Guard
from lianjin.service.policy import POLICY
from lianjin.service.state import State
from lianjin.version import VERSION

ROUTERS: tuple[APIRouter, ...] = (
    annotate.ROUTER,  # asked most often, so looked at first
    health.ROUTER,
    setup.ROUTER,
    session.ROUTER,
    hub.ROUTER,
    evaluation.ROUTER,
    certificate.ROUTER,
    listing.ROUTER,
    sample.ROUTER,
    order.ROUTER,
    wallet.ROUTER,
    demand.ROUTER,
    figures.ROUTER,
    user.ROUTER,
    token.ROUTER,
    organisation.ROUTER,
    invitation.ROUTER,
    event.ROUTER,
    event.LOG_ROUTER,
    project.ROUTER,
    upload.ROUTER,
    upload.FILE_ROUTER,
    job.ROUTER,
    registry.ROUTER,
    document.ROUTER,
    line.ROUTER,
    mark.ROUTER,
    blob.ROUTER,
)
"""Every router; a noun's routes are added by one line."""


def make_app(state: State) -> FastAPI:
    """The app over a state that is open."""
    app = _routed()
    app.state.lianjin = state
    add_handlers(app)
    app.add_middleware(Guard, is_https=state.is_https)
    return app


def openapi() -> dict[str, Any]:
    """The description of every route, as `/api/openapi.json` gives it."""
    return _routed().openapi()


def _routed() -> FastAPI:
    """The app with all routes, each of which names its permission."""
    app = FastAPI(
        title="lianjin",
        version=VERSION,
        openapi_url="/api/openapi.json",
        docs_url=None,  # its page would load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,  # an address has one form
    )
    for router in ROUTERS:
        # Not `include_router`: what it adds is not to be seen as routes, and each is to be asked for
        # its permission. Routers have their prefix and all else themselves.
        app.router.routes.extend(router.routes)
    app.router.routes.append(web.PAGES)  # last: for every address that no other answers for
    for route in routes(app):
        permission_of(route)
    return app


def routes(app: FastAPI) -> Iterator[APIRoute]:
    """Every route that asks for a permission; RuntimeError for one that could not be asked."""
    for route in app.routes:
        if isinstance(route, APIRoute):
            yield route
        elif route is not web.PAGES and getattr(route, "path", None) != app.openapi_url:
            raise RuntimeError(f"{route!r} names no permission")


def permission_of(route: APIRoute) -> str:
    """The permission that a route asks for; RuntimeError if it asks for none or several."""
    named = [
        getattr(dependency.call, "permission", None) for dependency in route.dependant.dependencies
    ]
    found = [permission for permission in named if permission is not None]
    if len(found) != 1 or found[0] not in POLICY:
        raise RuntimeError(f"{route.path} has to name one permission of the policy, not {found}")
    return str(found[0])
