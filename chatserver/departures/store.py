"""What somebody leaves behind, in the database."""

from collections.abc import Mapping

from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.departures.wire import ThreadToHandOver
from chatserver.tables import clocks, invitations, threads


async def threads_of(db: AsyncConnection, account_id: str) -> list[ThreadToHandOver]:
    """The conversations whose counsellor this is, the most urgent first; closed ones may open again, so they count."""
    runs = and_(clocks.c.room == threads.c.room, clocks.c.stopped_at.is_(None))
    query = (
        select(threads.c.room, threads.c.topic, threads.c.state, clocks.c.due_at)
        .outerjoin(clocks, runs)
        .where(threads.c.counsellor_id == account_id)
        .order_by(clocks.c.due_at.is_(None), clocks.c.due_at, threads.c.state.desc(), threads.c.room)
    )
    return [ThreadToHandOver(**row._asdict()) for row in await db.execute(query)]


async def hand_over(db: AsyncConnection, account_id: str, heirs: Mapping[str, str]) -> None:
    """Each goes to whom it is handed; what had been handed to this person is everybody's on duty again."""
    await db.execute(update(threads).where(threads.c.handed_to == account_id).values(handed_to=None))
    for room, to in heirs.items():
        await db.execute(update(threads).where(threads.c.room == room).values(handed_to=to))


async def withdraw_invitations(db: AsyncConnection, account_id: str) -> None:
    """Links that this person has sent and nobody has used: their secrets leave with them, and nobody could certify."""
    open_ones = (invitations.c.invited_by == account_id) & invitations.c.account_id.is_(None)
    await db.execute(delete(invitations).where(open_ones))
