"""The live line of a server that lies: Socket.IO frames, passed on, changed, withheld or made up."""

import asyncio
import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
import msgspec
from aiohttp import web
from multidict import CIMultiDict

from tests.malicious.passed import Passed

Told = Callable[[Any], Any]
# Engine.IO "message", Socket.IO "event", the number of the acknowledgement that is wanted, and the arguments.
_EVENT: Final = re.compile(r"^42\d*(\[.*\])$", re.DOTALL)
# Of the handshake aiohttp makes its own.
_HANDSHAKE: Final = ("sec-websocket-", "upgrade")


@dataclass(slots=True)
class Line:
    """All pages that are connected now, and what is said to them in place of the truth."""

    passed: Passed
    lies: dict[str, Told] = field(default_factory=dict)
    pages: list[web.WebSocketResponse] = field(default_factory=list)

    def lie(self, event: str, told: Told) -> None:
        """From now on this event says what `told` makes of it; None withholds it."""
        self.lies[event] = told

    async def say(self, event: str, body: object) -> None:
        """Tells every page something that the server never said."""
        for page in self.pages:
            await page.send_str("42" + msgspec.json.encode([event, body]).decode())

    def told(self, frame: str) -> str | None:
        """The frame after the lie about its event."""
        name, body = event_in(frame)
        if name not in self.lies:
            return frame
        body = self.lies[name](body)
        return None if body is None else "42" + msgspec.json.encode([name, body]).decode()

    async def close(self) -> None:
        """Hangs up."""
        for page in list(self.pages):
            await page.close()


def event_in(frame: str) -> tuple[str | None, Any]:
    """The name and the first argument of an event; None for every other frame."""
    found = _EVENT.match(frame)
    name, *bodies = msgspec.json.decode(found[1]) if found else [None]
    return name, bodies[0] if bodies else None


async def pass_on_frames(
    line: Line, request: web.Request, http: aiohttp.ClientSession, url: str, headers: CIMultiDict[str]
) -> web.StreamResponse:
    """A WebSocket between the page and the server, until either hangs up."""
    mine = {name: value for name, value in headers.items() if not name.lower().startswith(_HANDSHAKE)}
    page = web.WebSocketResponse()
    async with http.ws_connect(url, headers=mine) as server:
        await page.prepare(request)
        line.pages.append(page)
        try:
            await _both_ways(line, page, server)
        finally:
            line.pages.remove(page)
            await page.close()
    return page


async def _both_ways(line: Line, page: web.WebSocketResponse, server: aiohttp.ClientWebSocketResponse) -> None:
    async def to_server() -> None:
        async for frame in page:
            await server.send_str(frame.data)
            name, _ = event_in(frame.data)
            await line.passed.once_more(name or "")

    async def to_page() -> None:
        async for frame in server:
            told = line.told(frame.data)
            if told is not None:
                await page.send_str(told)

    both = [asyncio.create_task(to_server()), asyncio.create_task(to_page())]
    _, left = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    for one in left:
        one.cancel()
    with contextlib.suppress(ConnectionError):
        await server.close()
