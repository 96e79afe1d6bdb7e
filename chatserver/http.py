"""HTTP: decode, act, encode. Each noun lists its routes; nothing here knows what they mean."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import msgspec
from aiohttp import web

from chatserver.deps import Asker, Deps
from chatserver.errors import NotFound, SessionExpired, StepUpRequired, TooManyRequests
from chatserver.factors.model import FRESH_FOR
from chatserver.transport.bodies import BYTES, LargeBodies, read_object
from chatserver.transport.commands import command_of
from chatserver.transport.cookies import Outcome, clear_session, keep_cookie, plain, set_session
from chatserver.transport.limits import Limit, Limits
from chatserver.transport.origins import check_origin
from chatserver.transport.paces import Paces
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
    than the reply. With `takes_bytes` the body is no JSON: the action gets its bytes as one more argument. Where the
    reply is `bytes`, the action's bytes go out as they are, to be saved, and as what `media` says. `fresh`: only
    within five minutes after a second factor was shown; clients have none, and are not asked. `same_for_all`: whoever
    asks gets the same, so it may be compressed; in everything else the length of what is compressed could tell of what
    stands in it.
    """

    method: str
    path: str
    command: type[msgspec.Struct]
    reply: type[msgspec.Struct] | type[bytes]
    action: Callable[..., Awaitable[Any]]
    who: Who = Who.SIGNED_IN
    summary: str = ""
    respond: Callable[[Any], Outcome] = plain
    limit: Limit | None = None
    largest_body: int = 128 * KIB
    takes_bytes: bool = False
    media: str = BYTES
    fresh: bool = False
    same_for_all: bool = False


@dataclass(frozen=True, slots=True)
class _Door:
    """What all routes of a server share."""

    deps: Deps
    identify: Identify
    limits: Limits
    bodies: LargeBodies
    paces: Paces


def add_routes(app: web.Application, routes: Iterable[Route], deps: Deps, identify: Identify) -> None:
    """Puts the routes into the application."""
    door = _Door(
        deps, identify, Limits(deps.config.trusted_proxies), LargeBodies(), Paces(deps.config.events_per_second)
    )
    for route in routes:
        app.router.add_route(route.method, route.path, _handler(route, door))


def _handler(route: Route, door: _Door) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    deps, purpose = door.deps, f"{route.method} {route.path}"

    async def handle(request: web.Request) -> web.StreamResponse:
        token = request.cookies.get(deps.config.session_cookie)
        check_origin(request, deps.config.origins, signed_in=token is not None)
        # Before the body is read and long before anything is hashed: refusing must stay cheap.
        door.limits.count(purpose, route.limit, request, deps.now())
        asker = await _asker(route, deps, door.identify, token)
        if asker is not None and not door.paces.allows(asker.account_id, purpose, asyncio.get_running_loop().time()):
            raise TooManyRequests
        outcome = route.respond(await _acted(route, door, request, asker))
        if isinstance(outcome.reply, bytes):
            # Sealed or not, no browser is to make a page of it.
            return _saved(route, outcome.reply)
        response = web.json_response(body=msgspec.json.encode(to_wire(outcome.reply)), headers=dict(outcome.headers))
        if route.same_for_all:
            response.enable_compression()
        keep_cookie(response, outcome, deps.config, deps.now())
        return response

    return handle


def _saved(route: Route, content: bytes) -> web.Response:
    charset = "utf-8" if route.media.startswith("text/") else None
    headers = {"Content-Disposition": "attachment"}
    response = web.Response(body=content, content_type=route.media, charset=charset, headers=headers)
    if route.same_for_all:
        response.enable_compression()
    return response


async def _acted(route: Route, door: _Door, request: web.Request, asker: Asker | None) -> Any:
    if route.takes_bytes:
        # The path first: bytes for an address that makes no sense are not read.
        command = command_of(route.command, dict(request.match_info), request.query, {})
        person = asker.account_id if asker else ""
        content = await door.bodies.read(request, route.largest_body, person)
        return await route.action(door.deps, asker, command, content)
    body = await read_object(request, route.largest_body)
    command = command_of(route.command, dict(request.match_info), request.query, body)
    return await route.action(door.deps, asker, command)


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
    shows_factor = route.fresh and asker.role not in Who.CLIENT.value
    if shows_factor and (asker.proved_at is None or deps.now() - asker.proved_at >= FRESH_FOR):
        raise StepUpRequired
    return asker
