"""What a group of messages has done, into the database: one statement for each kind of row."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update

from chatserver.due_work import plan_all
from chatserver.messages.model import Promise, Scene
from chatserver.rooms.model import Room, StoredItem
from chatserver.tables import clock_events, clocks, room_items, rooms, threads
from chatserver.threads.clock import Opens, Stops, rungs
from chatserver.threads.model import Thread

_ITEM = tuple(one.name for one in fields(StoredItem))

_MOVE_END = (
    update(rooms)
    .where(rooms.c.id == bindparam("moved"))
    .values(last_position=bindparam("at_position"), last_stored_at=bindparam("at"))
)
_REOPEN = (
    update(threads)
    .where(threads.c.room == bindparam("reopened"))
    .values(state=bindparam("now_state"), closed_at=bindparam("closed"))
)
_STOP = (
    update(clocks)
    .where(clocks.c.id == bindparam("stopping"))
    .values(
        stopped_at=bindparam("at"), stopped_because=bindparam("because"), stopped_by_position=bindparam("by_position")
    )
)


def keep_scenes(db: Connection, scenes: Collection[Scene]) -> None:
    """Everything that the group has done."""
    changed = [one for one in scenes if one.placed]
    if not changed:
        return
    db.execute(insert(room_items), [_item_values(item) for scene in changed for item in scene.placed])
    db.execute(_MOVE_END, [_end_values(one.room) for one in changed])
    if reopened := [one.thread for one in changed if one.reopened]:
        db.execute(
            _REOPEN, [{"reopened": one.room, "now_state": one.state.value, "closed": one.closed_at} for one in reopened]
        )
    _keep_promises(db, [(one.room.id, promise) for one in changed for promise in one.promises])


def _item_values(item: StoredItem) -> dict[str, Any]:
    return {one: getattr(item, one) for one in _ITEM}


def _end_values(room: Room) -> dict[str, Any]:
    return {"moved": room.id, "at_position": room.last_position, "at": room.last_stored_at}


def _reopened_values(thread: Thread) -> dict[str, Any]:
    return {"reopened": thread.room, "now_state": thread.state.value, "closed": thread.closed_at}


def _keep_promises(db: Connection, promises: Sequence[tuple[str, Promise]]) -> None:
    if not promises:
        return
    stopped = [(one.id, one.stops) for _, one in promises if one.stops is not None and one.opens is None]
    if stopped:
        db.execute(_STOP, [{"stopping": clock, **_stop_values(stops)} for clock, stops in stopped])
    opened = [(room, one, one.opens) for room, one in promises if one.opens is not None]
    if opened:
        _open_clocks(db, opened)
    db.execute(insert(clock_events), [event for _, one in promises for event in _events(one)])


def _open_clocks(db: Connection, opened: Sequence[tuple[str, Promise, Opens]]) -> None:
    """With the ids that the database gives them, and the ladder that begins with each."""
    made = insert(clocks).returning(clocks.c.id, clocks.c.room, clocks.c.opened_after_position)
    values = [_clock_values(room, promise, opens) for room, promise, opens in opened]
    ids = {(row.room, row.opened_after_position): row.id for row in db.execute(made, values)}
    for room, promise, opens in opened:
        promise.id = ids[room, opens.after_position]
    ladder = [(one, rung, due_at) for _, one, _ in opened for rung, due_at in rungs(one.waiting_since, one.due_at)]
    plan_all(db, [(rung.value, f"{rung.value}:{one.id}", due_at) for one, rung, due_at in ladder])


def _clock_values(room: str, promise: Promise, opens: Opens) -> dict[str, Any]:
    stops = _stop_values(promise.stops)
    return {
        "room": room,
        "waiting_since": opens.waiting_since,
        "due_at": opens.due_at,
        "policy": opens.policy.as_text(),
        "opened_by_position": opens.by_position,
        "opened_after_position": opens.after_position,
        "stopped_at": stops["at"],
        "stopped_because": stops["because"],
        "stopped_by_position": stops["by_position"],
    }


def _stop_values(stops: Stops | None) -> dict[str, Any]:
    if stops is None:
        return {"at": None, "because": None, "by_position": None}
    return {"at": stops.at, "because": stops.because.value, "by_position": stops.position}


def _events(promise: Promise) -> Iterator[dict[str, Any]]:
    if promise.opens is not None:
        yield {"clock_id": promise.id, "kind": "opened", "at": promise.opens.waiting_since}
    if promise.stops is not None:
        yield {"clock_id": promise.id, "kind": "stopped", "at": promise.stops.at}
