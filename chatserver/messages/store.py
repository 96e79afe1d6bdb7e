"""Whole groups of messages in the database: a handful of statements, however many messages there are.

These functions get a plain connection and run where the database is; see chatserver/gathering.py. Every statement is
built once: building one takes longer than carrying it out.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, bindparam, select

from chatserver.messages.many import some
from chatserver.messages.model import Posting, Promise, Ran, Scene
from chatserver.messages.pairs import Pairs
from chatserver.rooms.model import Room, StoredItem
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

_LAST = room_items.alias("last_item")
_HEAD = room_items.alias("head_item")
_JOINED: Final = {"th": _LAST.c.th, "log_position": _HEAD.c.position}
_ROOM_FIELDS: Final = tuple(one.name for one in fields(Room))
_ROOM: Final = [_JOINED[one] if one in _JOINED else rooms.c[one] for one in _ROOM_FIELDS]
_ITEM: Final = [room_items.c[one.name] for one in fields(StoredItem)]
_IDS: Final[BindParameter[str]] = bindparam("ids", expanding=True)

_NEWEST: Final = (
    select(rosters.c.duty_generation)
    .where(rosters.c.agency_id == rooms.c.agency_id)
    .order_by(rosters.c.number.desc())
    .limit(1)
    .scalar_subquery()
)
_SIGNED_IN: Final = (
    select(sessions.c.id, sessions.c.account_id, accounts.c.signing_key)
    .join(accounts, accounts.c.id == sessions.c.account_id)
    .where(sessions.c.id.in_(_IDS), sessions.c.expires_at > bindparam("now"), accounts.c.disabled_at.is_(None))
)
_LOCK: Final = select(rooms.c.id).where(rooms.c.id.in_(_IDS)).order_by(rooms.c.id).with_for_update()
_SCENES: Final = (
    select(*_ROOM, threads.c.state, _NEWEST, clocks.c.id, clocks.c.waiting_since, clocks.c.due_at, clocks.c.breached_at)
    .select_from(rooms)
    .join(_LAST, (_LAST.c.room == rooms.c.id) & (_LAST.c.position == rooms.c.last_position))
    .join(_HEAD, (_HEAD.c.room == rooms.c.id) & (_HEAD.c.item_id == rooms.c.log_head))
    .join(threads, threads.c.room == rooms.c.id)
    .outerjoin(clocks, (clocks.c.room == rooms.c.id) & clocks.c.stopped_at.is_(None))
    .where(rooms.c.id.in_(_IDS))
)
_MEMBERS: Final = (
    select(room_members.c.room, room_members.c.account_id, room_members.c.role)
    .where(room_members.c.room.in_(_IDS))
    .order_by(room_members.c.room, room_members.c.since_position)
)
_THREADS: Final = select(*(threads.c[one.name] for one in fields(Thread))).where(threads.c.room.in_(_IDS))
_ON_DUTY: Final = (
    select(counsellors.c.agency_id, counsellors.c.account_id)
    .where(counsellors.c.agency_id.in_(_IDS), counsellors.c.duty)
    .order_by(counsellors.c.display_name)
)
_RAN: Final = (
    select(clocks.c.room, clocks.c.opened_after_position, clocks.c.stopped_by_position, clocks.c.due_at)
    .where(clocks.c.room.in_(_IDS))
    .order_by(clocks.c.id)
)
_KNOWN: Final = Pairs(_ITEM, room_items.c.room, room_items.c.item_id)
_TRANSCRIPTS: Final = Pairs(
    [room_items.c.room, room_items.c.position, room_items.c.th], room_items.c.room, room_items.c.position
)


def signed_in(db: Connection, session_ids: Collection[str], now: datetime) -> dict[tuple[str, str], bytes]:
    """The fingerprint of each person whose session still holds, by session and account."""
    found = db.execute(_SIGNED_IN, {"ids": some(session_ids), "now": now}).all()
    return {(session_id, account_id): fingerprint_of(key) for session_id, account_id, key in found}


def scenes_for(db: Connection, postings: Sequence[Posting]) -> dict[str, Scene]:
    """The rooms that are written in, as they are; nobody else changes them until the commit."""
    ids = {"ids": some(sorted({one.room for one in postings}))}
    if db.dialect.name != "sqlite":
        # In the order of their ids, so that two nodes never wait for each other.
        db.execute(_LOCK, ids)
    scenes = {scene.room.id: scene for scene in map(_scene, db.execute(_SCENES, ids).all())}
    if scenes:
        for room, account_id, role in db.execute(_MEMBERS, ids).all():
            scenes[room].members[account_id] = role
        _add_threads(db, [one for one in scenes.values() if one.state is not ThreadState.OPEN])
        known = [one for one in postings if one.room in scenes]
        _add_known(db, scenes, known)
        _add_transcripts(db, scenes, known)
    return scenes


def _scene(row: Sequence[Any]) -> Scene:
    *of_room, state, generation, clock, waiting_since, due_at, breached_at = row
    room = Room(**dict(zip(_ROOM_FIELDS, of_room, strict=True)))
    running = None
    if clock is not None:
        running = Promise(id=clock, waiting_since=waiting_since, due_at=due_at, breached=breached_at is not None)
    newest = room.duty_generation if generation is None else generation
    return Scene(room=room, state=ThreadState(state), generation=newest, running=running)


def _add_threads(db: Connection, scenes: Sequence[Scene]) -> None:
    """Where a question changes more than the clock, or more people hear of it: nobody has taken it, or it is closed."""
    if not scenes:
        return
    by_room = {one.room.id: one for one in scenes}
    for row in db.execute(_THREADS, {"ids": some(by_room)}):
        by_room[row.room].thread = Thread(**{**row._asdict(), "state": ThreadState(row.state)})
    agencies = {one.room.agency_id for one in scenes}
    duty: defaultdict[str, list[str]] = defaultdict(list)
    for agency_id, account_id in db.execute(_ON_DUTY, {"ids": some(agencies)}):
        duty[agency_id].append(account_id)
    for scene in scenes:
        scene.on_duty = duty[scene.room.agency_id]


def _add_known(db: Connection, scenes: dict[str, Scene], postings: Sequence[Posting]) -> None:
    found = [
        StoredItem(**row._asdict()) for row in _KNOWN.rows(db, [(one.room, one.message.item_id) for one in postings])
    ]
    for item in found:
        scenes[item.room].known[item.item_id] = item
    if found:
        ran: defaultdict[str, list[Ran]] = defaultdict(list)
        for room, *promise in db.execute(_RAN, {"ids": some({one.room for one in found})}):
            ran[room].append(Ran(*promise))
        for room, promises in ran.items():
            scenes[room].ran = promises


def _add_transcripts(db: Connection, scenes: dict[str, Scene], postings: Sequence[Posting]) -> None:
    """Only where a sender has not seen the last item: where they have, the room itself knows it."""
    places = {
        (one.room, one.header.seen_pos)
        for one in postings
        if 0 < one.header.seen_pos < scenes[one.room].room.last_position
    }
    for row in _TRANSCRIPTS.rows(db, list(places)):
        scenes[row.room].ths[row.position] = row.th
