"""What somebody leaves behind, in the database."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, delete, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.departures.wire import ThreadToHandOver
from chatserver.tables import absences, accounts, clocks, invitations, room_barred, rooms, threads


async def threads_of(db: AsyncConnection, account_id: str) -> list[ThreadToHandOver]:
    """The conversations whose counsellor this is, the most urgent first; closed ones may open again, so they count."""
    return await _listed(db, threads.c.counsellor_id == account_id)


async def handed_to(db: AsyncConnection, account_id: str) -> list[ThreadToHandOver]:
    """The conversations that this person is asked to take over."""
    return await _listed(db, threads.c.handed_to == account_id)


async def _listed(db: AsyncConnection, whose: ColumnElement[bool]) -> list[ThreadToHandOver]:
    runs = and_(clocks.c.room == threads.c.room, clocks.c.stopped_at.is_(None))
    query = (
        select(threads.c.room, threads.c.topic, threads.c.state, clocks.c.due_at, rooms.c.standby)
        .join(rooms, rooms.c.id == threads.c.room)
        .outerjoin(clocks, runs)
        .where(whose)
        .order_by(clocks.c.due_at.is_(None), clocks.c.due_at, threads.c.state.desc(), threads.c.room)
    )
    return [ThreadToHandOver(**row._asdict()) for row in await db.execute(query)]


async def hand_over(db: AsyncConnection, account_id: str, heirs: Mapping[str, str]) -> None:
    """Each goes to whom it is handed; what had been handed to this person is everybody's on duty again."""
    await db.execute(update(threads).where(threads.c.handed_to == account_id).values(handed_to=None))
    for room, to in heirs.items():
        await db.execute(update(threads).where(threads.c.room == room).values(handed_to=to))


async def renew(db: AsyncConnection, account_id: str, renewed_as: str) -> None:
    """The same person under another account: what was handed to them is handed to it.

    Where a client has removed them, it stays out as well (T42). For whom they stand in, it does.
    """
    named = absences.c.substitute_id == account_id
    await db.execute(update(absences).where(named).values(substitute_id=renewed_as))
    await db.execute(update(threads).where(threads.c.handed_to == account_id).values(handed_to=renewed_as))
    barred = select(room_barred.c.room, literal(renewed_as)).where(room_barred.c.account_id == account_id)
    await db.execute(insert(room_barred).from_select(["room", "account_id"], barred))
    await db.execute(update(accounts).where(accounts.c.id == account_id).values(renewed_as=renewed_as))


async def renewed_as(db: AsyncConnection, account_id: str) -> str | None:
    """Under which account the person goes on."""
    return (await db.execute(select(accounts.c.renewed_as).where(accounts.c.id == account_id))).scalar_one_or_none()


async def accepts_for(db: AsyncConnection, account_id: str, agency_id: str) -> str | None:
    """The account that has accepted to be this colleague's new one, and waits: the last, if several were invited."""
    waits = (invitations.c.renews == account_id) & (invitations.c.agency_id == agency_id)
    query = select(invitations.c.account_id).where(waits, invitations.c.account_id.is_not(None))
    newest = query.order_by(invitations.c.accepted_at.desc(), invitations.c.id).limit(1)
    return (await db.execute(newest)).scalar_one_or_none()


async def withdraw_invitations(db: AsyncConnection, account_id: str) -> None:
    """Links that this person has sent and nobody has used: their secrets leave with them, and nobody could certify."""
    open_ones = (invitations.c.invited_by == account_id) & invitations.c.account_id.is_(None)
    await db.execute(delete(invitations).where(open_ones))
