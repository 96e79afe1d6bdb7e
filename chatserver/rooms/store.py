"""Rooms, members and items in the database. A room is reached through a seat in it, or the function says why not."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Row, Select, delete, exists, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.errors import NotFound, TicketInvalid
from chatserver.first_come import added
from chatserver.rooms.model import MemberRole, Room, Seat, Sender, StoredItem, first_th
from chatserver.tables import (
    accounts,
    agencies,
    room_barred,
    room_items,
    room_members,
    room_shares,
    rooms,
    rosters,
)
from crypto import fingerprint_of

_LAST = room_items.alias("last_item")
_HEAD = room_items.alias("head_item")
_ITEM = tuple(room_items.c[one.name] for one in fields(StoredItem))


def _room_query(*more: Any) -> Select[Any]:
    return (
        select(rooms, _LAST.c.th, _HEAD.c.position.label("log_position"), *more)
        .join(_LAST, (_LAST.c.room == rooms.c.id) & (_LAST.c.position == rooms.c.last_position))
        .join(_HEAD, (_HEAD.c.room == rooms.c.id) & (_HEAD.c.item_id == rooms.c.log_head))
    )


def _room(row: Row[Any]) -> Room:
    return Room(**{one.name: getattr(row, one.name) for one in fields(Room)})


def _item(row: Row[Any]) -> StoredItem:
    return StoredItem(**row._asdict())


async def seat_of(db: AsyncConnection, room_id: str, account_id: str, *, for_change: bool = False) -> Seat:
    """The room as this member reaches it. `for_change`: nobody else changes it until the commit. Raises NotFound."""
    query = (
        _room_query(room_members.c.role, accounts.c.signing_key)
        .join(room_members, room_members.c.room == rooms.c.id)
        .join(accounts, accounts.c.id == room_members.c.account_id)
        .where(rooms.c.id == room_id, room_members.c.account_id == account_id)
    )
    if for_change:
        # On PostgreSQL the join could see the row as it was before the lock was granted.
        await db.execute(select(rooms.c.id).where(rooms.c.id == room_id).with_for_update())
    row = (await db.execute(query)).first()
    if row is None:
        raise NotFound
    return Seat(_room(row), Sender(account_id, fingerprint_of(row.signing_key)), row.role)


async def lock(db: AsyncConnection, room_id: str) -> None:
    """Nobody else changes it until the commit; for a caller who came to it through something of the asker's own."""
    await db.execute(select(rooms.c.id).where(rooms.c.id == room_id).with_for_update())


async def room_of_agency(db: AsyncConnection, room_id: str, agency_id: str) -> Room:
    """A room as the agency's standby reaches it; the caller has seen that it may. Raises NotFound."""
    await db.execute(select(rooms.c.id).where(rooms.c.id == room_id).with_for_update())
    query = _room_query().where(rooms.c.id == room_id, rooms.c.agency_id == agency_id)
    row = (await db.execute(query)).first()
    if row is None:
        raise NotFound
    return _room(row)


async def client_of(db: AsyncConnection, room_id: str) -> str | None:
    """Whose room this is, before anything is told of it; None when there is no such room."""
    return (await db.execute(select(rooms.c.client_id).where(rooms.c.id == room_id))).scalar_one_or_none()


