"""All ids that can be ended, and what ends with a restore. Nobody asks here but the server itself, as it starts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Column, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.ledger import Ended
from chatserver.tables import (
    accounts,
    calendar_feeds,
    codes_sent,
    counsellors,
    deletions,
    factor_tickets,
    factors,
    foundings,
    invitations,
    provider_journeys,
    provider_links,
    rooms,
    sessions,
    spare_codes,
    ways,
)

_LOCK: Final = 7_368_121
# On PostgreSQL a lower number may be committed after a higher one.
OVERLAP: Final = 1_000


@dataclass(frozen=True, slots=True)
class Standing:
    """Ids; of staff those who still work here. Ordered, so that whoever locks them does so in one order."""

    rooms: list[str]
    users: list[str]
    staff: list[str]
    ways: list[str]
    factors: list[str]


async def one_at_a_time(db: AsyncConnection) -> None:
    """Until the commit; on SQLite the write transaction itself is the lock."""
    if db.dialect.name == "postgresql":
        await db.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


async def standing(db: AsyncConnection) -> Standing:
    """What there is."""
    working = select(counsellors.c.account_id).where(counsellors.c.left_at.is_(None))
    return Standing(
        rooms=await _ids(db, rooms.c.id),
        users=await _ids(db, accounts.c.id),
        staff=list((await db.execute(working.order_by(counsellors.c.account_id))).scalars()),
        ways=await _ids(db, ways.c.id),
        factors=[*await _ids(db, factors.c.id), *await _ids(db, provider_links.c.id)],
    )


async def _ids(db: AsyncConnection, column: Column[str]) -> list[str]:
    return list((await db.execute(select(column).order_by(column))).scalars())


async def ended_after(db: AsyncConnection, number: int) -> tuple[list[Ended], int]:
    """What was ended, of deletions those from about this number on; and the last number."""
    table = deletions.c
    query = select(table.id, table.kind, table.subject).where(table.id > number - OVERLAP).order_by(table.id)
    rows = (await db.execute(query)).all()
    gone = select(counsellors.c.account_id).where(counsellors.c.left_at.is_not(None))
    left = [Ended("left", one) for one in (await db.execute(gone)).scalars()]
    return [*(Ended(row.kind, row.subject) for row in rows), *left], max([number, *(row.id for row in rows)])


async def mark_left(db: AsyncConnection, account_id: str, now: datetime) -> None:
    """They work here no more."""
    await db.execute(update(counsellors).where(counsellors.c.account_id == account_id).values(left_at=now))


async def forget_factors(db: AsyncConnection, ids: list[str]) -> None:
    """A device that somebody has lost, perhaps; or an identity elsewhere that opens nothing here any more."""
    for one in ids:
        for table in (factors, provider_links):
            await db.execute(delete(table).where(table.c.id == one))


async def end_what_may_be_over(db: AsyncConnection) -> None:
    """Sessions, links and codes that may have been ended or used since; people get new ones."""
    for table in (sessions, factor_tickets, provider_journeys, spare_codes, calendar_feeds, codes_sent):
        await db.execute(delete(table))
    await db.execute(delete(invitations).where(invitations.c.account_id.is_(None)))
    await db.execute(delete(foundings).where(foundings.c.agency_id.is_(None)))
