"""The rows of reservations: read, taken and changed, without deciding anything. The verbs are in store.py."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, not_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from booking.errors import NotFound, RequestReused, SlotTaken
from booking.guards import refused_by_guard
from booking.model import Reservation, Span, State, Wish
from booking.tables import reservations, seats

HOLD_LASTS = timedelta(minutes=10)
APPOINTMENTS = reservations.c.state != State.HELD.value


async def read(db: AsyncConnection, *conditions: ColumnElement[bool], for_change: bool = False) -> list[Reservation]:
    """The reservations that meet all conditions, by start. `for_change`: nobody else changes them until the commit."""
    query = (
        select(reservations, seats.c.client)
        .outerjoin(seats, seats.c.reservation == reservations.c.id)
        .where(*conditions)
        .order_by(reservations.c.appointment_starts_at, reservations.c.id, seats.c.number)
    )
    if for_change:
        query = query.with_for_update(of=reservations)
    rows: dict[str, Any] = {}
    clients: dict[str, list[str]] = {}
    for row in await db.execute(query):
        rows[row.id] = row
        clients.setdefault(row.id, []).extend([] if row.client is None else [row.client])
    return [_reservation(row, clients[key]) for key, row in rows.items()]


async def read_one(
    db: AsyncConnection, *conditions: ColumnElement[bool], for_change: bool = False
) -> Reservation | None:
    found = await read(db, *conditions, for_change=for_change)
    return found[0] if found else None


async def appointment_of(
    db: AsyncConnection, appointment_id: str, *conditions: ColumnElement[bool], for_change: bool = False
) -> Reservation:
    """The appointment of that id that meets all conditions, such as whose it is; a hold is none. Raises NotFound."""
    found = await read_one(db, reservations.c.id == appointment_id, APPOINTMENTS, *conditions, for_change=for_change)
    if found is None:
        raise NotFound
    return found


async def appointment_for_client(
    db: AsyncConnection, *, appointment: str, client: str, for_change: bool = False
) -> Reservation:
    """The client's own appointment. Raises NotFound."""
    return await appointment_of(db, appointment, seated(client), for_change=for_change)


async def appointment_for_counsellor(
    db: AsyncConnection, *, appointment: str, counsellor: str, for_change: bool = False
) -> Reservation:
    """The counsellor's own appointment. Raises NotFound."""
    return await appointment_of(db, appointment, reservations.c.counsellor == counsellor, for_change=for_change)


async def appointments_of_client(db: AsyncConnection, *, client: str, ends_after: datetime) -> list[Reservation]:
    """The client's appointments that end after that instant, by start; cancelled ones, too."""
    return await read(db, seated(client), APPOINTMENTS, reservations.c.appointment_ends_at > ends_after)


async def appointments_of_counsellor(
    db: AsyncConnection, *, counsellor: str, ends_after: datetime
) -> list[Reservation]:
    """The counsellor's appointments that end after that instant, by start; cancelled ones, too."""
    mine = reservations.c.counsellor == counsellor
    return await read(db, mine, APPOINTMENTS, reservations.c.appointment_ends_at > ends_after)


def _reservation(row: Any, clients: Sequence[str]) -> Reservation:
    return Reservation(
        id=row.id,
        counsellor=row.counsellor,
        clients=tuple(clients),
        thread=row.thread,
        kind=row.kind,
        state=State(row.state),
        appointment=Span(row.appointment_starts_at, row.appointment_ends_at),
        reserved=Span(row.starts_at, row.ends_at),
        place=row.place,
        expires_at=row.expires_at,
        extended=row.extended,
        cancel_until=row.cancel_until,
        sequence=row.sequence,
        booked_at=row.booked_at,
        cancelled_at=row.cancelled_at,
        cancelled_by=row.cancelled_by,
        done_at=row.done_at,
    )


def seated(client: str) -> ColumnElement[bool]:
    """Reservations in which the client has a seat."""
    return reservations.c.id.in_(select(seats.c.reservation).where(seats.c.client == client))


