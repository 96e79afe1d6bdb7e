"""Engine.IO as it comes, with our WebSocket, a bounded queue, and a look at every socket each second.

The library leaves these to whoever uses it: a reader that stalls but answers pings keeps a queue without end, a dead
peer is noticed up to a minute late, and whoever opens a socket may sit there without ever saying who they are.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from aiohttp import WSMsgType, web
from engineio import AsyncServer
from engineio.async_socket import AsyncSocket
from engineio.exceptions import QueueEmpty
from engineio.packet import OPEN, Packet

from chatserver.transport.frames import LARGEST_FRAME, well_formed
from chatserver.transport.outflow import LARGEST_QUEUE, LONGEST_QUEUE, Stall

REQUEST: Final = "aiohttp.request"
LOOK_SECONDS: Final = 1.0
# Twenty for the ping to fall due, twenty for its answer: a dead peer is noticed within 45 seconds.
PING_SECONDS: Final = 20
PONG_SECONDS: Final = 20
CONNECT_WITHIN_SECONDS: Final = 15
# RFC 6455, section 5.5.1: close, with code 1000.
GOODBYE: Final = b"\x88\x02\x03\xe8"
# What the writer and the connection have in hand comes on top of what a stock queue holds.
LARGEST_HELD: Final = LARGEST_QUEUE - 256 * 1024
# Of any kind, from one socket; pages send one in a while.
FRAMES_EACH_SECOND: Final = 300.0
BURST_SECONDS: Final = 10
# Frames, or sockets, that are seen to before everybody else has a turn.
AT_A_TIME: Final = 64


class WebSocket:
    """One WebSocket as Engine.IO wants it. Never compressed: it costs 100 KiB each, and ciphertext does not shrink."""

    def __init__(self, handler: Any, server: "Engine") -> None:
        self._handler, self._each_second = handler, server.frames_each_second
        self._socket = web.WebSocketResponse(max_msg_size=LARGEST_FRAME, compress=False, autoping=False)
        self._transport: asyncio.Transport | None = None
        self._turn = 0
        self._left, self._seen_at = self._each_second * BURST_SECONDS, time.monotonic()

    async def __call__(self, environ: dict[str, Any]) -> web.WebSocketResponse:
        request: web.Request = environ[REQUEST]
        await self._socket.prepare(request)
        self._transport = request.transport
        try:
            await self._handler(self)
        finally:
            await self.close()
        return self._socket

    async def close(self) -> None:
        """Says goodbye and is gone. The library would read until the other side says it too: a flood, in one turn."""
        transport = self._transport
        if transport is not None and not transport.is_closing():
            transport.write(GOODBYE)
            transport.close()
        await self._socket.close()
        # Twice, since the faster loop writes at the end of its turn.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        if transport is not None and transport.get_write_buffer_size():
            # Whoever does not read the rest would keep a closing connection for ever.
            transport.abort()

    async def send(self, message: str) -> None:
        await self._socket.send_str(message)

    async def wait(self) -> str:
        """The next frame. Raises OSError, on which the engine closes, at the end and for a frame of no known kind."""
        while True:
            self._turn += 1
            if self._turn % AT_A_TIME == 0:
                await self._pause()
            message = await self._socket.receive()
            if message.type is WSMsgType.PING:
                await self._socket.pong(message.data)
            elif message.type is not WSMsgType.PONG:
                break
        if message.type is not WSMsgType.TEXT or not well_formed(message.data):
            raise OSError("the connection is over")
        return str(message.data)

    async def _pause(self) -> None:
        """Frames that lie here already are read without waiting, and there may be thousands. Raises OSError."""
        now = time.monotonic()
        self._left = min(self._left + (now - self._seen_at) * self._each_second, self._each_second * BURST_SECONDS)
        self._left -= AT_A_TIME
        self._seen_at = now
        if self._left < 0:
            raise OSError("no page sends so many frames")
        await asyncio.sleep(0)


class Queue(asyncio.Queue[Packet | None]):
    """What waits to be sent on one stock socket, counted."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.held = 0
        self.passed = 0
        super().__init__(*args, **options)

    @property
    def full_enough(self) -> bool:
        """Whether this reader has fallen too far behind."""
        return self.qsize() >= LONGEST_QUEUE or self.held >= LARGEST_HELD

    def _put(self, item: Packet | None) -> None:
        self.held += _size(item)
        super()._put(item)

    def _get(self) -> Packet | None:
        item: Packet | None = super()._get()
        self.held -= _size(item)
        self.passed += 1
        return item


