"""Promises whose client was handed on: whatever ends the later one ends those before it as well."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.rows import Rows
from chatserver.tables import clock_events, clocks, inheritances, referrals, rooms
from chatserver.threads.clock import StoppedBecause

_BEFORE: Final = Rows(select(inheritances.c.clock_id, inheritances.c.from_clock_id), inheritances.c.clock_id)
_EARLIER: Final = clocks.alias("earlier")
# Behind all that stands in its room: no message there has ended it.
_BEHIND: Final = select(rooms.c.last_position + 1).where(rooms.c.id == clocks.c.room).scalar_subquery()


async def inherit(db: AsyncConnection, clock_id: int, from_clock_id: int) -> None:
    """The first promise hangs on the second from now on, with all that hang on the first."""
    earlier = select(inheritances.c.from_clock_id).where(inheritances.c.clock_id == from_clock_id)
    chain = [from_clock_id, *(await db.execute(earlier)).scalars()]
    await db.execute(insert(inheritances), [{"clock_id": clock_id, "from_clock_id": one} for one in chain])


async def take_back(db: AsyncConnection, clock_id: int) -> str | None:
    """What hung on this promise hangs on it no more; gives the room from which the client came, if it still owes."""
    earlier = select(inheritances.c.from_clock_id).where(inheritances.c.clock_id == clock_id)
    came = (
        select(referrals.c.room)
        .join(clocks, clocks.c.room == referrals.c.to_room)
        .where(clocks.c.id == clock_id, referrals.c.room.in_(select(_EARLIER.c.room).where(_EARLIER.c.id.in_(earlier))))
    )
    room: str | None = (await db.execute(came)).scalar_one_or_none()
    await db.execute(delete(inheritances).where(inheritances.c.clock_id == clock_id))
    if room is not None:
        await db.execute(delete(referrals).where(referrals.c.room == room))
    return room


def end_inherited(db: Connection, ended: Mapping[int, tuple[StoppedBecause, datetime]]) -> None:
    """Ends what hangs on promises that have ended, at the same instant; what has ended by itself before stays so."""
    for clock_id, before in _BEFORE.of(db, ended):
        because, at = ended[clock_id]
        if because is StoppedBecause.ANSWERED:
            because = StoppedBecause.ANSWERED_ELSEWHERE
        values = {"stopped_at": at, "stopped_because": because.value, "stopped_by_position": _BEHIND}
        runs = (clocks.c.id == before, clocks.c.stopped_at.is_(None))
        stopped = update(clocks).where(*runs).values(**values).returning(clocks.c.id)
        if (db.execute(stopped)).first() is not None:
            into = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
            db.execute(into(clock_events).values(clock_id=before, kind="stopped", at=at).on_conflict_do_nothing())
