"""Going away and coming back, for oneself or, as a coordinator, for a colleague."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from secrets import token_hex
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from booking import timetable
from booking.errors import RequestReused
from booking.model import State, WallSpan
from booking.store import appointments_of_counsellor
from chatserver.absences import store
from chatserver.absences.model import MOST_ABSENCES, NO_END, Absence, Staff, away_among, ended_early, wall_at
from chatserver.absences.wire import Absence as ShownAbsence
from chatserver.absences.wire import (
    AbsenceEnded,
    Absences,
    AbsencesChanged,
    AppointmentInBetween,
    ChangeAbsence,
    EndAbsence,
    EnterAbsence,
    ListAbsences,
    LookAhead,
    Outlook,
    Standby,
)
from chatserver.agencies.model import Agency
from chatserver.deps import Asker, Deps, Work, look, work
from chatserver.errors import AbsenceOver, AbsencesFull, Malformed, NotFound, SubstituteUnfit
from chatserver.notices.actions import tell_notice
from chatserver.opened import offering_what_opens
from chatserver.rosters.actions import coordinated_agency, own_agency

Wanted: TypeAlias = LookAhead | EnterAbsence | ChangeAbsence
# Whoever is away from the year 1 on was not meant.
_FIRST_YEAR: Final = 2000

# -- looking


async def list_absences(deps: Deps, asker: Asker, command: ListAbsences) -> Absences:
    """Who is away when, as far as it is the asker's to know. Raises NotFound."""
    now = deps.now()
    async with look(deps) as db:
        agency = await own_agency(db, asker)
        people = await store.colleagues(db, agency.id)
        staff = await store.staff_at(db, agency.id, now)
        known = [one for one in await store.not_over(db, agency.id, now) if one.span.ends > wall_at(now, one.zone)]
        zone = await store.zone_for(db, asker.account_id, agency.zone)
    coordinates = asker.account_id in staff.coordinators
    mine = [one for one in known if coordinates or asker.account_id in (one.account_id, one.substitute_id)]
    names = {one.account_id: one.display_name for one in people}
    return Absences(
        away=asker.account_id in staff.away,
        wall=_text(wall_at(now, zone)),
        zone=zone,
        coordinates=coordinates,
        everybody_away=not staff.there(staff.duty),
        absences=[_shown(one, names, staff, now) for one in mine],
        colleagues=[Standby(one.account_id, one.display_name, one.duty) for one in people],
    )


async def look_ahead(deps: Deps, asker: Asker, command: LookAhead) -> Outlook:
    """What an absence would mean, before it is entered. Raises NotFound, Malformed, AbsenceOver, SubstituteUnfit."""
    now = deps.now()
    async with look(deps) as db:
        agency = await _agency_of(db, asker, command.account)
        wanted = await _wanted(db, agency, command.account or asker.account_id, command, now)
        begins = wanted.span.begins.replace(tzinfo=ZoneInfo(wanted.zone))
        at = max(begins, now)
        others = [one for one in await store.not_over(db, agency.id, now) if one.id != command.absence]
        staff = replace(await store.staff_at(db, agency.id, at), away=away_among([*others, wanted], at))
        coming = await appointments_of_counsellor(db, counsellor=wanted.account_id, ends_after=at)
        names = {one.account_id: one.display_name for one in await store.colleagues(db, agency.id)}
        waiting = await store.waiting_for(db, wanted.account_id)
    ends = wanted.span.ends.replace(tzinfo=ZoneInfo(wanted.zone))
    within = [one for one in coming if one.state is State.BOOKED and one.appointment.starts_at < ends]
    stands_in = staff.stands_in(wanted.account_id, staff.duty)
    return Outlook(
        appointments=[AppointmentInBetween(one.id, *one.appointment) for one in within],
        waiting=waiting,
        stands_in_name=names.get(stands_in) if stands_in else None,
        everybody_away=not staff.there(staff.duty),
    )


def _shown(one: Absence, names: dict[str, str], staff: Staff, now: datetime) -> ShownAbsence:
    goes_on = one.holds_at(now)
    stands_in = staff.stands_in(one.account_id, staff.duty) if goes_on else None
    return ShownAbsence(
        id=one.id,
        account=one.account_id,
        name=names.get(one.account_id, ""),
        begins=_text(one.span.begins),
        ends=None if one.span.ends == NO_END else _text(one.span.ends),
        zone=one.zone,
        now=goes_on,
        substitute=one.substitute_id,
        substitute_name=names.get(one.substitute_id or ""),
        stands_in_name=names.get(stands_in or ""),
    )


# -- going and coming


async def enter_absence(deps: Deps, asker: Asker, command: EnterAbsence) -> ShownAbsence:
    """Takes free slots away from the first to the last minute; appointments stay. A repeat gets the first answer.

    Raises NotFound, Malformed, AbsenceOver, AbsencesFull, SubstituteUnfit, RequestReused.
    """
    now = deps.now()
    async with work(deps) as tx:
        agency = await _agency_of(tx.db, asker, command.account)
        account_id = command.account or asker.account_id
        first = await store.entered_by_request(tx.db, agency.id, command.request_id)
        if first is not None:
            if first.account_id != account_id:
                raise RequestReused("request_id")
            return await _answer(tx.db, agency, first, now)
        wanted = await _wanted(tx.db, agency, account_id, command, now)
        known = await store.not_over(tx.db, agency.id, now)
        if sum(one.account_id == account_id for one in known) >= MOST_ABSENCES:
            raise AbsencesFull
        await timetable.open_calendar(tx.db, counsellor=account_id, zone=wanted.zone)
        number = await timetable.add_absence(tx.db, counsellor=account_id, span=wanted.span)
        await store.name_substitute(tx.db, number, wanted.substitute_id, command.request_id)
        entered = replace(wanted, id=number)
        await _tell(tx, agency, entered, named={entered.substitute_id}, asker=asker, now=now)
        return await _answer(tx.db, agency, entered, now)


