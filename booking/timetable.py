"""Calendars and kinds of appointment in the database."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from booking.errors import KindNotOffered, NotFound, RuleInvalid
from booking.model import Calendar, Kind, KindName, WallSpan, WeeklyRule, zone_of
from booking.tables import appointment_kinds, availability_rules, calendar_exceptions, calendars, places
from booking.verbs import Verb

MOST_RULES = 200
WALL_FORMAT = "%Y-%m-%dT%H:%M"
MINUTE = timedelta(minutes=1)
# Where a block begins can depend on the day before, and a wall clock is up to a day away from UTC.
LOOK_BACK = timedelta(days=5)
# Made once: making a statement takes longer than carrying it out.
_RULES = (
    select(calendars.c.zone, availability_rules)
    .outerjoin(availability_rules, availability_rules.c.counsellor == calendars.c.counsellor)
    .where(calendars.c.counsellor == bindparam("counsellor"))
)
_EXCEPTIONS = select(calendar_exceptions).where(
    calendar_exceptions.c.counsellor == bindparam("counsellor"), calendar_exceptions.c.ends > bindparam("earliest")
)

_RULES_OF_MANY = (
    select(calendars.c.zone, calendars.c.counsellor.label("owner"), availability_rules)
    .outerjoin(availability_rules, availability_rules.c.counsellor == calendars.c.counsellor)
    .where(calendars.c.counsellor.in_(bindparam("counsellors", expanding=True)))
)
_EXCEPTIONS_OF_MANY = select(calendar_exceptions).where(
    calendar_exceptions.c.counsellor.in_(bindparam("counsellors", expanding=True)),
    calendar_exceptions.c.ends > bindparam("earliest"),
)


@Verb
def calendar_of(
    db: Connection, *, counsellor: str, since: datetime | None = None, closed: Iterable[date] = ()
) -> Calendar | None:
    """The counsellor's calendar; None without one. With `since`: without exceptions that were over well before.

    On the days of `closed` the weekly hours do not hold; extra hours were entered for that very day, and do.
    """
    rows = db.execute(_RULES, {"counsellor": counsellor}).all()
    if not rows:
        return None
    return _calendar(rows, db.execute(_EXCEPTIONS, {"counsellor": counsellor, "earliest": _earliest(since)}), closed)


@Verb
def calendars_of(
    db: Connection, *, counsellors: Sequence[str], since: datetime | None = None, closed: Iterable[date] = ()
) -> dict[str, Calendar]:
    """The same for many, in two statements; without those who have none."""
    rules: dict[str, list[Any]] = {}
    for row in db.execute(_RULES_OF_MANY, {"counsellors": counsellors}):
        rules.setdefault(row.owner, []).append(row)
    exceptions: dict[str, list[Any]] = {}
    for row in db.execute(_EXCEPTIONS_OF_MANY, {"counsellors": counsellors, "earliest": _earliest(since)}):
        exceptions.setdefault(row.counsellor, []).append(row)
    days = tuple(closed)
    return {name: _calendar(rows, exceptions.get(name, ()), days) for name, rows in rules.items()}


def _earliest(since: datetime | None) -> str:
    return "" if since is None else (since - LOOK_BACK).strftime(WALL_FORMAT)


def _calendar(rows: Sequence[Any], exceptions: Iterable[Any], closed: Iterable[date]) -> Calendar:
    spans: dict[str, list[WallSpan]] = {"absent": [], "extra": []}
    for row in exceptions:
        spans[row.effect].append(WallSpan(datetime.fromisoformat(row.begins), datetime.fromisoformat(row.ends)))
    return Calendar(
        zone=rows[0].zone,
        weekly=tuple(_rule(row) for row in rows if row.id is not None),
        instead=dict.fromkeys(closed, ()),
        extra=tuple(spans["extra"]),
        absences=tuple(spans["absent"]),
    )


def _rule(row: Any) -> WeeklyRule:
    return WeeklyRule(row.weekday, row.begins, row.ends, row.valid_from, row.valid_until, row.every_weeks)


@Verb
def open_calendar(db: Connection, *, counsellor: str, zone: str) -> None:
    """A calendar without hours for whoever has none: also who is never booked may be away. Raises ZoneUnknown."""
    zone_of(zone)
    into = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
    db.execute(into(calendars).values(counsellor=counsellor, zone=zone).on_conflict_do_nothing())


@Verb
def keep_weekly_hours(db: Connection, *, counsellor: str, zone: str, rules: Iterable[WeeklyRule]) -> None:
    """Replaces the weekly rules, and makes the calendar when there is none. Raises ZoneUnknown, RuleInvalid."""
    kept = [_row_of(counsellor, rule) for rule in rules]
    if len(kept) > MOST_RULES:
        raise RuleInvalid("rules")
    zone_of(zone)
    found = db.execute(update(calendars).where(calendars.c.counsellor == counsellor).values(zone=zone))
    if not found.rowcount:
        db.execute(insert(calendars).values(counsellor=counsellor, zone=zone))
    db.execute(delete(availability_rules).where(availability_rules.c.counsellor == counsellor))
    if kept:
        db.execute(insert(availability_rules), kept)


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


@Verb
def add_absence(db: Connection, *, counsellor: str, span: WallSpan) -> int:
    """Closes that time, whatever else is open. Returns the exception's number. Raises NotFound."""
    return _add_exception(db, counsellor, "absent", span)


