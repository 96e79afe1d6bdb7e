"""What a change of a calendar opens: time that was closed before and is open now."""

from datetime import datetime

from booking.calendar import open_blocks, union, without
from booking.instants import instant_at, micros_of
from booking.model import Calendar, Span


def opened_between(before: Calendar | None, after: Calendar | None, since: datetime, until: datetime) -> list[Span]:
    """What is open after a change and was not before, from `since` until just before `until` (UTC, sorted).

    None: there is no calendar.
    """
    if since >= until:
        return []
    first, last = micros_of(since), micros_of(until)
    was, now_is = (_open(one, first, last) for one in (before, after))
    return [Span(instant_at(begins), instant_at(ends)) for begins, ends in without(now_is, was)]


def _open(calendar: Calendar | None, first: int, last: int) -> list[tuple[int, int]]:
    blocks = [] if calendar is None else open_blocks(calendar, first, last)
    return union((max(first, one.opens), min(last, one.closes)) for one in blocks)
