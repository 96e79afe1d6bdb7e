"""Forgetting what somebody booked, when they delete what it belongs to."""

from datetime import datetime

from sqlalchemy import Connection, delete

from booking import register
from booking.model import Reservation, State
from booking.tables import availability_rules, busy_elsewhere, calendar_exceptions, reservations, waiting
from booking.verbs import Verb


@Verb
def erase_thread(db: Connection, *, thread: str, now: datetime) -> list[Reservation]:
    """Removes every reservation of a conversation, and gives those that were still to come: somebody expects them."""
    found = register.read(db, reservations.c.thread == thread, for_change=True)
    db.execute(delete(waiting).where(waiting.c.thread == thread))
    # Seats and reschedulings go with their reservation.
    db.execute(delete(reservations).where(reservations.c.thread == thread))
    return [one for one in found if one.state is State.BOOKED and one.appointment.ends_at > now]


@Verb
def empty_calendar(db: Connection, *, counsellor: str) -> None:
    """Nobody is offered a time of this counsellor any more, and what was only held is let go. Appointments stay."""
    db.execute(delete(availability_rules).where(availability_rules.c.counsellor == counsellor))
    db.execute(delete(calendar_exceptions).where(calendar_exceptions.c.counsellor == counsellor))
    db.execute(delete(busy_elsewhere).where(busy_elsewhere.c.counsellor == counsellor))
    db.execute(delete(waiting).where(waiting.c.counsellor == counsellor))
    held = (reservations.c.counsellor == counsellor) & (reservations.c.state == State.HELD.value)
    db.execute(delete(reservations).where(held))
