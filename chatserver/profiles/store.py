"""What an agency says of itself and serves, in the database."""

from collections.abc import Iterable

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.agencies.model import Agency, Area
from chatserver.tables import agencies, agency_topics, areas


async def topics_of(db: AsyncConnection, agency_id: str) -> list[str]:
    """What the agency offers."""
    query = select(agency_topics.c.topic).where(agency_topics.c.agency_id == agency_id)
    return list((await db.execute(query)).scalars())


async def areas_of(db: AsyncConnection, agency_id: str) -> list[Area]:
    """What the agency serves."""
    query = select(areas.c.first, areas.c.last, areas.c.topic).where(areas.c.agency_id == agency_id)
    return [Area(row.first, row.last, row.topic) for row in await db.execute(query)]


async def replace_topics(db: AsyncConnection, agency_id: str, topics: Iterable[str]) -> None:
    """From now on the agency offers these and no others; threads about another go on."""
    await db.execute(delete(agency_topics).where(agency_topics.c.agency_id == agency_id))
    rows = [{"agency_id": agency_id, "topic": one} for one in topics]
    if rows:
        await db.execute(insert(agency_topics), rows)


async def keep_shown(db: AsyncConnection, agency: Agency) -> None:
    """What clients read of the agency. Its name stands: every roster names it."""
    shown = {one: getattr(agency, one) for one in ("about_de", "about_en", "address", "phone")}
    await db.execute(update(agencies).where(agencies.c.id == agency.id).values(**shown))
