"""The way to the disk alone, without sockets: messages a second by how many write at once, and bytes for each."""

import asyncio
import base64
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

from sqlalchemy import make_url

from bench.figures import MILLI, Figure, Outcome, percentile
from bench.furnished import Seats, furnished, seats_in
from bench.load.messages import SIDES, Conversation
from chatserver.accounts.actions import who_asks
from chatserver.config import Config
from chatserver.deps import Asker, Deps
from chatserver.live import Sockets
from chatserver.main import opened
from chatserver.messages.actions import post_message
from chatserver.threads.wire import PostMessage

WRITERS: Final = (1, 16, 100)


@dataclass(frozen=True, slots=True)
class Writing:
    """One writer: the messages of one room, in order, each with whoever sends it."""

    messages: list[tuple[Asker, PostMessage]]

    async def write(self, deps: Deps) -> list[float]:
        """One after the other; the seconds of each."""
        took = []
        for asker, message in self.messages:
            began = perf_counter()
            await post_message(deps, asker, message)
            took.append(perf_counter() - began)
        return took


async def measured(messages: int) -> Outcome:
    """About so many messages for each number of writers; each of these starts from a fresh copy of the data."""
    furniture = await asyncio.to_thread(furnished, max(WRITERS))
    outcome = Outcome()
    for writers in WRITERS:
        # One alone waits for the disk each time.
        each = max(messages // writers // (10 if writers == 1 else 1), 2)
        outcome.add(await _measured(furniture, writers, each))
    return outcome


async def _measured(furniture: Path, writers: int, each: int) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="sprechraum-bench-") as folder:
        var = Path(folder, "var")
        await asyncio.to_thread(shutil.copytree, furniture / "var", var)
        async with opened(Config(var=var), Sockets()) as deps:
            writings = [await _writing(deps, one, each) for one in seats_in(furniture)[:writers]]
            before = await _size(deps)
            began = perf_counter()
            took = sorted(one for times in await asyncio.gather(*(w.write(deps) for w in writings)) for one in times)
            seconds = perf_counter() - began
            grown = await _size(deps) - before
    return Outcome(_figures(writers, took, seconds, grown))


def _figures(writers: int, took: Sequence[float], seconds: float, grown: int) -> list[Figure]:
    what = f"storing, {writers} at once" if writers > 1 else "storing, one at a time"
    figures = [
        Figure(what, len(took) / seconds, "messages a second"),
        Figure(f"{what}, p99", MILLI * percentile(took, 99), "ms"),
    ]
    if writers == max(WRITERS):
        figures.append(Figure("disk for a message of 1,000 letters", grown / len(took), "bytes"))
    return figures


async def _writing(deps: Deps, seats: Seats, each: int) -> Writing:
    askers = [await who_asks(deps, getattr(seats, side).token) for side in SIDES]
    conversation = Conversation(seats)
    conversation.seal(each)
    taken = [conversation.take() for _ in range(each)]
    return Writing([(askers[one.side], PostMessage(seats.room, _bytes(one.envelope))) for one in taken])


def _bytes(text: bytes) -> bytes:
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


async def _size(deps: Deps) -> int:
    """Of the database itself, with all that has been written in it."""
    await deps.database.checkpoint()
    file = make_url(deps.config.database_url).database or ""
    return await asyncio.to_thread(lambda: Path(file).stat().st_size)
