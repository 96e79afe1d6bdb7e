"""Live chats, and what an appointment shows of its people. The reservation itself is booking's."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking.errors import NotFound
from booking.model import Reservation, State
from booking.store import (
    appointment_for_client,
    appointment_for_counsellor,
    appointments_of_client,
    appointments_of_counsellor,
)
from booking.tables import calendars, places, reservations
from chatserver.appointments.model import LiveChat, opens_at
from chatserver.appointments.wire import Appointment, Kind
from chatserver.places.wire import Place
from chatserver.tables import accounts, agencies, counsellors, live_chats, room_items
from chatserver.threads.clock import Act

_LIVE = tuple(live_chats.c[one.name] for one in fields(LiveChat))


@dataclass(frozen=True, slots=True)
class Host:
    """A counsellor as appointments show them. `zone`: of their calendar, else of their agency."""

    name: str
    zone: str


def _live(row: Row[Any]) -> LiveChat:
    return LiveChat(**row._asdict())


async def is_booked(db: AsyncConnection, reservation: str) -> bool:
    """Whether a hold has become an appointment before; the caller asks booking whose it is.

    Nobody else books it until the commit: of several requests at once only one is the first.
    """
    query = select(reservations.c.state).where(reservations.c.id == reservation).with_for_update()
    return (await db.execute(query)).scalar_one_or_none() not in (None, State.HELD.value)


async def live_chat_of(db: AsyncConnection, appointment: str) -> LiveChat | None:
    """The live chat of an appointment, if it was begun; the caller has seen whose it is."""
    row = (await db.execute(select(*_LIVE).where(live_chats.c.appointment == appointment))).first()
    return _live(row) if row else None


async def live_among(db: AsyncConnection, appointments: Iterable[str]) -> set[str]:
    """Those of the appointments whose live chat goes on right now."""
    goes_on = live_chats.c.appointment.in_(list(appointments)) & live_chats.c.ended_at.is_(None)
    return set((await db.execute(select(live_chats.c.appointment).where(goes_on))).scalars())


async def begin_live_chat(db: AsyncConnection, found: Reservation, by: str, now: datetime) -> None:
    """It goes on from now."""
    begun = {"appointment": found.id, "room": found.thread, "began_at": now, "began_by": by}
    await db.execute(insert(live_chats).values(**begun))


async def answered_since(db: AsyncConnection, room: str, since: datetime) -> bool:
    """Whether somebody on the counsellors' side has written there from then on; for a job."""
    item = room_items.c
    answers = exists().where(item.room == room, item.clock == Act.ANSWERS.value, item.stored_at >= since)
    return bool((await db.execute(select(answers))).scalar())


async def end_live_chat(db: AsyncConnection, appointment: str, now: datetime) -> None:
    """It is over."""
    on = (live_chats.c.appointment == appointment) & live_chats.c.ended_at.is_(None)
    await db.execute(update(live_chats).where(on).values(ended_at=now))


async def host_of(db: AsyncConnection, counsellor_id: str | None, agency_id: str) -> Host:
    """The counsellor of a thread; while there is none, nobody's name in the zone of the agency."""
    if counsellor_id is not None:
        return (await hosts_of(db, [counsellor_id]))[counsellor_id]
    zone: str = (await db.execute(select(agencies.c.zone).where(agencies.c.id == agency_id))).scalar_one()
    return Host("", zone)


async def hosts_of(db: AsyncConnection, account_ids: Collection[str]) -> dict[str, Host]:
    """Counsellors by their accounts."""
    zone = func.coalesce(calendars.c.zone, agencies.c.zone).label("zone")
    query = (
        select(counsellors.c.account_id, counsellors.c.display_name, zone)
        .join(agencies, agencies.c.id == counsellors.c.agency_id)
        .outerjoin(calendars, calendars.c.counsellor == counsellors.c.account_id)
        .where(counsellors.c.account_id.in_(list(account_ids)))
    )
    return {row.account_id: Host(row.display_name, row.zone) for row in await db.execute(query)}


async def places_shown(db: AsyncConnection, ids: Collection[str]) -> dict[str, Place]:
    """Places by their ids, closed ones, too."""
    if not ids:
        return {}
    query = select(*(places.c[one] for one in Place.__struct_fields__)).where(places.c.id.in_(list(ids)))
    return {row.id: Place(**row._asdict()) for row in await db.execute(query)}


async def _client_names(db: AsyncConnection, account_ids: Collection[str]) -> dict[str, str]:
    query = select(accounts.c.id, accounts.c.name).where(accounts.c.id.in_(list(account_ids)))
    return {row.id: row.name for row in await db.execute(query)}


# -- as its two people see it


async def appointment_for(db: AsyncConnection, appointment: str, account_id: str, role: str) -> Reservation:
    """The person's own appointment, whichever side they are on. Raises NotFound, also for a group: see groups/.

    Nobody else changes it until the commit: what was done is told once, however many ask for it at once.
    """
    if role == "client":
        found = await appointment_for_client(db, appointment=appointment, client=account_id, for_change=True)
    else:
        found = await appointment_for_counsellor(db, appointment=appointment, counsellor=account_id, for_change=True)
    if found.is_group:
        raise NotFound
    return found


async def appointment_seen_by(db: AsyncConnection, appointment: str, account_id: str, role: str) -> Reservation:
    """The same, to look at only; groups, too. Raises NotFound."""
    if role == "client":
        return await appointment_for_client(db, appointment=appointment, client=account_id)
    return await appointment_for_counsellor(db, appointment=appointment, counsellor=account_id)


async def appointments_of(db: AsyncConnection, account_id: str, role: str, ends_after: datetime) -> list[Reservation]:
    """The person's own appointments that end after that instant, by start.

    Without groups: what is shown of an appointment names its client, and in a group nobody learns who the others are.
    """
    if role == "client":
        found = await appointments_of_client(db, client=account_id, ends_after=ends_after)
    else:
        found = await appointments_of_counsellor(db, counsellor=account_id, ends_after=ends_after)
    return [one for one in found if not one.is_group]


async def shown(db: AsyncConnection, one: Reservation) -> Appointment:
    """One appointment with names; the caller has seen whose it is."""
    return (await all_shown(db, [one]))[0]


async def all_shown(db: AsyncConnection, found: Sequence[Reservation]) -> list[Appointment]:
    """Appointments with names, in the same order; without buffers."""
    hosts = await hosts_of(db, {one.counsellor for one in found})
    names = await _client_names(db, {one.clients[0] for one in found})
    live = await live_among(db, {one.id for one in found})
    rooms = await places_shown(db, {one.place for one in found if one.place})
    return [
        _shown(one, hosts[one.counsellor], names[one.clients[0]], rooms.get(one.place or ""), live=one.id in live)
        for one in found
    ]


def _shown(one: Reservation, host: Host, client_name: str, place: Place | None, *, live: bool) -> Appointment:
    return Appointment(
        id=one.id,
        room=one.thread,
        kind=cast("Kind", one.kind),
        state=one.state.value,
        starts_at=one.appointment.starts_at,
        ends_at=one.appointment.ends_at,
        opens_at=opens_at(one.appointment.starts_at),
        live=live,
        zone=host.zone,
        client=one.clients[0],
        client_name=client_name,
        counsellor=one.counsellor,
        counsellor_name=host.name,
        missed=one.missed_at is not None,
        counsellor_missed=one.counsellor_missed_at is not None,
        cancel_until=one.cancel_until,
        changes=one.sequence,
        place=place,
    )
