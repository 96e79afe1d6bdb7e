"""Ladders in the database. An agency that has never changed its own has the usual one."""

from dataclasses import asdict, fields
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.first_come import added
from chatserver.ladders.model import DEFAULT, Ladder
from chatserver.tables import ladders

_HOURS: Final = tuple(ladders.c[one.name] for one in fields(Ladder))


async def ladder_of(db: AsyncConnection, agency_id: str) -> Ladder:
    """An agency's own, or the usual one."""
    row = (await db.execute(select(*_HOURS).where(ladders.c.agency_id == agency_id))).first()
    return Ladder(*row) if row else DEFAULT


async def keep_ladder(db: AsyncConnection, agency_id: str, ladder: Ladder) -> None:
    """From now on the agency's own."""
    hours = asdict(ladder)
    # Two coordinators at once: the later one's holds, and neither is turned away.
    if not await added(db, ladders, agency_id=agency_id, **hours):
        await db.execute(update(ladders).where(ladders.c.agency_id == agency_id).values(**hours))
