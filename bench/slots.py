"""Free slots, as booking/ computes them: two months of a whole region's counsellors, and of one of them.

Once without a database, and once from one in which everybody has a long past: it must cost nothing.
"""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any, Final

from sqlalchemy import Connection, create_engine, event, insert, text

from bench.figures import MILLI, Figure, Outcome
from booking.model import Calendar, Span
from booking.offers import free_slots
from booking.sharing import shared_slots, staff_of
from booking.slots import free
from booking.tables import metadata, reservations
from booking.timetable import keep_weekly_hours
from chatserver.demo.cast import ZONE
from chatserver.demo.hours import weekly_rules
from chatserver.foundings.model import CHAT

COUNSELLORS: Final = 200
DAYS: Final = 60
PAST: Final = 1_000
KIND: Final = replace(CHAT, horizon=timedelta(days=DAYS))
# The change to winter time lies ahead, and each day has a reservation.
NOW: Final = datetime(2026, 10, 12, 7, 0, tzinfo=UTC)
UNTIL: Final = NOW + timedelta(days=DAYS)
HOUR: Final = timedelta(hours=1)
NAMES: Final = [f"counsellor {number:03}" for number in range(COUNSELLORS)]


async def measured(times: int) -> Outcome:
    """In this process. Processor time, so that what else goes on does not count."""
    calendars = [Calendar(zone=ZONE, weekly=weekly_rules(number)) for number in range(COUNSELLORS)]
    all_of_them = median(_took(calendars) for _ in range(times))
    one = median(_took(calendars[:1]) for _ in range(10 * times))
    outcome = Outcome(
        [
            Figure(f"free slots, {COUNSELLORS} counsellors x {DAYS} days", MILLI * all_of_them, "ms", 150, 50),
            Figure(f"free slots, one counsellor x {DAYS} days", MILLI * one, "ms", 2, 0.5),
        ]
    )
    outcome.add(await asyncio.to_thread(_with_a_past, times))
    return outcome


def _took(calendars: list[Calendar]) -> float:
    busy = [Span(NOW + timedelta(days=day, hours=3), NOW + timedelta(days=day, hours=4)) for day in range(DAYS)]
    began = process_time()
    found = [free(one, KIND, busy, NOW, UNTIL, now=NOW) for one in calendars]
    seconds = process_time() - began
    if not all(found):
        raise AssertionError("somebody has no free slot in two months")
    return seconds


# -- from a database


def _with_a_past(times: int) -> Outcome:
    """The same from SQLite, before and after everybody had a thousand appointments that are over."""
    with TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'slots.db'}")
        event.listen(engine, "connect", lambda driver, _: driver.execute("PRAGMA synchronous=OFF"))
        with engine.begin() as db:
            metadata.create_all(db)
            for number, name in enumerate(NAMES):
                keep_weekly_hours.at_once(db, counsellor=name, zone=ZONE, rules=weekly_rules(number))
                _reserve(db, name, [NOW + timedelta(days=day, hours=3) for day in range(DAYS)])
            new = _read(db, times)
            for name in NAMES:
                _reserve(db, name, [NOW - timedelta(days=9) - number * HOUR for number in range(PAST)])
            db.execute(text("ANALYZE"))
            old = _read(db, times)
        engine.dispose()
    past = f"after {PAST:,} appointments each"
    return Outcome(
        [
            Figure(f"one list of {COUNSELLORS} counsellors x {DAYS} days, read and spread", MILLI * new[0], "ms"),
            Figure(f"the same {past}, as a multiple", old[0] / new[0], "x", 1.25, 1.1),
            Figure(f"slots of one counsellor x {DAYS} days, read", MILLI * new[1], "ms", 5, 2),
            Figure(f"the same {past}, as a multiple", old[1] / new[1], "x", 1.25, 1.1),
        ]
    )


def _read(db: Connection, times: int) -> tuple[float, float]:
    """Processor seconds for the list of all, and for one counsellor's."""
    return median(_all(db) for _ in range(times)), median(_one(db) for _ in range(10 * times))


def _all(db: Connection) -> float:
    began = process_time()
    staff = staff_of.at_once(db, counsellors=NAMES, kind=KIND, since=NOW, until=UNTIL, now=NOW)
    found = shared_slots(staff, KIND, NOW, UNTIL, now=NOW)
    seconds = process_time() - began
    if not found:
        raise AssertionError("nobody has a free slot in two months")
    return seconds


def _one(db: Connection) -> float:
    began = process_time()
    found = free_slots.at_once(db, counsellor=NAMES[0], kind=KIND, since=NOW, until=UNTIL, now=NOW)
    seconds = process_time() - began
    if not found:
        raise AssertionError("somebody has no free slot in two months")
    return seconds


def _reserve(db: Connection, counsellor: str, starts: list[datetime]) -> None:
    rows: list[dict[str, Any]] = [
        {
            "id": f"{NAMES.index(counsellor):03}{int(start.timestamp()):x}",
            "counsellor": counsellor,
            "thread": "thread",
            "kind": KIND.name,
            "state": "booked" if start > NOW else "done",
            "starts_at": start,
            "ends_at": start + HOUR,
            "appointment_starts_at": start,
            "appointment_ends_at": start + HOUR,
            "cancel_until": start,
            "created_at": NOW,
        }
        for start in starts
    ]
    db.execute(insert(reservations), rows)
