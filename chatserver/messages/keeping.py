"""What a group of messages has done, into the database: one statement for each kind of row."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from chatserver.ladders.model import DEFAULT, Ladder, Rung
from chatserver.messages.many import Many
from chatserver.messages.model import Promise, Scene
from chatserver.rooms.model import StoredItem
from chatserver.rows import Rows
from chatserver.tables import clock_events, clocks, due_work, ladders, room_items, rooms, threads
from chatserver.threads.clock import CONTESTED, Opens, Stops
from chatserver.threads.inheriting import end_inherited

_ITEM_FIELDS: Final = tuple(one.name for one in fields(StoredItem))
_item_values: Final = attrgetter(*_ITEM_FIELDS)
_ITEMS: Final = Many(insert(room_items), *_ITEM_FIELDS, instants=["stored_at"])
_MOVED: Final = Many(
    update(rooms)
    .where(rooms.c.id == bindparam("moved"))
    .values(last_position=bindparam("position"), last_stored_at=bindparam("at")),
    *("moved", "position", "at"),
    instants=["at"],
)
_REOPENED: Final = Many(
    update(threads)
    .where(threads.c.room == bindparam("reopened"))
    .values(state=bindparam("now_state"), closed_at=bindparam("closed")),
    *("reopened", "now_state", "closed"),
    instants=["closed"],
)
_STOPPED: Final = Many(
    update(clocks)
    .where(clocks.c.id == bindparam("stopped"))
    .values(stopped_at=bindparam("at"), stopped_because=bindparam("because"), stopped_by_position=bindparam("by")),
    *("stopped", "at", "because", "by"),
    instants=["at"],
)
_OPENED_FIELDS: Final = (
    *("room", "waiting_since", "due_at", "policy", "salt", "opened_by_position", "opened_after_position"),
    "contests_position",
    *("stopped_at", "stopped_because", "stopped_by_position"),
)
_OPENED: Final = Many(
    insert(clocks).returning(clocks.c.id, sort_by_parameter_order=True),
    *_OPENED_FIELDS,
    instants=["waiting_since", "due_at", "stopped_at"],
)
_LADDERS: Final = Rows(
    select(rooms.c.id, *(ladders.c[one.name] for one in fields(Ladder))).join(
        ladders, ladders.c.agency_id == rooms.c.agency_id
    ),
    rooms.c.id,
)
_EVENTS: Final = Many(insert(clock_events), "clock_id", "kind", "at", instants=["at"])
_PLANNED: Final = Many(insert(due_work), "kind", "key", "due_at", instants=["due_at"])


def keep_scenes(db: Connection, scenes: Collection[Scene]) -> None:
    """Everything that the group has done."""
    changed = [one for one in scenes if one.placed]
    _ITEMS.run(db, [_item_values(item) for one in changed for item in one.placed])
    _MOVED.run(db, [(one.room.id, one.room.last_position, one.room.last_stored_at) for one in changed])
    reopened = [one.thread for one in changed if one.reopened and one.thread is not None]
    _REOPENED.run(db, [(one.room, one.state.value, one.closed_at) for one in reopened])
    _keep_promises(db, [(one.room.id, promise) for one in changed for promise in one.promises])
    contested = [(clock, one.room.last_stored_at) for one in changed for clock in one.contested]
    _EVENTS.run(db, [(clock, CONTESTED, at) for clock, at in contested])
    _PLANNED.run(db, [(CONTESTED, f"{CONTESTED}:{clock}", at) for clock, at in contested])


def _keep_promises(db: Connection, promises: Sequence[tuple[str, Promise]]) -> None:
    before = [one for _, one in promises if one.opens is None]
    _STOPPED.run(db, [(one.id, *_stop_values(one.stops)) for one in before])
    opened = [(room, one, one.opens) for room, one in promises if one.opens is not None]
    # Those that have ended within the group come first: the database lets one run at most.
    opened.sort(key=lambda one: one[1].stops is None)
    ids = _OPENED.made(db, [_clock_values(room, opens, promise.stops) for room, promise, opens in opened])
    for (_, promise, _), made in zip(opened, ids, strict=True):
        promise.id = made
    _PLANNED.run(db, _first_rungs(db, opened))
    opening = [(one.id, "opened", opens.waiting_since) for _, one, opens in opened]
    stopping = [(one.id, "stopped", one.stops.at) for _, one in promises if one.stops is not None]
    _EVENTS.run(db, opening + stopping)
    stopped = [(one.id, one.stops) for one in before if one.id is not None and one.stops is not None]
    end_inherited(db, {clock: (stops.because, stops.at) for clock, stops in stopped})


def _first_rungs(db: Connection, opened: Sequence[tuple[str, Promise, Opens]]) -> list[tuple[str, str, datetime]]:
    """One at a time: few promises ever reach a second one."""
    if not opened:
        return []
    own = {room: Ladder(*hours) for room, *hours in _LADDERS.of(db, {room for room, _, _ in opened})}
    return [
        (
            Rung.REMIND.value,
            f"{Rung.REMIND.value}:{one.id}",
            own.get(room, DEFAULT).at(Rung.REMIND, opens.snapshot, opens.waiting_since, opens.due_at),
        )
        for room, one, opens in opened
    ]


def _clock_values(room: str, opens: Opens, stops: Stops | None) -> tuple[Any, ...]:
    times = (opens.waiting_since, opens.due_at, opens.snapshot, opens.salt)
    return (room, *times, opens.by_position, opens.after_position, opens.contests, *_stop_values(stops))


def _stop_values(stops: Stops | None) -> tuple[Any, ...]:
    return (None, None, None) if stops is None else (stops.at, stops.because.value, stops.position)
