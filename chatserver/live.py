"""Socket.IO: decode, act, encode. Each noun lists its events; nothing here knows what they mean.

WebSocket only: over polling the library loses the second half of a POST that arrives in two segments. Membership is
checked by the actions, at every event, in the database; the rooms of Socket.IO only say which pages belong to whom.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import msgspec
from aiohttp import web
from socketio.exceptions import ConnectionRefusedError as SocketRefused

from chatserver.config import SocketKind
from chatserver.deps import Asker, Deps
from chatserver.errors import Malformed, SessionExpired, TooManyRequests
from chatserver.http import Identify
from chatserver.lines import Line, Lines
from chatserver.logs import log
from chatserver.problems import AnyRefusal, told
from chatserver.transport.answers import refusal_for
from chatserver.transport.commands import strict_command
from chatserver.transport.engine import FRAMES_EACH_SECOND, REQUEST
from chatserver.transport.lean import LeanServer
from chatserver.transport.origins import require_own_origin
from chatserver.transport.paces import Paces
from chatserver.transport.sockets import SocketServer
from chatserver.wire.binary import to_wire

PATH: Final = "/socket.io/"
# Events of one page that are being answered at the same time.
AT_ONCE: Final = 64
SAY_WHY_SECONDS: Final = 1
# Frames of all kinds for each event that a person may send of one kind.
FRAMES_FOR_EACH: Final = 10
ASKER: Final = web.RequestKey("asker", Asker)
TOKEN: Final = web.RequestKey("token", str)


@dataclass(frozen=True, slots=True)
class Event:
    """One event that pages send, and the action behind it; the acknowledgement is `{ok: true, **reply}`.

    `knows_session`: the action itself looks whether the session still holds, in the transaction in which it acts.
    """

    name: str
    command: type[msgspec.Struct]
    reply: type[msgspec.Struct]
    action: Callable[..., Awaitable[Any]]
    summary: str = ""
    knows_session: bool = False


@dataclass(frozen=True, slots=True)
class Pushed:
    """One event that the server sends."""

    name: str
    body: type[msgspec.Struct]
    summary: str = ""


# Told the name of a connection that is gone; see Asker.connection.
Lost = Callable[[Deps, str], Awaitable[None]]


class Sockets:
    """Every open page of this process. Also the way to them: an Announce."""

    def __init__(self, kind: SocketKind = "lean") -> None:
        self.server: SocketServer = LeanServer() if kind == "lean" else SocketServer()
        self._pages: dict[str, tuple[Asker, str]] = {}
        self._busy: Counter[str] = Counter()
        self._lines = Lines()
        self._open: Counter[str] = Counter()

    async def tell(self, to: Iterable[str], event: str, body: msgspec.Struct, *, but: str = "") -> None:
        """Sends an event to every open page of these accounts, but not over that connection.

        What fails on the way is logged, and asked for again.
        """
        people = list(dict.fromkeys(to))
        if not people:
            return
        try:
            await self.pass_on(people, event, to_wire(body), but)
        except Exception as reason:  # noqa: BLE001  the outermost: what nobody expected ends here
            log.error("not_told", error=reason)

    # This process knows no other.
    tell_here = tell

    def reaches(self, people: Iterable[str]) -> bool:  # noqa: ARG002  an Announce
        """Nobody has a page anywhere else."""
        return True

    async def pass_on(self, to: Sequence[str], event: str, told: Any, but: str = "") -> None:
        """As `tell`, what is ready to be sent."""
        self._lines.tell(to, event, told)
        await self.server.emit(event, told, to=[_person(one) for one in to], skip_sid=but or None)

    def has_pages_of(self, account_id: str) -> bool:
        """Whether this person has a page open here."""
        return account_id in self._open or self._lines.has(account_id)

    def missed_some(self) -> None:
        """Something was told elsewhere and not heard here. Pages with a socket ask for everything every so often."""
        self._lines.end_all()

    def line(self, account_id: str, session_id: str, named: str | None, now: datetime) -> tuple[Line, bool]:
        """The line of a page without a socket; see Announce."""
        return self._lines.open(account_id, session_id, named, now)

    def sessions(self) -> set[str]:
        """Whose pages are open here."""
        return {asker.session_id for asker, _ in self._pages.values()} | self._lines.sessions()

    async def disconnect(self, session_id: str) -> None:
        """Cuts every socket of a session. From the first line on nothing goes in or out of them."""
        self._lines.end(session_id)
        cut = [connection for connection, (asker, _) in self._pages.items() if asker.session_id == session_id]
        for connection in cut:
            await self._forget(connection)
        for connection in cut:
            self._abort(connection)

    def attach(self, app: web.Application, deps: Deps, identify: Identify, events: Iterable[Event], lost: Lost) -> None:
        """Opens the address of the sockets in the application."""
        self._deps, self._identify, self._lost = deps, identify, lost
        self._events = {event.name: event for event in events}
        self._paces = Paces(deps.config.events_per_second)
        self.server.admits = self._admitted
        # Each event is a frame, and so is each answer to a ping.
        self.server.eio.frames_each_second = max(FRAMES_EACH_SECOND, FRAMES_FOR_EACH * deps.config.events_per_second)
        self.server.on("connect", self._connected)
        self.server.on("disconnect", self._disconnected)
        self.server.on("*", self._received)
        app.router.add_get(PATH, self._handshake)

    async def close(self) -> None:
        """Cuts every socket; pages come back by themselves, each after a time of its own."""
        self._lines.end_all()
        self.server.abort_all()
        await self.server.shutdown()

    async def _handshake(self, request: web.Request) -> web.StreamResponse:
        require_own_origin(request, self._deps.config.origins)
        token = request.cookies.get(self._deps.config.session_cookie)
        if token is None:
            raise SessionExpired
        request[ASKER] = asker = await self._identify(self._deps, token)
        request[TOKEN] = token
        with self._one_more_page(asker.account_id):
            response: web.StreamResponse = await self.server.handle_request(request)
        return response

    @contextmanager
    def _one_more_page(self, account_id: str) -> Iterator[None]:
        if self._open[account_id] >= self._deps.config.pages_per_person:
            raise TooManyRequests
        self._open[account_id] += 1
        try:
            yield
        finally:
            self._open[account_id] -= 1
            if not self._open[account_id]:
                del self._open[account_id]

    def _admitted(self, connection: str | None, name: str) -> dict[str, Any] | None:
        """What is answered to whoever is too fast; None for everybody else."""
        asker, _ = self._pages.get(connection or "", (None, ""))
        purpose = name if name in self._events else ""
        if asker is None or self._paces.allows(asker.account_id, purpose, asyncio.get_running_loop().time()):
            return None
        if self._paces.floods(asker.account_id, purpose):
            self._abort(asker.connection)
        return _refused(TooManyRequests())

    async def _connected(self, connection: str, environ: dict[str, Any], _auth: object = None) -> None:
        request = environ[REQUEST]
        try:
            # Once more: the session may have ended between the handshake and this first packet.
            asker = await self._identify(self._deps, request[TOKEN])
        except SessionExpired as refusal:
            raise SocketRefused(told(refusal)) from None
        self._pages[connection] = (replace(asker, connection=connection), request[TOKEN])
        await self.server.enter_room(connection, _person(asker.account_id))

    async def _disconnected(self, connection: str, _reason: object = None) -> None:
        self._pages.pop(connection, None)
        try:
            await self._lost(self._deps, connection)
        except Exception as reason:  # noqa: BLE001  the outermost: what nobody expected ends here
            log.error("leaving_failed", error=reason)

    async def _received(self, name: str, connection: str, *bodies: Any) -> dict[str, Any]:
        try:
            return {"ok": True, **to_wire(await self._act(name, connection, bodies))}
        except SessionExpired as refusal:
            await self._forget(connection)
            # Not at once: the page is to read why.
            asyncio.get_running_loop().call_later(SAY_WHY_SECONDS, self._abort, connection)
            return _refused(refusal)
        except Exception as reason:  # noqa: BLE001  the outermost: what nobody expected ends here
            return _refused(refusal_for(reason, kind=name if name in self._events else ""))

    async def _act(self, name: str, connection: str, bodies: tuple[Any, ...]) -> Any:
        event = self._events.get(name)
        if event is None or len(bodies) != 1:
            raise Malformed
        if self._busy[connection] >= AT_ONCE:
            raise TooManyRequests
        self._busy[connection] += 1
        try:
            asker = self._seated(connection) if event.knows_session else await self._still_here(connection)
            return await event.action(self._deps, asker, strict_command(event.command, bodies[0]))
        finally:
            self._busy[connection] -= 1
            if self._busy[connection] <= 0:
                del self._busy[connection]

    def _seated(self, connection: str) -> Asker:
        if connection not in self._pages:
            raise SessionExpired
        return self._pages[connection][0]

    async def _still_here(self, connection: str) -> Asker:
        asker, token = self._seated(connection), self._pages[connection][1]
        # The session is looked up each time: it may have ended elsewhere, or run out.
        await self._identify(self._deps, token)
        return asker

    async def _forget(self, connection: str) -> None:
        asker, _ = self._pages.pop(connection, (None, ""))
        if asker is not None:
            await self.server.leave_room(connection, _person(asker.account_id))

    def _abort(self, connection: str) -> None:
        engine_sid = self.server.manager.eio_sid_from_sid(connection, "/")
        if engine_sid is not None:
            self.server.abort(engine_sid)


def _person(account_id: str) -> str:
    return f"person:{account_id}"


def _refused(refusal: AnyRefusal) -> dict[str, Any]:
    return {"ok": False, **told(refusal)}
