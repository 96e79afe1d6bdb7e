"""Agencies, their areas, topics, people, rosters and duty seeds in the database.

What an agency shows is public; what is sealed to somebody is found by naming them.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row, delete, exists, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.agencies.model import Agency, Area, Candidate, Counsellor, Roster, SealedDutySeed
from chatserver.errors import AgencyNameTaken
from chatserver.first_come import added
from chatserver.guarantee.terms import USUAL_HOURS, Stored, Terms, terms_from
from chatserver.tables import (
    agencies,
    agency_terms,
    agency_topics,
    areas,
    clocks,
    counsellors,
    duty_seeds,
    rosters,
    threads,
)


def _agency(row: Row[Any]) -> Agency:
    values = row._asdict()
    return Agency(**{column.name: values[column.name] for column in agencies.c})


async def held(db: AsyncConnection, agency: Agency) -> Agency:
    """The agency as it is now; nobody else changes it until the commit. What was read before may be another's past."""
    row = (await db.execute(select(agencies).where(agencies.c.id == agency.id).with_for_update())).one()
    return _agency(row)


async def agency_by_id(db: AsyncConnection, agency_id: str) -> Agency | None:
    """What everybody may know of an agency."""
    row = (await db.execute(select(agencies).where(agencies.c.id == agency_id))).first()
    return _agency(row) if row else None


async def agency_named(db: AsyncConnection, name: str) -> Agency | None:
    """The agency with exactly this name."""
    row = (await db.execute(select(agencies).where(agencies.c.name == name))).first()
    return _agency(row) if row else None


async def fallback_agency(db: AsyncConnection) -> Agency | None:
    """The agency that answers where no other is responsible; the first by name if there are several."""
    query = select(agencies).where(agencies.c.fallback, _READ).order_by(agencies.c.name).limit(1)
    row = (await db.execute(query)).first()
    return _agency(row) if row else None


# Somebody there can open what is sent to the agency: nobody is to write where nobody reads.
_READ: Final = exists().where(
    counsellors.c.agency_id == agencies.c.id, counsellors.c.duty, counsellors.c.left_at.is_(None)
)


async def candidates(db: AsyncConnection, topic: str, codes: Area) -> list[Candidate]:
    """Every agency that offers the topic at one of these postal codes and has somebody on duty, with each such area."""
    waiting = (
        select(func.count())
        .select_from(clocks.join(threads, threads.c.room == clocks.c.room))
        .where(threads.c.agency_id == agencies.c.id, clocks.c.stopped_at.is_(None))
        .scalar_subquery()
    )
    query = (
        select(agencies, areas.c.first, areas.c.last, areas.c.topic, waiting.label("waiting"))
        .join(areas, areas.c.agency_id == agencies.c.id)
        .join(agency_topics, agency_topics.c.agency_id == agencies.c.id)
        .where(
            agency_topics.c.topic == topic,
            areas.c.topic.is_(None) | (areas.c.topic == topic),
            areas.c.first <= codes.last,
            areas.c.last >= codes.first,
            _READ,
        )
    )
    rows = await db.execute(query)
    return [Candidate(_agency(row), Area(row.first, row.last, row.topic), row.waiting) for row in rows]


async def areas_by_name(db: AsyncConnection) -> dict[str, list[Area]]:
    """What every agency serves, by its name; an agency that serves nothing is there as well."""
    query = (
        select(agencies.c.name, areas.c.first, areas.c.last, areas.c.topic)
        .outerjoin(areas, areas.c.agency_id == agencies.c.id)
        .order_by(agencies.c.name, areas.c.topic.is_not(None), areas.c.topic, areas.c.first, areas.c.last)
    )
    listed: dict[str, list[Area]] = {}
    for row in await db.execute(query):
        served = listed.setdefault(row.name, [])
        if row.first is not None:
            served.append(Area(row.first, row.last, row.topic))
    return listed


async def topics_by_name(db: AsyncConnection) -> dict[str, set[str]]:
    """What every agency offers, by its name."""
    query = select(agencies.c.name, agency_topics.c.topic).outerjoin(
        agency_topics, agency_topics.c.agency_id == agencies.c.id
    )
    offered: dict[str, set[str]] = {}
    for row in await db.execute(query):
        offered.setdefault(row.name, set()).update({row.topic} - {None})
    return offered


async def replace_areas(db: AsyncConnection, name: str, served: Iterable[Area]) -> None:
    """From now on the agency with this name serves these and no others."""
    agency_id = (await db.execute(select(agencies.c.id).where(agencies.c.name == name))).scalar_one()
    await db.execute(delete(areas).where(areas.c.agency_id == agency_id))
    rows = [{"agency_id": agency_id, "first": one.first, "last": one.last, "topic": one.topic} for one in served]
    if rows:
        await db.execute(insert(areas), rows)


_TERMS: Final = (agencies.c.zone, *(agency_terms.c[one] for one in Stored._fields[1:]))


async def terms_of(db: AsyncConnection, agency_id: str) -> Terms:
    """What the agency has said of itself, or the usual. The caller knows that there is such an agency."""
    query = (
        select(*_TERMS)
        .outerjoin(agency_terms, agency_terms.c.agency_id == agencies.c.id)
        .where(agencies.c.id == agency_id)
    )
    row = (await db.execute(query)).one()
    return terms_from(Stored(*row))


