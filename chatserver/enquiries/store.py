"""The inbox in the database: what is new at the counsellor's agency, and what is theirs."""

from typing import Any

from sqlalchemy import Row, Select, and_, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.enquiries.wire import InboxLine
from chatserver.tables import accounts, clocks, counsellors, room_members, rooms, threads
from chatserver.threads.model import ThreadState

_RUNS = and_(clocks.c.room == threads.c.room, clocks.c.stopped_at.is_(None))


async def new_for_duty(db: AsyncConnection, account_id: str) -> list[InboxLine]:
    """What nobody has taken at the agency whose duty key this person holds: topic and times, no name."""
    holds = and_(
        counsellors.c.agency_id == threads.c.agency_id, counsellors.c.account_id == account_id, counsellors.c.duty
    )
    query = _lines().join(counsellors, holds).where(threads.c.state == ThreadState.NEW.value)
    return [_line(row, None) for row in await db.execute(query)]


async def handed_over(db: AsyncConnection, account_id: str) -> list[InboxLine]:
    """What a counsellor has left behind at the agency, for those on duty; with a name for whom it was handed to."""
    mine, gone = counsellors.alias("mine"), counsellors.alias("gone")
    holds = and_(mine.c.agency_id == threads.c.agency_id, mine.c.account_id == account_id, mine.c.duty)
    left = and_(gone.c.account_id == threads.c.counsellor_id, gone.c.left_at.is_not(None))
    seated = exists().where(room_members.c.room == threads.c.room, room_members.c.account_id == account_id)
    query = (
        _lines(accounts.c.name.label("client_name"))
        .join(accounts, accounts.c.id == threads.c.client_id)
        .join(mine, holds)
        .join(gone, left)
        .where(threads.c.state == ThreadState.OPEN.value, ~seated)
    )
    return [
        _line(row, row.client_name if row.handed_to == account_id else None, handed=True)
        for row in await db.execute(query)
    ]


async def open_for_counsellor(db: AsyncConnection, account_id: str) -> list[InboxLine]:
    """The open threads in whose rooms this counsellor has a seat."""
    seated = and_(room_members.c.room == threads.c.room, room_members.c.account_id == account_id)
    query = (
        _lines(accounts.c.name.label("client_name"))
        .join(accounts, accounts.c.id == threads.c.client_id)
        .join(room_members, seated)
        .where(threads.c.state == ThreadState.OPEN.value)
    )
    return [_line(row, row.client_name) for row in await db.execute(query)]


def _lines(*more: Any) -> Select[Any]:
    promise = (clocks.c.waiting_since, clocks.c.due_at, clocks.c.breached_at)
    return (
        select(threads, rooms.c.last_stored_at, *promise, *more)
        .join(rooms, rooms.c.id == threads.c.room)
        .outerjoin(clocks, _RUNS)
    )


def _line(row: Row[Any], client_name: str | None, *, handed: bool = False) -> InboxLine:
    return InboxLine(
        room=row.room,
        topic=row.topic,
        new=row.state == ThreadState.NEW.value,
        handed=handed,
        client_name=client_name,
        opened_at=row.opened_at,
        last_stored_at=row.last_stored_at,
        waiting_since=row.waiting_since,
        due_at=row.due_at,
        breached=row.breached_at is not None,
    )
