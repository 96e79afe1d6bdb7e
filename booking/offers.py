"""What is offered: the list of free slots, and the same rule once more for the one that somebody asks for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple, NotRequired, TypedDict, Unpack

from sqlalchemy import Connection

from booking import register, taken
from booking.errors import SlotNotOffered, SlotTaken
from booking.model import Calendar, Kind, Span
from booking.slots import Asked, Reason, free
from booking.tables import reservations
from booking.timetable import calendar_of
from booking.verbs import Verb
from booking.wishes import Wish, candidates


class Wanted(TypedDict):
    """A list that somebody wants. `place`, `places`, `closed`: as in a Wish.

    `asker`: client and thread, whose own hold is not in their way.
    """

    counsellor: str
    kind: Kind
    since: datetime
    until: datetime
    now: datetime
    place: NotRequired[str | None]
    places: NotRequired[Sequence[str]]
    closed: NotRequired[Iterable[date]]
    asker: NotRequired[tuple[str, str] | None]


class Settled(NamedTuple):
    """A wish that can be fulfilled, with its place if it needs one; `zone`: of the counsellor's calendar."""

    wish: Wish
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """All that a list of free slots is worked out from; `busy`: for each place that would do."""

    calendar: Calendar
    kind: Kind
    since: datetime
    until: datetime
    now: datetime
    busy: tuple[tuple[Span, ...], ...]
    given: tuple[datetime, ...]

    @property
    def most(self) -> int:
        """How many starts are looked at, if it is always open: what working it out may cost."""
        return len(self.busy) * max(0, (self.until - self.since) // self.kind.step)

    def spans(self) -> list[Span]:
        """The appointments that could be had (UTC, by start, without buffers). Asks no database."""
        starts: set[datetime] = set()
        for busy in self.busy:
            found = free(self.calendar, self.kind, busy, self.since, self.until, now=self.now, given=self.given)
            starts.update(found)
        return [self.kind.appointment_at(start) for start in sorted(starts)]


@Verb
def free_slots(db: Connection, **wanted: Unpack[Wanted]) -> list[Span]:
    """The appointments of that kind that could be booked now and start in that time (UTC, by start, without buffers).

    Works it out where it is called: whoever must not wait takes `listing_of`.
    """
    listing = listing_of.at_once(db, **wanted)
    return [] if listing is None else listing.spans()


@Verb
def listing_of(db: Connection, **wanted: Unpack[Wanted]) -> Listing | None:
    """What `free_slots` is worked out from; None where there is nothing to list."""
    counsellor, kind, now = wanted["counsellor"], wanted["kind"], wanted["now"]
    since, until = max(wanted["since"], now), min(wanted["until"], now + kind.horizon)
    calendar = calendar_of.at_once(db, counsellor=counsellor, since=since, closed=wanted.get("closed", ()))
    if calendar is None or since >= until:
        return None
    around = Span(since - kind.buffer_before, until + kind.length + kind.buffer_after)
    asker = wanted.get("asker")
    own = None if asker is None else register.held_by(*asker)
    places = candidates(kind, wanted.get("place"), wanted.get("places", ()))
    return Listing(
        calendar=calendar,
        kind=kind,
        since=since,
        until=until,
        now=now,
        busy=tuple(tuple(taken.busy(db, counsellor, one, around, now=now, but=own)) for one in places),
        given=tuple(taken.given(db, counsellor, kind, around, now=now, but=own)),
    )


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
