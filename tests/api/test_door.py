"""Everybody comes in, and nobody who is in waits for all the others."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from chatserver.transport import door
from chatserver.transport.door import Door
from chatserver.transport.punctual import PunctualRunner

MANY = 100


class Poor(socket.socket):
    """Has no file handle left the first time."""

    refused = 0

    def accept(self) -> tuple[socket.socket, object]:
        if not self.refused:
            self.refused += 1
            raise OSError(errno.EMFILE, "no handles")
        return super().accept()


@asynccontextmanager
async def behind(listening: socket.socket) -> AsyncIterator[PunctualRunner]:
    """A server that says hello to whoever comes through this socket."""
    listening.bind(("127.0.0.1", 0))
    app = web.Application()

    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    app.router.add_get("/", hello)
    runner = PunctualRunner(app, access_log=None)
    await runner.setup()
    await Door(runner, listening, backlog=2 * MANY).start()
    try:
        yield runner
    finally:
        await runner.cleanup()


async def test_of_many_who_knock_at_once_a_few_come_in_each_turn() -> None:
    """All of them do in the end."""
    with socket.socket() as listening:
        async with behind(listening) as runner:
            assert runner.server is not None
            # The kernel lets them wait; the loop has not had a turn yet.
            guests = [socket.create_connection(listening.getsockname()) for _ in range(MANY)]
            inside, most = 0, 0
            async with asyncio.timeout(20):
                while inside < MANY:
                    await asyncio.sleep(0)
                    now = len(runner.server.connections)
                    inside, most = now, max(most, now - inside)
            assert 0 < most <= door.AT_A_TIME
            for guest in guests:
                guest.close()


async def test_whoever_knocks_while_no_handle_is_left_comes_in_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The door stays where it is."""
    monkeypatch.setattr(door, "PAUSE_SECONDS", 0.01)
    with Poor() as listening:
        async with behind(listening), aiohttp.ClientSession() as http:
            async with http.get("http://{}:{}".format(*listening.getsockname())) as answer:
                assert await answer.text() == "hello"
            assert listening.refused == 1


async def test_behind_a_closed_door_nobody_listens() -> None:
    """The port is free for the next one."""
    with socket.socket() as listening:
        async with behind(listening):
            address = listening.getsockname()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address)
