"""Long histories: resuming after 10,000 missed messages, the last page of a long thread, a counsellor's full inbox."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

import aiohttp

from bench.figures import MILLI, Figure, Outcome
from bench.furnished import Seats, furnished, seats_in
from bench.grown import add_messages, add_threads
from bench.processes import cpu_seconds
from bench.runs import OURS, serving
from chatserver.config import Config
from chatserver.live import Sockets
from chatserver.main import opened
from tests.ports import free_port

# The largest page that the server hands out.
PAGE: Final = 500
SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Size:
    """A thread, one that is `longer` times as long, the open threads of one counsellor, and how often each is read."""

    messages: int = 10_000
    longer: int = 10
    threads: int = 1_000
    times: int = 15


SHORT: Final = Size(messages=100, longer=2, threads=5, times=1)


async def measured(size: Size) -> Outcome:
    """On one server with a history that was put there beforehand."""
    furniture = await asyncio.to_thread(furnished, 3)
    seats = seats_in(furniture)
    with tempfile.TemporaryDirectory(prefix="sprechraum-bench-") as folder:
        grown = Path(folder, "grown")
        await asyncio.to_thread(shutil.copytree, furniture / "var", grown / "var")
        async with opened(Config(var=grown / "var"), Sockets()) as deps:
            await add_messages(deps, seats[0].room, size.messages)
            await add_messages(deps, seats[1].room, size.messages * size.longer)
            await add_threads(deps, seats[2].room, size.threads - 1)
        return await _read(grown, Path(folder), seats, size)


async def _read(grown: Path, folder: Path, seats: Sequence[Seats], size: Size) -> Outcome:
    served = folder / "served"
    served.mkdir()
    short, long, threads = size.messages, size.messages * size.longer, size.threads
    async with serving(OURS, grown, served, port := free_port()) as process:
        read = partial(_often, process.pid, size.times)
        async with _signed_in(port, seats[0].client.token) as http:
            missed = median([await _resumed(http, seats[0].room, short) for _ in range(min(size.times, 5))])
            page = f"last page of a thread of {short:,} messages"
            figures = await read(page, 20, lambda: _last_page(http, seats[0].room, short))
        async with _signed_in(port, seats[1].client.token) as http:
            page = f"the same with {size.longer} times the history"
            figures += await read(page, 20, lambda: _last_page(http, seats[1].room, long))
        async with _signed_in(port, seats[2].counsellor.token) as http:
            inbox, list_ = f"inbox with {threads:,} open threads", f"list of {threads:,} threads"
            figures += await read(inbox, 50, lambda: _list(http, "/api/inbox", "lines", threads))
            figures += await read(list_, None, lambda: _list(http, "/api/threads", "threads", threads))
    rate = Figure("missed messages fetched", short / missed, "a second")
    return Outcome([Figure(f"{short:,} missed messages fetched", missed, "s"), rate, *figures])


async def _often(
    server: int, times: int, name: str, must: float | None, read: Callable[[], Awaitable[float]]
) -> list[Figure]:
    """The median, and the server's processor time, which does not change with what else goes on."""
    before = cpu_seconds(server)
    took = median([await read() for _ in range(times)])
    busy = (cpu_seconds(server) - before) / times
    return [Figure(name, MILLI * took, "ms", must), Figure(f"{name}, processor", MILLI * busy, "ms")]


@asynccontextmanager
async def _signed_in(port: int, token: str) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Cookie": f"session={token}"}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=headers) as http:
        # A connection, a plan of the database's: what only the very first one costs.
        await _json(http, "/api/me")
        yield http


async def _resumed(http: aiohttp.ClientSession, room: str, messages: int) -> float:
    """Page after page, the next one when the last one is read."""
    began = perf_counter()
    after = last = 3
    for _ in count():
        found = await _json(http, f"/api/rooms/{room}/items?after={after}&limit={PAGE}")
        after, last = found["items"][-1]["position"], found["last_position"]
        if after == last:
            break
    if last != messages + 3:
        raise AssertionError(last)
    return perf_counter() - began


async def _last_page(http: aiohttp.ClientSession, room: str, messages: int) -> float:
    began = perf_counter()
    # As a page that opens a long thread from its end, and knows nothing of its length.
    found = await _json(http, f"/api/rooms/{room}/items/before?limit={SHOWN}")
    if len(found["items"]) != SHOWN or found["items"][-1]["position"] != messages + 3:
        raise AssertionError(found["last_position"])
    return perf_counter() - began


async def _list(http: aiohttp.ClientSession, path: str, name: str, expected: int) -> float:
    began = perf_counter()
    found = (await _json(http, path))[name]
    if len(found) != expected:
        raise AssertionError(len(found))
    return perf_counter() - began


async def _json(http: aiohttp.ClientSession, path: str) -> dict[str, Any]:
    async with http.get(path) as answer:
        found: dict[str, Any] = await answer.json()
        answer.raise_for_status()
        return found
