"""Reading a room, entering it, and accepting log entries. What a message does besides belongs to its thread."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.deps import Asker, Deps, Work, look
from chatserver.errors import NotFound
from chatserver.nodes.words import Stored
from chatserver.presence import Change
from chatserver.rooms import store
from chatserver.rooms.log import Judged, book_of, check_sender, judge_commit, roots_named
from chatserver.rooms.model import MemberRole, Room, Sender, StoredItem, after_commit, new_entry, people_in, place
from chatserver.rooms.wire import (
    Before,
    EnterRoom,
    Items,
    LeaveRoom,
    Left,
    Posted,
    PresenceChanged,
    Present,
    RoomItem,
    SayTyping,
    Since,
    Typing,
)
from crypto import Commit, RoomLog, read_commit
from crypto.errors import CommitNotAllowed

# Bytes of items in one answer; whoever asks goes on asking until they have the last position.
LARGEST_ANSWER: Final = 384 * 1024


async def items_since(deps: Deps, asker: Asker, command: Since) -> Items:
    """What was stored after a position, oldest first; nothing after one that is not there yet. Raises NotFound."""
    async with look(deps) as db:
        end = await store.end_for_member(db, command.room, asker.account_id)
        items = await store.items_after(db, command.room, command.after, command.limit) if command.after < end else []
    return _page(command.room, end, that_fit(items, LARGEST_ANSWER))


async def items_before(deps: Deps, asker: Asker, command: Before) -> Items:
    """What was stored before a position, or last of all; the end of that, oldest first. Raises NotFound."""
    async with look(deps) as db:
        end = await store.end_for_member(db, command.room, asker.account_id)
        newest_first = await store.items_before(db, command.room, command.before, command.limit)
    return _page(command.room, end, that_fit(newest_first, LARGEST_ANSWER)[::-1])


def _page(room: str, end: int, items: Sequence[StoredItem]) -> Items:
    return Items(room, end, [shown(item) for item in items])


def that_fit(items: Sequence[StoredItem], most: int) -> list[StoredItem]:
    """As many of the items, from the first on, as have so many bytes together; at least one."""
    ends = accumulate(len(item.envelope) for item in items)
    return [item for number, (item, end) in enumerate(zip(items, ends, strict=True)) if number == 0 or end <= most]


def shown(item: StoredItem) -> RoomItem:
    """An item as members see it."""
    return RoomItem(item.position, item.stored_at, item.envelope)


def posted(item: StoredItem) -> Posted:
    """The news of an item."""
    return Posted(item.room, item.position, item.stored_at, item.envelope)


async def posted_at(deps: Deps, stored: Sequence[Stored]) -> dict[tuple[str, int], Posted]:
    """The news of items that another node has stored, for those to whom it says that they belong."""
    if not stored:
        return {}
    async with look(deps) as db:
        items = await store.items_at(db, {(one.room, one.position) for one in stored})
    return {(item.room, item.position): posted(item) for item in items}


# -- log entries


@dataclass(frozen=True, slots=True)
class Entered:
    """A commit that was accepted and stored; the sets hold account ids.

    `dismissed`: those who left although no roster revokes them.
    """

    item: StoredItem
    room: Room
    log: RoomLog
    commit: Commit
    joined: frozenset[str]
    left: frozenset[str]
    dismissed: frozenset[str]


async def accept_commit(tx: Work, room: Room, sender: Sender, entry: bytes, now: datetime) -> Entered:
    """Judges a commit by all that is public, stores it, and lets the new epoch begin.

    Raises CommitOutdated, CommitNotAllowed, TranscriptMismatch, RosterStale and other refusals of the protocol.
    """
    commit = read_commit(entry)
    judged = await _judge(tx.db, room, sender, commit, now)
    log = judged.log
    new = new_entry("commit", sender.account_id, log.epoch, entry)
    (item,) = place(room.id, room.last_position, room.th, [new], now)
    before = frozenset(await store.members_of(tx.db, room.id))
    after = await _check_people(tx.db, log)
    changed = after_commit(room, log, item)
    await store.append(tx.db, [item])
    await store.keep_log_state(tx.db, changed)
    await store.keep_members(tx.db, room.id, after, item.position)
    await store.keep_barred(tx.db, room.id, judged.barred, after)
    # Whoever was removed is told so, and nothing after it.
    tx.tell(before | after.keys(), "posted", posted(item))
    joined, left = frozenset(after) - before, before - after.keys()
    return Entered(item, changed, log, commit, joined, left, judged.dismissed)


async def _judge(db: AsyncConnection, room: Room, sender: Sender, commit: Commit, now: datetime) -> Judged:
    entries = await store.log_of(db, room.id)
    book = book_of(await store.rosters_under(db, roots_named(entries, commit)))
    judged = judge_commit(room, entries, commit, book, now)
    # Last: a commit that came too late has not seen the one that came first either.
    check_sender(room, commit, sender.fingerprint, await store.th_at(db, room.id, commit.seen_pos))
    return judged


async def _check_people(db: AsyncConnection, log: RoomLog) -> dict[str, MemberRole]:
    """A member whom this server does not know could never be told anything, so nobody may add one."""
    people = people_in(log)
    roles = await store.roles_of_accounts(db, people)
    for account_id, role in people.items():
        if account_id not in roles or (roles[account_id] == "client") != (role == "client"):
            raise CommitNotAllowed
    return people


# -- who is here


async def enter_room(deps: Deps, asker: Asker, command: EnterRoom) -> Present:
    """This page shows the room now; answers who else is here. Raises NotFound."""
    others = await _others(deps, command.room, asker.account_id)
    for change in deps.presence.enter(command.room, asker.account_id, asker.connection):
        await _tell_change(deps, others, change)
    return Present(command.room, deps.presence.here(command.room, others))


async def leave_room(deps: Deps, asker: Asker, command: LeaveRoom) -> Left:
    """This page shows the room no more. Raises NotFound."""
    others = await _others(deps, command.room, asker.account_id)
    for change in deps.presence.leave(command.room, asker.connection):
        await _tell_change(deps, others, change)
    return Left(command.room)


async def say_typing(deps: Deps, asker: Asker, command: SayTyping) -> Left:
    """Lets the others know for a moment that something is being written. Raises NotFound."""
    others = await _others(deps, command.room, asker.account_id)
    await deps.announce.tell(others, "typing", Typing(command.room, asker.account_id))
    return Left(command.room)


async def lose_page(deps: Deps, connection: str) -> None:
    """A page whose socket has died has left every room that it showed."""
    await tell_presence(deps, deps.presence.lose(connection))


async def tell_presence(deps: Deps, changes: Iterable[Change]) -> None:
    """Tells the other members, on their pages at this node: the other nodes see the change themselves."""
    for change in changes:
        async with look(deps) as db:
            members = await store.members_of(db, change.room)
        await _tell_change(deps, [one for one in members if one != change.account_id], change)


async def _tell_change(deps: Deps, others: list[str], change: Change) -> None:
    news = PresenceChanged(change.room, change.account_id, change.state)
    await deps.announce.tell_here(others, "presence", news)


async def _others(deps: Deps, room_id: str, account_id: str) -> list[str]:
    async with look(deps) as db:
        members = await store.members_of(db, room_id)
    if account_id not in members:
        raise NotFound
    return [one for one in members if one != account_id]
