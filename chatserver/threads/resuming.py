"""Promises that go on after they were waived, in the database."""

from dataclasses import fields
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.tables import clock_events, clocks
from chatserver.threads.clock import Clock
from chatserver.threads.store import record

_CLOCK: Final = tuple(clocks.c[one.name] for one in fields(Clock))


async def resume_clock(db: AsyncConnection, clock_id: int, at: datetime) -> Clock:
    """The promise goes on as if it had never been waived, with its event."""
    over = {"stopped_at": None, "stopped_because": None, "stopped_by_position": None}
    resumed = update(clocks).where(clocks.c.id == clock_id).values(**over).returning(*_CLOCK)
    clock = Clock(**(await db.execute(resumed)).one()._asdict())
    await record(db, clock.id, "put_back", at)
    return clock


async def events_of(db: AsyncConnection, clock_id: int) -> set[str]:
    """What has happened to a promise so far."""
    query = select(clock_events.c.kind).where(clock_events.c.clock_id == clock_id)
    return set((await db.execute(query)).scalars())
