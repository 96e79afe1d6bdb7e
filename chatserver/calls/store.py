"""Whether a room has a reason to be called in, in the database. Calls themselves are not there."""

from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking.model import State
from booking.tables import reservations
from chatserver.appointments.model import FORGOTTEN_AFTER, OPENS_BEFORE
from chatserver.calls.model import CALL_KIND
from chatserver.tables import live_chats


async def may_be_called_in(db: AsyncConnection, room: str, now: datetime) -> bool:
    """Around a video appointment of the room, or while a live chat is on there; the caller has seen whose it is."""
    one = reservations.c
    appointment = exists().where(
        one.thread == room,
        one.kind == CALL_KIND,
        one.state == State.BOOKED.value,
        one.appointment_starts_at <= now + OPENS_BEFORE,
        one.appointment_ends_at > now - FORGOTTEN_AFTER,
    )
    live = exists().where(live_chats.c.room == room, live_chats.c.ended_at.is_(None))
    return bool((await db.execute(select(or_(appointment, live)))).scalar())
