"""Who counselled a client before, in the database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.tables import counsellors, declines, returns, room_barred, threads
from chatserver.threads.model import Thread


async def earlier_counsellor(db: AsyncConnection, thread: Thread) -> str | None:
    """None where one of the two wishes otherwise: the client has removed them, or they are not free in it."""
    earlier = threads.alias("earlier")
    works = (counsellors.c.account_id == earlier.c.counsellor_id, counsellors.c.left_at.is_(None), counsellors.c.duty)
    theirs = threads.alias("theirs")
    of_client = select(theirs.c.room).where(theirs.c.client_id == thread.client_id)
    removed = exists().where(room_barred.c.room.in_(of_client), room_barred.c.account_id == earlier.c.counsellor_id)
    not_free = exists().where(
        declines.c.room.in_(of_client),
        declines.c.account_id == earlier.c.counsellor_id,
        declines.c.reason == "conflict",
    )
    query = (
        select(earlier.c.counsellor_id)
        .join(counsellors, counsellors.c.account_id == earlier.c.counsellor_id)
        .where(earlier.c.client_id == thread.client_id, earlier.c.agency_id == thread.agency_id, *works)
        .where(earlier.c.room != thread.room, ~removed, ~not_free)
        .order_by(earlier.c.taken_at.desc(), earlier.c.room)
        .limit(1)
    )
    found: str | None = (await db.execute(query)).scalar_one_or_none()
    return found


async def add_return(db: AsyncConnection, room: str, account_id: str, first_until: datetime) -> None:
    """It is offered to them first, until then."""
    await db.execute(insert(returns).values(room=room, account_id=account_id, first_until=first_until))


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """A client who has written again. `declined`: the one who counselled them does not take it."""

    room: str
    account_id: str
    agency_id: str
    display_name: str
    first_until: datetime
    declined: bool


async def returns_among(db: AsyncConnection, rooms: Collection[str]) -> dict[str, Return]:
    """Those of these rooms with an earlier counsellor who still works there."""
    declined = exists().where(declines.c.room == returns.c.room, declines.c.account_id == returns.c.account_id)
    query = (
        select(returns, counsellors.c.agency_id, counsellors.c.display_name, declined.label("declined"))
        .join(counsellors, counsellors.c.account_id == returns.c.account_id)
        .where(returns.c.room.in_(list(rooms)), counsellors.c.left_at.is_(None))
    )
    return {row.room: Return(**row._asdict()) for row in await db.execute(query)}
