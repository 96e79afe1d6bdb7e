"""The list of a whole agency: every start once, with the counsellor who has the fewest appointments ahead."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, or_, select

from booking.limits import AROUND
from booking.model import Calendar, Kind, Span, State
from booking.slots import free
from booking.tables import KEEPS_TIME, busy_elsewhere, reservations
from booking.timetable import calendars_of
from booking.verbs import Verb


class Shared(NamedTuple):
    """A start (UTC), and with whom."""

    starts_at: datetime
    counsellor: str


class Taken(NamedTuple):
    """What somebody has already: `busy` with buffers, `given` the starts of the kind in question."""

    busy: Sequence[Span]
    given: Sequence[datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Those among whom a list is spread, as the database has them. `upcoming`: how many appointments each has ahead."""

    calendars: Mapping[str, Calendar]
    taken: Mapping[str, Taken]
    upcoming: Mapping[str, int]


NOTHING = Taken((), ())


@Verb
def staff_of(
    db: Connection,
    *,
    counsellors: Sequence[str],
    kind: Kind,
    since: datetime,
    until: datetime,
    now: datetime,
    closed: Iterable[date] = (),
) -> Staff:
    """What `shared_slots` needs: five statements, however many counsellors there are."""
    taken: dict[str, tuple[list[Span], list[datetime]]] = {}
    for row in db.execute(_of_them(counsellors, Span(since - AROUND, until + AROUND), now)):
        busy, given = taken.setdefault(row.counsellor, ([], []))
        busy.append(Span(row.starts_at, row.ends_at))
        if row.kind == kind.name:
            given.append(row.appointment_starts_at)
    for row in db.execute(_elsewhere(counsellors, Span(since - AROUND, until + AROUND))):
        taken.setdefault(row.counsellor, ([], []))[0].append(Span(row.starts_at, row.ends_at))
    mine = reservations.c.counsellor.in_(counsellors) & (reservations.c.state == State.BOOKED.value)
    ahead = select(reservations.c.counsellor, func.count()).where(mine, reservations.c.appointment_ends_at > now)
    return Staff(
        calendars=calendars_of.at_once(db, counsellors=counsellors, since=since, closed=closed),
        taken={name: Taken(*lists) for name, lists in taken.items()},
        upcoming={row[0]: row[1] for row in db.execute(ahead.group_by(reservations.c.counsellor))},
    )


def shared_slots(
    staff: Staff, kind: Kind, since: datetime, until: datetime, *, now: datetime, known: str | None = None
) -> list[Shared]:
    """Every start from `since` until just before `until` at which one of them is free, once, sorted.

    It is with `known` where that one is free; else with whoever has the fewest appointments ahead. Some hundred
    calendars take a tenth of a second: to be called in a thread of its own.
    """
    fewest = sorted(staff.calendars, key=lambda name: (name != known, staff.upcoming.get(name, 0), name))
    found: dict[datetime, str] = {}
    for name in fewest:
        busy, given = staff.taken.get(name, NOTHING)
        for start in free(staff.calendars[name], kind, busy, since, until, now=now, given=given):
            found.setdefault(start, name)
    return [Shared(start, found[start]) for start in sorted(found)]


def _of_them(counsellors: Sequence[str], around: Span, now: datetime) -> Select[Any]:
    row = reservations.c
    return (
        select(row.counsellor, row.kind, row.starts_at, row.ends_at, row.appointment_starts_at)
        .where(
            row.counsellor.in_(counsellors),
            KEEPS_TIME,
            or_(row.expires_at.is_(None), row.expires_at > now),
            row.ends_at > around.starts_at,
            row.starts_at < around.ends_at,
        )
        .order_by(row.counsellor, row.starts_at)
    )


def _elsewhere(counsellors: Sequence[str], around: Span) -> Select[Any]:
    row = busy_elsewhere.c
    theirs = (row.counsellor.in_(counsellors), row.ends_at > around.starts_at, row.starts_at < around.ends_at)
    return select(row.counsellor, row.starts_at, row.ends_at).where(*theirs)
