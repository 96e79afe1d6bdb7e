"""Moving what names a person from their old account to the new one."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking.tables import seats, waiting
from chatserver.tables import (
    accounts,
    attachments,
    consents,
    keyring,
    notices,
    room_members,
    rooms,
    sessions,
    threads,
    user_shares,
    vaults,
    waivers,
)

# No name that anybody could have or log in with.
_FORMER = "~"


async def rooms_of(db: AsyncConnection, account_id: str) -> list[str]:
    """Every room in which the person has a seat, in the order in which they are locked."""
    query = select(room_members.c.room).where(room_members.c.account_id == account_id)
    return sorted((await db.execute(query)).scalars())


async def retire_account(db: AsyncConnection, account_id: str, renewed_as: str, now: datetime) -> None:
    """The row stays as the author of what it wrote; its name is free, and nobody can log in as it."""
    former = {"name": f"{_FORMER}{account_id[1:]}", "disabled_at": now, "renewed_as": renewed_as}
    await db.execute(update(accounts).where(accounts.c.id == account_id).values(**former))


async def close_vault(db: AsyncConnection, account_id: str) -> list[str]:
    """Share, vault, keyring and sessions of the old account go; gives the sessions, whose sockets are to be cut."""
    ended = list((await db.execute(select(sessions.c.id).where(sessions.c.account_id == account_id))).scalars())
    for table in (user_shares, vaults, keyring, sessions):
        await db.execute(delete(table).where(table.c.account_id == account_id))
    return ended


async def move_to(db: AsyncConnection, old: str, new: str) -> None:
    """Rooms, threads, files, appointments, notices and consents are the new account's."""
    owners = (
        rooms.c.client_id,
        threads.c.client_id,
        waivers.c.client_id,
        attachments.c.account_id,
        seats.c.client,
        waiting.c.client,
        notices.c.account_id,
        consents.c.account_id,
    )
    for column in owners:
        await db.execute(update(column.table).where(column == old).values({column.name: new}))
