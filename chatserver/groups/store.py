"""Groups in the database. Whose time it is and who has which seat is booking's to know."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, delete, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking.model import State
from booking.tables import reservations, seats
from chatserver.errors import GroupNameTaken, NotFound
from chatserver.groups.model import said_as
from chatserver.tables import agencies, announced_groups, group_names, threads


@dataclass(frozen=True, slots=True)
class Announced:
    """What was said of a group; `agency_name`: whose clients may come."""

    appointment: str
    agency_id: str
    agency_name: str
    title: str
    rules: str


@dataclass(frozen=True, slots=True)
class Seat:
    """Who sits where under which name. `room`: their own conversation, in which they are told."""

    appointment: str
    client: str
    name: str
    room: str


_ANNOUNCED = select(announced_groups, agencies.c.name.label("agency_name")).join(
    agencies, agencies.c.id == announced_groups.c.agency_id
)
_SEATS = select(group_names, seats.c.client).join(
    seats, (seats.c.reservation == group_names.c.appointment) & (seats.c.number == group_names.c.number)
)


def _announced(row: Row[tuple[str, ...]]) -> Announced:
    return Announced(row.appointment, row.agency_id, row.agency_name, row.title, row.rules)


async def groups_for_client(db: AsyncConnection, client: str, now: datetime) -> list[Announced]:
    """Those to come at the client's agencies, and those in which they sit, until the end."""
    theirs = announced_groups.c.agency_id.in_(select(threads.c.agency_id).where(threads.c.client_id == client))
    sits = exists().where(seats.c.reservation == reservations.c.id, seats.c.client == client)
    open_ones = (reservations.c.state == State.BOOKED.value) & (reservations.c.appointment_starts_at > now)
    query = _ANNOUNCED.join(reservations, reservations.c.id == announced_groups.c.appointment)
    mine = sits & (reservations.c.appointment_ends_at > now)
    return [_announced(row) for row in await db.execute(query.where(theirs, open_ones | mine))]


async def group_for_client(db: AsyncConnection, group: str, client: str) -> tuple[Announced, str]:
    """The group, and the client's own conversation with its agency, the newest. Raises NotFound."""
    query = (
        _ANNOUNCED.add_columns(threads.c.room)
        .join(threads, threads.c.agency_id == announced_groups.c.agency_id)
        .where(announced_groups.c.appointment == group, threads.c.client_id == client)
        .order_by(threads.c.opened_at.desc(), threads.c.room)
    )
    row = (await db.execute(query)).first()
    if row is None:
        raise NotFound
    return _announced(row), row.room


async def announced_among(db: AsyncConnection, appointments: Collection[str]) -> dict[str, Announced]:
    """What was said of each; the caller has seen whose they are."""
    query = _ANNOUNCED.where(announced_groups.c.appointment.in_(list(appointments)))
    return {row.appointment: _announced(row) for row in await db.execute(query)}


async def keep_group(db: AsyncConnection, appointment: str, agency_id: str, title: str, rules: str) -> None:
    """What is said of a group from now on. A repeat changes nothing."""
    known = select(announced_groups.c.appointment).where(announced_groups.c.appointment == appointment)
    if (await db.execute(known)).first() is None:
        values = {"appointment": appointment, "agency_id": agency_id, "title": title, "rules": rules}
        await db.execute(insert(announced_groups).values(**values))


async def seats_in(db: AsyncConnection, appointments: Collection[str]) -> dict[str, list[Seat]]:
    """Who sits in each, by seat."""
    found: dict[str, list[Seat]] = {one: [] for one in appointments}
    query = _SEATS.where(group_names.c.appointment.in_(list(appointments))).order_by(group_names.c.number)
    for row in await db.execute(query):
        found[row.appointment].append(Seat(row.appointment, row.client, row.name, row.room))
    return found


async def keep_name(db: AsyncConnection, seat: Seat) -> None:
    """The name on a seat that was just taken; who has one already keeps it. Raises GroupNameTaken.

    For a caller who holds the reservation's row: of two who want one name the second sees the first.
    """
    theirs = (seats.c.reservation == seat.appointment) & (seats.c.client == seat.client)
    number = (await db.execute(select(seats.c.number).where(theirs))).scalar_one()
    rows = (await db.execute(select(group_names).where(group_names.c.appointment == seat.appointment))).all()
    if any(row.number == number for row in rows):
        return
    same = said_as(seat.name)
    if any(row.said_as == same for row in rows):
        raise GroupNameTaken("name")
    values = {"appointment": seat.appointment, "number": number, "name": seat.name, "said_as": same, "room": seat.room}
    await db.execute(insert(group_names).values(**values))


async def free_seats(db: AsyncConnection, room: str) -> None:
    """Whoever deletes a conversation sits in no group that they know from it; the names go with the seats."""
    by_it = exists().where(
        group_names.c.room == room,
        group_names.c.appointment == seats.c.reservation,
        group_names.c.number == seats.c.number,
    )
    await db.execute(delete(seats).where(by_it))
