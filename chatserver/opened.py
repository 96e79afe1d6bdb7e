"""Time that opens because a calendar has changed: added hours, ended absences.

Whoever waits for an earlier time is to be asked about it as about what was called off. Whoever changes a calendar
knows of no line, so that is work that falls due at once (waiting/jobs.py).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from booking.model import Span
from booking.opening import opened_between
from booking.timetable import calendar_of
from booking.waiting import kinds_awaited
from chatserver.due_work import Planned, plan_again

# Nobody is kept waiting for longer, and the first of many spans serve the line.
_AHEAD: Final = timedelta(days=366)
_SPANS: Final = 60
_MINUTE: Final = timedelta(minutes=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@asynccontextmanager
async def offering_what_opens(db: AsyncConnection, counsellor: str, now: datetime) -> AsyncIterator[None]:
    """What the block opens in that calendar goes to the line; what was open before is not offered again.

    For an action that has checked who asks.
    """
    if not await kinds_awaited(db, counsellor=counsellor):
        yield
        return
    before = await calendar_of(db, counsellor=counsellor, since=now)
    yield
    after = await calendar_of(db, counsellor=counsellor, since=now)
    for span in opened_between(before, after, now, now + _AHEAD)[:_SPANS]:
        await plan_again(db, Planned("pass_on", pass_on_key(counsellor, span, now), now))


def pass_on_key(counsellor: str, freed: Span, at: datetime) -> str:
    """Names work that needs no row: what is kept for somebody may be booked, given up or swept until then."""
    return ":".join(["pass_on", counsellor, *(str((one - _EPOCH) // _MINUTE) for one in (*freed, at))])


def passed_on(subject: str) -> tuple[str, Span]:
    """Whose time it is, and which: what `pass_on_key` was made of."""
    counsellor, begins, ends, _ = subject.split(":")
    return counsellor, Span(_EPOCH + int(begins) * _MINUTE, _EPOCH + int(ends) * _MINUTE)
