"""Setting when one can be booked, and seeing what that would do before it is done."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy.ext.asyncio import AsyncConnection

from booking import keeping, store, timetable
from booking.elsewhere import times_elsewhere
from booking.model import Calendar, Kind, KindName, State
from booking.outside import lies_outside
from booking.register import take_turn
from chatserver.absences.model import wall_at
from chatserver.agencies import store as agencies
from chatserver.agencies.model import Agency
from chatserver.deps import Asker, Deps, look, work
from chatserver.errors import HoursChanged
from chatserver.hours import words
from chatserver.hours.model import Week, check_week, not_over, week_of
from chatserver.hours.wire import (
    AppointmentOutside,
    BusyElsewhere,
    Hours,
    HoursKept,
    HoursOutlook,
    KeepHours,
    KindTimes,
    LookAtHours,
    ReadHours,
)
from chatserver.opened import offering_what_opens
from chatserver.rosters.actions import own_agency

_AHEAD: Final = timedelta(weeks=4)
_WEEK: Final = timedelta(weeks=1)
_ELSEWHERE: Final = timedelta(weeks=8)


async def read_hours(deps: Deps, asker: Asker, command: ReadHours) -> Hours:
    """One's own; without any, those of an empty calendar. Raises NotFound for whoever works nowhere any more."""
    now = deps.now()
    async with look(deps) as db:
        return await _shown(db, await _present(db, asker, now), now)


async def look_at_hours(deps: Deps, asker: Asker, command: LookAtHours) -> HoursOutlook:
    """What they would do to appointments and to what can be booked. Raises as `keep_hours`, but not HoursChanged."""
    now = deps.now()
    async with look(deps) as db:
        present = await _present(db, asker, now)
        wanted = _wanted(present, command, now)
        planned = wanted.on(present.calendar)
        coming = await store.appointments_of_counsellor(db, counsellor=asker.account_id, ends_after=now)
        times = [await _times(db, present, (planned, wanted), name, now) for name in keeping.NAMES]
    booked = [one for one in coming if one.state is State.BOOKED]
    outside = [one for one in booked if lies_outside(planned, one.appointment)]
    return HoursOutlook(
        [
            AppointmentOutside(one.id, *one.appointment, lies_outside(present.calendar, one.appointment))
            for one in outside
        ],
        [one for one in times if one is not None],
    )


async def keep_hours(deps: Deps, asker: Asker, command: KeepHours) -> Hours:
    """All of it or nothing. Appointments stay, whatever is kept. A repeat gets the first answer.

    Raises NotFound, HoursChanged (another device was quicker), HoursFull, RuleInvalid, HoursNever, HoursOverlap,
    KindInvalid.
    """
    now, mine = deps.now(), asker.account_id
    async with work(deps) as tx:
        # Two devices of one person come one after the other, and nobody is offered a time in between.
        await tx.db.run_sync(take_turn, mine)
        present = await _present(tx.db, asker, now)
        wanted = _wanted(present, command, now)
        if wanted != not_over(present.week, wall_at(now, present.calendar.zone)):
            if command.seen != present.week.seen:
                raise HoursChanged
            async with offering_what_opens(tx.db, mine, now):
                zone = present.calendar.zone
                await timetable.keep_weekly_hours(tx.db, counsellor=mine, zone=zone, rules=wanted.weekly)
                await keeping.keep_extra_hours(tx.db, counsellor=mine, spans=wanted.extra)
                await keeping.keep_kinds(tx.db, owner=mine, kinds=wanted.kinds)
            tx.tell([mine], "hours", HoursKept(wanted.seen))
            present = await _present(tx.db, asker, now)
        return await _shown(tx.db, present, now)


# -- inside


@dataclass(frozen=True, slots=True)
class Present:
    """A counsellor's calendar as it is: with closing days and absences. `shared`: kinds of the agency."""

    account_id: str
    agency: Agency
    calendar: Calendar
    week: Week
    shared: tuple[Kind, ...]

    def kind(self, name: str, week: Week) -> Kind | None:
        """What would be offered under that name with these hours."""
        return next((one for one in (*week.kinds, *self.shared) if one.name == name), None)


async def _present(db: AsyncConnection, asker: Asker, now: datetime) -> Present:
    """Raises NotFound."""
    agency = await own_agency(db, asker)
    closed = await agencies.closed_days_of(db, agency.id, now)
    found = await timetable.calendar_of(db, counsellor=asker.account_id, closed=closed)
    calendar = found or Calendar(zone=agency.zone, instead=dict.fromkeys(closed, ()))
    own = await keeping.own_kinds(db, owner=asker.account_id)
    week = week_of(calendar.weekly, calendar.extra, own)
    return Present(asker.account_id, agency, calendar, week, await keeping.own_kinds(db, owner=agency.id))


def _wanted(present: Present, command: LookAtHours, now: datetime) -> Week:
    seats = {cast("KindName", one.name): one.capacity for one in (*present.shared, *present.week.kinds)}
    wall = wall_at(now, present.calendar.zone)
    wanted = not_over(words.week_in(command, seats), wall)
    check_week(wanted, present.calendar.zone, wall.date())
    return wanted


async def _times(
    db: AsyncConnection, present: Present, planned: tuple[Calendar, Week], name: KindName, now: datetime
) -> KindTimes | None:
    """How many times of that kind could be booked, now and then; None where it is offered neither now nor then."""
    counts: list[int | None] = []
    for calendar, week in ((present.calendar, present.week), planned):
        kind = present.kind(name, week)
        counts.append(
            None
            if kind is None
            else await keeping.count_free(
                db, counsellor=present.account_id, calendar=calendar, kind=kind, now=now, ahead=_AHEAD
            )
        )
    before, after = counts
    return None if before is None and after is None else KindTimes(name, before or 0, after or 0)


async def _shown(db: AsyncConnection, present: Present, now: datetime) -> Hours:
    wall = wall_at(now, present.calendar.zone)
    current = not_over(present.week, wall)
    # The present week is shown as a whole.
    shown = {"since": now - _WEEK, "until": now + _ELSEWHERE}
    elsewhere = await times_elsewhere(db, counsellor=present.account_id, **shown)
    return Hours(
        seen=present.week.seen,
        zone=present.calendar.zone,
        wall=wall.strftime(timetable.WALL_FORMAT),
        weekly=[words.block(one) for one in current.weekly],
        extra=[words.extra_hours(one) for one in current.extra],
        kinds=[words.rules(one) for one in current.kinds],
        agency_kinds=[words.rules(one) for one in present.shared],
        closed=words.closed_days(await agencies.terms_of(db, present.agency.id), wall.date()),
        places=bool(await timetable.places_of(db, owner=present.agency.id)),
        elsewhere=[BusyElsewhere(*one) for one in elsewhere],
    )
