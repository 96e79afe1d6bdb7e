"""Groups: one reservation of the counsellor's time, and a seat for each who comes.

The database has every seat once and none beyond the capacity, so the last one is given once.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete

from booking import register
from booking.errors import AppointmentOver, GroupFull, NotFound, RequestReused, SlotNotOffered, TooLate
from booking.model import Reservation, State
from booking.offers import require_offered
from booking.register import read_one
from booking.tables import reservations, seats
from booking.verbs import Verb
from booking.wishes import Wish

_GROUP = reservations.c.capacity > 1


@Verb
def open_group(db: Connection, wish: Wish, *, request_id: str, now: datetime) -> Reservation:
    """Takes the counsellor's time for a kind with seats; nobody sits yet. The same request id gets the first answer.

    Raises SlotTaken, SlotNotOffered, RequestReused.
    """
    if wish.client is not None or wish.kind.capacity == 1:
        raise SlotNotOffered("kind")
    register.take_turn(db, wish.counsellor, *wish.candidates)
    first = read_one(db, reservations.c.booking_request_id == request_id)
    if first is not None:
        if (first.counsellor, first.thread) != (wish.counsellor, wish.thread):
            raise RequestReused("request_id")
        return first
    settled = require_offered(db, wish, now)
    return register.take(db, *settled, state=State.BOOKED, hold_request=None, booking_request=request_id, now=now)


@Verb
def groups_to_join(db: Connection, *, counsellor: str, client: str, now: datetime) -> list[Reservation]:
    """The counsellor's groups that `join_group` would let the client into, by start."""
    coming = (reservations.c.counsellor == counsellor) & (reservations.c.appointment_starts_at > now)
    found = register.read(db, _GROUP, coming, reservations.c.state == State.BOOKED.value)
    return [one for one in found if client not in one.clients and _refusal(one, now) is None]


@Verb
def groups_among(db: Connection, *, ids: Iterable[str]) -> list[Reservation]:
    """Those groups, by start; for an action that has checked who may know of them."""
    return register.read(db, _GROUP, reservations.c.id.in_(list(ids)))


@Verb
def join_group(db: Connection, *, appointment: str, client: str, now: datetime) -> Reservation:
    """Takes a seat. A repeat gets the same answer.

    For an action that has checked that the client may know of the group. Raises NotFound, AppointmentOver (also once it
    has begun), GroupFull.
    """
    # PostgreSQL reads a locked row anew, but not the seats beside it: these are read when nobody else can take one.
    register.lock(db, appointment)
    found = register.appointment_of.at_once(db, appointment, _GROUP)
    if client in found.clients:
        return found
    refusal = _refusal(found, now)
    if refusal is not None:
        raise refusal
    taken = set(db.scalars(seats.select().with_only_columns(seats.c.number).where(seats.c.reservation == found.id)))
    number = min(set(range(1, found.capacity + 1)) - taken)
    register.sit_down(db, found.id, number, found.capacity, client)
    return register.appointment_of.at_once(db, appointment)


@Verb
def leave_group(db: Connection, *, appointment: str, client: str, now: datetime) -> Reservation:
    """Frees the client's seat; the group goes on. Raises NotFound, AppointmentOver, TooLate after `cancel_until`."""
    found = register.appointment_of.at_once(db, appointment, _GROUP, register.seated(client), for_change=True)
    if found.state is not State.BOOKED or now >= found.appointment.ends_at:
        raise AppointmentOver
    if now >= found.cancel_until:
        raise TooLate
    db.execute(delete(seats).where(seats.c.reservation == found.id, seats.c.client == client))
    left = read_one(db, reservations.c.id == found.id)
    if left is None:
        raise NotFound
    return left


def _refusal(group: Reservation, now: datetime) -> AppointmentOver | GroupFull | None:
    """The one rule: what is listed is what may be joined."""
    if group.state is not State.BOOKED or now >= group.appointment.starts_at:
        return AppointmentOver()
    return GroupFull() if len(group.clients) >= group.capacity else None