async def slowest_promise(db: AsyncConnection) -> int | None:
    """Within how many hours every agency answers; None where one of them counts working time."""
    kind, hours = agency_terms.c.kind, agency_terms.c.promised_hours
    rows = (await db.execute(select(kind, hours).select_from(agencies.outerjoin(agency_terms)).distinct())).all()
    if any(row.kind not in (None, "calendar") for row in rows):
        return None
    return max((row.promised_hours or USUAL_HOURS for row in rows), default=USUAL_HOURS)


async def closed_days_of(db: AsyncConnection, agency_id: str, now: datetime) -> frozenset[date]:
    """On which the agency is closed, public holidays among them, as far ahead as anybody can be booked."""
    return (await terms_of(db, agency_id)).closed_from(now.date())


async def keep_terms(db: AsyncConnection, agency_id: str, terms: Terms) -> None:
    """From now on; what was promised before stays as it is."""
    await db.execute(delete(agency_terms).where(agency_terms.c.agency_id == agency_id))
    values = {
        "hours": terms.hours.as_text() if terms.hours else "",
        "closed": ",".join(one.isoformat() for one in sorted(terms.closed)),
        "land": terms.land,
        "languages": ",".join(terms.languages),
        "kind": terms.kind,
        "promised_hours": terms.promised_hours,
    }
    await db.execute(insert(agency_terms).values(agency_id=agency_id, **values))


async def offers(db: AsyncConnection, agency_id: str, topic: str) -> bool:
    """Whether somebody may write to the agency about the topic: it offers it, or answers whatever nobody else does."""
    offered = exists().where(agency_topics.c.agency_id == agencies.c.id, agency_topics.c.topic == topic)
    query = select(exists().where(agencies.c.id == agency_id, agencies.c.fallback | offered))
    return bool((await db.execute(query)).scalar())


async def newest_roster(db: AsyncConnection, agency_id: str) -> Roster | None:
    """The roster with the highest number."""
    query = select(rosters).where(rosters.c.agency_id == agency_id).order_by(rosters.c.number.desc()).limit(1)
    row = (await db.execute(query)).first()
    return Roster(**row._asdict()) if row else None


async def roster_numbered(db: AsyncConnection, agency_id: str, number: int) -> Roster | None:
    """One roster, for judging what was done under it."""
    query = select(rosters).where(rosters.c.agency_id == agency_id, rosters.c.number == number)
    row = (await db.execute(query)).first()
    return Roster(**row._asdict()) if row else None


async def rosters_of(db: AsyncConnection, agency_id: str) -> list[Roster]:
    """Every roster of an agency, by number."""
    query = select(rosters).where(rosters.c.agency_id == agency_id).order_by(rosters.c.number)
    return [Roster(**row._asdict()) for row in await db.execute(query)]


async def counsellor_by_account(db: AsyncConnection, account_id: str) -> Counsellor | None:
    """Where a person works, if they do."""
    row = (await db.execute(select(counsellors).where(counsellors.c.account_id == account_id))).first()
    return Counsellor(**row._asdict()) if row else None


async def on_duty(db: AsyncConnection, agency_id: str) -> list[str]:
    """The accounts that hold the agency's duty key."""
    query = select(counsellors.c.account_id).where(counsellors.c.agency_id == agency_id, counsellors.c.duty)
    return list((await db.execute(query.order_by(counsellors.c.display_name))).scalars())


async def coordinators(db: AsyncConnection, agency_id: str) -> list[str]:
    """The accounts that keep the agency's roster."""
    query = select(counsellors.c.account_id).where(counsellors.c.agency_id == agency_id, counsellors.c.coordinates)
    return list((await db.execute(query.order_by(counsellors.c.display_name))).scalars())


async def duty_seeds_of(db: AsyncConnection, holder_id: str) -> list[SealedDutySeed]:
    """The duty seeds sealed to this person, oldest generation first."""
    query = select(duty_seeds).where(duty_seeds.c.holder_id == holder_id)
    rows = await db.execute(query.order_by(duty_seeds.c.agency_id, duty_seeds.c.generation))
    return [SealedDutySeed(**row._asdict()) for row in rows]


async def add_agency(db: AsyncConnection, agency: Agency, served: Iterable[Area], topics: Iterable[str]) -> None:
    """An agency with the areas it serves and the topics it offers. Raises AgencyNameTaken, also for its root."""
    if not await added(db, agencies, **{column.name: getattr(agency, column.name) for column in agencies.c}):
        raise AgencyNameTaken
    for area in served:
        await db.execute(insert(areas).values(agency_id=agency.id, first=area.first, last=area.last, topic=area.topic))
    for topic in topics:
        await db.execute(insert(agency_topics).values(agency_id=agency.id, topic=topic))


async def add_counsellor(db: AsyncConnection, counsellor: Counsellor) -> None:
    """The account works at the agency from now on."""
    values = {column.name: getattr(counsellor, column.name) for column in counsellors.c}
    await db.execute(insert(counsellors).values(**values))


async def add_roster(db: AsyncConnection, roster: Roster) -> None:
    """The next number of a roster; the key refuses a number that is taken."""
    await db.execute(insert(rosters).values(**{column.name: getattr(roster, column.name) for column in rosters.c}))


async def add_duty_seed(db: AsyncConnection, seed: SealedDutySeed) -> None:
    """A seed for one holder."""
    await db.execute(insert(duty_seeds).values(**{column.name: getattr(seed, column.name) for column in duty_seeds.c}))
