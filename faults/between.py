"""A stretch of network in front of a server: what passes each way is up to the line that it is made of."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

OneWay = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Line(Protocol):
    """Carries each connection that comes to its port."""

    port: int

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None: ...


L = TypeVar("L", bound=Line)


@asynccontextmanager
async def laid(line: L) -> AsyncIterator[L]:
    """The line, until the block ends."""
    async with await asyncio.start_server(line.carry, "127.0.0.1", line.port):
        yield line


async def both_ways(target: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, one_way: OneWay) -> None:
    """One connection to the port `target`, until either way is over."""
    server_reader, server_writer = await asyncio.open_connection("127.0.0.1", target)
    ways = [
        asyncio.ensure_future(one_way(reader, server_writer)),
        asyncio.ensure_future(one_way(server_reader, writer)),
    ]
    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for one in ways:
        one.cancel()
    for end in (writer, server_writer):
        end.transport.abort()
