"""Calendars and kinds of appointment in the database."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking.errors import KindNotOffered, NotFound, RuleInvalid
from booking.model import Calendar, Kind, KindName, WallSpan, WeeklyRule, zone_of
from booking.tables import appointment_kinds, availability_rules, calendar_exceptions, calendars

MOST_RULES = 200
WALL_FORMAT = "%Y-%m-%dT%H:%M"
MINUTE = timedelta(minutes=1)
# Where a block begins can depend on the day before, and a wall clock is up to a day away from UTC.
LOOK_BACK = timedelta(days=5)


async def calendar_of(db: AsyncConnection, *, counsellor: str, since: datetime | None = None) -> Calendar | None:
    """The counsellor's calendar; None without one. With `since`: without exceptions that were over well before."""
    rules = await db.execute(
        select(calendars.c.zone, availability_rules)
        .outerjoin(availability_rules, availability_rules.c.counsellor == calendars.c.counsellor)
        .where(calendars.c.counsellor == counsellor)
    )
    rows = rules.all()
    if not rows:
        return None
    exceptions = select(calendar_exceptions).where(calendar_exceptions.c.counsellor == counsellor)
    if since is not None:
        exceptions = exceptions.where(calendar_exceptions.c.ends > (since - LOOK_BACK).strftime(WALL_FORMAT))
    spans: dict[str, list[WallSpan]] = {"absent": [], "extra": []}
    for row in await db.execute(exceptions):
        spans[row.effect].append(WallSpan(datetime.fromisoformat(row.begins), datetime.fromisoformat(row.ends)))
    return Calendar(
        zone=rows[0].zone,
        weekly=tuple(_rule(row) for row in rows if row.id is not None),
        extra=tuple(spans["extra"]),
        absences=tuple(spans["absent"]),
    )


def _rule(row: Any) -> WeeklyRule:
    return WeeklyRule(row.weekday, row.begins, row.ends, row.valid_from, row.valid_until, row.every_weeks)


async def keep_weekly_hours(db: AsyncConnection, *, counsellor: str, zone: str, rules: Iterable[WeeklyRule]) -> None:
    """Replaces the weekly rules, and makes the calendar when there is none. Raises ZoneUnknown, RuleInvalid."""
    kept = [_row_of(counsellor, rule) for rule in rules]
    if len(kept) > MOST_RULES:
        raise RuleInvalid("rules")
    zone_of(zone)
    found = await db.execute(update(calendars).where(calendars.c.counsellor == counsellor).values(zone=zone))
    if not found.rowcount:
        await db.execute(insert(calendars).values(counsellor=counsellor, zone=zone))
    await db.execute(delete(availability_rules).where(availability_rules.c.counsellor == counsellor))
    if kept:
        await db.execute(insert(availability_rules), kept)


def _row_of(counsellor: str, rule: WeeklyRule) -> dict[str, str | int | date | None]:
    return {
        "counsellor": counsellor,
        "weekday": rule.weekday,
        "begins": rule.begins,
        "ends": rule.ends,
        "valid_from": rule.valid_from,
        "valid_until": rule.valid_until,
        "every_weeks": rule.every_weeks,
    }


async def add_absence(db: AsyncConnection, *, counsellor: str, span: WallSpan) -> int:
    """Closes that time, whatever else is open. Returns the exception's number. Raises NotFound."""
    return await _add_exception(db, counsellor, "absent", span)


async def add_extra_hours(db: AsyncConnection, *, counsellor: str, span: WallSpan) -> int:
    """Opens that time on top of the weekly rules. Returns the exception's number. Raises NotFound."""
    return await _add_exception(db, counsellor, "extra", span)


async def _add_exception(db: AsyncConnection, counsellor: str, effect: str, span: WallSpan) -> int:
    if await db.scalar(select(calendars.c.counsellor).where(calendars.c.counsellor == counsellor)) is None:
        raise NotFound
    if span.begins.second or span.begins.microsecond or span.ends.second or span.ends.microsecond:
        raise RuleInvalid("span")
    added = await db.execute(
        insert(calendar_exceptions)
        .values(
            counsellor=counsellor,
            effect=effect,
            begins=span.begins.strftime(WALL_FORMAT),
            ends=span.ends.strftime(WALL_FORMAT),
        )
        .returning(calendar_exceptions.c.id)
    )
    return int(added.scalar_one())


async def remove_exception(db: AsyncConnection, *, counsellor: str, exception: int) -> None:
    """Takes an absence or extra hours back. Raises NotFound."""
    mine = (calendar_exceptions.c.id == exception) & (calendar_exceptions.c.counsellor == counsellor)
    removed = await db.execute(delete(calendar_exceptions).where(mine))
    if not removed.rowcount:
        raise NotFound


LENGTHS = ("length", "step", "buffer_before", "buffer_after", "notice", "horizon", "cancel_notice")


async def keep_kind(db: AsyncConnection, *, owner: str, kind: Kind) -> None:
    """Sets what the owner, a counsellor or an agency, offers under that name. Raises RuleInvalid for split minutes."""
    minutes: dict[str, int] = {}
    for name in LENGTHS:
        minutes[f"{name}_minutes"], split = divmod(getattr(kind, name), MINUTE)
        if split:
            raise RuleInvalid(name)
    same = (appointment_kinds.c.owner == owner) & (appointment_kinds.c.name == kind.name)
    await db.execute(delete(appointment_kinds).where(same))
    await db.execute(insert(appointment_kinds).values(owner=owner, name=kind.name, **minutes))


async def kind_of(db: AsyncConnection, *, name: str, owners: Sequence[str]) -> Kind:
    """The kind of that name of the first owner who has one. Raises KindNotOffered."""
    wanted = (appointment_kinds.c.name == name) & appointment_kinds.c.owner.in_(owners)
    found = (await db.execute(select(appointment_kinds).where(wanted))).all()
    if not found:
        raise KindNotOffered("kind")
    row = min(found, key=lambda row: list(owners).index(row.owner))
    lengths = {name: getattr(row, f"{name}_minutes") * MINUTE for name in LENGTHS}
    return Kind(name=cast("KindName", row.name), **lengths)
