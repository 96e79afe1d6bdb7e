"""A server that lies: a proxy between real clients and a real server with its real database."""

import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
import msgspec
from aiohttp import web
from multidict import CIMultiDict

from tests.malicious.liar_on_the_line import Line, pass_on_frames
from tests.malicious.passed import Passed

Lie = Callable[[Any], Any]
_NOT_PASSED_ON: Final = {"host", "origin", "content-length", "transfer-encoding", "content-encoding", "connection"}
# A part of a file and what surrounds it.
_LARGEST: Final = 1 << 25


@dataclass(slots=True)
class Liar:
    """`url` is where its victims go. Whatever no lie is told about passes as it is; every byte is overheard."""

    target: str
    url: str = ""
    overheard: bytearray = field(default_factory=bytearray, repr=False)
    asked: list[str] = field(default_factory=list)
    passed: Passed = field(default_factory=Passed, repr=False)
    line: Line = field(init=False)
    _lies: list[tuple[re.Pattern[str], Lie]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.line = Line(self.passed)

    def lie(self, path: str, told: Lie) -> None:
        """From now on answers of addresses that match are what `told` makes of them."""
        self._lies.append((re.compile(path), told))

    def be_honest(self) -> None:
        """No more lies."""
        self._lies.clear()
        self.line.lies.clear()

    def items(self, room: str, told: Callable[[list[Any]], Sequence[Any]]) -> None:
        """Lies about what a room holds: `told` gets all items, and positions follow of themselves."""

        def rewrite(answer: Any) -> Any:
            shown = list(told(answer["items"]))
            first = answer["items"][0]["position"] if answer["items"] else answer["last_position"] + 1
            for position, item in enumerate(shown, first):
                item["position"] = position
            return {**answer, "items": shown, "last_position": first + len(shown) - 1}

        self.lie(rf"^/api/rooms/{room}/items", rewrite)

    def told(self, path: str, answer: bytes) -> bytes:
        """The answer after all lies about that address."""
        for where, lie in self._lies:
            if where.search(path):
                answer = msgspec.json.encode(lie(msgspec.json.decode(answer)))
        return answer


@asynccontextmanager
async def lying(target: str) -> AsyncIterator[Liar]:
    """Stands in front of the server until the block ends."""
    liar = Liar(target)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        app = web.Application(client_max_size=_LARGEST)
        app.router.add_route("*", "/{path:.*}", _passing(liar, http))
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        liar.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield liar
        finally:
            await liar.line.close()
            await runner.cleanup()


def _passing(liar: Liar, http: aiohttp.ClientSession) -> Callable[[web.Request], Any]:
    async def pass_on(request: web.Request) -> web.StreamResponse:
        headers = _kept(request.headers)
        if "Origin" in request.headers:
            headers["Origin"] = liar.target
        url = liar.target + str(request.rel_url)
        if "upgrade" in request.headers.get("Connection", "").lower():
            return await pass_on_frames(liar.line, request, http, url, headers)
        body = await request.read()
        liar.asked.append(f"{request.method} {request.path}")
        liar.overheard += str(request.rel_url).encode() + body
        async with http.request(request.method, url, data=body, headers=headers, allow_redirects=False) as answer:
            content = await answer.read()
            await liar.passed.once_more(f"{request.method} {request.path}")
            if answer.status == 200 and answer.content_type == "application/json":
                content = liar.told(request.path, content)
            return web.Response(status=answer.status, body=content, headers=_kept(answer.headers))

    return pass_on


def _kept(headers: Any) -> CIMultiDict[str]:
    """Everything but what speaks of the connection itself: policies and cookies pass as they are."""
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in _NOT_PASSED_ON)