def held_by(client: str, thread: str) -> ColumnElement[bool]:
    """Holds of the client in that thread, which give way to whatever else they choose there."""
    return (reservations.c.state == State.HELD.value) & (reservations.c.thread == thread) & seated(client)


async def take_turn(db: AsyncConnection, counsellor: str, place: str | None) -> None:
    """One after the other for each counsellor and place, until the commit.

    SQLite has one writer anyway. On PostgreSQL two transactions that wait for each other would end in a deadlock.
    """
    if db.dialect.name != "postgresql":
        return
    for key in (counsellor, *([place] if place else [])):
        await db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


async def busy(
    db: AsyncConnection,
    counsellor: str,
    place: str | None,
    span: Span,
    *,
    now: datetime,
    but: ColumnElement[bool] | None = None,
) -> list[Span]:
    """What keeps time of the counsellor or the place within the span; by start, with buffers. Expired holds do not."""
    query = select(reservations.c.starts_at, reservations.c.ends_at).where(
        _of(counsellor, place),
        reservations.c.state != State.CANCELLED.value,
        or_(reservations.c.expires_at.is_(None), reservations.c.expires_at > now),
        reservations.c.ends_at > span.starts_at,
        reservations.c.starts_at < span.ends_at,
    )
    if but is not None:
        query = query.where(not_(but))
    return [Span(*row) for row in await db.execute(query.order_by(reservations.c.starts_at))]


def _of(counsellor: str, place: str | None) -> ColumnElement[bool]:
    mine = reservations.c.counsellor == counsellor
    return mine if place is None else mine | (reservations.c.place == place)


async def clear_holds(db: AsyncConnection, wish: Wish, now: datetime) -> None:
    """Removes what only seems to be in the way: expired holds, and those of the same client in the same thread."""
    expired = _of(wish.counsellor, wish.place) & (reservations.c.expires_at <= now)
    await db.execute(delete(reservations).where(expired | held_by(wish.client, wish.thread)))


async def take(
    db: AsyncConnection,
    wish: Wish,
    *,
    state: State,
    hold_request: str | None,
    booking_request: str | None,
    now: datetime,
) -> Reservation:
    """A new reservation with its client on the first seat. Raises SlotTaken when the database refuses an overlap."""
    held = state is State.HELD
    values = times_of(wish) | {
        "id": token_hex(16),
        "counsellor": wish.counsellor,
        "place": wish.place,
        "thread": wish.thread,
        "state": state.value,
        "expires_at": now + HOLD_LASTS if held else None,
        "hold_request_id": hold_request,
        "booking_request_id": booking_request,
        "created_at": now,
        "booked_at": None if held else now,
    }
    row = await _written(db, insert(reservations).values(**values).returning(reservations))
    await db.execute(insert(seats).values(reservation=row.id, number=1, client=wish.client))
    return _reservation(row, [wish.client])


def times_of(wish: Wish) -> dict[str, Any]:
    """The columns that follow from the kind and the start."""
    appointment, reserved = wish.kind.appointment_at(wish.starts_at), wish.kind.reserved_at(wish.starts_at)
    return {
        "kind": wish.kind.name,
        "starts_at": reserved.starts_at,
        "ends_at": reserved.ends_at,
        "appointment_starts_at": appointment.starts_at,
        "appointment_ends_at": appointment.ends_at,
        "cancel_until": appointment.starts_at - wish.kind.cancel_notice,
    }


async def change(db: AsyncConnection, found: Reservation, **values: Any) -> Reservation:
    """The same reservation with new values, in one statement. Raises SlotTaken when the database refuses an overlap."""
    changed = update(reservations).where(reservations.c.id == found.id).values(**values).returning(reservations)
    return _reservation(await _written(db, changed), found.clients)


async def _written(db: AsyncConnection, statement: Any) -> Any:
    try:
        return (await db.execute(statement)).one()
    except IntegrityError as refused:
        if refused_by_guard(refused):
            raise SlotTaken("starts_at") from refused
        if "request_id" in str(refused.orig):
            raise RequestReused("request_id") from refused
        raise
