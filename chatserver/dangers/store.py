"""Which threads are marked, and agencies' procedures, in the database."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.dangers.wire import Procedure
from chatserver.first_come import added
from chatserver.tables import counsellors, dangers, procedures


async def mark(db: AsyncConnection, room: str, by: str, at: datetime) -> bool:
    """Whether it was not marked before."""
    return await added(db, dangers, room=room, marked_by=by, marked_at=at)


async def unmark(db: AsyncConnection, room: str) -> bool:
    """Whether it was marked before."""
    return (await db.execute(delete(dangers).where(dangers.c.room == room))).rowcount > 0


async def certified_at(db: AsyncConnection, agency_id: str) -> list[str]:
    """Everybody who works there."""
    works = (counsellors.c.agency_id == agency_id, counsellors.c.left_at.is_(None))
    query = select(counsellors.c.account_id).where(*works)
    return list((await db.execute(query.order_by(counsellors.c.display_name))).scalars())


async def procedure_of(db: AsyncConnection, agency_id: str) -> Procedure:
    """Empty where it has none of its own."""
    query = select(procedures.c.de, procedures.c.en).where(procedures.c.agency_id == agency_id)
    row = (await db.execute(query)).first()
    return Procedure(row.de, row.en) if row else Procedure("", "")


async def keep_procedure(db: AsyncConnection, agency_id: str, kept: Procedure) -> None:
    """From now on the agency's own."""
    await db.execute(delete(procedures).where(procedures.c.agency_id == agency_id))
    if kept.de or kept.en:
        await db.execute(insert(procedures).values(agency_id=agency_id, de=kept.de, en=kept.en))
