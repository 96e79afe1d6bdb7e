"""Promises of one agency in the database, as its coordinators see them. No query here reads a client's name."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.board.model import Step
from chatserver.tables import clock_events, clocks, counsellors, rooms, tallies, threads

_COUNSELLOR, _ASKED = counsellors.alias("counsellor"), counsellors.alias("asked")
# The database takes so many values in one question.
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A promise with what is around it. `breached_at`, `because`: None unless it was broken, or is over."""

    id: int
    room: str
    topic: str
    state: str
    counsellor_id: str | None
    counsellor_name: str | None
    counsellor_left_at: datetime | None
    handed_to: str | None
    asked_name: str | None
    standby: bool
    taken_at: datetime | None
    waiting_since: datetime
    due_at: datetime
    policy: str
    breached_at: datetime | None
    contests: int | None
    because: str | None


def _promises(agency_id: str) -> Select[Any]:
    return (
        select(
            clocks.c.id,
            clocks.c.room,
            threads.c.topic,
            threads.c.state,
            threads.c.counsellor_id,
            _COUNSELLOR.c.display_name.label("counsellor_name"),
            _COUNSELLOR.c.left_at.label("counsellor_left_at"),
            threads.c.handed_to,
            _ASKED.c.display_name.label("asked_name"),
            rooms.c.standby,
            threads.c.taken_at,
            clocks.c.waiting_since,
            clocks.c.due_at,
            clocks.c.policy,
            clocks.c.breached_at,
            clocks.c.contests_position.label("contests"),
            clocks.c.stopped_because.label("because"),
        )
        .select_from(clocks)
        .join(threads, threads.c.room == clocks.c.room)
        .join(rooms, rooms.c.id == clocks.c.room)
        .outerjoin(_COUNSELLOR, _COUNSELLOR.c.account_id == threads.c.counsellor_id)
        .outerjoin(_ASKED, _ASKED.c.account_id == threads.c.handed_to)
        .where(threads.c.agency_id == agency_id)
    )


def _promise(row: Row[Any]) -> Promise:
    return Promise(**row._asdict())


async def running(db: AsyncConnection, agency_id: str) -> list[Promise]:
    """Those that wait for an answer, the least time left first."""
    query = _promises(agency_id).where(clocks.c.stopped_at.is_(None)).order_by(clocks.c.due_at, clocks.c.id)
    return [_promise(row) for row in await db.execute(query)]


async def broken_since(db: AsyncConnection, agency_id: str, since: datetime, at_most: int) -> list[Promise]:
    """Those that were broken since then, the newest first, whether they were answered afterwards or not."""
    query = _promises(agency_id).where(clocks.c.breached_at >= since)
    query = query.order_by(clocks.c.breached_at.desc(), clocks.c.id.desc()).limit(at_most)
    return [_promise(row) for row in await db.execute(query)]


async def steps_of(db: AsyncConnection, clock_ids: Collection[int]) -> dict[int, list[Step]]:
    """What has happened to each of these promises."""
    found: dict[int, list[Step]] = {one: [] for one in clock_ids}
    ids = sorted(found)
    for at in range(0, len(ids), _AT_ONCE):
        query = select(clock_events.c.clock_id, clock_events.c.kind, clock_events.c.at)
        for row in await db.execute(query.where(clock_events.c.clock_id.in_(ids[at : at + _AT_ONCE]))):
            found[row.clock_id].append(Step(row.kind, row.at))
    return found


async def counted(db: AsyncConnection, agency_id: str, month: str) -> dict[str, int]:
    """What was counted in a month, as in the public statistics, which say what counts."""
    query = (
        select(tallies.c.what, func.sum(tallies.c.count).label("counted"))
        .where(tallies.c.agency_id == agency_id, tallies.c.month == month)
        .group_by(tallies.c.what)
    )
    return {row.what: int(row.counted) for row in await db.execute(query)}


async def answered_since(db: AsyncConnection, agency_id: str, since: datetime) -> list[tuple[str, datetime, datetime]]:
    """What was answered since then: topic, when, and when it would have run out."""
    query = (
        select(threads.c.topic, clocks.c.stopped_at, clocks.c.due_at)
        .select_from(clocks)
        .join(threads, threads.c.room == clocks.c.room)
        .where(threads.c.agency_id == agency_id, clocks.c.stopped_because == "answered", clocks.c.stopped_at >= since)
    )
    return [(row.topic, row.stopped_at, row.due_at) for row in await db.execute(query)]
