"""Writes that go to disk together: while one group is on its way there, the next ones gather.

A disk is as busy with one row as with a hundred, so under load one transaction carries many senders' writes. Each gets
its own answer or its own refusal, and whatever goes wrong for a group is found out one by one: no write fails because
of its neighbours.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Generic, TypeAlias, TypeVar

import msgspec
from sqlalchemy import Connection

from chatserver.clock import Clock
from chatserver.database import Database, DatabaseAway, Run

Item = TypeVar("Item")
Answer = TypeVar("Answer")
# To whom, which event, its body, and the connection that is not told because it knows already, if there is one.
News: TypeAlias = tuple[tuple[str, ...], str, msgspec.Struct, str]

# So many wait for one commit at most: the last of them waits for the statements of all.
LARGEST_GROUP: Final = 128
# What a group costs besides its rows is worth so many of them. Where groups are larger than a few, the next one is
# waited for, a little or until it is large enough: else much of the processor goes into many small ones.
FEW: Final = 4
ENOUGH: Final = 32
PAUSE_SECONDS: Final = 0.002


@dataclass(slots=True)
class Outcome(Generic[Answer]):
    """What came of one write: its answer, or the exception that its sender gets; and the news that it causes."""

    answer: Answer | None = None
    refusal: Exception | None = None
    news: list[News] = field(default_factory=list)

    def tell(self, to: Iterable[str], event: str, body: msgspec.Struct, *, but: str = "") -> None:
        """To be sent to every open page of these accounts but that one, once it is true: after the commit."""
        self.news.append((tuple(to), event, body, but))


# Writes a group in one transaction, and gives one outcome for each of its items, in their order. An exception takes
# everything back. Must not wait for anything but the connection.
WriteGroup: TypeAlias = Callable[[Connection, datetime, Sequence[Item]], list[Outcome[Answer]]]
# Told of the news of a group that has been committed.
Tell: TypeAlias = Callable[[Sequence[News]], Any]


@dataclass(slots=True)
class _Waiting(Generic[Item, Answer]):
    item: Item
    answered: asyncio.Future[Answer]


class Gathering(Generic[Item, Answer]):
    """The writes of one kind in this process."""

    def __init__(self, database: Database, clock: Clock, tell: Tell, write: WriteGroup[Item, Answer]) -> None:
        self._database, self._clock, self._tell, self._write = database, clock, tell, write
        self._line: deque[_Waiting[Item, Answer]] = deque()
        self._running: asyncio.Task[None] | None = None
        self._telling: asyncio.Task[None] | None = None
        self._last = 0

    async def add(self, item: Item) -> Answer:
        """The answer, once it is on disk; raises the item's own refusal.

        Whoever is cancelled before the group has begun leaves nothing; afterwards the write arrives all the same.
        """
        waiting: _Waiting[Item, Answer] = _Waiting(item, asyncio.get_running_loop().create_future())
        self._line.append(waiting)
        if self._running is None:
            self._running = self._database.spawn(self._work_off())
        return await waiting.answered

    async def _work_off(self) -> None:
        try:
            while self._line:
                if self._last > FEW and len(self._line) < ENOUGH:
                    await asyncio.sleep(PAUSE_SECONDS)
                async with self._database.turn() as run:
                    # Only now: whoever came while the turn was awaited belongs to this group.
                    if group := self._next_group():
                        await self._write_group(run, group)
        finally:
            self._running = None

    def _next_group(self) -> list[_Waiting[Item, Answer]]:
        group: list[_Waiting[Item, Answer]] = []
        while self._line and len(group) < LARGEST_GROUP:
            one = self._line.popleft()
            if not one.answered.done():
                group.append(one)
        self._last = len(group)
        return group

    async def _write_group(self, run: Run, group: list[_Waiting[Item, Answer]]) -> None:
        try:
            outcomes = await self._written(run, group)
        except Exception as reason:  # noqa: BLE001  whatever it was, it is its sender's to hear
            if len(group) == 1 or isinstance(reason, DatabaseAway):
                # Trying one by one would find the same, each after as long a wait.
                outcomes = [Outcome(refusal=reason) for _ in group]
            else:
                for one in group:
                    await self._write_group(run, [one])
                return
        self._answer(group, outcomes)

    async def _written(self, run: Run, group: list[_Waiting[Item, Answer]]) -> list[Outcome[Answer]]:
        now = self._clock.now()
        items = [one.item for one in group]
        return await run(lambda db: self._write(db, now, items))

    def _answer(self, group: list[_Waiting[Item, Answer]], outcomes: list[Outcome[Answer]]) -> None:
        for one, outcome in zip(group, outcomes, strict=True):
            if one.answered.done():
                continue
            if outcome.refusal is not None:
                one.answered.set_exception(outcome.refusal)
            else:
                one.answered.set_result(outcome.answer)  # type: ignore[arg-type]  # it has one or the other
        news = [told for outcome in outcomes for told in outcome.news]
        if news:
            # Beside the next group, and in the order of the commits.
            self._telling = self._database.spawn(self._tell_after(self._telling, news))

    async def _tell_after(self, before: asyncio.Task[None] | None, news: list[News]) -> None:
        if before is not None:
            await asyncio.wait([before])
        await self._tell(news)


class Gatherings:
    """Every kind of write that is grouped, by the function that writes it."""

    def __init__(self) -> None:
        self._kinds: dict[Any, Gathering[Any, Any]] = {}

    def of(
        self, write: WriteGroup[Item, Answer], make: Callable[[WriteGroup[Item, Answer]], Gathering[Item, Answer]]
    ) -> Gathering[Item, Answer]:
        """The one gathering of this kind."""
        if write not in self._kinds:
            self._kinds[write] = make(write)
        return self._kinds[write]
