"""The way in, a few connections in each turn of the loop.

A network that comes back brings everybody at once. The loop would let in all who wait before it does anything else:
five hundred of them stopped it for 0.2 s.
"""

import asyncio
import socket
from typing import Final

from aiohttp import web

# Connections that are made before everybody else has a turn.
AT_A_TIME: Final = 16
# As long as there are no file handles left, or no memory.
PAUSE_SECONDS: Final = 1.0


class Door(web.SockSite):
    """Lets whoever knocks at a socket in to the runner's server."""

    __slots__ = ("_arriving", "_loop", "_pause")

    def __init__(self, runner: web.BaseRunner, listening: socket.socket, *, backlog: int) -> None:
        super().__init__(runner, listening, backlog=backlog)
        self._loop = asyncio.get_running_loop()
        self._arriving: set[asyncio.Task[None]] = set()
        self._pause: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Opens it."""
        await web.BaseSite.start(self)
        self._sock.setblocking(False)
        self._sock.listen(self._backlog)
        self._loop.add_reader(self._sock, self._let_in)

    async def stop(self) -> None:
        """Nobody comes in any more."""
        self._loop.remove_reader(self._sock)
        if self._pause is not None:
            self._pause.cancel()
        self._sock.close()
        await super().stop()

    def _let_in(self) -> None:
        for _ in range(AT_A_TIME):
            try:
                connection, _ = self._sock.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError:
                # Else the loop would be told again at once, and at once again.
                self._loop.remove_reader(self._sock)
                self._pause = self._loop.call_later(PAUSE_SECONDS, self._loop.add_reader, self._sock, self._let_in)
                return
            task = self._loop.create_task(self._connect(connection))
            self._arriving.add(task)
            task.add_done_callback(self._arriving.discard)

    async def _connect(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        server = self._runner.server
        if server is None:
            connection.close()
            return
        try:
            await self._loop.connect_accepted_socket(server, connection)
        except OSError:
            connection.close()
