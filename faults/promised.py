"""Many promises in a server's database, what they owe written down outside of it, and what came of them."""

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from bench.crowd import Waiting, crowd
from chatserver.database import Database
from chatserver.tables import clock_events, counsellors, due_work, notices
from faults.told import LADDER, Effect, Owed, People, owed, told_wrong

KINDS: Final = tuple(notice for _, _, notice, _ in LADDER)
EVENTS: Final = {event: notice for _, event, notice, _ in LADDER}


@dataclass(slots=True)
class Promised:
    """What is in that database, as it was put there. `journal`: where it is written down before anybody acts on it."""

    address: str
    journal: Path
    chance: random.Random
    waiting: dict[str, Waiting] = field(default_factory=dict)
    expected: list[Owed] = field(default_factory=list)

    async def add(self, since: Sequence[datetime], *, until: datetime, climbed: datetime | None = None) -> None:
        """Promises that began then. They owe what falls due between `climbed` and `until`."""
        database = Database(self.address)
        try:
            async with database.write() as db:
                there = await crowd(db, since, self.chance, climbed_until=climbed)
                rows = (await db.execute(select(counsellors).where(counsellors.c.left_at.is_(None)))).all()
                self._note(there, rows, climbed or datetime.min.replace(tzinfo=until.tzinfo), until)
        finally:
            await database.close()

    def _note(self, there: Iterable[Waiting], rows: Sequence[Any], after: datetime, until: datetime) -> None:
        works = {one.account_id: one for one in rows}
        with self.journal.open("a", encoding="utf-8") as lines:
            for one in there:
                here = [each for each in works.values() if each.agency_id == one.agency]
                people = People(
                    [each.account_id for each in here if each.duty],
                    [each.account_id for each in here if each.coordinates],
                )
                debts = owed(
                    one.room,
                    one.since,
                    counsellor=one.counsellor,
                    client=one.client,
                    people=people,
                    after=after,
                    until=until,
                )
                self.waiting[one.room] = one
                self.expected += debts
                lines.writelines(json.dumps(asdict(debt), default=str) + "\n" for debt in debts)

    async def left(self, now: datetime) -> int:
        """How many rungs are due and not done, as the database has it."""
        return await self._undone(due_work.c.due_at <= now)

    async def held_by(self, owner: str) -> int:
        """How many of them this node has claimed."""
        return await self._undone(due_work.c.lease_owner == owner)

    async def _undone(self, which: ColumnElement[bool]) -> int:
        database = Database(self.address)
        try:
            async with database.read() as db:
                rungs = due_work.c.kind.in_([rung for rung, *_ in LADDER])
                query = select(func.count()).where(rungs, due_work.c.done_at.is_(None), which)
                return int((await db.execute(query)).scalar_one())
        finally:
            await database.close()

    async def wrong(self) -> list[str]:
        """What is wrong with what was told, and with what was noted of it."""
        database = Database(self.address)
        try:
            async with database.read() as db:
                told = (await db.execute(select(notices).where(notices.c.kind.in_(KINDS)))).all()
                noted = (await db.execute(select(clock_events).where(clock_events.c.kind.in_(EVENTS)))).all()
        finally:
            await database.close()
        effects = [
            Effect(row.room, row.kind, row.account_id, row.at, str(row.id)) for row in told if row.room in self.waiting
        ]
        return told_wrong(self.expected, effects) + self._badly_noted(
            [(row.clock_id, row.kind, row.at) for row in noted]
        )

    def _badly_noted(self, noted: Iterable[tuple[int, str, datetime]]) -> list[str]:
        """Each rung stands with its promise once, and not before its time."""
        owing = {one.clock: one for one in self.waiting.values()}
        lengths = {event: length for _, event, _, length in LADDER}
        seen: set[tuple[int, str]] = set()
        wrong = []
        for clock, event, at in noted:
            if clock not in owing:
                continue
            if (clock, event) in seen:
                wrong.append(f"promise {clock} was {event} twice")
            if at < owing[clock].since + lengths[event]:
                wrong.append(f"promise {clock} was {event} early")
            seen.add((clock, event))
        kinds = {(one.room, one.kind) for one in self.expected}
        missing = [
            f"promise {self.waiting[room].clock} was never {event}"
            for event, notice in EVENTS.items()
            for room, kind in kinds
            if kind == notice and (self.waiting[room].clock, event) not in seen
        ]
        return wrong + missing
