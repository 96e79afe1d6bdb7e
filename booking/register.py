"""The rows of reservations: read, taken and changed, without deciding anything. The verbs are in store.py."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from booking.errors import NotFound, RequestReused, SlotTaken
from booking.guards import refused_by_guard
from booking.model import Reservation, Span, State, zone_of
from booking.tables import reservations, seats
from booking.verbs import Verb
from booking.walls import WallStart
from booking.wishes import Wish

HOLD_LASTS = timedelta(minutes=10)
APPOINTMENTS = reservations.c.state != State.HELD.value
_ALL = (
    select(reservations, seats.c.client)
    .outerjoin(seats, seats.c.reservation == reservations.c.id)
    .order_by(reservations.c.appointment_starts_at, reservations.c.id, seats.c.number)
)
# Asked with each hold; making it anew takes longer than the answer.
_BY_HOLD_REQUEST = _ALL.where(reservations.c.hold_request_id == bindparam("request"))
# In one step: a list is gone through from its beginning.
_TURNS = text("SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(CAST(:keys AS text[])) AS key")
_TAKE = insert(reservations).returning(reservations)
_SIT_DOWN = insert(seats)


def read(db: Connection, *conditions: ColumnElement[bool], for_change: bool = False) -> list[Reservation]:
    """The reservations that meet all conditions, by start. `for_change`: nobody else changes them until the commit."""
    query = _ALL.where(*conditions)
    return _read(db.execute(query.with_for_update(of=reservations) if for_change else query))


def held_by_request(db: Connection, request_id: str) -> Reservation | None:
    """What this request has held before, whatever became of it."""
    found = _read(db.execute(_BY_HOLD_REQUEST, {"request": request_id}))
    return found[0] if found else None


def _read(found: Iterable[Any]) -> list[Reservation]:
    rows: dict[str, Any] = {}
    clients: dict[str, list[str]] = {}
    for row in found:
        rows[row.id] = row
        clients.setdefault(row.id, []).extend([] if row.client is None else [row.client])
    return [_reservation(row, clients[key]) for key, row in rows.items()]


def read_one(db: Connection, *conditions: ColumnElement[bool], for_change: bool = False) -> Reservation | None:
    found = read(db, *conditions, for_change=for_change)
    return found[0] if found else None


@Verb
def held_among(db: Connection, ids: Iterable[str]) -> list[Reservation]:
    """Those of them that are holds."""
    return read(db, reservations.c.id.in_(list(ids)), reservations.c.state == State.HELD.value)


def lock(db: Connection, reservation: str) -> None:
    """Nobody else changes it, or seats anybody in it, until the commit."""
    db.execute(select(reservations.c.id).where(reservations.c.id == reservation).with_for_update())


@Verb
def appointment_of(
    db: Connection, appointment_id: str, *conditions: ColumnElement[bool], for_change: bool = False
) -> Reservation:
    """The appointment of that id that meets all conditions, such as whose it is; a hold is none. Raises NotFound."""
    found = read_one(db, reservations.c.id == appointment_id, APPOINTMENTS, *conditions, for_change=for_change)
    if found is None:
        raise NotFound
    return found


@Verb
def appointment_for_client(db: Connection, *, appointment: str, client: str, for_change: bool = False) -> Reservation:
    """The client's own appointment. Raises NotFound."""
    return appointment_of.at_once(db, appointment, seated(client), for_change=for_change)


@Verb
def appointment_for_counsellor(
    db: Connection, *, appointment: str, counsellor: str, for_change: bool = False
) -> Reservation:
    """The counsellor's own appointment. Raises NotFound."""
    return appointment_of.at_once(db, appointment, reservations.c.counsellor == counsellor, for_change=for_change)


@Verb
def appointments_of_client(db: Connection, *, client: str, ends_after: datetime) -> list[Reservation]:
    """The client's appointments that end after that instant, by start; cancelled ones, too."""
    return read(db, seated(client), APPOINTMENTS, reservations.c.appointment_ends_at > ends_after)


@Verb
def appointments_of_counsellor(db: Connection, *, counsellor: str, ends_after: datetime) -> list[Reservation]:
    """The counsellor's appointments that end after that instant, by start; cancelled ones, too."""
    mine = reservations.c.counsellor == counsellor
    return read(db, mine, APPOINTMENTS, reservations.c.appointment_ends_at > ends_after)


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
        capacity=row.capacity,
        wall=_wall(row),
        missed_at=row.missed_at,
        counsellor_missed_at=row.counsellor_missed_at,
    )


