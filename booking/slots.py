"""Free slots. `refusal` is the one rule: what is listed and what may be booked are both whatever it does not refuse."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from booking.calendar import Block, Micros, open_blocks, union
from booking.instants import instant_at, micros_in, micros_of
from booking.limits import full_spans
from booking.model import Calendar, Kind, Span


class Reason(StrEnum):
    """Why an appointment cannot start at an instant."""

    PAST = "past"
    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    CLOSED = "closed"
    OFF_STEP = "off_step"
    TAKEN = "taken"
    FULL = "full"


class Offer:
    """One kind of appointment at one moment, against what is taken already; all in microseconds."""

    def __init__(self, kind: Kind, busy: Iterable[Span], now: datetime, full: Sequence[Micros] = ()) -> None:
        taken = union((micros_of(span.starts_at), micros_of(span.ends_at)) for span in busy)
        self.taken_from = [begins for begins, _ in taken]
        self.taken_until = [ends for _, ends in taken]
        self.full = full
        self.now = micros_of(now)
        self.earliest = self.now + micros_in(kind.notice)
        self.latest = self.now + micros_in(kind.horizon)
        self.length, self.step = micros_in(kind.length), micros_in(kind.step)
        self.before = micros_in(kind.buffer_before)
        self.length_and_after = self.length + micros_in(kind.buffer_after)

    def refusal(self, block: Block | None, start: int) -> Reason | None:
        """Why no appointment can start then; None when one can. `block`: the one in which the start lies."""
        if start < self.earliest:
            return Reason.PAST if start < self.now else Reason.TOO_SOON
        if start >= self.latest:
            return Reason.TOO_FAR
        if block is None or start + self.length > block.closes:
            return Reason.CLOSED
        if (start - block.opens) % self.step:
            return Reason.OFF_STEP
        upcoming = bisect_right(self.taken_until, start - self.before)
        if upcoming < len(self.taken_from) and self.taken_from[upcoming] < start + self.length_and_after:
            return Reason.TAKEN
        return Reason.FULL if any(begins <= start < ends for begins, ends in self.full) else None

    def starts(self, blocks: Iterable[Block], since: int, until: int) -> list[int]:
        """All starts from `since` until just before `until` that are not refused."""
        found: list[int] = []
        for block in blocks:
            first = max(block.opens, since)
            first += (block.opens - first) % self.step
            steps = range(first, min(block.starts_before, until), self.step)
            found += [start for start in steps if self.refusal(block, start) is None]
        return found


def free(
    calendar: Calendar,
    kind: Kind,
    busy: Iterable[Span],
    since: datetime,
    until: datetime,
    *,
    now: datetime,
    given: Iterable[datetime] = (),
) -> list[datetime]:
    """The instants (UTC, sorted) from `since` until just before `until` at which an appointment can start.

    `busy`: what is reserved already, with buffers, in any order. `given`: starts of those of the same kind, for its
    limits (limits.py).
    """
    offer = Offer(kind, busy, now, full_spans(calendar.zone, kind, given))
    first, last = max(micros_of(since), offer.earliest), min(micros_of(until), offer.latest)
    if first >= last:
        return []
    blocks = open_blocks(calendar, first, last + offer.length)
    return [instant_at(start) for start in offer.starts(blocks, first, last)]


def why_not(
    calendar: Calendar,
    kind: Kind,
    busy: Sequence[Span],
    starts_at: datetime,
    now: datetime,
    *,
    given: Iterable[datetime] = (),
) -> Reason | None:
    """Why an appointment cannot start at that instant; None when it can, which is when `free` lists it."""
    return Asked(calendar, kind, starts_at, now).refusal(busy, given)


class Asked:
    """One start that somebody asks for: looked up in the hours once, and judged against what is taken."""

    def __init__(self, calendar: Calendar, kind: Kind, starts_at: datetime, now: datetime) -> None:
        self._zone, self._kind, self._now = calendar.zone, kind, now
        self._start = micros_of(starts_at)
        self._block: Block | None = None
        hours = Offer(kind, (), now)
        if hours.earliest <= self._start < hours.latest:
            around = open_blocks(calendar, self._start, self._start + hours.length)
            self._block = next((one for one in around if one.opens <= self._start < one.starts_before), None)

    def refusal(self, busy: Sequence[Span] = (), given: Iterable[datetime] = ()) -> Reason | None:
        """Why not; without `busy` and `given`: by the hours alone."""
        offer = Offer(self._kind, busy, self._now, full_spans(self._zone, self._kind, given))
        return offer.refusal(self._block, self._start)
