"""Whole groups of messages in the database: a handful of statements, however many messages there are.

These functions get a plain connection and run where the database is; see chatserver/gathering.py. Every statement is
built once: building one takes longer than carrying it out.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from chatserver.consents.withdrawn import is_withdrawn
from chatserver.guarantee.terms import Stored, policy_from
from chatserver.messages.model import Answered, Posting, Promise, Ran, Scene
from chatserver.rooms.model import Room, StoredItem
from chatserver.rows import Rows
from chatserver.tables import (
    accounts,
    agencies,
    agency_terms,
    clock_events,
    clocks,
    counsellors,
    live_chats,
    room_items,
    room_members,
    rooms,
    rosters,
    sessions,
    threads,
)
from chatserver.threads.clock import CONTESTED, Act, StoppedBecause
from chatserver.threads.model import Thread, ThreadState
from chatserver.threads.receipts import Promised
from chatserver.threads.waived import is_blocked
from crypto import fingerprint_of

_LAST = room_items.alias("last_item")
_HEAD = room_items.alias("head_item")
_JOINED: Final = {"th": _LAST.c.th, "log_position": _HEAD.c.position}
_ROOM_FIELDS: Final = tuple(one.name for one in fields(Room))
_ROOM: Final = [_JOINED[one] if one in _JOINED else rooms.c[one] for one in _ROOM_FIELDS]
_ITEM_FIELDS: Final = tuple(one.name for one in fields(StoredItem))
_ITEM: Final = [room_items.c[one] for one in _ITEM_FIELDS]
_THREAD_FIELDS: Final = tuple(one.name for one in fields(Thread))

_NEWEST: Final = (
    select(rosters.c.duty_generation)
    .where(rosters.c.agency_id == rooms.c.agency_id)
    .order_by(rosters.c.number.desc())
    .limit(1)
    .scalar_subquery()
)
_SIGNED_IN: Final = Rows(
    select(sessions.c.id, sessions.c.account_id, accounts.c.signing_key, sessions.c.expires_at)
    .join(accounts, accounts.c.id == sessions.c.account_id)
    .where(accounts.c.disabled_at.is_(None)),
    sessions.c.id,
)
_TERMS: Final = (agencies.c.zone, *(agency_terms.c[one] for one in Stored._fields[1:]))
_LIVE: Final = Rows(select(live_chats.c.room).where(live_chats.c.ended_at.is_(None)), live_chats.c.room)
_LOCK: Final = Rows(select(rooms.c.id).order_by(rooms.c.id).with_for_update(), rooms.c.id)
_BLOCKED: Final = is_blocked(rooms.c.agency_id, rooms.c.client_id)
_WITHDRAWN: Final = is_withdrawn(rooms.c.client_id)
_CLOCK: Final = (clocks.c.id, clocks.c.waiting_since, clocks.c.due_at, clocks.c.breached_at)
_SCENES: Final = Rows(
    select(*_ROOM, threads.c.state, _NEWEST, _BLOCKED, _WITHDRAWN, *_CLOCK, *_TERMS)
    .select_from(rooms)
    .join(agencies, agencies.c.id == rooms.c.agency_id)
    .outerjoin(agency_terms, agency_terms.c.agency_id == rooms.c.agency_id)
    .join(_LAST, (_LAST.c.room == rooms.c.id) & (_LAST.c.position == rooms.c.last_position))
    .join(_HEAD, (_HEAD.c.room == rooms.c.id) & (_HEAD.c.item_id == rooms.c.log_head))
    .join(threads, threads.c.room == rooms.c.id)
    .outerjoin(clocks, (clocks.c.room == rooms.c.id) & clocks.c.stopped_at.is_(None)),
    rooms.c.id,
)
_MEMBERS: Final = Rows(
    select(room_members.c.room, room_members.c.account_id, room_members.c.role).order_by(
        room_members.c.room, room_members.c.since_position
    ),
    room_members.c.room,
)
_THREADS: Final = Rows(select(*(threads.c[one] for one in _THREAD_FIELDS)), threads.c.room)
_ON_DUTY: Final = Rows(
    select(counsellors.c.agency_id, counsellors.c.account_id)
    .where(counsellors.c.duty)
    .order_by(counsellors.c.display_name),
    counsellors.c.agency_id,
)
_RAN: Final = Rows(
    select(
        *(clocks.c.room, clocks.c.opened_after_position, clocks.c.stopped_by_position, clocks.c.opened_by_position),
        *(clocks.c[one.name] for one in fields(Promised)),
    ).order_by(clocks.c.id),
    clocks.c.room,
)
_KNOWN: Final = Rows(select(*_ITEM), room_items.c.room, room_items.c.item_id)
# One at a time: hardly anybody ever says this.
_ANSWER: Final = select(room_items.c.position).where(
    room_items.c.room == bindparam("at_room"),
    room_items.c.position == bindparam("at_position"),
    room_items.c.clock == Act.ANSWERS.value,
)
_BEFORE: Final = (
    select(clocks.c.id, clocks.c.stopped_because, clocks.c.stopped_by_position)
    .where(clocks.c.room == bindparam("at_room"), clocks.c.opened_after_position < bindparam("at_position"))
    .order_by(clocks.c.id.desc())
    .limit(1)
)
_CONTESTED: Final = select(clock_events.c.id).where(
    clock_events.c.clock_id == bindparam("kept"), clock_events.c.kind == CONTESTED
)
_TRANSCRIPTS: Final = Rows(
    select(room_items.c.room, room_items.c.position, room_items.c.th), room_items.c.room, room_items.c.position
)


def signed_in(db: Connection, session_ids: Collection[str], now: datetime) -> dict[tuple[str, str], bytes]:
    """The fingerprint of each person whose session still holds, by session and account."""
    found = _SIGNED_IN.of(db, session_ids)
    return {
        (session_id, account_id): fingerprint_of(key) for session_id, account_id, key, until in found if until > now
    }


def scenes_for(db: Connection, postings: Sequence[Posting]) -> dict[str, Scene]:
    """The rooms that are written in, as they are; nobody else changes them until the commit."""
    ids = sorted({one.room for one in postings})
    if db.dialect.name != "sqlite":
        # In the order of their ids, so that two nodes never wait for each other.
        _LOCK.of(db, ids)
    scenes = {scene.room.id: scene for scene in map(_scene, _SCENES.of(db, ids))}
    if scenes:
        for room, account_id, role in _MEMBERS.of(db, ids):
            scenes[room].members[account_id] = role
        _add_threads(db, [one for one in scenes.values() if one.state is not ThreadState.OPEN])
        known = [one for one in postings if one.room in scenes]
        _add_known(db, scenes, known)
        _add_transcripts(db, scenes, known)
        _add_answered(db, scenes, [one for one in known if one.contests is not None])
    return scenes


def _scene(row: Sequence[Any]) -> Scene:
    *of_room, state, generation, blocked, withdrawn, clock, waiting_since, due_at, breached_at = row[: -len(_TERMS)]
    room = Room(**dict(zip(_ROOM_FIELDS, of_room, strict=True)))
    running = None
    if clock is not None:
        running = Promise(id=clock, waiting_since=waiting_since, due_at=due_at, breached=breached_at is not None)
    newest = room.duty_generation if generation is None else generation
    return Scene(
        room=room,
        state=ThreadState(state),
        generation=newest,
        blocked=bool(blocked),
        withdrawn=bool(withdrawn),
        running=running,
        policy=policy_from(Stored(*row[-len(_TERMS) :])),
    )


def _add_threads(db: Connection, scenes: Sequence[Scene]) -> None:
    """Where a question changes more than the clock, or more people hear of it: nobody has taken it, or it is closed."""
    if not scenes:
        return
    by_room = {one.room.id: one for one in scenes}
    for row in _THREADS.of(db, by_room):
        values = dict(zip(_THREAD_FIELDS, row, strict=True))
        by_room[values["room"]].thread = Thread(**{**values, "state": ThreadState(values["state"])})
    ids = {one.room.agency_id for one in scenes}
    duty: defaultdict[str, list[str]] = defaultdict(list)
    for agency_id, account_id in _ON_DUTY.of(db, ids):
        duty[agency_id].append(account_id)
    for scene in scenes:
        scene.on_duty = duty[scene.room.agency_id]


def _add_known(db: Connection, scenes: dict[str, Scene], postings: Sequence[Posting]) -> None:
    named = {(one.room, one.message.item_id) for one in postings}
    found = [StoredItem(**dict(zip(_ITEM_FIELDS, row, strict=True))) for row in _KNOWN.of(db, named)]
    for item in found:
        scenes[item.room].known[item.item_id] = item
    if found:
        ran: defaultdict[str, list[Ran]] = defaultdict(list)
        for room, after, until, asked_at, *promise in _RAN.of(db, {one.room for one in found}):
            ran[room].append(Ran(after, until, asked_at, Promised(*promise)))
        for room, promises in ran.items():
            scenes[room].ran = promises


def _add_transcripts(db: Connection, scenes: dict[str, Scene], postings: Sequence[Posting]) -> None:
    """Only where a sender has not seen the last item: where they have, the room itself knows it."""
    places = {
        (one.room, one.header.seen_pos)
        for one in postings
        if 0 < one.header.seen_pos < scenes[one.room].room.last_position
    }
    for room, position, th in _TRANSCRIPTS.of(db, places):
        scenes[room].ths[position] = th


def _add_answered(db: Connection, scenes: dict[str, Scene], postings: Sequence[Posting]) -> None:
    """What the answers that somebody contests have kept: the promise of before them, if it ended with one of them."""
    for one in postings:
        named = {"at_room": one.room, "at_position": one.contests}
        if one.contests is None or db.execute(_ANSWER, named).first() is None:
            continue
        before = db.execute(_BEFORE, named).first()
        answered = Answered(None, contested=False)
        if (
            before is not None
            and before.stopped_because == StoppedBecause.ANSWERED
            and before.stopped_by_position <= one.contests
        ):
            told = db.execute(_CONTESTED, {"kept": before.id}).first()
            answered = Answered(before.id, contested=told is not None)
        scenes[one.room].answered[one.contests] = answered


def live_rooms(db: Connection, rooms_asked: Collection[str]) -> set[str]:
    """Those of these rooms in which a live chat is on right now."""
    return {room for (room,) in _LIVE.of(db, rooms_asked)}
