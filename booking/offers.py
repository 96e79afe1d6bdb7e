"""What is offered: the list of free slots, and the same rule once more for the one that somebody asks for."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection

from booking import register, taken
from booking.errors import SlotNotOffered, SlotTaken
from booking.model import Kind, Span
from booking.slots import Asked, Reason, free
from booking.tables import reservations
from booking.timetable import calendar_of
from booking.verbs import Verb
from booking.wishes import Wish, candidates


class Settled(NamedTuple):
    """A wish that can be fulfilled, with its place if it needs one; `zone`: of the counsellor's calendar."""

    wish: Wish
    zone: str


@Verb
def free_slots(
    db: Connection,
    *,
    counsellor: str,
    kind: Kind,
    since: datetime,
    until: datetime,
    now: datetime,
    place: str | None = None,
    places: Sequence[str] = (),
    closed: Iterable[date] = (),
    asker: tuple[str, str] | None = None,
) -> list[Span]:
    """The appointments of that kind that could be booked now and start in that time (UTC, by start, without buffers).

    `place`, `places`, `closed`: as in a Wish. `asker`: client and thread, whose own hold is not in their way.
    """
    since, until = max(since, now), min(until, now + kind.horizon)
    calendar = calendar_of.at_once(db, counsellor=counsellor, since=since, closed=closed)
    if calendar is None or since >= until:
        return []
    around = Span(since - kind.buffer_before, until + kind.length + kind.buffer_after)
    own = None if asker is None else register.held_by(*asker)
    given = taken.given(db, counsellor, kind, around, now=now, but=own)
    starts: set[datetime] = set()
    for one in candidates(kind, place, places):
        busy = taken.busy(db, counsellor, one, around, now=now, but=own)
        starts.update(free(calendar, kind, busy, since, until, now=now, given=given))
    return [kind.appointment_at(start) for start in sorted(starts)]


@Verb
def busy_of(db: Connection, *, counsellor: str, since: datetime, until: datetime, now: datetime) -> list[Span]:
    """What keeps time of the counsellor then (UTC, by start, with buffers): holds that last, times elsewhere, too."""
    return taken.busy(db, counsellor, None, Span(since, until), now=now)


def require_offered(db: Connection, wish: Wish, now: datetime, moved: str | None = None) -> Settled:
    """The rule of the list, once more for this one start, after what only seems to be in the way is gone.

    `moved`: the appointment that is to be moved there and leaves its old time. Raises SlotNotOffered, SlotTaken.
    """
    calendar = calendar_of.at_once(db, counsellor=wish.counsellor, since=now, closed=wish.closed)
    # What the hours refuse needs no look at reservations, and an absurd start gets no further.
    asked = None if calendar is None else Asked(calendar, wish.kind, wish.starts_at, now)
    if calendar is None or asked is None or asked.refusal() is not None:
        raise SlotNotOffered("starts_at")
    taken.clear_holds(db, wish, now)
    moving = None if moved is None else reservations.c.id == moved
    around = wish.kind.reserved_at(wish.starts_at)
    given = taken.given(db, wish.counsellor, wish.kind, around, now=now, but=moving)
    refused: set[Reason] = set()
    for place in wish.candidates:
        busy = taken.busy(db, wish.counsellor, place, around, now=now, but=moving)
        reason = asked.refusal(busy, given)
        if reason is None:
            return Settled(replace(wish, place=place), calendar.zone)
        refused.add(reason)
    raise SlotTaken("starts_at") if Reason.TAKEN in refused else SlotNotOffered("starts_at")
