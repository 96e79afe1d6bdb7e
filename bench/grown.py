"""A long history, put into the database in one go: rows as the server's own, with sealed bytes that nobody opens.

What they hold does not matter to a server that cannot read it; that they are there, and how many, does.
"""

from secrets import token_bytes, token_hex
from typing import Any, Final

from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.deps import Deps, work
from chatserver.rooms import store as rooms
from chatserver.rooms.model import NewItem, place
from chatserver.tables import accounts, clocks, room_items, room_members, room_shares, threads
from chatserver.tables import rooms as room_table

SEALED: Final = 1476
AT_ONCE: Final = 1000


async def add_messages(deps: Deps, room: str, how_many: int) -> None:
    """As if client and counsellor had written in turn for long; the promise that runs goes on."""
    async with work(deps) as tx:
        members = await rooms.members_of(tx.db, room)
        seat = await rooms.seat_of(tx.db, room, members[0], for_change=True)
    last, th = seat.room.last_position, seat.room.th
    while how_many:
        portion = min(AT_ONCE, how_many)
        new = [_message(members[number % 2], seat.room.epoch) for number in range(portion)]
        placed = place(room, last, th, new, deps.now())
        async with work(deps) as tx:
            await rooms.append(tx.db, placed)
        last, th, how_many = placed[-1].position, placed[-1].th, how_many - portion


def _message(sender: str, epoch: int) -> NewItem:
    return NewItem(
        item_id=token_bytes(32),
        kind="message",
        sender_id=sender,
        epoch=epoch,
        clock="none",
        envelope=token_bytes(SEALED),
    )


async def add_threads(deps: Deps, like: str, how_many: int) -> None:
    """As many more threads as this one, of the same counsellor, each with a client and a promise of its own."""
    async with work(deps) as tx:
        for number in range(how_many):
            await _thread(tx.db, like, f"kopie{number}")


async def _thread(db: AsyncConnection, like: str, name: str) -> None:
    room, person = token_hex(16), token_hex(16)
    found = (await db.execute(select(room_table.c.client_id).where(room_table.c.id == like))).scalar_one()
    ids = {like: room, found: person}
    await _copy(db, accounts, accounts.c.id == found, ids, name=name)
    await _copy(db, room_table, room_table.c.id == like, ids)
    for table in (room_items, room_members, threads):
        await _copy(db, table, table.c.room == like, ids)
    await _copy(db, room_shares, room_shares.c.room == like, ids, share=token_bytes(32))
    await _copy(db, clocks, clocks.c.room == like, ids, id=None)


async def _copy(db: AsyncConnection, table: Table, which: Any, ids: dict[str, str], **changed: Any) -> None:
    """The same rows with other ids; `None` leaves a column to the database."""
    for row in (await db.execute(select(table).where(which))).mappings().all():
        values = {name: ids.get(value, value) if isinstance(value, str) else value for name, value in row.items()}
        values |= changed
        await db.execute(insert(table).values({key: one for key, one in values.items() if key not in _free(changed)}))


def _free(changed: dict[str, Any]) -> set[str]:
    return {name for name, value in changed.items() if value is None}
