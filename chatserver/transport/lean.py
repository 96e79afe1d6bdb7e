"""The same engine with a shorter way in and out.

The library spends, for each message: a task and a timer for the frame that is read, a queue, a task that writes, a
task for each recipient. Here a frame is read where it arrives, and written straight to the connection, whose own
buffer is the queue; an event for many is encoded once. What must hold for both is tested for both.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from engineio.async_socket import AsyncSocket
from engineio.packet import Packet as EnginePacket
from socketio.async_manager import AsyncManager
from socketio.packet import EVENT, Packet

from chatserver.logs import log
from chatserver.transport.engine import REQUEST, Engine, WebSocket
from chatserver.transport.frames import TextPacket, text_frame
from chatserver.transport.outflow import Outflow
from chatserver.transport.sockets import SocketServer

_CLOSE, _PONG, _MESSAGE = "1", "3", "4"
_PING_FRAME = text_frame("2")


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
        if namespace not in self.rooms:
            return
        packet = TextPacket(EVENT, namespace=namespace, data=[event, data])
        self.server.push_to(self._sockets_in(namespace, more.get("to") or room, skip_sid), packet)

    def _sockets_in(self, namespace: str, room: Any, skip_sid: Any) -> Iterable[str]:
        for sid, engine_sid in self.get_participants(namespace, room):
            if sid != skip_sid:
                yield engine_sid


class LeanServer(SocketServer):
    """Socket.IO over lean sockets."""

    def __init__(self, **options: Any) -> None:
        super().__init__(client_manager=LeanManager(), **options)

    def push_to(self, engine_sids: Iterable[str], packet: Packet) -> None:
        """Sends one packet, encoded once, to these sockets. Who has fallen too far behind is cut, and asks again."""
        frame = text_frame(_MESSAGE + packet.encode())
        for engine_sid in engine_sids:
            socket = self.eio.sockets.get(engine_sid)
            if socket is not None and not socket.push(frame):
                self.abort(engine_sid)

    def _engineio_server_class(self) -> type[LeanEngine]:
        return LeanEngine

    async def _send_packet(self, engine_sid: str, packet: Packet) -> None:
        self.push_to((engine_sid,), packet)
