"""The intake of agencies in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.first_come import added
from chatserver.intake.model import FEWEST
from chatserver.tables import accounts, clock_events, clocks, intake_alarms, rooms, threads, waivers
from chatserver.threads.clock import StoppedBecause
from chatserver.threads.model import ThreadState
from chatserver.waivers.model import FLOOD


async def came_between(db: AsyncConnection, agency_id: str, since: datetime, until: datetime) -> int:
    """How many enquiries came to the agency after the one instant and not after the other."""
    here = (threads.c.agency_id == agency_id, threads.c.opened_at > since, threads.c.opened_at <= until)
    return int((await db.execute(select(func.count()).select_from(threads).where(*here))).scalar_one())


async def busy_since(db: AsyncConnection, since: datetime) -> list[str]:
    """Agencies to which enough has come that it may be too much."""
    query = select(threads.c.agency_id).where(threads.c.opened_at > since).group_by(threads.c.agency_id)
    return list((await db.execute(query.having(func.count() >= FEWEST))).scalars())


async def alarmed(db: AsyncConnection) -> list[str]:
    """Agencies whose alarm is on."""
    return list((await db.execute(select(intake_alarms.c.agency_id))).scalars())


async def alarm_of(db: AsyncConnection, agency_id: str) -> datetime | None:
    """The begin of the hour that raised it, while it is on."""
    query = select(intake_alarms.c.since).where(intake_alarms.c.agency_id == agency_id)
    since: datetime | None = (await db.execute(query)).scalar_one_or_none()
    return since


async def raise_alarm(db: AsyncConnection, agency_id: str, since: datetime) -> bool:
    """True for whoever was first: of several nodes one tells the coordinators."""
    return await added(db, intake_alarms, agency_id=agency_id, since=since)


async def end_alarm(db: AsyncConnection, agency_id: str) -> None:
    """It is as usual again."""
    await db.execute(delete(intake_alarms).where(intake_alarms.c.agency_id == agency_id))


async def flood_of(
    db: AsyncConnection, agency_id: str, since: datetime, until: datetime, at_most: int
) -> Sequence[Row[Any]]:
    """New enquiries that wait, the oldest first, from accounts that are no older than `since`; their rooms locked.

    Not what was put back once: whoever did that has the last word.
    """
    flood = _flood(agency_id, since, until)
    found = [one.room for one in await db.execute(flood.limit(at_most))]
    await db.execute(select(rooms.c.id).where(rooms.c.id.in_(found)).order_by(rooms.c.id).with_for_update())
    # Read under the locks: somebody may have taken one, or its client may have written meanwhile.
    waiting: Sequence[Row[Any]] = (await db.execute(flood.where(threads.c.room.in_(found)))).all()
    return waiting


def _flood(agency_id: str, since: datetime, until: datetime) -> Select[Any]:
    waived = exists().where(waivers.c.clock_id == clocks.c.id)
    return (
        select(threads.c.room, threads.c.client_id, clocks.c.id, rooms.c.last_position)
        .join(rooms, rooms.c.id == threads.c.room)
        .join(clocks, clocks.c.room == threads.c.room)
        .join(accounts, accounts.c.id == threads.c.client_id)
        .where(threads.c.agency_id == agency_id, threads.c.state == ThreadState.NEW.value)
        .where(threads.c.opened_at >= since, threads.c.opened_at <= until, accounts.c.created_at >= since)
        .where(clocks.c.stopped_at.is_(None), ~waived)
        .order_by(threads.c.opened_at, threads.c.room)
    )


async def set_aside(db: AsyncConnection, agency_id: str, found: Sequence[Row[Any]], by: str, now: datetime) -> None:
    """Each promise ends by a waiver, with its event."""
    if not found:
        return
    common = {"agency_id": agency_id, "reason": FLOOD, "waived_by": by, "waived_at": now, "blocks": False}
    rows = [
        {"room": one.room, "client_id": one.client_id, "clock_id": one.id, "position": one.last_position + 1, **common}
        for one in found
    ]
    await db.execute(insert(waivers), rows)
    over = {"stopped_at": now, "stopped_because": StoppedBecause.WAIVED.value}
    for one in found:
        values = {**over, "stopped_by_position": one.last_position + 1}
        await db.execute(update(clocks).where(clocks.c.id == one.id).values(**values))
    await db.execute(insert(clock_events), [{"clock_id": one.id, "kind": "waived", "at": now} for one in found])


_ASIDE: Final = (
    waivers.c.reason == FLOOD,
    waivers.c.put_back_at.is_(None),
    threads.c.state == ThreadState.NEW.value,
)


async def aside(db: AsyncConnection, agency_id: str) -> int:
    """How many are set aside and may be taken back."""
    query = select(func.count()).select_from(waivers.join(threads, threads.c.room == waivers.c.room))
    return int((await db.execute(query.where(waivers.c.agency_id == agency_id, *_ASIDE))).scalar_one())


async def aside_between(
    db: AsyncConnection, agency_id: str, since: datetime, until: datetime, at_most: int
) -> list[int]:
    """The waivers of those that came between the two instants, the oldest first."""
    query = (
        select(waivers.c.id)
        .join(threads, threads.c.room == waivers.c.room)
        .where(waivers.c.agency_id == agency_id, *_ASIDE)
        .where(threads.c.opened_at >= since, threads.c.opened_at <= until)
        .order_by(threads.c.opened_at, waivers.c.id)
        .limit(at_most)
    )
    return list((await db.execute(query)).scalars())
