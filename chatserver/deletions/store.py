"""Everything that belongs to a room or an account, and its removal: shares first, because they alone close backups."""

from typing import Any

from sqlalchemy import Row, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.deletions.model import Certificate
from chatserver.first_come import added
from chatserver.tables import (
    accounts,
    attachment_parts,
    attachments,
    clock_events,
    clocks,
    codes_sent,
    consents,
    dangers,
    declines,
    deletions,
    due_work,
    expiries,
    help_calls,
    help_wishes,
    inheritances,
    keyring,
    live_chats,
    notices,
    proposals,
    referrals,
    returns,
    room_barred,
    room_items,
    room_members,
    room_shares,
    rooms,
    sessions,
    threads,
    user_shares,
    vaults,
    waivers,
)

_CERTIFICATE = (
    deletions.c.kind,
    deletions.c.subject,
    deletions.c.deleted_at,
    deletions.c.final_at,
    deletions.c.certificate,
)


def _certificate(row: Row[*tuple[Any, ...]]) -> Certificate:
    return Certificate(**row._asdict())


async def certificate_of(db: AsyncConnection, subject: str) -> Certificate | None:
    """What was deleted under that id, if something was."""
    row = (await db.execute(select(*_CERTIFICATE).where(deletions.c.subject == subject))).first()
    return _certificate(row) if row else None


async def add_certificate(db: AsyncConnection, one: Certificate) -> Certificate:
    """Stays when all the rest is gone; it names nothing but a random id. Gives the first one, should there be one."""
    values = {column.name: getattr(one, column.name) for column in _CERTIFICATE}
    if await added(db, deletions, **values):
        return one
    return await certificate_of(db, one.subject) or one


async def is_room_of(db: AsyncConnection, room_id: str, client_id: str) -> bool:
    """Whether it is the client's own; locked until the commit: nobody writes into what is being deleted."""
    mine = (rooms.c.id == room_id, rooms.c.client_id == client_id)
    return (await db.execute(select(rooms.c.id).where(*mine).with_for_update())).first() is not None


async def rooms_of_client(db: AsyncConnection, client_id: str) -> list[str]:
    """Every room that this person opened, locked until the commit."""
    query = select(rooms.c.id).where(rooms.c.client_id == client_id).order_by(rooms.c.id).with_for_update()
    return list((await db.execute(query)).scalars())


async def agency_of(db: AsyncConnection, room_id: str) -> str:
    """Where it was counselled. The caller has seen that it is there."""
    found: str = (await db.execute(select(rooms.c.agency_id).where(rooms.c.id == room_id))).scalar_one()
    return found


async def sessions_of(db: AsyncConnection, account_id: str) -> list[str]:
    """Whose sockets are to be cut."""
    return list((await db.execute(select(sessions.c.id).where(sessions.c.account_id == account_id))).scalars())


async def erase_room(db: AsyncConnection, room_id: str) -> None:
    """The room, its thread, and all that hangs on them. The caller has seen whose it is."""
    await db.execute(delete(room_shares).where(room_shares.c.room == room_id))
    await _erase_work(db, room_id)
    files = select(attachments.c.id).where(attachments.c.room == room_id)
    await db.execute(delete(attachment_parts).where(attachment_parts.c.attachment.in_(files)))
    promises = select(clocks.c.id).where(clocks.c.room == room_id)
    await db.execute(delete(clock_events).where(clock_events.c.clock_id.in_(promises)))
    hangs = inheritances.c.clock_id.in_(promises) | inheritances.c.from_clock_id.in_(promises)
    await db.execute(delete(inheritances).where(hangs))
    await db.execute(delete(help_calls).where(help_calls.c.clock_id.in_(promises)))
    leads = (referrals.c.room == room_id) | (referrals.c.to_room == room_id)
    await db.execute(delete(referrals).where(leads))
    of_thread = (
        attachments,
        waivers,
        dangers,
        declines,
        proposals,
        returns,
        help_wishes,
        clocks,
        live_chats,
        keyring,
        notices,
    )
    for table in (*of_thread, expiries, threads, room_members, room_barred, room_items):
        await db.execute(delete(table).where(table.c.room == room_id))
    await db.execute(delete(rooms).where(rooms.c.id == room_id))


async def _erase_work(db: AsyncConnection, room_id: str) -> None:
    """What was still to be done about its promises and live chats: its key ends with their number, or the room's id."""
    promises = (await db.execute(select(clocks.c.id).where(clocks.c.room == room_id))).scalars().all()
    chats = (await db.execute(select(live_chats.c.appointment).where(live_chats.c.room == room_id))).scalars().all()
    # A room's own: that it is to go by itself.
    ends = [due_work.c.key.endswith(f":{one}", autoescape=True) for one in (*promises, *chats, room_id)]
    await db.execute(delete(due_work).where(or_(*ends)))


async def erase_account(db: AsyncConnection, account_id: str) -> None:
    """The account with its vault, and the identities that it had before. Its rooms are gone already: they name it."""
    earlier = select(accounts.c.id).where(accounts.c.renewed_as == account_id)
    for before in (await db.execute(earlier)).scalars().all():
        await erase_account(db, before)
    await db.execute(delete(user_shares).where(user_shares.c.account_id == account_id))
    for table in (vaults, keyring, sessions, notices, codes_sent, consents):
        await db.execute(delete(table).where(table.c.account_id == account_id))
    await db.execute(delete(accounts).where(accounts.c.id == account_id))
