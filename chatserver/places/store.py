"""Places in the database. Which of them are free, and when, is booking's to know."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking.tables import places
from chatserver.errors import NotFound
from chatserver.places.wire import Place

_SHOWN: Final = tuple(places.c[one] for one in Place.__struct_fields__)


def _place(row: Row[Any]) -> Place:
    return Place(**row._asdict())


async def open_places(db: AsyncConnection, agency_id: str) -> list[Place]:
    """Those in which something can be booked, in an order that stays."""
    mine = (places.c.owner == agency_id) & places.c.closed_at.is_(None)
    return [_place(row) for row in await db.execute(select(*_SHOWN).where(mine).order_by(places.c.name, places.c.id))]


async def add_place(db: AsyncConnection, agency_id: str, place: str, values: Mapping[str, Any]) -> None:
    """A new one of the agency."""
    await db.execute(insert(places).values(id=place, owner=agency_id, **values))


async def keep_place(db: AsyncConnection, agency_id: str, place: str, values: Mapping[str, Any]) -> None:
    """What is known of it from now on. Raises NotFound, also for one that is closed or another agency's."""
    mine = (places.c.id == place) & (places.c.owner == agency_id) & places.c.closed_at.is_(None)
    if not (await db.execute(update(places).where(mine).values(**values))).rowcount:
        raise NotFound


async def close_place(db: AsyncConnection, agency_id: str, place: str, now: datetime) -> None:
    """Nothing more is booked there. A repeat changes nothing. Raises NotFound."""
    mine = (places.c.id == place) & (places.c.owner == agency_id)
    if (await db.execute(select(places.c.id).where(mine))).first() is None:
        raise NotFound
    await db.execute(update(places).where(mine, places.c.closed_at.is_(None)).values(closed_at=now))
