"""Row 5: Redis is killed, started again, or stopped, between two nodes whose people write to each other."""

import asyncio
import shutil
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from math import inf
from time import perf_counter
from typing import Any, Final

import msgspec

from bench.figures import Figure, Outcome, percentile
from bench.furnished import Seats
from bench.load.messages import SIDES
from bench.load.pages import Page, Refused
from faults.checker import faults_in
from faults.journal import Entry, Journal
from faults.kill import ended
from faults.postgres import on_postgres
from faults.server import Standing
from faults.trial import Trial, none_of
from faults.writers import Person, copies, item_name, opened
from tests.redis_server import RedisServer, running_redis

PAIRS: Final = 6
GONE_S: Final = (0.2, 2.0)
STOPPED_S: Final = 60.0
STOPPED_SHORTLY_S: Final = 3.0
# What pages do, too (web/src/net).
ASK_EVERY_S: Final = 20.0
DELIVERED_S: Final = 20.0
GIVES_UP_S: Final = 30.0
STOPPED_EVERY: Final = 10
# So many times are a short run, in which a stop lasts only as long as it must to be noticed.
SHORT: Final = 10


@dataclass
class Listener:
    """The counsellor's page at the other node: told of each message, and asking every twenty seconds all the same."""

    seats: Seats
    port: int
    heard_at: dict[str, float] = field(default_factory=dict)
    pushed: int = 0
    page: Page | None = None

    async def listen(self) -> None:
        """For as long as it is not cancelled."""
        while True:
            with suppress(Refused, OSError, TimeoutError):
                self.page = await opened(self.seats, SIDES.index("counsellor"), self.port)
                self.page.heard = self._told
                while not self.page.transport.is_closing():
                    await self.ask()
                    await asyncio.sleep(ASK_EVERY_S)
            await asyncio.sleep(0.1)

    async def ask(self) -> None:
        """Everything that is there."""
        after = 1
        while self.page is not None:
            answer = await self.page.ask("since", {"room": self.seats.room, "after": after, "limit": 200})
            for one in answer["items"]:
                self.heard_at.setdefault(item_name(one["envelope"]), perf_counter())
            if not answer["items"] or answer["items"][-1]["position"] >= answer["last_position"]:
                return
            after = answer["items"][-1]["position"]

    def _told(self, payload: bytes) -> None:
        name, body = msgspec.json.decode(payload[2:])[:2]
        if name == "posted":
            self.pushed += 1
            self.heard_at.setdefault(item_name(body["envelope"]), perf_counter())


class Dated(Journal):
    """A journal that knows when each message was acknowledged."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.told_at: dict[str, float] = {}

    def note(self, entry: Entry) -> None:
        """Writes it down at once."""
        super().note(entry)
        if entry.step == "ok":
            self.told_at[entry.name] = perf_counter()


async def without_redis(trial: Trial) -> Outcome:
    """Takes Redis away `count` times; every tenth time it is stopped for a minute, and does not even refuse."""
    async with AsyncExitStack() as stack:
        address, _, seats = await stack.enter_async_context(on_postgres(trial, PAIRS))
        redis = stack.enter_context(running_redis(trial.folder))
        left, right = [await _node(stack, trial, name, address, redis.url) for name in ("left", "right")]
        with (trial.folder / "journal").open("w", encoding="utf-8") as lines:
            notes = Dated(lines)
            writers = [Person(of, 0, left.port, notes, trial.chance) for of in seats]
            listeners = [Listener(of, right.port) for of in seats]
            listening = [asyncio.create_task(one.listen()) for one in listeners]
            writing = [asyncio.create_task(one.write()) for one in writers]
            for number in range(1, trial.count + 1):
                await _taken_away(redis, trial, number)
            silent = await _pushed_again(listeners)
            await ended(writers, writing)
            await asyncio.gather(*(one.ask() for one in listeners))
            for task in listening:
                task.cancel()
            wrong = faults_in(notes.entries, await copies(writers))
            late = _delays(notes, listeners)
        return Outcome(
            [
                Figure("times without Redis", trial.count, ""),
                Figure("messages acknowledged", notes.count("ok"), ""),
                Figure("pushed to the other node", sum(one.pushed for one in listeners), ""),
                none_of("faults found afterwards", len(wrong)),
                none_of("times that pushes never came back", int(silent >= GIVES_UP_S)),
                Figure("heard at the other node after, most", percentile(late, 100), "s", DELIVERED_S),
                Figure("pushed again after", silent, "s", DELIVERED_S),
            ],
            wrong,
        )


async def _node(stack: AsyncExitStack, trial: Trial, name: str, database: str, redis: str) -> Standing:
    """A server in a folder of its own, with the secrets of all."""
    folder = trial.folder / name
    await asyncio.to_thread(shutil.copytree, trial.folder / "var", folder / "var")
    where = {"SPRECHRAUM_DATABASE": database, "SPRECHRAUM_REDIS_URL": redis}
    server = Standing(folder, trial.planted, environment=where)
    stack.push_async_callback(server.kill)
    await server.start()
    return server


async def _taken_away(redis: RedisServer, trial: Trial, number: int) -> None:
    """Killed and started again; or stopped, so that whoever speaks to it waits."""
    await asyncio.sleep(trial.chance.uniform(*GONE_S))
    if number % STOPPED_EVERY == 0:
        redis.freeze()
        await asyncio.sleep(STOPPED_S if trial.count > SHORT else STOPPED_SHORTLY_S)
        redis.thaw()
    else:
        redis.kill()
        await asyncio.sleep(trial.chance.uniform(*GONE_S))
        await asyncio.to_thread(redis.start)


async def _pushed_again(listeners: Sequence[Listener]) -> float:
    """Seconds until the other node pushes once more, without being asked."""
    before, began = sum(one.pushed for one in listeners), perf_counter()
    while sum(one.pushed for one in listeners) == before and perf_counter() - began < GIVES_UP_S:
        await asyncio.sleep(0.01)
    return perf_counter() - began


def _delays(notes: Dated, listeners: Sequence[Listener]) -> list[float]:
    """From each acknowledgement until the other side had heard of it, in seconds; never is very late."""
    heard = {name: at for one in listeners for name, at in one.heard_at.items()}
    return sorted(heard.get(name, inf) - at for name, at in notes.told_at.items())
