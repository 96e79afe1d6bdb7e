"""A place where a calendar lies, as the server sees it: https under names that lead to this machine, or seem to."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import AF_INET, AF_INET6, AddressFamily

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from chatserver.outward import Outward, PublicOnly
from tests.https_host import served

NAME = "calendar.example"
ADDRESS = f"https://{NAME}/private-abc/basic.ics"
OUT_THERE = "8.8.8.8"


def calendar(*events: str) -> bytes:
    """A file with these entries, each as the lines between BEGIN and END."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//somebody//else//EN"]
    for event in events:
        lines += ["BEGIN:VEVENT", *event.split("\n"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


@dataclass
class CalendarHost:
    """`answers`: what it says next, while there is anything; else `content`. `leads_to`: where names lead, in turn."""

    content: bytes = b""
    port: int = 0
    answers: list[web.Response] = field(default_factory=list)
    leads_to: list[str] = field(default_factory=list)
    asked: list[web.Request] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    instead: Callable[[web.Request], Awaitable[web.Response]] | None = None

    @property
    def outward(self) -> Outward:
        """The guard that an installation has; what it lets pass arrives here."""
        return Outward(resolver=lambda: _Here(self, PublicOnly(_Names(self))), trust=self.trust)

    async def give(self, request: web.Request) -> web.Response:
        """One answer."""
        self.asked.append(request)
        if self.instead is not None:
            return await self.instead(request)
        return self.answers.pop(0) if self.answers else web.Response(body=self.content, content_type="text/calendar")


class _Names(AbstractResolver):
    def __init__(self, host: CalendarHost) -> None:
        self._host = host

    async def resolve(self, host: str, port: int = 0, family: AddressFamily = AF_INET) -> list[ResolveResult]:
        del family
        self._host.looked_up.append(host)
        at = self._host.leads_to.pop(0) if self._host.leads_to else OUT_THERE
        of = AF_INET6 if ":" in at else AF_INET
        return [ResolveResult(hostname=host, host=at, port=port, family=of, proto=0, flags=0)]

    async def close(self) -> None:
        pass


class _Here(AbstractResolver):
    def __init__(self, host: CalendarHost, guard: PublicOnly) -> None:
        self._host, self._guard = host, guard

    async def resolve(self, host: str, port: int = 0, family: AddressFamily = AF_INET) -> list[ResolveResult]:
        await self._guard.resolve(host, port, family)
        here = ("127.0.0.1", self._host.port)
        return [ResolveResult(hostname=host, host=here[0], port=here[1], family=AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        pass


@asynccontextmanager
async def calendar_host(folder: Path) -> AsyncIterator[CalendarHost]:
    """As long as the block lasts."""
    host = CalendarHost()
    async with served(folder, NAME, host.give) as here:
        host.port, host.trust = here
        yield host
