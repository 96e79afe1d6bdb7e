"""The rules of booking once more, as naively as possible: minute by minute, with sets, nothing from booking.slots.

It looks at what the wall clock shows at each minute and asks whether that is open. Whole minutes only.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.model import Calendar, Kind, Span

MINUTE = timedelta(minutes=1)


def shown_open(calendar: Calendar, wall: datetime) -> bool:
    """Whether the calendar is open when the wall clock shows that."""
    if any(absence.begins <= wall < absence.ends for absence in calendar.absences):
        return False
    if any(extra.begins <= wall < extra.ends for extra in calendar.extra):
        return True
    minute = wall.hour * 60 + wall.minute
    if wall.date() in calendar.instead:
        return any(begins <= minute < ends for begins, ends in calendar.instead[wall.date()])
    for rule in calendar.weekly:
        if rule.weekday != wall.weekday() or not rule.begins <= minute < rule.ends:
            continue
        if rule.valid_until is not None and wall.date() >= rule.valid_until:
            continue
        if rule.valid_from is None or _in_turn(wall.date(), rule.valid_from, rule.every_weeks):
            return True
    return False


def _in_turn(day: date, since: date, every: int) -> bool:
    monday, first_monday = day - timedelta(days=day.weekday()), since - timedelta(days=since.weekday())
    return day >= since and ((monday - first_monday).days // 7) % every == 0


def slots_of(
    calendar: Calendar,
    kind: Kind,
    busy: Sequence[Span],
    since: datetime,
    until: datetime,
    *,
    now: datetime,
    given: Sequence[datetime] = (),
) -> list[datetime]:
    """Every start from `since` until just before `until` that may be booked."""
    zone = ZoneInfo(calendar.zone)
    minute = (since - timedelta(days=4)).replace(second=0, microsecond=0)
    walls: dict[datetime, datetime] = {}
    while minute < until + timedelta(days=2):
        walls[minute] = minute.astimezone(zone).replace(tzinfo=None)
        minute += MINUTE
    is_open = {at for at, wall in walls.items() if shown_open(calendar, wall)}
    counted_from = _counted_from(walls, is_open)
    return [
        at
        for at in sorted(is_open)
        if since <= at < until
        and _bookable(at, counted_from[at], is_open, kind, busy, now=now)
        and not _is_full(at.astimezone(zone).date(), kind, [one.astimezone(zone).date() for one in given])
    ]


def _is_full(day: date, kind: Kind, given: Sequence[date]) -> bool:
    in_week = [one for one in given if one.isocalendar()[:2] == day.isocalendar()[:2]]
    per_day, per_week = kind.most_per_day, kind.most_per_week
    return (per_day is not None and given.count(day) >= per_day) or (per_week is not None and len(in_week) >= per_week)


def _counted_from(walls: dict[datetime, datetime], is_open: set[datetime]) -> dict[datetime, datetime]:
    """For each open minute the one from which starts count: where its block began, or midnight after a whole day."""
    beginning: datetime | None = None
    latest_date: date | None = None
    open_since_midnight = False
    found: dict[datetime, datetime] = {}
    for at in sorted(walls):
        first_of_a_day = latest_date is None or walls[at].date() > latest_date
        if at not in is_open:
            beginning, open_since_midnight = None, False
        elif beginning is None or (first_of_a_day and open_since_midnight):
            beginning = at
        if first_of_a_day:
            latest_date = walls[at].date()
            open_since_midnight = at in is_open
        if beginning is not None:
            found[at] = beginning
    return found


def _bookable(
    at: datetime, counted_from: datetime, is_open: set[datetime], kind: Kind, busy: Sequence[Span], *, now: datetime
) -> bool:
    if not now + kind.notice <= at < now + kind.horizon or (at - counted_from) % kind.step:
        return False
    if any(at + minute * MINUTE not in is_open for minute in range(kind.length // MINUTE)):
        return False
    begins, ends = at - kind.buffer_before, at + kind.length + kind.buffer_after
    return not any(span.starts_at < ends and begins < span.ends_at for span in busy if span.starts_at < span.ends_at)


def utc(text: str) -> datetime:
    """An instant such as "2026-03-29 01:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(text: str) -> datetime:
    """What a wall clock shows, such as "2026-03-29 02:30"; without a zone."""
    return datetime.fromisoformat(text)
