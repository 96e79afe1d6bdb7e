"""Whole groups of messages in the database: a handful of statements, however many messages there are.

These functions get a plain connection and run where the database is; see chatserver/gathering.py.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, select, tuple_

from chatserver.messages.model import Posting, Promise, Ran, Scene
from chatserver.rooms.model import MemberRole, Room, StoredItem
from chatserver.tables import (
    accounts,
    clocks,
    counsellors,
    room_items,
    room_members,
    rooms,
    rosters,
    sessions,
    threads,
)
from chatserver.threads.model import Thread, ThreadState
from crypto import fingerprint_of

T = TypeVar("T")

_LAST = room_items.alias("last_item")
_HEAD = room_items.alias("head_item")
_ITEM_FIELDS = tuple(one.name for one in fields(StoredItem))
_ITEM = tuple(room_items.c[one] for one in _ITEM_FIELDS)
_PLACE = tuple_(room_items.c.room, room_items.c.position)
_NAME = tuple_(room_items.c.room, room_items.c.item_id)
_THREAD = tuple(one.name for one in fields(Thread))

_NEWEST = (
    select(rosters.c.duty_generation)
    .where(rosters.c.agency_id == rooms.c.agency_id)
    .order_by(rosters.c.number.desc())
    .limit(1)
    .scalar_subquery()
)


def some(values: Iterable[T]) -> list[T]:
    """The values for an IN, up to a power of two by repeating the last: few statements, each prepared once."""
    listed = list(values)
    size = 1 << max(len(listed) - 1, 0).bit_length()
    return listed + listed[-1:] * (size - len(listed))


# -- reading


def signed_in(db: Connection, session_ids: Collection[str], now: datetime) -> dict[tuple[str, str], bytes]:
    """The fingerprint of each person whose session still holds, by session and account."""
    query = (
        select(sessions.c.id, sessions.c.account_id, accounts.c.signing_key)
        .join(accounts, accounts.c.id == sessions.c.account_id)
        .where(sessions.c.id.in_(some(session_ids)), sessions.c.expires_at > now, accounts.c.disabled_at.is_(None))
    )
    return {(row.id, row.account_id): fingerprint_of(row.signing_key) for row in db.execute(query)}


def scenes_for(db: Connection, postings: Sequence[Posting]) -> dict[str, Scene]:
    """The rooms that are written in, as they are; nobody else changes them until the commit."""
    ids = sorted({one.room for one in postings})
    if db.dialect.name != "sqlite":
        # In the order of their ids, so that two nodes never wait for each other.
        db.execute(select(rooms.c.id).where(rooms.c.id.in_(ids)).order_by(rooms.c.id).with_for_update())
    scenes = {row.id: _scene(row) for row in db.execute(_scenes(ids))}
    if scenes:
        _seat_members(db, scenes)
        _call_on_duty(db, scenes)
        _add_known(db, scenes, postings)
        _add_transcripts(db, scenes, postings)
    return scenes


def _scenes(ids: Sequence[str]) -> Any:
    clock = (clocks.c.id.label("clock"), clocks.c.waiting_since, clocks.c.due_at, clocks.c.breached_at)
    return (
        select(rooms, _LAST.c.th, _HEAD.c.position.label("log_position"), _NEWEST.label("generation"))
        .add_columns(*(threads.c[one].label(f"thread_{one}") for one in _THREAD), *clock)
        .join(_LAST, (_LAST.c.room == rooms.c.id) & (_LAST.c.position == rooms.c.last_position))
        .join(_HEAD, (_HEAD.c.room == rooms.c.id) & (_HEAD.c.item_id == rooms.c.log_head))
        .join(threads, threads.c.room == rooms.c.id)
        .outerjoin(clocks, (clocks.c.room == rooms.c.id) & clocks.c.stopped_at.is_(None))
        .where(rooms.c.id.in_(some(ids)))
    )


def _scene(row: Row[Any]) -> Scene:
    room = Room(**{one.name: getattr(row, one.name) for one in fields(Room)})
    thread = {one: getattr(row, f"thread_{one}") for one in _THREAD}
    running = None
    if row.clock is not None:
        breached = row.breached_at is not None
        running = Promise(id=row.clock, waiting_since=row.waiting_since, due_at=row.due_at, breached=breached)
    return Scene(
        room=room,
        thread=Thread(**{**thread, "state": ThreadState(thread["state"])}),
        members={},
        on_duty=(),
        generation=room.duty_generation if row.generation is None else row.generation,
        running=running,
        ths={},
    )


def _seat_members(db: Connection, scenes: dict[str, Scene]) -> None:
    query = (
        select(room_members.c.room, room_members.c.account_id, room_members.c.role)
        .where(room_members.c.room.in_(some(scenes)))
        .order_by(room_members.c.room, room_members.c.since_position)
    )
    for room, account_id, role in db.execute(query):
        members: dict[str, MemberRole] = scenes[room].members
        members[account_id] = role


def _call_on_duty(db: Connection, scenes: dict[str, Scene]) -> None:
    """For those threads that nobody has taken, or that would be such again."""
    untaken = [
        one for one in scenes.values() if one.thread.counsellor_id is None or one.thread.state is ThreadState.NEW
    ]
    if not untaken:
        return
    agencies = {one.thread.agency_id for one in untaken}
    query = select(counsellors.c.agency_id, counsellors.c.account_id).where(
        counsellors.c.agency_id.in_(some(agencies)), counsellors.c.duty
    )
    duty: defaultdict[str, list[str]] = defaultdict(list)
    for agency_id, account_id in db.execute(query.order_by(counsellors.c.display_name)):
        duty[agency_id].append(account_id)
    for scene in untaken:
        scene.on_duty = duty[scene.thread.agency_id]


def _add_known(db: Connection, scenes: dict[str, Scene], postings: Sequence[Posting]) -> None:
    names = {(one.room, one.message.item_id) for one in postings if one.room in scenes}
    found = [StoredItem(**row._asdict()) for row in db.execute(select(*_ITEM).where(_NAME.in_(some(names))))]
    if not found:
        return
    for item in found:
        scenes[item.room].known[item.item_id] = item
    for room, ran in _ran_in(db, {one.room for one in found}).items():
        scenes[room].ran = ran


def _ran_in(db: Connection, ids: Collection[str]) -> dict[str, list[Ran]]:
    columns = (clocks.c.room, clocks.c.opened_after_position, clocks.c.stopped_by_position, clocks.c.due_at)
    ran: defaultdict[str, list[Ran]] = defaultdict(list)
    for room, *promise in db.execute(select(*columns).where(clocks.c.room.in_(some(ids))).order_by(clocks.c.id)):
        ran[room].append(Ran(*promise))
    return ran


def _add_transcripts(db: Connection, scenes: dict[str, Scene], postings: Sequence[Posting]) -> None:
    """Only where a sender has not seen the last item: where they have, the room itself knows it."""
    places = {
        (one.room, one.header.seen_pos)
        for one in postings
        if one.room in scenes and 0 < one.header.seen_pos < scenes[one.room].room.last_position
    }
    if not places:
        return
    query = select(room_items.c.room, room_items.c.position, room_items.c.th).where(_PLACE.in_(some(places)))
    for room, position, th in db.execute(query):
        scenes[room].ths[position] = th
