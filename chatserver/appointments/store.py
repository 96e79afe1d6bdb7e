"""Live chats, and what an appointment shows of its people. The reservation itself is booking's."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking.model import Reservation, State
from booking.tables import calendars, reservations
from chatserver.appointments.model import LiveChat, opens_at
from chatserver.appointments.wire import Appointment, Kind
from chatserver.tables import accounts, agencies, counsellors, live_chats

_LIVE = tuple(live_chats.c[one.name] for one in fields(LiveChat))


@dataclass(frozen=True, slots=True)
class Host:
    """A counsellor as appointments show them. `zone`: of their calendar, else of their agency."""

    name: str
    agency_id: str
    zone: str


def _live(row: Row[Any]) -> LiveChat:
    return LiveChat(**row._asdict())


def shown(one: Reservation, host: Host, client_name: str, live: bool) -> Appointment:
    """A reservation as its two people see it: without buffers."""
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
    )


async def is_booked(db: AsyncConnection, reservation: str) -> bool:
    """Whether a hold has become an appointment before; the caller asks booking whose it is."""
    query = select(reservations.c.state).where(reservations.c.id == reservation)
    return (await db.execute(query)).scalar_one_or_none() not in (None, State.HELD.value)


async def live_chat_of(db: AsyncConnection, appointment: str) -> LiveChat | None:
    """The live chat of an appointment, if it was begun; the caller has seen whose it is."""
    row = (await db.execute(select(*_LIVE).where(live_chats.c.appointment == appointment))).first()
    return _live(row) if row else None


async def live_among(db: AsyncConnection, appointments: Iterable[str]) -> set[str]:
    """Those of the appointments whose live chat goes on right now."""
    goes_on = live_chats.c.appointment.in_(list(appointments)) & live_chats.c.ended_at.is_(None)
    return set((await db.execute(select(live_chats.c.appointment).where(goes_on))).scalars())


async def begin_live_chat(db: AsyncConnection, appointment: str, room: str, now: datetime) -> None:
    """It goes on from now."""
    await db.execute(insert(live_chats).values(appointment=appointment, room=room, began_at=now))


async def end_live_chat(db: AsyncConnection, appointment: str, now: datetime) -> None:
    """It is over."""
    on = (live_chats.c.appointment == appointment) & live_chats.c.ended_at.is_(None)
    await db.execute(update(live_chats).where(on).values(ended_at=now))


async def hosts(db: AsyncConnection, account_ids: Collection[str]) -> dict[str, Host]:
    """Names and zones of counsellors."""
    query = (
        select(
            counsellors.c.account_id,
            counsellors.c.display_name,
            counsellors.c.agency_id,
            agencies.c.zone,
            calendars.c.zone.label("own_zone"),
        )
        .join(agencies, agencies.c.id == counsellors.c.agency_id)
        .outerjoin(calendars, calendars.c.counsellor == counsellors.c.account_id)
        .where(counsellors.c.account_id.in_(list(account_ids)))
    )
    return {
        row.account_id: Host(row.display_name, row.agency_id, row.own_zone or row.zone)
        for row in await db.execute(query)
    }


async def client_names(db: AsyncConnection, account_ids: Collection[str]) -> dict[str, str]:
    """The user names of clients who have an appointment with whoever asks."""
    query = select(accounts.c.id, accounts.c.name).where(accounts.c.id.in_(list(account_ids)))
    return {row.id: row.name for row in await db.execute(query)}