def _wall(row: Any) -> WallStart | None:
    if row.zone is None:
        return None
    return WallStart(row.zone, datetime.fromisoformat(row.wall_starts_at), row.wall_fold)


def seated(client: str) -> ColumnElement[bool]:
    """Reservations in which the client has a seat."""
    return reservations.c.id.in_(select(seats.c.reservation).where(seats.c.client == client))


def held_by(client: str, thread: str) -> ColumnElement[bool]:
    """Holds of the client in that thread, which give way to whatever else they choose there."""
    return (reservations.c.state == State.HELD.value) & (reservations.c.thread == thread) & seated(client)


def take_turn(db: Connection, counsellor: str, *places: str | None, thread: str | None = None) -> None:
    """One after the other for each counsellor, place and conversation, until the commit; always in that order.

    A constraint sees one row and another, and not how many there are in a day, what is read from another calendar
    meanwhile, or that one hold of somebody's gives way to the next. SQLite has one writer anyway; on PostgreSQL two
    transactions that wait for each other would end in a deadlock.
    """
    take_turns(db, [counsellor, *sorted(place for place in places if place), *([thread] if thread else [])])


def take_turns(db: Connection, keys: Iterable[str]) -> None:
    """The same for a group: everybody's counsellors and places at once, in an order that all keep to."""
    if db.dialect.name == "postgresql" and (wanted := list(keys)):
        db.execute(_TURNS, {"keys": wanted})


def take(
    db: Connection,
    wish: Wish,
    zone: str,
    *,
    state: State,
    hold_request: str | None,
    booking_request: str | None,
    now: datetime,
    lasts: timedelta = HOLD_LASTS,
) -> Reservation:
    """A new reservation with its client on the first seat. Raises SlotTaken when the database refuses an overlap."""
    held = state is State.HELD
    values = times_of(wish, zone) | {
        "id": token_hex(16),
        "counsellor": wish.counsellor,
        "place": wish.place,
        "thread": wish.thread,
        "state": state.value,
        "capacity": wish.kind.capacity,
        "expires_at": now + lasts if held else None,
        "hold_request_id": hold_request,
        "booking_request_id": booking_request,
        "created_at": now,
        "booked_at": None if held else now,
    }
    row = _written(db, _TAKE, values)
    if wish.client is None:
        return _reservation(row, [])
    sit_down(db, row.id, 1, wish.kind.capacity, wish.client)
    return _reservation(row, [wish.client])


def sit_down(db: Connection, reservation: str, number: int, capacity: int, client: str) -> None:
    """Gives somebody that seat. The database has each once, and none beyond the capacity."""
    db.execute(_SIT_DOWN, {"reservation": reservation, "number": number, "capacity": capacity, "client": client})


def times_of(wish: Wish, zone: str) -> dict[str, Any]:
    """The columns that follow from the kind and the start. `zone`: of the calendar."""
    appointment, reserved = wish.kind.appointment_at(wish.starts_at), wish.kind.reserved_at(wish.starts_at)
    wall = WallStart.shown_at(zone_of(zone), wish.starts_at)
    return {
        "kind": wish.kind.name,
        "zone": zone,
        "wall_starts_at": wall.reading.isoformat(),
        "wall_fold": wall.fold,
        "starts_at": reserved.starts_at,
        "ends_at": reserved.ends_at,
        "appointment_starts_at": appointment.starts_at,
        "appointment_ends_at": appointment.ends_at,
        "cancel_until": appointment.starts_at - wish.kind.cancel_notice,
    }


def change(db: Connection, found: Reservation, **values: Any) -> Reservation:
    """The same reservation with new values, in one statement. Raises SlotTaken when the database refuses an overlap."""
    changed = update(reservations).where(reservations.c.id == found.id).values(**values).returning(reservations)
    return _reservation(_written(db, changed), found.clients)


def _written(db: Connection, statement: Any, values: dict[str, Any] | None = None) -> Any:
    try:
        return db.execute(statement, values).one()
    except IntegrityError as refused:
        if refused_by_guard(refused):
            raise SlotTaken("starts_at") from refused
        if "request_id" in str(refused.orig):
            raise RequestReused("request_id") from refused
        raise
