"""Absences in the database: their time is an exception of the calendar, their substitute stands beside it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking.model import WallSpan
from booking.tables import calendar_exceptions, calendars
from booking.timetable import WALL_FORMAT
from chatserver.absences.model import Absence, Staff, away_among
from chatserver.tables import absences, clocks, counsellors, threads

_EXCEPTION: Final = calendar_exceptions.c
# No wall clock is further from UTC.
_FARTHEST: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works at an agency now."""

    account_id: str
    display_name: str
    duty: bool
    coordinates: bool


def _absence(row: Row[Any]) -> Absence:
    span = WallSpan(datetime.fromisoformat(row.begins), datetime.fromisoformat(row.ends))
    return Absence(id=row.id, account_id=row.counsellor, span=span, zone=row.zone, substitute_id=row.substitute_id)


async def _absences(db: AsyncConnection, *conditions: ColumnElement[bool]) -> list[Absence]:
    query = (
        select(calendar_exceptions, calendars.c.zone, absences.c.substitute_id)
        .join(calendars, calendars.c.counsellor == _EXCEPTION.counsellor)
        .join(counsellors, counsellors.c.account_id == _EXCEPTION.counsellor)
        .outerjoin(absences, absences.c.exception == _EXCEPTION.id)
        .where(_EXCEPTION.effect == "absent", counsellors.c.left_at.is_(None), *conditions)
        .order_by(_EXCEPTION.begins, _EXCEPTION.id)
    )
    return [_absence(row) for row in await db.execute(query)]


async def not_over(db: AsyncConnection, agency_id: str, now: datetime) -> list[Absence]:
    """The agency's absences that go on or are still to come, by beginning, and perhaps one that ended just now."""
    return await _absences(db, counsellors.c.agency_id == agency_id, _EXCEPTION.ends > _text(now - _FARTHEST))


async def absence_at(db: AsyncConnection, agency_id: str, absence: int) -> Absence | None:
    """One absence of somebody who works at that agency; the caller has yet to see whose."""
    found = await _absences(db, counsellors.c.agency_id == agency_id, _EXCEPTION.id == absence)
    return found[0] if found else None


async def entered_by_request(db: AsyncConnection, agency_id: str, request_id: str) -> Absence | None:
    """The absence that this request has entered before."""
    found = await _absences(db, counsellors.c.agency_id == agency_id, absences.c.request_id == request_id)
    return found[0] if found else None


async def staff_at(db: AsyncConnection, agency_id: str, now: datetime) -> Staff:
    """The agency's people, and who of them is away then."""
    people = await colleagues(db, agency_id)
    goes_on = (_EXCEPTION.ends > _text(now - _FARTHEST), _EXCEPTION.begins < _text(now + _FARTHEST))
    found = await _absences(db, counsellors.c.agency_id == agency_id, *goes_on)
    return Staff(
        duty=tuple(one.account_id for one in people if one.duty),
        coordinators=tuple(one.account_id for one in people if one.coordinates),
        away=away_among(found, now),
    )


async def agencies_with_absences(db: AsyncConnection, now: datetime) -> list[str]:
    """Where somebody may be away then."""
    query = (
        select(counsellors.c.agency_id)
        .join(calendar_exceptions, _EXCEPTION.counsellor == counsellors.c.account_id)
        .where(
            _EXCEPTION.effect == "absent",
            _EXCEPTION.ends > _text(now - _FARTHEST),
            _EXCEPTION.begins < _text(now + _FARTHEST),
        )
        .distinct()
    )
    return list((await db.execute(query)).scalars())


async def colleagues(db: AsyncConnection, agency_id: str) -> list[Colleague]:
    """Everybody who works there, by name."""
    names = ("account_id", "display_name", "duty", "coordinates")
    query = select(*(counsellors.c[one] for one in names)).where(
        counsellors.c.agency_id == agency_id, counsellors.c.left_at.is_(None)
    )
    return [Colleague(*row) for row in await db.execute(query.order_by(counsellors.c.display_name))]


async def zone_for(db: AsyncConnection, account_id: str, otherwise: str) -> str:
    """That of the person's calendar, if they have one."""
    query = select(calendars.c.zone).where(calendars.c.counsellor == account_id)
    return (await db.execute(query)).scalar_one_or_none() or otherwise


async def waiting_for(db: AsyncConnection, account_id: str) -> int:
    """How many clients of this counsellor wait for an answer."""
    query = (
        select(func.count())
        .select_from(clocks.join(threads, threads.c.room == clocks.c.room))
        .where(clocks.c.stopped_at.is_(None), threads.c.counsellor_id == account_id)
    )
    return int((await db.execute(query)).scalar_one())


async def name_substitute(db: AsyncConnection, absence: int, substitute_id: str | None, request_id: str) -> None:
    """Beside an absence that was just entered."""
    values = {"exception": absence, "substitute_id": substitute_id, "request_id": request_id}
    await db.execute(insert(absences).values(**values))


async def rename_substitute(db: AsyncConnection, absence: int, substitute_id: str | None, request_id: str) -> None:
    """In place of the one who was named before. `request_id`: for an absence that had named nobody."""
    query = delete(absences).where(absences.c.exception == absence).returning(absences.c.request_id)
    first = (await db.execute(query)).scalar_one_or_none()
    await name_substitute(db, absence, substitute_id, first or request_id)


def _text(at: datetime) -> str:
    return at.strftime(WALL_FORMAT)
