"""The outbox: what people have still to be told, written in the transaction that gives the reason."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.notices.wire import Notice, NoticeKind
from chatserver.tables import notices

SHOWN_AT_MOST: Final = 200


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
    query = select(notices).where(notices.c.account_id == account_id).order_by(notices.c.id.desc()).limit(SHOWN_AT_MOST)
    return [_notice(row) for row in await db.execute(query)]


async def mark_seen(db: AsyncConnection, account_id: str, up_to: int) -> None:
    """The person's notices with a number up to this one have been looked at."""
    mine = (notices.c.account_id == account_id, notices.c.id <= up_to)
    await db.execute(update(notices).where(*mine).values(seen=True))
