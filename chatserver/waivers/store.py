"""Waivers in the database, reached by coordinators of their agency."""

from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.errors import NotFound
from chatserver.tables import clocks, counsellors, threads, waivers
from chatserver.waivers.model import FLOOD, Waiver
from chatserver.waivers.wire import Waiver as ShownWaiver
from chatserver.wire.types import WaiverReason

SHOWN_AT_MOST: Final = 200
_WAIVER: Final = tuple(waivers.c[one.name] for one in fields(Waiver))


async def add(
    db: AsyncConnection,
    *,
    room: str,
    agency_id: str,
    client_id: str,
    clock_id: int | None,
    reason: WaiverReason,
    by: str,
    at: datetime,
    position: int,
    blocks: bool,
) -> None:
    """One that nobody has looked at."""
    values = {"room": room, "agency_id": agency_id, "client_id": client_id, "clock_id": clock_id, "reason": reason}
    more = {"waived_by": by, "waived_at": at, "position": position, "blocks": blocks}
    await db.execute(insert(waivers).values(**values, **more))


async def was_waived(db: AsyncConnection, clock_id: int) -> bool:
    """Whether this promise was waived before."""
    return bool((await db.execute(select(exists().where(waivers.c.clock_id == clock_id)))).scalar())


async def is_blocked(db: AsyncConnection, agency_id: str, client_id: str) -> bool:
    """Whether this client may write no more to the agency."""
    mine = (waivers.c.agency_id == agency_id, waivers.c.client_id == client_id)
    standing = (waivers.c.blocks, waivers.c.lifted_at.is_(None))
    return bool((await db.execute(select(exists().where(*mine, *standing)))).scalar())


async def waiver_at(db: AsyncConnection, agency_id: str, waiver_id: int) -> Waiver:
    """As its agency reaches it. Raises NotFound."""
    query = select(*_WAIVER).where(waivers.c.id == waiver_id, waivers.c.agency_id == agency_id)
    row = (await db.execute(query)).first()
    if row is None:
        raise NotFound
    return Waiver(**row._asdict())


async def note_review(
    db: AsyncConnection, waiver: Waiver, at: datetime, *, put_back: bool, lifted: bool, by: str
) -> None:
    """Somebody has looked at it; what was put back or lifted before stays so."""
    values: dict[str, Any] = {"reviewed_by": by, "reviewed_at": at}
    if put_back:
        values["put_back_at"] = at
    if lifted:
        values["lifted_at"] = at
    await db.execute(update(waivers).where(waivers.c.id == waiver.id).values(**values))


async def shown_at(db: AsyncConnection, agency_id: str, waiver_id: int | None = None) -> list[ShownWaiver]:
    """An agency's, what nobody has looked at first; or the one of that number."""
    columns = (threads.c.topic, counsellors.c.display_name, clocks.c.due_at)
    query = (
        select(waivers, *columns)
        .join(threads, threads.c.room == waivers.c.room)
        .join(counsellors, counsellors.c.account_id == waivers.c.waived_by)
        .outerjoin(clocks, clocks.c.id == waivers.c.clock_id)
        .where(waivers.c.agency_id == agency_id)
        .order_by(waivers.c.reviewed_at.is_not(None), waivers.c.id.desc())
        .limit(SHOWN_AT_MOST)
    )
    # A flood has a place of its own: ten thousand would hide the others here.
    query = query.where(waivers.c.reason != FLOOD if waiver_id is None else waivers.c.id == waiver_id)
    return [_shown(row) for row in await db.execute(query)]


def _shown(row: Row[Any]) -> ShownWaiver:
    return ShownWaiver(
        id=row.id,
        topic=row.topic,
        reason=row.reason,
        waived_by=row.display_name,
        waived_at=row.waived_at,
        due_at=row.due_at,
        blocks=row.blocks,
        reviewed_at=row.reviewed_at,
        put_back_at=row.put_back_at,
        lifted_at=row.lifted_at,
    )
