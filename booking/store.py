"""Holding, booking, changing. Every verb works in the caller's transaction and commits nothing.

A BookingRefusal ends that transaction: the caller rolls back, so that nothing is left half done. `now` comes from the
caller; ids of people and threads are opaque. What is not there and what is not the asker's are the same refusal.
"""

from datetime import datetime

from sqlalchemy import Connection, delete

from booking import register, waiting
from booking.changing import (
    cancel_by_client,
    cancel_by_counsellor,
    finish,
    record_counsellor_missed,
    record_missed,
    reschedule_by_client,
    reschedule_by_counsellor,
    take_missed_back,
)
from booking.erasing import empty_calendar, erase_thread
from booking.errors import AppointmentOver, HoldExpired, HoldExtended, RequestReused
from booking.lengthening import lengthen
from booking.model import Reservation, State
from booking.offers import busy_of, free_slots, require_offered
from booking.passing_on import pass_on_calendar
from booking.register import (
    HOLD_LASTS,
    appointment_for_client,
    appointment_for_counsellor,
    appointment_of,
    appointments_of_client,
    appointments_of_counsellor,
    read_one,
    seated,
)
from booking.tables import reservations
from booking.verbs import Verb
from booking.wishes import Wish

__all__ = [
    "appointment_for_client",
    "appointment_for_counsellor",
    "appointment_of",
    "appointments_of_client",
    "appointments_of_counsellor",
    "book_hold",
    "book_slot",
    "busy_of",
    "cancel_by_client",
    "cancel_by_counsellor",
    "empty_calendar",
    "erase_thread",
    "extend_hold",
    "finish",
    "free_slots",
    "hold_slot",
    "lengthen",
    "pass_on_calendar",
    "record_counsellor_missed",
    "record_missed",
    "release_hold",
    "remove_expired_holds",
    "reschedule_by_client",
    "reschedule_by_counsellor",
    "take_missed_back",
]

# -- holding


@Verb
def hold_slot(db: Connection, wish: Wish, *, request_id: str, now: datetime) -> Reservation:
    """Keeps the slot for ten minutes, and lets go of another that the client holds in the same thread.

    The same request id gets the same hold. Raises SlotTaken, SlotNotOffered, RequestReused.
    """
    register.take_turn(db, wish.counsellor, *wish.candidates, thread=wish.thread)
    first = register.held_by_request(db, request_id)
    if first is not None and not _expired(first, now):
        _require_same_wish(first, wish)
        if first.state is not State.HELD:
            raise RequestReused("request_id")
        return first
    settled = require_offered(db, wish, now)
    return register.take(db, *settled, state=State.HELD, hold_request=request_id, booking_request=None, now=now)


@Verb
def extend_hold(db: Connection, *, hold: str, client: str, now: datetime) -> Reservation:
    """Ten minutes more, once: some people need longer to read. Raises HoldExpired, HoldExtended."""
    found = _hold(db, hold, client, now)
    if found.state is not State.HELD or found.expires_at is None:
        raise AppointmentOver
    if found.extended:
        raise HoldExtended
    return register.change(db, found, expires_at=found.expires_at + HOLD_LASTS, extended=True)


@Verb
def release_hold(db: Connection, *, hold: str, client: str) -> Reservation | None:
    """Lets go of a hold, and gives what it was; of one that is gone, too, which is None."""
    held = (reservations.c.id == hold) & (reservations.c.state == State.HELD.value)
    found = read_one(db, held, seated(client), for_change=True)
    if found is not None:
        db.execute(delete(reservations).where(reservations.c.id == found.id))
    return found


@Verb
def remove_expired_holds(db: Connection, *, now: datetime) -> int:
    """A sweep; nobody waits for it, because every taker removes what is in their own way. Returns how many."""
    removed = db.execute(delete(reservations).where(reservations.c.expires_at <= now))
    return removed.rowcount


# -- booking


@Verb
def book_hold(db: Connection, *, hold: str, client: str, request_id: str, now: datetime) -> Reservation:
    """Makes the hold an appointment, under the same id. The same request id gets the first answer.

    Raises HoldExpired (also for a hold that is gone or another's), AppointmentOver, RequestReused.
    """
    first = read_one(db, reservations.c.booking_request_id == request_id)
    if first is not None:
        if client not in first.clients:
            raise RequestReused("request_id")
        return first
    found = _hold(db, hold, client, now)
    if found.state is State.BOOKED:
        return found
    if found.state is not State.HELD:
        raise AppointmentOver
    values = {"state": State.BOOKED.value, "expires_at": None, "booked_at": now, "booking_request_id": request_id}
    booked = register.change(db, found, **values)
    waiting.satisfied(db, booked)
    return booked


@Verb
def book_slot(db: Connection, wish: Wish, *, request_id: str, now: datetime) -> Reservation:
    """Books without a hold. The same request id gets the first answer.

    Raises SlotTaken, SlotNotOffered, RequestReused.
    """
    register.take_turn(db, wish.counsellor, *wish.candidates, thread=wish.thread)
    first = read_one(db, reservations.c.booking_request_id == request_id)
    if first is not None:
        _require_same_wish(first, wish)
        return first
    settled = require_offered(db, wish, now)
    booked = register.take(db, *settled, state=State.BOOKED, hold_request=None, booking_request=request_id, now=now)
    waiting.satisfied(db, booked)
    return booked


# -- inside


def _hold(db: Connection, hold: str, client: str, now: datetime) -> Reservation:
    """A hold that is gone has most likely expired, so that is the answer for any that is not the client's."""
    found = read_one(db, reservations.c.id == hold, seated(client), for_change=True)
    if found is None or _expired(found, now):
        raise HoldExpired
    return found


def _expired(found: Reservation, now: datetime) -> bool:
    return found.expires_at is not None and found.expires_at <= now


def _require_same_wish(first: Reservation, wish: Wish) -> None:
    """A repeat asks for the same; where the appointment was moved since, the start is another by now."""
    same = (first.counsellor, first.thread) == (wish.counsellor, wish.thread)
    theirs = wish.client is None or wish.client in first.clients
    if not (same and theirs) or (first.sequence == 0 and first.appointment.starts_at != wish.starts_at):
        raise RequestReused("request_id")
