"""Changing appointments: another time, none, or over. See store.py for the rules of the transaction."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from booking import register, waiting
from booking.errors import AppointmentOver, GroupFixed, NotBegun, RequestReused, TooLate
from booking.model import Kind, Reservation, Side, State
from booking.offers import require_offered
from booking.register import seated
from booking.tables import reschedulings, reservations
from booking.verbs import Verb
from booking.wishes import Wish


@Verb
def reschedule_by_client(
    db: Connection,
    *,
    appointment: str,
    client: str,
    kind: Kind,
    starts_at: datetime,
    request_id: str,
    now: datetime,
    places: Sequence[str] = (),
    closed: Iterable[date] = (),
) -> Reservation:
    """The old time is free and the new one taken, or nothing has changed. The same request id gets the first answer.

    `places`, `closed`: as in a Wish. Raises NotFound, AppointmentOver, TooLate, SlotTaken, SlotNotOffered,
    RequestReused, GroupFixed.
    """
    found = register.appointment_of.at_once(db, appointment, seated(client), for_change=True)
    if found.capacity > 1:
        raise GroupFixed
    wish = _moved(found, kind, starts_at, client=client, places=places, closed=closed)
    return _reschedule(db, found, wish, "client", request_id=request_id, now=now)


@Verb
def reschedule_by_counsellor(
    db: Connection,
    *,
    appointment: str,
    counsellor: str,
    kind: Kind,
    starts_at: datetime,
    request_id: str,
    now: datetime,
    places: Sequence[str] = (),
    closed: Iterable[date] = (),
) -> Reservation:
    """As for the client, but until the appointment is over; a group moves with everybody in it."""
    found = register.appointment_of.at_once(db, appointment, reservations.c.counsellor == counsellor, for_change=True)
    client = found.clients[0] if found.clients else None
    wish = _moved(found, kind, starts_at, client=client, places=places, closed=closed)
    return _reschedule(db, found, wish, "counsellor", request_id=request_id, now=now)


@Verb
def cancel_by_client(db: Connection, *, appointment: str, client: str, now: datetime) -> Reservation:
    """Frees the time. A repeat gets the same answer.

    Raises NotFound, AppointmentOver, TooLate after `cancel_until`, GroupFixed (one leaves a group, groups.py).
    """
    found = register.appointment_of.at_once(db, appointment, seated(client), for_change=True)
    if found.capacity > 1:
        raise GroupFixed
    return _cancel(db, found, "client", now)


@Verb
def cancel_by_counsellor(db: Connection, *, appointment: str, counsellor: str, now: datetime) -> Reservation:
    """Frees the time, until the appointment is over. A repeat gets the same answer.

    Raises NotFound, AppointmentOver.
    """
    found = register.appointment_of.at_once(db, appointment, reservations.c.counsellor == counsellor, for_change=True)
    return _cancel(db, found, "counsellor", now)


@Verb
def finish(db: Connection, *, appointment: str, now: datetime) -> Reservation:
    """It took place. A repeat gets the same answer. Raises NotFound, AppointmentOver when it was cancelled.

    For a job, or for an action that has checked who asks.
    """
    found = register.appointment_of.at_once(db, appointment, for_change=True)
    if found.state is State.DONE:
        return found
    if found.state is not State.BOOKED:
        raise AppointmentOver
    return register.change(db, found, state=State.DONE.value, done_at=now)


@Verb
def record_missed(db: Connection, *, appointment: str, counsellor: str, now: datetime) -> Reservation:
    """The client did not come; to be said from the start on. A repeat gets the same answer.

    Nothing follows from it by itself: who was not well enough to come is to find the door open. Raises NotFound,
    AppointmentOver, NotBegun.
    """
    found = register.appointment_of.at_once(db, appointment, reservations.c.counsellor == counsellor, for_change=True)
    if found.missed_at is not None:
        return found
    if found.state is State.CANCELLED:
        raise AppointmentOver
    if now < found.appointment.starts_at:
        raise NotBegun
    return register.change(db, found, state=State.DONE.value, done_at=found.done_at or now, missed_at=now)


@Verb
def record_counsellor_missed(db: Connection, *, appointment: str, now: datetime) -> Reservation:
    """The counsellor did not come; to be said from the start on. A repeat gets the same answer.

    For a job, or for an action that has checked who asks. Raises NotFound, AppointmentOver when it was cancelled,
    NotBegun.
    """
    found = register.appointment_of.at_once(db, appointment, for_change=True)
    if found.counsellor_missed_at is not None:
        return found
    if found.state is State.CANCELLED:
        raise AppointmentOver
    if now < found.appointment.starts_at:
        raise NotBegun
    return register.change(db, found, counsellor_missed_at=now)


@Verb
def take_missed_back(db: Connection, *, appointment: str, counsellor: str) -> Reservation:
    """They were there after all. A repeat gets the same answer. Raises NotFound."""
    found = register.appointment_of.at_once(db, appointment, reservations.c.counsellor == counsellor, for_change=True)
    return found if found.missed_at is None else register.change(db, found, missed_at=None)


def _moved(
    found: Reservation,
    kind: Kind,
    starts_at: datetime,
    *,
    client: str | None,
    places: Sequence[str],
    closed: Iterable[date],
) -> Wish:
    # The place that it has comes first where one is needed; without need it stays where it was, unless it becomes
    # something else: a chat would keep the room of the meeting that it was.
    known = (found.place, *places) if found.place else tuple(places)
    stays = kind.name == found.kind and not kind.needs_place
    return Wish(
        counsellor=found.counsellor,
        client=client,
        thread=found.thread,
        kind=kind,
        starts_at=starts_at,
        place=found.place if stays else None,
        places=tuple(dict.fromkeys(known)),
        closed=frozenset(closed),
    )


def _reschedule(
    db: Connection, found: Reservation, wish: Wish, by: Side, *, request_id: str, now: datetime
) -> Reservation:
    repeated = db.scalar(select(reschedulings.c.reservation).where(reschedulings.c.request_id == request_id))
    if repeated is not None:
        if repeated != found.id:
            raise RequestReused("request_id")
        return found
    _require_changeable(found, by, now)
    register.take_turn(db, wish.counsellor, *wish.candidates, thread=wish.thread)
    settled = require_offered(db, wish, now, moved=found.id)
    times = register.times_of(*settled)
    moved = register.change(db, found, **times, place=settled.wish.place, sequence=found.sequence + 1)
    waiting.satisfied(db, moved)
    db.execute(
        insert(reschedulings).values(
            request_id=request_id,
            reservation=found.id,
            changed_at=now,
            changed_by=by,
            from_starts_at=found.appointment.starts_at,
            to_starts_at=moved.appointment.starts_at,
        )
    )
    return moved


def _cancel(db: Connection, found: Reservation, by: Side, now: datetime) -> Reservation:
    if found.state is State.CANCELLED:
        return found
    _require_changeable(found, by, now)
    values: dict[str, Any] = {"state": State.CANCELLED.value, "cancelled_at": now, "cancelled_by": by}
    return register.change(db, found, **values, sequence=found.sequence + 1)


def _require_changeable(found: Reservation, by: Side, now: datetime) -> None:
    if found.state is not State.BOOKED or now >= found.appointment.ends_at:
        raise AppointmentOver
    if by == "client" and now >= found.cancel_until:
        raise TooLate
