"""HTTP: decode, act, encode. Each noun lists its routes; nothing here knows what they mean."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import msgspec
from aiohttp import web

from chatserver.deps import Asker, Deps
from chatserver.errors import NotFound, SessionExpired
from chatserver.transport.bodies import read_object
from chatserver.transport.commands import command_of
from chatserver.transport.cookies import Outcome, clear_session, keep_cookie, plain, set_session
from chatserver.transport.limits import Limit, Limits
from chatserver.transport.origins import check_origin
from chatserver.wire.binary import to_wire

__all__ = ["Identify", "Limit", "Route", "Who", "add_routes", "clear_session", "set_session"]

KIB: Final = 1024

# Finds the person behind a session token; raises SessionExpired.
Identify = Callable[[Deps, str], Awaitable[Asker]]


class Who(Enum):
    """Who may use a route. A coordinator is a counsellor, too."""

    ANYONE = frozenset[str]()
    SIGNED_IN = frozenset({"client", "counsellor", "coordinator", "administrator"})
    CLIENT = frozenset({"client"})
    COUNSELLOR = frozenset({"counsellor", "coordinator"})
    COORDINATOR = frozenset({"coordinator"})


@dataclass(frozen=True, slots=True)
class Route:
    """One address and the action behind it: `async def action(deps, asker, command) -> reply`.

    The command is made of the path's and the query's parameters and of the JSON body. With Who.ANYONE the asker is
    None for people who are not signed in. `respond` makes the outcome of what the action returned, where that is more
    than the reply.
    """

    method: str
    path: str
    command: type[msgspec.Struct]
    reply: type[msgspec.Struct]
    action: Callable[..., Awaitable[Any]]
    who: Who = Who.SIGNED_IN
    summary: str = ""
    respond: Callable[[Any], Outcome] = plain
    limit: Limit | None = None
    largest_body: int = 128 * KIB


def add_routes(app: web.Application, routes: Iterable[Route], deps: Deps, identify: Identify) -> None:
    """Puts the routes into the application."""
    limits = Limits(deps.config.trusted_proxies)
    for route in routes:
        app.router.add_route(route.method, route.path, _handler(route, deps, identify, limits))


def _handler(
    route: Route, deps: Deps, identify: Identify, limits: Limits
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        token = request.cookies.get(deps.config.session_cookie)
        check_origin(request, deps.config.origins, signed_in=token is not None)
        # Before the body is read and long before anything is hashed: refusing must stay cheap.
        limits.count(route.path, route.limit, request, deps.now())
        asker = await _asker(route, deps, identify, token)
        command = command_of(
            route.command, dict(request.match_info), request.query, await read_object(request, route.largest_body)
        )
        outcome = route.respond(await route.action(deps, asker, command))
        response = web.json_response(body=msgspec.json.encode(to_wire(outcome.reply)), headers=dict(outcome.headers))
        keep_cookie(response, outcome, deps.config, deps.now())
        return response

    return handle


async def _identified(deps: Deps, identify: Identify, token: str | None) -> Asker:
    if token is None:
        raise SessionExpired
    return await identify(deps, token)


async def _asker(route: Route, deps: Deps, identify: Identify, token: str | None) -> Asker | None:
    try:
        asker = await _identified(deps, identify, token)
    except SessionExpired:
        if route.who is Who.ANYONE:
            return None
        raise
    if route.who is not Who.ANYONE and asker.role not in route.who.value:
        # Not for this role, and not there, are the same answer.
        raise NotFound
    return asker