async def change_absence(deps: Deps, asker: Asker, command: ChangeAbsence) -> ShownAbsence:
    """Other times, or another substitute. Raises NotFound, Malformed, AbsenceOver, SubstituteUnfit."""
    now = deps.now()
    async with work(deps) as tx:
        agency, before = await _absence_of(tx.db, asker, command.absence)
        after = await _wanted(tx.db, agency, before.account_id, command, now)
        after = replace(after, id=before.id)
        async with offering_what_opens(tx.db, after.account_id, now):
            await timetable.change_exception(tx.db, counsellor=after.account_id, exception=after.id, span=after.span)
        await store.rename_substitute(tx.db, after.id, after.substitute_id, token_hex(16))
        await _tell(tx, agency, after, named={after.substitute_id} - {before.substitute_id}, asker=asker, now=now)
        return await _answer(tx.db, agency, after, now)


async def end_absence(deps: Deps, asker: Asker, command: EndAbsence) -> AbsenceEnded:
    """It ends now; one that has not begun is removed. A repeat changes nothing. Raises NotFound."""
    now = deps.now()
    async with work(deps) as tx:
        agency, before = await _absence_of(tx.db, asker, command.absence)
        left = ended_early(before, now)
        async with offering_what_opens(tx.db, before.account_id, now):
            if left is None:
                await timetable.remove_exception(tx.db, counsellor=before.account_id, exception=before.id)
            elif left != before.span:
                await timetable.change_exception(tx.db, counsellor=before.account_id, exception=before.id, span=left)
        await _tell(tx, agency, before, named=(), asker=asker, now=now)
    return AbsenceEnded(before.id, left is None)


# -- inside


async def _agency_of(db: AsyncConnection, asker: Asker, account_id: str | None) -> Agency:
    """The agency at which both work, the asker as its coordinator if it is not about themselves. Raises NotFound."""
    if account_id is None or account_id == asker.account_id:
        return await own_agency(db, asker)
    agency = await coordinated_agency(db, asker)
    if account_id not in {one.account_id for one in await store.colleagues(db, agency.id)}:
        raise NotFound
    return agency


async def _absence_of(db: AsyncConnection, asker: Asker, absence: int) -> tuple[Agency, Absence]:
    agency = await own_agency(db, asker)
    found = await store.absence_at(db, agency.id, absence)
    if found is None:
        raise NotFound
    return await _agency_of(db, asker, found.account_id), found


async def _wanted(
    db: AsyncConnection,
    agency: Agency,
    account_id: str,
    command: Wanted,
    now: datetime,
) -> Absence:
    """The absence as it was asked for. Raises Malformed, AbsenceOver, SubstituteUnfit."""
    zone = await store.zone_for(db, account_id, agency.zone)
    begins = wall_at(now, zone) if command.begins is None else _wall("begins", command.begins)
    ends = NO_END if command.ends is None else _wall("ends", command.ends)
    if begins >= ends:
        raise Malformed("ends")
    if ends <= wall_at(now, zone):
        raise AbsenceOver("ends")
    await _check_substitute(db, agency, account_id, command.substitute)
    span = WallSpan(begins, ends)
    return Absence(id=2**53, account_id=account_id, span=span, zone=zone, substitute_id=command.substitute)


async def _check_substitute(db: AsyncConnection, agency: Agency, account_id: str, substitute_id: str | None) -> None:
    """A circle is none of its business: the chain finds its end, whoever is away when."""
    if substitute_id is None:
        return
    able = {one.account_id for one in await store.colleagues(db, agency.id) if one.duty}
    if substitute_id == account_id or substitute_id not in able:
        raise SubstituteUnfit("substitute")


def _wall(name: str, text: str) -> datetime:
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        raise Malformed(name) from None
    if not _FIRST_YEAR <= wall.year < NO_END.year:
        raise Malformed(name)
    return wall


async def _answer(db: AsyncConnection, agency: Agency, one: Absence, now: datetime) -> ShownAbsence:
    names = {one.account_id: one.display_name for one in await store.colleagues(db, agency.id)}
    return _shown(one, names, await store.staff_at(db, agency.id, now), now)


async def _tell(
    tx: Work, agency: Agency, one: Absence, *, named: Iterable[str | None], asker: Asker, now: datetime
) -> None:
    """Whoever was named hears it as a notice; the pages of all whom it concerns show it."""
    await tell_notice(tx, [one for one in named if one and one != asker.account_id], "named_substitute", now=now)
    coordinators = [one.account_id for one in await store.colleagues(tx.db, agency.id) if one.coordinates]
    concerned = [one.account_id, *coordinators, *([one.substitute_id] if one.substitute_id else [])]
    tx.tell(list(dict.fromkeys(concerned)), "absences", AbsencesChanged(one.account_id))


def _text(wall: datetime) -> str:
    return wall.strftime(timetable.WALL_FORMAT)
