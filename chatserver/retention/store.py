"""Which conversations are old enough to go. None that somebody waits in, has an appointment in, or is in danger in."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, delete, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking.tables import reservations
from chatserver.first_come import added
from chatserver.retention.model import NOTICE, months_before
from chatserver.tables import clocks, dangers, expiries, retentions, rooms

# A room is erased in a transaction of its own; announcing is some rows each.
AT_ONCE: Final = 200


async def months_of(db: AsyncConnection, agency_id: str) -> int | None:
    """What the agency has decided, if it has."""
    query = select(retentions.c.months).where(retentions.c.agency_id == agency_id)
    return (await db.execute(query)).scalar_one_or_none()


async def keep_months(db: AsyncConnection, agency_id: str, months: int | None) -> None:
    """From now on."""
    await db.execute(delete(retentions).where(retentions.c.agency_id == agency_id))
    if months is not None:
        await db.execute(insert(retentions).values(agency_id=agency_id, months=months))


async def agencies_that_decided(db: AsyncConnection) -> list[tuple[str, int]]:
    """With their months."""
    query = select(retentions.c.agency_id, retentions.c.months).order_by(retentions.c.agency_id)
    return [(row.agency_id, row.months) for row in await db.execute(query)]


def _is_idle(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Nobody is promised anything there, expects anybody, or is in danger."""
    waits = exists().where(clocks.c.room == rooms.c.id, clocks.c.stopped_at.is_(None))
    meets = exists().where(
        reservations.c.thread == rooms.c.id,
        reservations.c.state.in_(("held", "booked")),
        reservations.c.appointment_ends_at > now,
    )
    return ~waits, ~meets, ~exists().where(dangers.c.room == rooms.c.id)


async def to_announce(db: AsyncConnection, agency_id: str, months: int, now: datetime) -> list[tuple[str, str]]:
    """Rooms that go in two weeks and whose clients have not heard of it, with these; locked until the commit."""
    told = exists().where(expiries.c.room == rooms.c.id, expiries.c.announced_at >= rooms.c.last_stored_at)
    old = (rooms.c.agency_id == agency_id, rooms.c.last_stored_at <= months_before(now + NOTICE, months))
    query = select(rooms.c.id, rooms.c.client_id).where(*old, *_is_idle(now), ~told)
    rows = await db.execute(query.order_by(rooms.c.id).limit(AT_ONCE).with_for_update(skip_locked=True))
    return [(row.id, row.client_id) for row in rows]


async def announce(db: AsyncConnection, room: str, now: datetime) -> bool:
    """Whether this is the first to say so; what was said before something else was written counts no more."""
    last = select(rooms.c.last_stored_at).where(rooms.c.id == room).scalar_subquery()
    await db.execute(delete(expiries).where(expiries.c.room == room, expiries.c.announced_at < last))
    return await added(db, expiries, room=room, announced_at=now)


async def expires_now(db: AsyncConnection, room: str, now: datetime) -> str | None:
    """The agency whose decision it still is, if nothing speaks against it by now; locked until the commit."""
    locked = select(rooms.c.agency_id).where(rooms.c.id == room).with_for_update()
    agency_id = (await db.execute(locked)).scalar_one_or_none()
    months = await months_of(db, agency_id) if agency_id is not None else None
    if months is None:
        return None
    query = (
        select(rooms.c.agency_id)
        .join(expiries, expiries.c.room == rooms.c.id)
        .where(
            rooms.c.id == room,
            rooms.c.last_stored_at <= months_before(now, months),
            expiries.c.announced_at >= rooms.c.last_stored_at,
            expiries.c.announced_at <= now - NOTICE,
            *_is_idle(now),
        )
    )
    found: str | None = (await db.execute(query)).scalar_one_or_none()
    return found


async def take_back(db: AsyncConnection, room: str) -> None:
    """It stays; should it grow old once more, that is announced anew."""
    await db.execute(delete(expiries).where(expiries.c.room == room))
