"""HTTP connections that get so far in time, or end: the library waits for a head, and for readers, as long as it takes.

Bodies have their deadlines where they are read (bodies.py), sockets in their engine.
"""

import asyncio
from typing import Any, Final

from aiohttp import web
from aiohttp.web_protocol import RequestHandler
from aiohttp.web_server import Server

HEAD_WITHIN_SECONDS: Final = 14
# Bytes that are parsed before everybody else has a turn.
AT_A_TIME: Final = 32 * 1024
# Of a response: whoever takes nothing for so long is gone. A poor line takes a little now and then.
STALLED_SECONDS: Final = 45


class PunctualConnection(RequestHandler):
    """One connection. The deadline for a head begins with the connection, and with the first bytes of each head."""

    __slots__ = ("_head_by", "_heads", "_rest", "_stalled")

    def __init__(self, manager: Server, **options: Any) -> None:
        super().__init__(manager, **options)
        self._heads = 0
        self._rest = bytearray()
        self._head_by: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._head_by = self._loop.call_later(HEAD_WITHIN_SECONDS, self.too_late)

    def data_received(self, data: bytes) -> None:
        if self._rest:
            self._rest += data
        elif len(data) > AT_A_TIME and self._payload_parser is None:
            # A quarter of a megabyte in chunks of one byte takes the parser longer than others should wait.
            self._rest += data
            self._feed_some()
        else:
            self._feed(data)

    def _feed_some(self) -> None:
        some = bytes(self._rest[:AT_A_TIME])
        del self._rest[:AT_A_TIME]
        if self._rest:
            self._loop.call_soon(self._feed_some)
        if self.transport is not None:
            self._feed(some)

    def _feed(self, data: bytes) -> None:
        super().data_received(data)
        if self._payload_parser is not None:
            # A socket: nothing of HTTP comes here any more.
            return
        if self._request_count != self._heads:
            self._heads = self._request_count
            self._forget_head()
        elif self._head_by is None and self._waiter is not None and not self._waiter.done():
            self._head_by = self._loop.call_later(HEAD_WITHIN_SECONDS, self.too_late)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._forget_head()
        self._forget_stall()
        self._rest.clear()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._payload_parser is None:
            self._watch(self._unsent())

    def resume_writing(self) -> None:
        self._forget_stall()
        super().resume_writing()

    def log_exception(self, *args: Any, **options: Any) -> None:
        """What goes wrong with a connection that the other side has left is nobody's fault."""
        if self.transport is not None and not self.transport.is_closing():
            super().log_exception(*args, **options)

    def too_late(self) -> None:
        """Ends the connection without another word."""
        if self.transport is not None:
            self.transport.abort()

    def still_stalled(self, unsent: int) -> None:
        """Ends the connection unless some of what waited has been taken since."""
        if self._unsent() < unsent:
            self._watch(self._unsent())
        else:
            self.too_late()

    def _watch(self, unsent: int) -> None:
        self._stalled = self._loop.call_later(STALLED_SECONDS, self.still_stalled, unsent)

    def _unsent(self) -> int:
        return self.transport.get_write_buffer_size() if self.transport is not None else 0

    def _forget_head(self) -> None:
        if self._head_by is not None:
            self._head_by.cancel()
            self._head_by = None

    def _forget_stall(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None


class _PunctualServer(Server):
    def __call__(self) -> PunctualConnection:
        return PunctualConnection(self, loop=self._loop, **self._kwargs)


class PunctualRunner(web.AppRunner):
    """Serves an application over such connections."""

    __slots__ = ()

    async def _make_server(self) -> Server:
        made = await super()._make_server()
        options = made._kwargs  # noqa: SLF001  the library has no other way to choose the connection's class
        return _PunctualServer(made.request_handler, request_factory=made.request_factory, **options)
