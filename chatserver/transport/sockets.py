"""The Socket.IO server, hardened: it speaks only what pages need, and no peer can make it hold more than a little.

The library leaves these to whoever uses it: a second CONNECT makes a second identity on one socket; binary attachments
pile up; a client may send the event "disconnect". This server runs on the library's own sockets; lean.py has others.
"""

import logging
from collections.abc import Callable
from typing import Any, Final

import socketio
from engineio.packet import MESSAGE, Packet
from socketio.packet import ACK
from socketio.packet import Packet as SocketPacket

from chatserver.transport.engine import PING_SECONDS, PONG_SECONDS, REQUEST, Engine
from chatserver.transport.frames import LARGEST_FRAME, TextPacket

NAMESPACE: Final = "/"
# Asked with a connection's name and an event's: what is answered instead of doing it, if anything.
Admits = Callable[[str | None, str], dict[str, Any] | None]
_LOGGER: Final = logging.getLogger("sprechraum.sockets")
_LOGGER.setLevel(logging.ERROR)


class SocketServer(socketio.AsyncServer):  # type: ignore[misc]  # the library has no annotations
    """Socket.IO over WebSocket, for pages that are signed in."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{"ping_interval": PING_SECONDS, "ping_timeout": PONG_SECONDS, **options},
            async_mode="aiohttp",
            transports=["websocket"],
            max_http_buffer_size=LARGEST_FRAME,
            # The origin is checked before the library is asked: it would accept a missing one.
            cors_allowed_origins=[],
            http_compression=False,
            serializer=TextPacket,
            logger=_LOGGER,
            engineio_logger=_LOGGER,
        )
        self.admits: Admits = _everything
        self.eio.aborts = self.abort
        self.eio.greets = lambda engine_sid: self.manager.sid_from_eio_sid(engine_sid, NAMESPACE) is not None

    def abort(self, engine_sid: str) -> None:
        """Ends a connection without another word, whatever still waits to be sent."""
        environ = self.environ.get(engine_sid)
        transport = environ[REQUEST].transport if environ else None
        if transport is not None:
            transport.abort()

    def abort_all(self) -> None:
        """Ends every connection."""
        for engine_sid in list(self.environ):
            self.abort(engine_sid)

    def _engineio_server_class(self) -> type[Engine]:
        return Engine

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
        # Before a task is made for it: refusing must cost less than asking.
        refusal = self.admits(self.manager.sid_from_eio_sid(engine_sid, NAMESPACE), data[0])
        if refusal is None:
            await super()._handle_event(engine_sid, namespace, number, data)
        elif number is not None:
            await self._send_packet(engine_sid, TextPacket(ACK, data=[refusal], id=number))

    async def _send_packet(self, engine_sid: str, packet: SocketPacket) -> None:
        await self._send_eio_packet(engine_sid, Packet(MESSAGE, packet.encode()))

    async def _send_eio_packet(self, engine_sid: str, packet: Packet) -> None:
        socket = self.eio.sockets.get(engine_sid)
        if socket is None:
            return
        if socket.queue.full_enough:
            # The page comes back and asks for what it has missed.
            self.abort(engine_sid)
            return
        await super()._send_eio_packet(engine_sid, packet)


def _everything(_connection: str | None, _event: str) -> None:
    return None