@Verb
def add_extra_hours(db: Connection, *, counsellor: str, span: WallSpan) -> int:
    """Opens that time on top of the weekly rules. Returns the exception's number. Raises NotFound."""
    return _add_exception(db, counsellor, "extra", span)


def _add_exception(db: Connection, counsellor: str, effect: str, span: WallSpan) -> int:
    if db.scalar(select(calendars.c.counsellor).where(calendars.c.counsellor == counsellor)) is None:
        raise NotFound
    values = {"counsellor": counsellor, "effect": effect, **wall_values(span)}
    added = db.execute(insert(calendar_exceptions).values(**values).returning(calendar_exceptions.c.id))
    return int(added.scalar_one())


def wall_values(span: WallSpan) -> dict[str, str]:
    """The columns of an exception's time. Raises RuleInvalid for split minutes."""
    if span.begins.second or span.begins.microsecond or span.ends.second or span.ends.microsecond:
        raise RuleInvalid("span")
    return {"begins": span.begins.strftime(WALL_FORMAT), "ends": span.ends.strftime(WALL_FORMAT)}


@Verb
def change_exception(db: Connection, *, counsellor: str, exception: int, span: WallSpan) -> None:
    """Gives an absence or extra hours another time. Raises NotFound."""
    mine = (calendar_exceptions.c.id == exception) & (calendar_exceptions.c.counsellor == counsellor)
    changed = db.execute(update(calendar_exceptions).where(mine).values(**wall_values(span)))
    if not changed.rowcount:
        raise NotFound


@Verb
def remove_exception(db: Connection, *, counsellor: str, exception: int) -> None:
    """Takes an absence or extra hours back. Raises NotFound."""
    mine = (calendar_exceptions.c.id == exception) & (calendar_exceptions.c.counsellor == counsellor)
    removed = db.execute(delete(calendar_exceptions).where(mine))
    if not removed.rowcount:
        raise NotFound


LENGTHS = ("length", "step", "buffer_before", "buffer_after", "notice", "horizon", "cancel_notice")
COUNTS = ("most_per_day", "most_per_week", "capacity")


@Verb
def keep_kind(db: Connection, *, owner: str, kind: Kind) -> None:
    """Sets what the owner, a counsellor or an agency, offers under that name. Raises RuleInvalid for split minutes."""
    minutes: dict[str, int] = {}
    for name in LENGTHS:
        minutes[f"{name}_minutes"], split = divmod(getattr(kind, name), MINUTE)
        if split:
            raise RuleInvalid(name)
    same = (appointment_kinds.c.owner == owner) & (appointment_kinds.c.name == kind.name)
    db.execute(delete(appointment_kinds).where(same))
    counts = {name: getattr(kind, name) for name in COUNTS}
    db.execute(insert(appointment_kinds).values(owner=owner, name=kind.name, **minutes, **counts))


@Verb
def kind_of(db: Connection, *, name: str, owners: Sequence[str]) -> Kind:
    """The kind of that name of the first owner who has one. Raises KindNotOffered."""
    wanted = (appointment_kinds.c.name == name) & appointment_kinds.c.owner.in_(owners)
    found = (db.execute(select(appointment_kinds).where(wanted))).all()
    if not found:
        raise KindNotOffered("kind")
    row = min(found, key=lambda row: list(owners).index(row.owner))
    lengths = {name: getattr(row, f"{name}_minutes") * MINUTE for name in LENGTHS}
    return Kind(name=cast("KindName", row.name), **lengths, **{name: getattr(row, name) for name in COUNTS})


@Verb
def kinds_offered(db: Connection, *, owners: Sequence[str]) -> list[Kind]:
    """Every kind that they offer, as `kind_of` would give it, by name."""
    found = db.scalars(select(appointment_kinds.c.name).where(appointment_kinds.c.owner.in_(owners)).distinct())
    return [kind_of.at_once(db, name=name, owners=owners) for name in sorted(found)]


@Verb
def places_of(db: Connection, *, owner: str) -> tuple[str, ...]:
    """The open places of an agency, in an order that stays."""
    open_ones = (places.c.owner == owner) & places.c.closed_at.is_(None)
    return tuple(db.scalars(select(places.c.id).where(open_ones).order_by(places.c.name, places.c.id)))
