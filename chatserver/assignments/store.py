"""Who can be asked to take a thread, in the database."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.tables import room_barred, room_members


async def out_of_reach(db: AsyncConnection, room_id: str) -> set[str]:
    """Who cannot be asked: those whom the client has removed (T42), and those who sit in the room already."""
    barred = select(room_barred.c.account_id).where(room_barred.c.room == room_id)
    seated = select(room_members.c.account_id).where(room_members.c.room == room_id)
    return {*(await db.execute(barred)).scalars(), *(await db.execute(seated)).scalars()}
