"""What clients wish and whom they ask, in the database. A call is reached by those on duty at its agency."""

from collections.abc import Iterable
from datetime import datetime
from secrets import token_hex
from typing import Any, Final

from sqlalchemy import Select, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.agencies.model import Area
from chatserver.first_come import added
from chatserver.neighbours.wire import HelpCall
from chatserver.tables import areas, clock_events, clocks, counsellors, help_calls, help_wishes, referrals, threads
from chatserver.threads.clock import HELP_OFFERED

# What is kept with a promise of having asked for help.
CALLED: Final = "help_called"


async def areas_for(db: AsyncConnection, agency_id: str, topic: str) -> list[Area]:
    """Where that agency is there for the topic."""
    mine = (areas.c.agency_id == agency_id, areas.c.topic.is_(None) | (areas.c.topic == topic))
    return [Area(*row) for row in await db.execute(select(areas.c.first, areas.c.last).where(*mine))]


async def is_wished(db: AsyncConnection, room: str) -> bool:
    """Whether the client wants other agencies to be asked."""
    return bool((await db.execute(select(exists().where(help_wishes.c.room == room)))).scalar())


async def wish(db: AsyncConnection, room: str, at: datetime) -> None:
    """From now on they want that. A repeat changes nothing."""
    await added(db, help_wishes, room=room, wished_at=at)


async def unwish(db: AsyncConnection, room: str) -> None:
    """They do not want it any more: nobody is asked as long as they do not."""
    await db.execute(delete(help_wishes).where(help_wishes.c.room == room))


async def is_offered(db: AsyncConnection, clock_id: int) -> bool:
    """Whether the hour has come for that promise."""
    offered = exists().where(clock_events.c.clock_id == clock_id, clock_events.c.kind == HELP_OFFERED)
    return bool((await db.execute(select(offered))).scalar())


async def call(db: AsyncConnection, clock_id: int, agency_id: str, at: datetime) -> bool:
    """Whether that agency was not asked before: whoever changes their mind often disturbs nobody."""
    values = {"clock_id": clock_id, "agency_id": agency_id, "called_at": at}
    return await added(db, help_calls, id=token_hex(16), **values)


async def ready_for(db: AsyncConnection, clock_id: int) -> set[str]:
    """The agencies that could answer in time."""
    ready = (help_calls.c.clock_id == clock_id, help_calls.c.ready_at.is_not(None))
    return set((await db.execute(select(help_calls.c.agency_id).where(*ready))).scalars())


def _calls(account_id: str, *columns: Any) -> Select[Any]:
    """As long as somebody waits, wants them to be asked, and has not gone elsewhere."""
    duty = (counsellors.c.duty, counsellors.c.left_at.is_(None))
    return (
        select(help_calls.c.id, *columns)
        .join(clocks, clocks.c.id == help_calls.c.clock_id)
        .join(threads, threads.c.room == clocks.c.room)
        .join(counsellors, counsellors.c.agency_id == help_calls.c.agency_id)
        .where(counsellors.c.account_id == account_id, *duty, clocks.c.stopped_at.is_(None))
        .join(help_wishes, help_wishes.c.room == clocks.c.room)
        .where(~exists().where(referrals.c.room == clocks.c.room))
    )


async def calls_for(db: AsyncConnection, account_id: str) -> list[HelpCall]:
    """What the agency of somebody on duty is asked, the least time left first."""
    query = _calls(account_id, threads.c.topic, clocks.c.due_at, help_calls.c.ready_at)
    rows = await db.execute(query.order_by(clocks.c.due_at, help_calls.c.id))
    return [HelpCall(row.id, row.topic, row.due_at, row.ready_at is not None) for row in rows]


async def room_of_call(db: AsyncConnection, call_id: str, account_id: str) -> str | None:
    """For somebody on duty at the agency that is asked; None when nobody asks it any more. Not to be told to them."""
    query = _calls(account_id, clocks.c.room).where(help_calls.c.id == call_id)
    row = (await db.execute(query)).first()
    return row.room if row else None


async def note_ready(db: AsyncConnection, call_id: str, at: datetime) -> bool:
    """Whether nobody there had said so before."""
    first = (help_calls.c.id == call_id, help_calls.c.ready_at.is_(None))
    return (await db.execute(update(help_calls).where(*first).values(ready_at=at))).rowcount == 1


async def on_duty_at(db: AsyncConnection, agency_ids: Iterable[str]) -> list[str]:
    """Who works there and holds the duty key."""
    duty = (counsellors.c.duty, counsellors.c.left_at.is_(None))
    query = select(counsellors.c.account_id).where(counsellors.c.agency_id.in_(list(agency_ids)), *duty)
    return list((await db.execute(query.order_by(counsellors.c.account_id))).scalars())
