"""Promises whose rung has come, many at once, in the database: what they are, and what is kept of having climbed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.ladders.model import EVENT, Rung
from chatserver.tables import clock_events, clocks, counsellors, declines, room_barred, rooms, threads
from chatserver.threads.clock import Clock
from chatserver.threads.model import Thread, ThreadState
from chatserver.threads.store import CLOCK_LABELLED, clock_in, thread_in

_WORKER: Final = counsellors.alias("worker")


@dataclass(frozen=True, slots=True)
class Overdue:
    """A promise that runs. `barred`: whom the client has removed; without `standby` nobody can step in.

    `declined`: who does not take it.
    """

    clock: Clock
    thread: Thread
    counsellor_left: bool
    standby: bool
    barred: frozenset[str]
    declined: frozenset[str] = frozenset()

    @property
    def counsellor(self) -> str | None:
        """Who is to answer: its counsellor, or whom it was handed to; nobody while all on duty are asked.

        A new enquiry is everybody's, also when somebody was asked to take it: they may not have read that.
        """
        if self.thread.state is ThreadState.NEW:
            return None
        orphaned = self.counsellor_left or self.thread.counsellor_id is None
        return self.thread.handed_to if orphaned else self.thread.counsellor_id

    def able(self, duty: Iterable[str]) -> list[str]:
        """Who of those on duty could step in, or take what is new: not who declined it, while others are left."""
        able = [one for one in duty if one not in self.barred] if self.standby else []
        if self.thread.state is not ThreadState.NEW:
            return able
        return [one for one in able if one not in self.declined] or able


async def running(db: AsyncConnection, clock_ids: Collection[int]) -> dict[int, Overdue]:
    """Those of the promises that still run, by id. Until the commit nobody answers them: an answer waits its turn."""
    of_rooms = select(clocks.c.room).where(clocks.c.id.in_(clock_ids))
    # In the order in which messages lock them, so that neither waits for the other for ever.
    await db.execute(select(rooms.c.id).where(rooms.c.id.in_(of_rooms)).order_by(rooms.c.id).with_for_update())
    query = _running(threads, *CLOCK_LABELLED, _WORKER.c.left_at, rooms.c.standby)
    rows = (await db.execute(query.where(clocks.c.id.in_(clock_ids)))).all()
    removed = select(room_barred.c.room, room_barred.c.account_id).where(room_barred.c.room.in_(of_rooms))
    barred = _by_room((await db.execute(removed)).all())
    left = select(declines.c.room, declines.c.account_id).where(declines.c.room.in_(of_rooms))
    declined = _by_room((await db.execute(left)).all())
    return {
        row.clock_id: Overdue(
            clock=clock_in(row),
            thread=thread_in(row),
            counsellor_left=row.left_at is not None,
            standby=row.standby,
            barred=frozenset(barred.get(row.room, ())),
            declined=frozenset(declined.get(row.room, ())),
        )
        for row in rows
    }


def _by_room(rows: Iterable[Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row.room, set()).add(row.account_id)
    return found


async def unattended(
    db: AsyncConnection, agency_id: str, away: Collection[str], *, somebody_there: bool, at_most: int
) -> list[int]:
    """Promises of that agency that nobody who is there could keep, and of which that was not told before.

    `somebody_there`: on duty; then only those into whose rooms nobody may step.
    """
    told = exists().where(clock_events.c.clock_id == clocks.c.id, clock_events.c.kind == EVENT[Rung.UNATTENDED])
    gone = or_(threads.c.counsellor_id.is_(None), threads.c.counsellor_id.in_(away), _WORKER.c.left_at.is_not(None))
    here = threads.c.state != ThreadState.CLOSED.value
    query = _running(clocks.c.id).where(threads.c.agency_id == agency_id, here, gone, ~told)
    if somebody_there:
        query = query.where(~rooms.c.standby, threads.c.counsellor_id.is_not(None))
    return list((await db.execute(query.order_by(clocks.c.id).limit(at_most))).scalars())


def _running(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(clocks)
        .join(threads, threads.c.room == clocks.c.room)
        .join(rooms, rooms.c.id == clocks.c.room)
        .outerjoin(_WORKER, _WORKER.c.account_id == threads.c.counsellor_id)
        .where(clocks.c.stopped_at.is_(None))
    )


async def climbed(db: AsyncConnection, steps: Iterable[tuple[int, Rung]], at: datetime) -> set[tuple[int, Rung]]:
    """Notes that these rungs are climbed, and gives those that were not before: each is climbed once."""
    kinds = {kind: rung for rung, kind in EVENT.items()}
    rows = [{"clock_id": clock, "kind": EVENT[rung], "at": at} for clock, rung in steps]
    if not rows:
        return set()
    into = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
    noted = into(clock_events).values(rows).on_conflict_do_nothing()
    added = await db.execute(noted.returning(clock_events.c.clock_id, clock_events.c.kind))
    return {(clock, kinds[kind]) for clock, kind in added}


async def break_promises(db: AsyncConnection, clock_ids: Collection[int], at: datetime) -> None:
    """They are broken; they go on until somebody answers."""
    if clock_ids:
        await db.execute(update(clocks).where(clocks.c.id.in_(clock_ids)).values(breached_at=at))
