"""Whether every reply clock is as the messages say: the guarantee's rules, and none of the server's code."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

PROMISE: Final = timedelta(hours=48)
RUNGS: Final = {
    "reminded": timedelta(hours=24),
    "escalated": timedelta(hours=36),
    "warned": timedelta(hours=44),
    "breached": PROMISE,
}
ENDS: Final = ("answers", "needs_no_answer")


@dataclass(frozen=True, slots=True)
class Promise:
    """From the message that asked, by position, to the one that ended it; 0 where none did."""

    since: datetime
    opened: int
    stopped: int


def promises_wrong(database: Path) -> list[str]:
    """What is wrong with the promises in a database in which all that was planned is long overdue."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        rooms = [room for (room,) in db.execute("SELECT id FROM rooms")]
        return [f"room {room}: {one}" for room in rooms for one in _wrong_in(db, room)]


def _wrong_in(db: sqlite3.Connection, room: str) -> list[str]:
    items = db.execute("SELECT position, clock, stored_at FROM room_items WHERE room = ? ORDER BY position", (room,))
    said = [(position, clock, datetime.fromisoformat(at)) for position, clock, at in items]
    wrong: list[str] = []
    kept = db.execute(
        "SELECT id, waiting_since, due_at, opened_by_position, coalesce(stopped_by_position, 0) FROM clocks"
        " WHERE room = ? ORDER BY opened_by_position",
        (room,),
    ).fetchall()
    found = [Promise(datetime.fromisoformat(since), opened, stopped) for _, since, _, opened, stopped in kept]
    if found != expected(said):
        wrong.append("its promises are others than its messages say")
    for clock, since, due, _, stopped in kept:
        begun = datetime.fromisoformat(since)
        if datetime.fromisoformat(due) - begun != PROMISE:
            wrong.append(f"promise {clock} is due at the wrong time")
        wrong += [f"promise {clock} {one}" for one in _ladder_wrong(db, clock, begun, running=not stopped)]
    return wrong


def expected(said: Sequence[tuple[int, str, datetime]]) -> list[Promise]:
    """A promise runs from the oldest unanswered question to what ends it."""
    promises: list[Promise] = []
    running: Promise | None = None
    for position, clock, at in said:
        if clock == "asks" and running is None:
            running = Promise(at, position, 0)
        elif clock in ENDS and running is not None:
            promises.append(Promise(running.since, running.opened, position))
            running = None
    return [*promises, running] if running else promises


def _ladder_wrong(db: sqlite3.Connection, clock: int, since: datetime, *, running: bool) -> list[str]:
    """Early, or twice, or not at all although nobody has answered."""
    query = "SELECT kind, at FROM clock_events WHERE clock_id = ?"
    told = [(kind, datetime.fromisoformat(at)) for kind, at in db.execute(query, (clock,)) if kind in RUNGS]
    kinds = [kind for kind, _ in told]
    wrong = [f"was {kind} early" for kind, at in told if at < since + RUNGS[kind]]
    wrong += [f"was {kind} twice" for kind in RUNGS if kinds.count(kind) > 1]
    if running:
        wrong += [f"was never {kind}" for kind in RUNGS if kind not in kinds]
    return wrong
