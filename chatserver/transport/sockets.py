"""The Socket.IO server, hardened: it speaks only what pages need, and no peer can make it hold more than a little.

The library leaves these to whoever uses it: a reader that stalls but answers pings keeps a queue without end; a second
CONNECT makes a second identity on one socket; binary attachments pile up; a client may send the event "disconnect".
"""

import asyncio
import logging
from typing import Any, Final

import socketio
from aiohttp import WSMsgType, web
from engineio import AsyncServer as Engine
from engineio.packet import Packet

# An event of 64 KiB of sealed bytes, as base64url text in JSON.
LARGEST_FRAME: Final = 96 * 1024
LONGEST_QUEUE: Final = 512
LARGEST_QUEUE: Final = 1024 * 1024
NAMESPACE: Final = "/"

# Engine.IO: close, ping, pong, message. Socket.IO within a message: connect, disconnect, event, acknowledgement.
_FRAMES: Final = frozenset("1234")
_PACKETS: Final = frozenset("0123")
_LOGGER: Final = logging.getLogger("sprechraum.sockets")
_LOGGER.setLevel(logging.ERROR)


def well_formed(frame: object) -> bool:
    """Whether a frame is one of the kinds that pages send. Binary ones are not: sealed bytes travel as text."""
    if not isinstance(frame, str) or frame[:1] not in _FRAMES:
        return False
    return frame[0] != "4" or frame[1:2] in _PACKETS


class Queue(asyncio.Queue[Packet | None]):
    """What waits to be sent on one socket, counted."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.held = 0
        super().__init__(*args, **options)

    @property
    def full_enough(self) -> bool:
        """Whether this reader has fallen too far behind."""
        return self.qsize() >= LONGEST_QUEUE or self.held >= LARGEST_QUEUE

    def _put(self, item: Packet | None) -> None:
        self.held += _size(item)
        super()._put(item)

    def _get(self) -> Packet | None:
        item: Packet | None = super()._get()
        self.held -= _size(item)
        return item


def _size(packet: Packet | None) -> int:
    data = packet.data if packet is not None else None
    return len(data) if isinstance(data, str) else 0


class WebSocket:
    """One WebSocket as Engine.IO wants it. Never compressed: it costs 100 KiB each, and ciphertext does not shrink."""

    def __init__(self, handler: Any, _server: object) -> None:
        self._handler = handler
        self._socket = web.WebSocketResponse(max_msg_size=LARGEST_FRAME, compress=False)

    async def __call__(self, environ: dict[str, Any]) -> web.WebSocketResponse:
        await self._socket.prepare(environ["aiohttp.request"])
        await self._handler(self)
        return self._socket

    async def close(self) -> None:
        await self._socket.close()

    async def send(self, message: str) -> None:
        await self._socket.send_str(message)

    async def wait(self) -> str:
        """The next frame. Raises OSError, on which the engine closes, at the end and for a frame of no known kind."""
        message = await self._socket.receive()
        if message.type is not WSMsgType.TEXT or not well_formed(message.data):
            raise OSError("the connection is over")
        return str(message.data)


class _Engine(Engine):  # type: ignore[misc]  # the library has no annotations
    """Engine.IO with our WebSocket and our queue."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._async: dict[str, Any] = {**self._async, "websocket": WebSocket}

    def create_queue(self, *args: Any, **options: Any) -> Queue:
        return Queue(*args, **options)


class SocketServer(socketio.AsyncServer):  # type: ignore[misc]  # the library has no annotations
    """Socket.IO over WebSocket, for pages that are signed in."""

    def __init__(self) -> None:
        super().__init__(
            async_mode="aiohttp",
            transports=["websocket"],
            max_http_buffer_size=LARGEST_FRAME,
            # The origin is checked before the library is asked: it would accept a missing one.
            cors_allowed_origins=[],
            http_compression=False,
            logger=_LOGGER,
            engineio_logger=_LOGGER,
        )

    def abort(self, engine_sid: str) -> None:
        """Ends a connection without another word, whatever still waits to be sent."""
        environ = self.environ.get(engine_sid)
        transport = environ["aiohttp.request"].transport if environ else None
        if transport is not None:
            transport.abort()

    def abort_all(self) -> None:
        """Ends every connection."""
        for engine_sid in list(self.environ):
            self.abort(engine_sid)

    def _engineio_server_class(self) -> type[_Engine]:
        return _Engine

    async def _handle_eio_message(self, engine_sid: str, data: Any) -> None:
        second = data[:1] == "0" and self.manager.sid_from_eio_sid(engine_sid, NAMESPACE) is not None
        try:
            if not second:
                await super()._handle_eio_message(engine_sid, data)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
            # Whoever sends packets that cannot be read is no page of ours.
            self.abort(engine_sid)

    async def _handle_event(self, engine_sid: str, namespace: str | None, number: int | None, data: Any) -> None:
        named = isinstance(data, list) and bool(data) and isinstance(data[0], str)
        if not named or data[0] in self.reserved_events:
            # An event by the name of a life-cycle step would run that step.
            data = ["", *(data[1:] if isinstance(data, list) else ())]
        await super()._handle_event(engine_sid, namespace, number, data)

    async def _send_eio_packet(self, engine_sid: str, packet: Packet) -> None:
        socket = self.eio.sockets.get(engine_sid)
        if socket is None:
            return
        if socket.queue.full_enough:
            # The page comes back and asks for what it has missed.
            self.abort(engine_sid)
            return
        await super()._send_eio_packet(engine_sid, packet)
