"""Somebody else's https as the server sees it: a name with a certificate, on a port of this machine."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from aiohttp import web

from tests.certificates import certificate


class Served(NamedTuple):
    """`trust`: what believes its certificate."""

    port: int
    trust: ssl.SSLContext


@asynccontextmanager
async def served(
    folder: Path, name: str, answer: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> AsyncIterator[Served]:
    """Every request to any path gets that answer, as long as the block lasts."""
    own = certificate(folder, name)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(own)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        yield Served(runner.addresses[0][1], ssl.create_default_context(cafile=str(own)))
    finally:
        await runner.cleanup()
