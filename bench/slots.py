"""Free slots, as booking/ computes them: two months of a whole region's counsellors, and of one of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median
from time import process_time
from typing import Final

from bench.figures import MILLI, Figure, Outcome
from booking.model import Calendar, Span
from booking.slots import free
from chatserver.demo.cast import ZONE
from chatserver.demo.hours import weekly_rules
from chatserver.foundings.model import CHAT

COUNSELLORS: Final = 200
DAYS: Final = 60
KIND: Final = replace(CHAT, horizon=timedelta(days=DAYS))
# The change to winter time lies ahead, and each day has a reservation.
NOW: Final = datetime(2026, 10, 12, 7, 0, tzinfo=UTC)


async def measured(times: int) -> Outcome:
    """In this process: no database, no network. Processor time, so that what else goes on does not count."""
    calendars = [Calendar(zone=ZONE, weekly=weekly_rules(number)) for number in range(COUNSELLORS)]
    all_of_them = median(_took(calendars) for _ in range(times))
    one = median(_took(calendars[:1]) for _ in range(10 * times))
    return Outcome(
        [
            Figure(f"free slots, {COUNSELLORS} counsellors x {DAYS} days", MILLI * all_of_them, "ms", 150, 50),
            Figure(f"free slots, one counsellor x {DAYS} days", MILLI * one, "ms", 2, 0.5),
        ]
    )


def _took(calendars: list[Calendar]) -> float:
    busy = [Span(NOW + timedelta(days=day, hours=3), NOW + timedelta(days=day, hours=4)) for day in range(DAYS)]
    began = process_time()
    found = [free(one, KIND, busy, NOW, NOW + timedelta(days=DAYS), now=NOW) for one in calendars]
    seconds = process_time() - began
    if not all(found):
        raise AssertionError("somebody has no free slot in two months")
    return seconds