def _size(packet: Packet | None) -> int:
    data = packet.data if packet is not None else None
    return len(data) if isinstance(data, str) else 0


class StockSocket(AsyncSocket):  # type: ignore[misc]  # the library has no annotations
    """The library's own socket: a queue, a task that writes, a task for each frame that is read."""

    def __init__(self, server: Any, sid: str) -> None:
        super().__init__(server, sid)
        self._stall = Stall()

    async def open(self, environ: dict[str, Any], opening: Packet) -> Any:
        """Answers the handshake, and returns when the connection is over."""
        self._request = environ[REQUEST]
        await self.send(opening)
        self.schedule_ping()
        return await self.handle_get_request(environ)

    def over(self, now: float) -> bool:
        """Whether the peer is gone without a word, or takes nothing of what waits for it."""
        unanswered = self.last_ping and time.time() - self.last_ping > self.server.ping_timeout
        transport = self._request.transport
        waiting = self.queue.held + (transport.get_write_buffer_size() if transport else 0)
        return bool(unanswered) or self._stall.lasts(now, taken=self.queue.passed, waiting=waiting)

    async def poll(self) -> list[Packet]:
        """One packet at a time: what the writer holds in its hand is not counted. None of them at the end."""
        try:
            async with asyncio.timeout(self.server.ping_interval + self.server.ping_timeout):
                packet = await self.queue.get()
        except TimeoutError:
            raise QueueEmpty from None
        self.queue.task_done()
        return [] if packet is None else [packet]

    async def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """Without waiting for a reader that may never read; and the writer ends at once, or else it stays a while."""
        del wait
        await super().close(wait=False, abort=abort, reason=reason)
        self.queue.put_nowait(None)


class Engine(AsyncServer):  # type: ignore[misc]  # the library has no annotations
    """Engine.IO over WebSocket. `aborts` ends a connection; `greets` tells whether it has said who it is."""

    socket_class: type[Any] = StockSocket
    aborts: Callable[[str], None]
    greets: Callable[[str], bool]
    start_service_task: bool
    frames_each_second: float = FRAMES_EACH_SECOND

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._async: dict[str, Any] = {**self._async, "websocket": WebSocket, "translate_request": _asked}
        self._opened: dict[str, float] = {}

    def create_queue(self, *args: Any, **options: Any) -> Queue | None:
        return Queue(*args, **options)

    async def _handle_connect(self, environ: dict[str, Any], *_transport: object) -> Any:
        if self.start_service_task:
            self.start_service_task = False
            self.service_task_handle = self.start_background_task(self._service_task)
        sid = self.generate_id()
        socket = self.sockets[sid] = self.socket_class(self, sid)
        self._opened[sid] = asyncio.get_running_loop().time()
        try:
            await self._trigger_event("connect", sid, environ, run_async=False)
            return await socket.open(environ, self._opening(sid))
        finally:
            self.sockets.pop(sid, None)
            self._opened.pop(sid, None)

    def _opening(self, sid: str) -> Packet:
        offered = {
            "sid": sid,
            "upgrades": [],
            "pingTimeout": int(self.ping_timeout * 1000),
            "pingInterval": int(self.ping_interval * 1000),
            "maxPayload": self.max_http_buffer_size,
        }
        return Packet(OPEN, offered)

    async def _service_task(self) -> None:
        loop = asyncio.get_running_loop()
        ended = self.service_task_event = self.create_event()
        while not ended.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await ended.wait()
            await self.look(loop.time())

    async def look(self, now: float) -> None:
        """Ends every connection that is over without having said so; `now` is the loop's time in seconds."""
        for turn, (sid, socket) in enumerate(list(self.sockets.items()), 1):
            silent = now - self._opened.get(sid, now) >= CONNECT_WITHIN_SECONDS and not self.greets(sid)
            if silent or socket.over(now):
                self.aborts(sid)
            if turn % AT_A_TIME == 0:
                await asyncio.sleep(0)


def _asked(request: web.Request) -> dict[str, Any]:
    """What the engine looks at of a request. The library would keep a second copy of every header for each socket."""
    return {
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": request.query_string,
        "HTTP_CONNECTION": request.headers.get("Connection", ""),
        "HTTP_UPGRADE": request.headers.get("Upgrade", ""),
        REQUEST: request,
    }
