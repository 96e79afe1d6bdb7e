"""What is offered: the list of free slots, and the same rule once more for the one that somebody asks for."""

from datetime import datetime

from sqlalchemy import Connection

from booking import register
from booking.errors import SlotNotOffered, SlotTaken
from booking.model import Kind, Span, Wish
from booking.slots import Reason, free, why_not
from booking.tables import reservations
from booking.timetable import calendar_of
from booking.verbs import Verb


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
    asker: tuple[str, str] | None = None,
) -> list[Span]:
    """The appointments of that kind that could be booked now and start in that time (UTC, by start, without buffers).

    `asker`: client and thread, whose own hold is not in their way.
    """
    since, until = max(since, now), min(until, now + kind.horizon)
    calendar = calendar_of.at_once(db, counsellor=counsellor, since=since)
    if calendar is None or since >= until:
        return []
    around = Span(since - kind.buffer_before, until + kind.length + kind.buffer_after)
    own = None if asker is None else register.held_by(*asker)
    taken = register.busy(db, counsellor, place, around, now=now, but=own)
    return [kind.appointment_at(start) for start in free(calendar, kind, taken, since, until, now=now)]


@Verb
def busy_of(db: Connection, *, counsellor: str, since: datetime, until: datetime, now: datetime) -> list[Span]:
    """What is reserved for the counsellor in that time (UTC, by start, with buffers): holds that still last, too."""
    return register.busy(db, counsellor, None, Span(since, until), now=now)


def require_offered(db: Connection, wish: Wish, now: datetime, moved: str | None = None) -> None:
    """The rule of the list, once more for this one start, after what only seems to be in the way is gone.

    `moved`: the appointment that is to be moved there and leaves its old time. Raises SlotNotOffered, SlotTaken.
    """
    calendar = calendar_of.at_once(db, counsellor=wish.counsellor, since=now)
    # What the hours refuse needs no look at reservations, and an absurd start gets no further.
    if calendar is None or why_not(calendar, wish.kind, (), wish.starts_at, now) is not None:
        raise SlotNotOffered("starts_at")
    register.clear_holds(db, wish, now)
    moving = None if moved is None else reservations.c.id == moved
    around = wish.kind.reserved_at(wish.starts_at)
    taken = register.busy(db, wish.counsellor, wish.place, around, now=now, but=moving)
    if why_not(calendar, wish.kind, taken, wish.starts_at, now) is Reason.TAKEN:
        raise SlotTaken("starts_at")
