"""The outbox: what people have still to be told, written in the transaction that gives the reason."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import structs
from sqlalchemy import ColumnElement, Row, and_, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.notices.wire import Notice, NoticeKind
from chatserver.tables import clocks, counsellors, notices, threads

SHOWN_AT_MOST: Final = 200
OF_THE_LADDER: Final[tuple[NoticeKind, ...]] = (
    "promise_unattended",
    "reply_reminder",
    "reply_escalated",
    "promise_at_risk",
    "promise_broken",
)
# The wait that the notice was about, if it goes on.
_STILL_WAITS: Final = and_(
    clocks.c.room == threads.c.room, clocks.c.stopped_at.is_(None), clocks.c.waiting_since <= notices.c.at
)


def _notice(row: Row[Any]) -> Notice:
    return Notice(id=row.id, kind=row.kind, room=row.room, appointment=row.appointment, at=row.at, seen=row.seen)


async def add(
    db: AsyncConnection, account_id: str, kind: NoticeKind, *, at: datetime, room: str | None, appointment: str | None
) -> Notice:
    """One notice for one person."""
    values = {"account_id": account_id, "kind": kind, "room": room, "appointment": appointment, "at": at, "seen": False}
    number = (await db.execute(insert(notices).values(**values).returning(notices.c.id))).scalar_one()
    return Notice(id=number, kind=kind, room=room, appointment=appointment, at=at, seen=False)


async def add_all(db: AsyncConnection, values: Sequence[Mapping[str, Any]]) -> list[Notice]:
    """Many, in their order."""
    if not values:
        return []
    # `returning` alone gives them in any order.
    added = insert(notices).returning(notices, sort_by_parameter_order=True)
    rows = await db.execute(added, [{"appointment": None, "seen": False, **one} for one in values])
    return [_notice(row) for row in rows]


async def notices_of(db: AsyncConnection, account_id: str) -> list[Notice]:
    """The person's newest notices, newest first."""
    query = (
        select(notices, threads.c.topic, clocks.c.due_at)
        .select_from(notices)
        .outerjoin(threads, _led_by(account_id))
        .outerjoin(clocks, _STILL_WAITS)
        .where(notices.c.account_id == account_id)
        .order_by(notices.c.id.desc())
        .limit(SHOWN_AT_MOST)
    )
    return [structs.replace(_notice(row), topic=row.topic, due_at=row.due_at) for row in await db.execute(query)]


def _led_by(account_id: str) -> ColumnElement[bool]:
    """A coordinator is no member of the room that a rung was about: topic and time are theirs to know, no more."""
    leads = exists().where(
        counsellors.c.account_id == account_id,
        counsellors.c.agency_id == threads.c.agency_id,
        counsellors.c.coordinates,
    )
    return (threads.c.room == notices.c.room) & notices.c.kind.in_(OF_THE_LADDER) & leads


async def mark_seen(db: AsyncConnection, account_id: str, up_to: int) -> None:
    """The person's notices with a number up to this one have been looked at."""
    mine = (notices.c.account_id == account_id, notices.c.id <= up_to)
    await db.execute(update(notices).where(*mine).values(seen=True))
