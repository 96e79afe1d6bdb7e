"""What was counted, out of the database."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.statistics.model import Count
from chatserver.tables import agencies, tallies


async def counted_agencies(db: AsyncConnection) -> list[tuple[str, str]]:
    """Those whose promises count, each as (id, name), by name: the one place that says which do."""
    query = select(agencies.c.id, agencies.c.name).order_by(agencies.c.name)
    return [(row.id, row.name) for row in await db.execute(query)]


async def months_counted(db: AsyncConnection, counted: Collection[str], until: str) -> dict[str, int]:
    """By month how much has been counted in it: as long as that stays, so do its figures."""
    query = (
        select(tallies.c.month, func.sum(tallies.c.count).label("counted"))
        .where(tallies.c.month <= until, tallies.c.agency_id.in_(counted))
        .group_by(tallies.c.month)
    )
    return {row.month: int(row.counted) for row in await db.execute(query)}


async def counts_of(db: AsyncConnection, month: str) -> list[Count]:
    """Everything that was counted in a month."""
    query = select(tallies.c.agency_id, tallies.c.topic, tallies.c.what, tallies.c.minutes, tallies.c.count)
    return [Count(*row) for row in await db.execute(query.where(tallies.c.month == month))]
