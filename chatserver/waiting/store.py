"""Where a counsellor works, and what is kept for whom. The line itself is booking's."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking.model import Reservation
from booking.register import held_among
from chatserver.tables import counsellors


async def agency_of(db: AsyncConnection, counsellor: str) -> str | None:
    """For a caller who came to the counsellor through a time of theirs that has become free."""
    query = select(counsellors.c.agency_id).where(counsellors.c.account_id == counsellor)
    return (await db.execute(query)).scalar_one_or_none()


async def holds_among(db: AsyncConnection, offered: Iterable[str]) -> dict[str, Reservation]:
    """Those that are still holds, by id; the caller has seen for whom they are kept."""
    return {one.id: one for one in await held_among(db, offered)}
