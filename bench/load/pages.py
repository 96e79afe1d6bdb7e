"""A page as a server sees it: one WebSocket with Engine.IO and Socket.IO in it, written by hand.

The libraries' own clients need more of a processor for a message than the server that is to be measured.
"""

import asyncio
import base64
import secrets
from collections.abc import Callable
from typing import Any, Final

import msgspec

from bench.load.messages import Message

MASKED: Final = 0x80
TEXT, CLOSE, PING, PONG = 0x81, 0x88, 0x89, 0x8A
NO_MASK: Final = bytes(4)
_HEADERS_END: Final = b"\r\n\r\n"


class Refused(Exception):  # noqa: N818
    """The server did not let the page in, or cut it off."""


def frame(payload: bytes, kind: int = TEXT) -> bytes:
    """A frame as clients send it. A mask of zeros is one, and costs the server as much as any other."""
    size = len(payload)
    if size < 126:  # noqa: PLR2004 - RFC 6455, section 5.2
        return bytes((kind, MASKED | size)) + NO_MASK + payload
    if size < 65536:  # noqa: PLR2004 - the same
        return bytes((kind, MASKED | 126)) + size.to_bytes(2) + NO_MASK + payload
    return bytes((kind, MASKED | 127)) + size.to_bytes(8) + NO_MASK + payload


class Page(asyncio.Protocol):
    """One person's open page. `told` gets each acknowledged message, `heard` the payload of each push."""

    def __init__(self, host: str, path: str, cookie: str) -> None:
        key = base64.b64encode(secrets.token_bytes(16)).decode("ascii")
        lines = [
            f"GET {path}?EIO=4&transport=websocket HTTP/1.1",
            f"Host: {host}",
            f"Origin: http://{host}",
            f"Cookie: {cookie}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {key}",
        ]
        self._request = "\r\n".join(lines).encode("ascii") + _HEADERS_END
        self._rest = b""
        self._upgraded = False
        self._number = 0
        self._waiting: dict[int, Message | asyncio.Future[Any]] = {}
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.told: Callable[[Message, bytes], None] = lambda _message, _payload: None
        self.heard: Callable[[bytes], None] = lambda _payload: None
        self.transport: asyncio.Transport

    # -- sending

    def send(self, message: Message) -> None:
        """One message on its way."""
        self._number += 1
        self._waiting[self._number] = message
        self.transport.write(frame(b'42%d["message",%s]' % (self._number, message.body)))

    async def ask(self, event: str, body: dict[str, Any]) -> Any:
        """An event and its acknowledgement, for everything that is not measured."""
        self._number += 1
        answer = self._waiting[self._number] = asyncio.get_running_loop().create_future()
        self.transport.write(frame(b"42%d%s" % (self._number, msgspec.json.encode([event, body]))))
        return await answer

    def close(self) -> None:
        """Leaves."""
        self.transport.abort()

    # -- receiving

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # asyncio's own type is too wide
        self.transport.write(self._request)

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever waits for an answer is told that none comes."""
        self._fail(str(exc or "the connection is over"))
        for one in self._waiting.values():
            if isinstance(one, asyncio.Future) and not one.done():
                one.set_exception(Refused("the connection is over"))

    def _fail(self, why: str) -> None:
        if not self.ready.done():
            self.ready.set_exception(Refused(why))

    def data_received(self, data: bytes) -> None:
        buffer = self._rest + data if self._rest else data
        if not self._upgraded:
            buffer = self._answered(buffer)
        at, end = 0, len(buffer)
        while end - at >= 2:  # noqa: PLR2004 - the shortest frame
            size, start = buffer[at + 1], at + 2
            if size >= 126:  # noqa: PLR2004 - RFC 6455, section 5.2
                start = at + (4 if size == 126 else 10)  # noqa: PLR2004 - the same
                size = int.from_bytes(buffer[at + 2 : start])
            if start > end or start + size > end:
                break
            self._frame(buffer[at], buffer[start : start + size])
            at = start + size
        self._rest = buffer[at:]

    def _answered(self, buffer: bytes) -> bytes:
        head, found, rest = buffer.partition(_HEADERS_END)
        if not found:
            self._rest = buffer
            return b""
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            self._fail(head.decode("latin-1").split("\r\n", 1)[0])
        self._upgraded = True
        return rest

    def _frame(self, kind: int, payload: bytes) -> None:
        if kind == TEXT:
            self._packet(payload)
        elif kind == PING:
            self.transport.write(frame(payload, PONG))
        elif kind == CLOSE:
            self.transport.close()

    def _packet(self, payload: bytes) -> None:
        first = payload[:2]
        if first == b"43":
            self._acknowledged(payload)
        elif first == b"42":
            self.heard(payload)
        elif payload == b"2":
            self.transport.write(frame(b"3"))
        elif first == b"0{":
            self.transport.write(frame(b"40"))
        elif first == b"40" and not self.ready.done():
            self.ready.set_result(None)
        elif first == b"44":
            self._fail(payload.decode("utf-8"))

    def _acknowledged(self, payload: bytes) -> None:
        begins = payload.index(b"[")
        waiting = self._waiting.pop(int(payload[2:begins]))
        if isinstance(waiting, asyncio.Future):
            if waiting.done():
                # Whoever asked has lost patience.
                return
            waiting.set_result(msgspec.json.decode(payload[begins:])[0])
        else:
            self.told(waiting, payload)
