"""The same engine with a shorter way in and out.

The library spends, for each message: a task and a timer for the frame that is read, a queue, a task that writes, a
task for each recipient. Here a frame is read where it arrives, and written straight to the connection, whose own
buffer is the queue; an event for many is encoded once. What must hold for both is tested for both.
"""

import asyncio
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

from engineio.async_socket import AsyncSocket
from engineio.packet import Packet as EnginePacket
from socketio.async_manager import AsyncManager
from socketio.packet import Packet

from chatserver.logs import log
from chatserver.transport.engine import REQUEST, Engine, WebSocket
from chatserver.transport.frames import Json, answer_frame, event_frame, text_frame
from chatserver.transport.outflow import Outflow
from chatserver.transport.sockets import NAMESPACE, SocketServer

_CLOSE, _PONG, _MESSAGE = "1", "3", "4"
_PING_FRAME = text_frame("2")
# An event in the one namespace, perhaps with a number. Everything else is left to the library.
_EVENT: Final = re.compile(r"2([0-9]{1,15})?(?=\[)")
_NOBODY: Final[Mapping[str, str]] = {}


class LeanSocket(AsyncSocket):  # type: ignore[misc]  # the library has no annotations
    """A socket without a queue and without a task of its own; the engine's round sends its pings."""

    closed: bool
    closing: bool

    def __init__(self, server: Any, sid: str) -> None:
        super().__init__(server, sid)
        self._outflow: Outflow | None = None
        self._heard_at = asyncio.get_running_loop().time()
        self._pinged_at: float | None = None

    async def open(self, environ: dict[str, Any], opening: EnginePacket) -> Any:
        """Answers the handshake, and returns when the connection is over."""
        self._request, self._opening = environ[REQUEST], opening
        return await self.handle_get_request(environ)

    async def send(self, pkt: EnginePacket) -> None:
        """One packet of the library's own."""
        if not self.push(text_frame(pkt.encode())):
            self.server.aborts(self.sid)

    def push(self, frame: bytes) -> bool:
        """Sends a frame, unless the reader has fallen too far behind. After the end it goes nowhere."""
        return self.closed or self._outflow is None or self._outflow.write(frame)

    async def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """Ends the connection from this side; the handler of the disconnection runs once."""
        del wait
        if self.closed or self.closing:
            return
        self.closing = True
        try:
            await self.server.handlers["disconnect"](self.sid, reason or self.server.reason.SERVER_DISCONNECT)
        finally:
            if not abort and self.push(text_frame(_CLOSE)) and self._outflow is not None:
                self._outflow.close()
            self.closed = True

    def over(self, now: float) -> bool:
        """Whether the peer is gone without a word, or takes nothing of what waits for it. Sends a ping that is due."""
        if self._outflow is None:
            return False
        if self._pinged_at is not None:
            return now - self._pinged_at > self.server.ping_timeout or self._outflow.stalled(now)
        if now - self._heard_at >= self.server.ping_interval:
            self._pinged_at = now
            return not self.push(_PING_FRAME)
        return self._outflow.stalled(now)

    async def _websocket_handler(self, ws: WebSocket) -> None:
        self.connected = self.upgraded = True
        transport = self._request.transport
        if transport is None:
            return
        self._outflow = Outflow(transport)
        self.push(text_frame(self._opening.encode()))
        try:
            with suppress(OSError):
                while not self.closed and await self._take(await ws.wait()):
                    pass
        except Exception as reason:  # noqa: BLE001  the outermost: what nobody expected ends here
            log.error("failed", error=reason, kind="socket")
        finally:
            await self.close(abort=True, reason=self.server.reason.TRANSPORT_CLOSE)

    async def _take(self, frame: str) -> bool:
        """Sees to one frame; False when it was the last."""
        kind = frame[0]
        if kind == _MESSAGE:
            await self.server.handlers["message"](self.sid, frame[1:])
        elif kind == _PONG:
            self._pinged_at, self._heard_at = None, asyncio.get_running_loop().time()
        return kind != _CLOSE


class LeanEngine(Engine):
    """Engine.IO with lean sockets."""

    socket_class = LeanSocket

    def create_queue(self, *_args: Any, **_options: Any) -> None:
        """There is none."""
        return


class LeanManager(AsyncManager):  # type: ignore[misc]  # the library has no annotations
    """Knows who is in which room, and sends one and the same frame to all of them."""

    async def emit(
        self, event: str, data: Any, namespace: str, room: Any = None, skip_sid: Any = None, **more: Any
    ) -> None:
        """As the library's; acknowledgements by pages are not asked for."""
        named = more.get("to") or room
        rooms = named if isinstance(named, list) else [named]
        here = self.rooms.get(namespace, {})
        sockets = {
            engine_sid
            for one in rooms
            for sid, engine_sid in here.get(one, _NOBODY).items()
            if sid != skip_sid
        }  # fmt: skip
        if sockets:
            self.server.push_to(sockets, event_frame(event, data))


class LeanServer(SocketServer):
    """Socket.IO over lean sockets."""

    def __init__(self, **options: Any) -> None:
        super().__init__(client_manager=LeanManager(), **options)
        self._answering: set[asyncio.Task[None]] = set()

    def push_to(self, engine_sids: Iterable[str], frame: bytes) -> None:
        """Sends one frame to these sockets. Who has fallen too far behind is cut, and asks again."""
        for engine_sid in engine_sids:
            socket = self.eio.sockets.get(engine_sid)
            if socket is not None and not socket.push(frame):
                self.abort(engine_sid)

    def _engineio_server_class(self) -> type[LeanEngine]:
        return LeanEngine

    async def _handle_eio_message(self, engine_sid: str, data: str) -> None:
        found = _EVENT.match(data)
        sid = self.manager.sid_from_eio_sid(engine_sid, NAMESPACE) if found else None
        if found is None or sid is None:
            await super()._handle_eio_message(engine_sid, data)
            return
        try:
            values = Json.loads(data[found.end() :])
        except (ValueError, RecursionError):
            self.abort(engine_sid)
            return
        number = int(found[1]) if found[1] else None
        name, *bodies = values or [""]
        if not isinstance(name, str) or name in self.reserved_events:
            # An event by the name of a life-cycle step would run that step.
            name = ""
        refusal = self.admits(sid, name)
        if refusal is None:
            task = asyncio.get_running_loop().create_task(self._answer(engine_sid, sid, number, name, bodies))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)
        elif number is not None:
            self.push_to((engine_sid,), answer_frame(number, (refusal,)))

    async def _answer(self, engine_sid: str, sid: str, number: int | None, name: str, bodies: list[Any]) -> None:
        answer = await self._trigger_event(name, NAMESPACE, sid, *bodies)
        if number is not None and answer is not self.not_handled:
            answers = () if answer is None else answer if isinstance(answer, tuple) else (answer,)
            self.push_to((engine_sid,), answer_frame(number, answers))

    async def _send_packet(self, engine_sid: str, packet: Packet) -> None:
        self.push_to((engine_sid,), text_frame(_MESSAGE + packet.encode()))
