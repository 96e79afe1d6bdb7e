"""Many promises that run, put into the database in one go: rows as the server's own, in rooms without items.

What stands in a room does not matter to the ladder; that somebody waits in it, and since when, does.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.agencies.model import PROMISE
from chatserver.tables import clock_events, clocks, due_work, rooms, threads

AT_ONCE: Final = 2000
SNAPSHOT: Final = f'{{"kind":"calendar","seconds":{int(PROMISE.total_seconds())}}}'
# What the guarantee says, in the words of the database; the bench and the faults do not ask the server for it.
RUNGS: Final = (
    ("remind", "reminded", timedelta(hours=24)),
    ("escalate", "escalated", timedelta(hours=36)),
    ("warn", "warned", timedelta(hours=44)),
    ("breach", "breached", PROMISE),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One promise of a thread that somebody has taken."""

    clock: int
    room: str
    agency: str
    client: str
    counsellor: str
    since: datetime


async def crowd(
    db: AsyncConnection, since: Sequence[datetime], chance: random.Random, *, climbed_until: datetime | None = None
) -> list[Waiting]:
    """A promise for each of these beginnings, in turn with the counsellors and clients of the threads that are there.

    `climbed_until`: the rungs up to then were climbed; without it none was. The next one is planned.
    """
    like = (await db.execute(select(threads).where(threads.c.counsellor_id.is_not(None)))).mappings().all()
    mould = (await db.execute(select(rooms).limit(1))).mappings().one()
    first = 1 + ((await db.execute(select(clocks.c.id).order_by(clocks.c.id.desc()).limit(1))).scalar() or 0)
    there = [_waiting(first + at, like[at % len(like)], one, chance) for at, one in enumerate(since)]
    await _put(db, rooms, ({**mould, "id": one.room, "agency_id": one.agency, "client_id": one.client,
                            "standby": True} for one in there))  # fmt: skip
    await _put(db, threads, ({**like[at % len(like)], "room": one.room, "state": "open", "handed_to": None}
                             for at, one in enumerate(there)))  # fmt: skip
    await _put(db, clocks, (_clock(one, chance) for one in there))
    await _put(db, clock_events, (event for one in there for event in _events(one, climbed_until)))
    await _put(db, due_work, (planned for one in there for planned in _planned(one, climbed_until)))
    return there


def _waiting(number: int, like: Any, since: datetime, chance: random.Random) -> Waiting:
    people = (like["agency_id"], like["client_id"], like["counsellor_id"])
    return Waiting(number, chance.randbytes(16).hex(), *people, since)


def _clock(one: Waiting, chance: random.Random) -> dict[str, Any]:
    return {
        "id": one.clock,
        "room": one.room,
        "waiting_since": one.since,
        "due_at": one.since + PROMISE,
        "policy": SNAPSHOT,
        "salt": chance.randbytes(32),
        "opened_by_position": 2,
        "opened_after_position": 1,
    }


def _events(one: Waiting, until: datetime | None) -> Iterable[dict[str, Any]]:
    yield {"clock_id": one.clock, "kind": "opened", "at": one.since}
    for _, event, after in RUNGS:
        if until is not None and one.since + after <= until:
            yield {"clock_id": one.clock, "kind": event, "at": one.since + after}


def _planned(one: Waiting, until: datetime | None) -> Iterable[dict[str, Any]]:
    for rung, _, after in RUNGS:
        if until is None or one.since + after > until:
            yield {"kind": rung, "key": f"{rung}:{one.clock}", "due_at": one.since + after}
            return


async def _put(db: AsyncConnection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    listed = list(rows)
    for start in range(0, len(listed), AT_ONCE):
        await db.execute(insert(table), listed[start : start + AT_ONCE])
