"""The inbox in the database: what is new at the counsellor's agency, and what is theirs."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.enquiries.wire import InboxLine
from chatserver.tables import accounts, clocks, counsellors, dangers, declines, room_members, rooms, threads
from chatserver.threads.model import StandIn, ThreadState
from chatserver.threads.standby import may_step_in
from chatserver.threads.waived import WAIVED

_RUNS = and_(clocks.c.room == threads.c.room, clocks.c.stopped_at.is_(None))


async def new_for_duty(db: AsyncConnection, account_id: str) -> list[InboxLine]:
    """What nobody has taken at the agency whose duty key this person holds: topic and times, no name.

    Without what was set aside with a flood, and without what they have declined, unless nobody on duty is left who has
    not: it must not be lost.
    """
    query = _lines().where(
        threads.c.state == ThreadState.NEW.value, may_step_in(account_id), ~_left_to_others(account_id), ~WAIVED
    )
    return [_line(row, asked=row.handed_to == account_id) for row in await db.execute(query)]


def _left_to_others(account_id: str) -> ColumnElement[bool]:
    theirs = declines.alias("theirs")
    mine = exists().where(declines.c.room == threads.c.room, declines.c.account_id == account_id)
    declined = exists().where(theirs.c.room == threads.c.room, theirs.c.account_id == counsellors.c.account_id)
    duty = (counsellors.c.agency_id == threads.c.agency_id, counsellors.c.duty, counsellors.c.left_at.is_(None))
    return mine & exists().where(*duty, ~declined)


async def to_take_over(db: AsyncConnection, account_id: str, stand_ins: Iterable[StandIn]) -> list[InboxLine]:
    """What a colleague cannot answer, for those on duty: topic, times, the colleague and why.

    The client's name is there for whom it was handed to.
    """
    found = {one.thread.room: one for one in stand_ins}
    query = (
        _lines(accounts.c.name.label("client_name"))
        .join(accounts, accounts.c.id == threads.c.client_id)
        .where(threads.c.room.in_(list(found)))
    )
    return [
        _line(
            row,
            client_name=row.client_name if row.handed_to == account_id else None,
            asked=row.handed_to == account_id,
            stand_in=found[row.room],
        )
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
    return [_line(row, client_name=row.client_name) for row in await db.execute(query)]


async def in_danger(db: AsyncConnection, account_id: str) -> list[InboxLine]:
    """Where a life is in danger at the agency where this person works: topic, times and the counsellor, no name."""
    me, their = counsellors.alias("me"), counsellors.alias("their")
    query = (
        _lines(their.c.display_name.label("counsellor_name"))
        .join(me, me.c.agency_id == threads.c.agency_id)
        .outerjoin(their, their.c.account_id == threads.c.counsellor_id)
        .where(dangers.c.room.is_not(None), me.c.account_id == account_id, me.c.left_at.is_(None))
    )
    return [_line(row, counsellor_name=row.counsellor_name) for row in await db.execute(query)]


def _lines(*more: Any) -> Select[Any]:
    promise = (clocks.c.waiting_since, clocks.c.due_at, clocks.c.breached_at, clocks.c.contests_position)
    danger = dangers.c.marked_at.label("danger_at")
    return (
        select(threads, rooms.c.last_stored_at, *promise, danger, *more)
        .join(rooms, rooms.c.id == threads.c.room)
        .outerjoin(clocks, _RUNS)
        .outerjoin(dangers, dangers.c.room == threads.c.room)
    )


def _line(
    row: Row[Any],
    *,
    client_name: str | None = None,
    counsellor_name: str | None = None,
    asked: bool = False,
    stand_in: StandIn | None = None,
) -> InboxLine:
    return InboxLine(
        room=row.room,
        topic=row.topic,
        new=row.state == ThreadState.NEW.value,
        handed=stand_in is not None and stand_in.reasons[0] == "left",
        asked=asked,
        takeover=stand_in.reasons[0] if stand_in else None,
        counsellor_name=stand_in.counsellor_name if stand_in else counsellor_name,
        client_name=client_name,
        opened_at=row.opened_at,
        last_stored_at=row.last_stored_at,
        waiting_since=row.waiting_since,
        due_at=row.due_at,
        breached=row.breached_at is not None,
        contested=row.contests_position is not None,
        danger=row.danger_at is not None,
    )
