"""When the rules of a time zone have changed: appointments follow the wall, because that is what was agreed on."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from booking import register
from booking.errors import SlotTaken
from booking.model import NONE, Reservation, Span, State, zone_of
from booking.tables import reservations
from booking.verbs import Verb


class Followed(NamedTuple):
    """An appointment whose instant is another now. `stuck`: it could not follow, because something else is there."""

    before: Span
    appointment: Reservation
    stuck: bool


@Verb
def follow_the_wall(db: Connection, *, now: datetime) -> list[Followed]:
    """Moves appointments to come to where the wall shows their time by today's rules, and gives those, by start.

    A repeat finds nothing but what is stuck: that stays where it was, for its counsellor to decide. Notice, hours and
    limits have no say: nobody has chosen another time.
    """
    coming = (reservations.c.state == State.BOOKED.value) & (reservations.c.appointment_starts_at > now)
    found = register.read(db, coming, reservations.c.zone.is_not(None))
    moved = [(one, shift) for one in found if (shift := _shift(one))]
    if not moved:
        return []
    for counsellor in sorted({one.counsellor for one, _ in moved}):
        register.take_turn(db, counsellor)
    # What goes later begins with the last, and what goes earlier with the first, so that nobody runs into the next.
    later = [_followed(db, one, shift) for one, shift in reversed(moved) if shift > NONE]
    earlier = [_followed(db, one, shift) for one, shift in moved if shift < NONE]
    return sorted(later + earlier, key=lambda one: one.before)


def _shift(one: Reservation) -> timedelta:
    """How much later the wall shows what was agreed on."""
    return one.wall.instant_in(zone_of(one.wall.zone)) - one.appointment.starts_at if one.wall else NONE


def _followed(db: Connection, one: Reservation, by: timedelta) -> Followed:
    values = {
        "starts_at": one.reserved.starts_at + by,
        "ends_at": one.reserved.ends_at + by,
        "appointment_starts_at": one.appointment.starts_at + by,
        "appointment_ends_at": one.appointment.ends_at + by,
        "cancel_until": one.cancel_until + by,
    }
    try:
        with db.begin_nested():
            return Followed(one.appointment, register.change(db, one, **values, sequence=one.sequence + 1), stuck=False)
    except SlotTaken:
        return Followed(one.appointment, one, stuck=True)
