"""The Socket.IO server alone, lean or stock, with three events and no accounts: for what holds below all nouns."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import aiohttp
from aiohttp import WSMsgType, web

from chatserver.transport.lean import LeanServer
from chatserver.transport.sockets import SocketServer

Kind = Literal["lean", "stock"]
HANDSHAKE = "/socket.io/?EIO=4&transport=websocket"
PATIENCE_SECONDS = 20
EVERYBODY = "everybody"


@dataclass
class Bare:
    """`gone` gets the name of each connection that is over; `echo` answers at once, `wait` when `go_on` is set."""

    server: SocketServer
    url: str = ""
    gone: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    connections: list[str] = field(default_factory=list)

    async def connected(self, connection: str, _environ: object, _auth: object = None) -> None:
        self.connections.append(connection)
        await self.server.enter_room(connection, EVERYBODY)

    async def disconnected(self, connection: str, _reason: object) -> None:
        await self.gone.put(connection)

    async def echo(self, _connection: str, body: Any) -> Any:
        return body

    async def wait(self, _connection: str, body: Any) -> Any:
        await self.go_on.wait()
        return body

    async def next_gone(self) -> str:
        return await asyncio.wait_for(self.gone.get(), PATIENCE_SECONDS)

    def waiting(self) -> int:
        """Bytes that the server holds for sockets that do not take them."""
        transports = [one["aiohttp.request"].transport for one in self.server.environ.values()]
        queues = [one.queue.held for one in self.server.eio.sockets.values() if one.queue is not None]
        return int(sum(queues) + sum(one.get_write_buffer_size() for one in transports if one is not None))

    async def fill(self, until: int) -> None:
        """Pushes to everybody until so many bytes wait for those who do not read."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.waiting() < until:
                await self.server.emit("posted", {"envelope": "x" * 60_000}, to=EVERYBODY)
                await asyncio.sleep(0)


@asynccontextmanager
async def bare(kind: Kind, **options: Any) -> AsyncIterator[Bare]:
    """A server on a free port."""
    server = LeanServer(**options) if kind == "lean" else SocketServer(**options)
    house = Bare(server)
    server.on("connect", house.connected)
    server.on("disconnect", house.disconnected)
    server.on("echo", house.echo)
    server.on("wait", house.wait)
    app = web.Application()
    app.router.add_get("/socket.io/", server.handle_request)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    house.url = "http://127.0.0.1:{1}".format(*runner.addresses[0])
    try:
        yield house
    finally:
        server.abort_all()
        await server.shutdown()
        await runner.cleanup()


@asynccontextmanager
async def unconnected(house: Bare) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A WebSocket that has not said CONNECT."""
    async with aiohttp.ClientSession() as http, http.ws_connect(house.url + HANDSHAKE, max_msg_size=0) as socket:
        assert (await socket.receive_str()).startswith("0")
        yield socket


@asynccontextmanager
async def line(house: Bare) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A page's connection. It answers no pings, and reads only what the test reads."""
    async with unconnected(house) as socket:
        await socket.send_str("40")
        assert (await socket.receive_str()).startswith("40")
        yield socket


async def asked(socket: aiohttp.ClientWebSocketResponse, name: str, body: Any, number: int = 7) -> Any:
    """Sends an event and gives its acknowledgement, which must be the next frame."""
    await socket.send_str(f"42{number}" + json.dumps([name, body]))
    answer = await socket.receive_str(timeout=PATIENCE_SECONDS)
    assert answer.startswith(f"43{number}"), answer
    return json.loads(answer[2 + len(str(number)) :])[0]


async def is_cut(socket: aiohttp.ClientWebSocketResponse) -> bool:
    """Reads on until the end; whatever comes before it does not matter."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await socket.receive()).type not in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.ERROR):
            pass
    return True
