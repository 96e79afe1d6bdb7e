"""A calendar that goes on under another id: the same person, known by a new one."""

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking.tables import (
    appointment_kinds,
    availability_rules,
    busy_elsewhere,
    calendar_exceptions,
    calendars,
    reservations,
    waiting,
)


async def pass_on_calendar(db: AsyncConnection, *, counsellor: str, to: str) -> None:
    """Weekly hours, exceptions, kinds and every reservation are `to`'s from now on, who must have none of their own.

    Whoever has no calendar passes nothing on but reservations.
    """
    zone = (await db.execute(select(calendars.c.zone).where(calendars.c.counsellor == counsellor))).scalar_one_or_none()
    if zone is not None:
        await db.execute(insert(calendars).values(counsellor=to, zone=zone))
    owned = (
        availability_rules.c.counsellor,
        calendar_exceptions.c.counsellor,
        appointment_kinds.c.owner,
        reservations.c.counsellor,
        waiting.c.counsellor,
        busy_elsewhere.c.counsellor,
    )
    for column in owned:
        await db.execute(update(column.table).where(column == counsellor).values({column.name: to}))
    await db.execute(delete(calendars).where(calendars.c.counsellor == counsellor))