async def end_for_member(db: AsyncConnection, room_id: str, account_id: str) -> int:
    """How many items the room holds, for somebody who has a seat in it. Raises NotFound."""
    query = (
        select(rooms.c.last_position)
        .join(room_members, room_members.c.room == rooms.c.id)
        .where(rooms.c.id == room_id, room_members.c.account_id == account_id)
    )
    found: int | None = (await db.execute(query)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


async def last_position(db: AsyncConnection, room_id: str) -> int:
    """How many items the room holds."""
    found: int = (await db.execute(select(rooms.c.last_position).where(rooms.c.id == room_id))).scalar_one()
    return found


async def last_positions(db: AsyncConnection, account_id: str, room_ids: Iterable[str]) -> dict[str, int]:
    """How many items each of these rooms holds, where the person has a seat."""
    query = (
        select(rooms.c.id, rooms.c.last_position)
        .join(room_members, room_members.c.room == rooms.c.id)
        .where(room_members.c.account_id == account_id, rooms.c.id.in_(list(room_ids)))
    )
    return {row.id: row.last_position for row in await db.execute(query)}


async def members_of(db: AsyncConnection, room_id: str) -> list[str]:
    """The accounts that are told what happens in a room."""
    query = select(room_members.c.account_id).where(room_members.c.room == room_id)
    return list((await db.execute(query.order_by(room_members.c.since_position))).scalars())


async def is_member(db: AsyncConnection, room_id: str, account_id: str) -> bool:
    """Whether the person has a seat; cheaper than the seat itself."""
    mine = exists().where(room_members.c.room == room_id, room_members.c.account_id == account_id)
    return bool((await db.execute(select(mine))).scalar())


async def item_with_id(db: AsyncConnection, room_id: str, item_id: bytes) -> StoredItem | None:
    """The item of that hash, if it was stored before."""
    query = select(*_ITEM).where(room_items.c.room == room_id, room_items.c.item_id == item_id)
    row = (await db.execute(query)).first()
    return _item(row) if row else None


async def item_at(db: AsyncConnection, room_id: str, position: int) -> StoredItem | None:
    """The item at that position."""
    query = select(*_ITEM).where(room_items.c.room == room_id, room_items.c.position == position)
    row = (await db.execute(query)).first()
    return _item(row) if row else None


async def items_at(db: AsyncConnection, places: Iterable[tuple[str, int]]) -> list[StoredItem]:
    """The items at these positions of these rooms."""
    query = select(*_ITEM).where(tuple_(room_items.c.room, room_items.c.position).in_(list(places)))
    return [_item(row) for row in await db.execute(query)]


async def th_at(db: AsyncConnection, room_id: str, position: int) -> bytes | None:
    """The transcript hash up to that position, from 0; None beyond the end."""
    if position == 0:
        return first_th(room_id)
    query = select(room_items.c.th).where(room_items.c.room == room_id, room_items.c.position == position)
    return (await db.execute(query)).scalar_one_or_none()


async def items_after(db: AsyncConnection, room_id: str, after: int, limit: int) -> list[StoredItem]:
    """The next items after that position, oldest first."""
    query = select(*_ITEM).where(room_items.c.room == room_id, room_items.c.position > after)
    return [_item(row) for row in await db.execute(query.order_by(room_items.c.position).limit(limit))]


async def items_before(db: AsyncConnection, room_id: str, before: int | None, limit: int) -> list[StoredItem]:
    """The last items before that position, or of the room, newest first."""
    query = select(*_ITEM).where(room_items.c.room == room_id)
    if before is not None:
        query = query.where(room_items.c.position < before)
    return [_item(row) for row in await db.execute(query.order_by(room_items.c.position.desc()).limit(limit))]


async def log_of(db: AsyncConnection, room_id: str) -> list[tuple[int, bytes]]:
    """Everything that decides what a member may do: the log entries, and the messages that moved the clock."""
    counts = (room_items.c.kind != "message") | (room_items.c.clock != "none")
    query = select(room_items.c.position, room_items.c.envelope).where(room_items.c.room == room_id, counts)
    return [(row.position, row.envelope) for row in await db.execute(query.order_by(room_items.c.position))]


async def share_of(db: AsyncConnection, room_id: str) -> bytes:
    """The server's share in the room's keys; the caller has seen who asks."""
    share: bytes = (await db.execute(select(room_shares.c.share).where(room_shares.c.room == room_id))).scalar_one()
    return share


async def rosters_under(db: AsyncConnection, roots: Iterable[bytes]) -> list[tuple[bytes, bytes]]:
    """Every roster under these roots, each with its root, oldest first: what log entries are judged by."""
    query = (
        select(agencies.c.root_fingerprint, rosters.c.roster)
        .join(agencies, agencies.c.id == rosters.c.agency_id)
        .where(agencies.c.root_fingerprint.in_(list(roots)))
        .order_by(rosters.c.agency_id, rosters.c.number)
    )
    return [(row.root_fingerprint, row.roster) for row in await db.execute(query)]


async def roles_of_accounts(db: AsyncConnection, account_ids: Iterable[str]) -> dict[str, str]:
    """The roles of those of the accounts that exist."""
    query = select(accounts.c.id, accounts.c.role).where(accounts.c.id.in_(list(account_ids)))
    return {row.id: row.role for row in await db.execute(query)}


async def append(db: AsyncConnection, placed: Sequence[StoredItem]) -> None:
    """Stores items of one or several rooms at their places, and moves each room's end there."""
    await db.execute(insert(room_items), [_values(item, StoredItem) for item in placed])
    newest = {item.room: item for item in placed}
    for room_id in sorted(newest):
        last = newest[room_id]
        moved = update(rooms).where(rooms.c.id == room_id)
        await db.execute(moved.values(last_position=last.position, last_stored_at=last.stored_at))


def _values(one: Any, of: type, but: frozenset[str] = frozenset()) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in fields(of) if field.name not in but}


_JOINED = frozenset({"th", "log_position"})


async def add_room(db: AsyncConnection, room: Room, share: bytes) -> bool:
    """A room and its share, before its first item; False when the room is there already. Raises TicketInvalid."""
    if not await added(db, rooms, **_values(room, Room, _JOINED)):
        return False
    if not await added(db, room_shares, room=room.id, share=share):
        raise TicketInvalid("room_ticket")
    return True


async def keep_log_state(db: AsyncConnection, room: Room) -> None:
    """What a log entry has changed: epoch, commitment, head of the log, standby."""
    state = ("epoch", "kc", "log_head", "duty_generation", "standby")
    await db.execute(update(rooms).where(rooms.c.id == room.id).values(**{one: getattr(room, one) for one in state}))


async def keep_members(db: AsyncConnection, room_id: str, people: Mapping[str, MemberRole], position: int) -> None:
    """Exactly these have a seat from that position on; who had one before keeps it as it was."""
    gone = (room_members.c.room == room_id) & room_members.c.account_id.not_in(list(people))
    await db.execute(delete(room_members).where(gone))
    before = set(await members_of(db, room_id))
    for account_id, role in people.items():
        if account_id not in before:
            seat = {"room": room_id, "account_id": account_id, "role": role, "since_position": position}
            await db.execute(insert(room_members).values(**seat))


async def keep_barred(db: AsyncConnection, room_id: str, newly: Collection[str], members: Collection[str]) -> None:
    """Whom the client has removed; whoever is a member again was let in by the client."""
    back = (room_barred.c.room == room_id) & room_barred.c.account_id.in_(list(members))
    await db.execute(delete(room_barred).where(back))
    known = set((await db.execute(select(room_barred.c.account_id).where(room_barred.c.room == room_id))).scalars())
    for account_id in sorted(set(newly) - known):
        await db.execute(insert(room_barred).values(room=room_id, account_id=account_id))
