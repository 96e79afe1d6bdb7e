"""Calendars and kinds of appointment as they are kept and read."""

from datetime import date, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from booking import timetable
from booking.errors import KindNotOffered, NotFound, RuleInvalid, ZoneUnknown
from booking.model import Calendar, Kind, WallSpan, WeeklyRule
from tests.store.booking.practice import AGENCY, CHAT, JONAS, MINUTE, MIRIAM, NINE, SUNDAY, TEN, listed
from tests.unit.booking.oracle import wall

MORNING = WallSpan(wall("2026-03-02 09:00"), wall("2026-03-02 10:00"))


async def test_weekly_hours_come_back_as_they_were_kept(db: AsyncConnection) -> None:
    """And replace those from before, with their zone."""
    rules = (
        WeeklyRule(0, 0, 1440),
        WeeklyRule(6, 540, 555, valid_from=date(2026, 3, 1), valid_until=date(2026, 4, 1), every_weeks=2),
    )
    await timetable.keep_weekly_hours(db, counsellor=MIRIAM, zone="Asia/Tokyo", rules=rules)
    kept = await timetable.calendar_of(db, counsellor=MIRIAM)
    assert kept == Calendar(zone="Asia/Tokyo", weekly=rules)
    assert (await timetable.calendar_of(db, counsellor=JONAS)).zone == "Europe/Berlin"  # type: ignore[union-attr]


async def test_a_calendar_may_be_empty_or_missing(db: AsyncConnection) -> None:
    """Nobody is there by default."""
    await timetable.keep_weekly_hours(db, counsellor=MIRIAM, zone="Europe/Berlin", rules=())
    assert await timetable.calendar_of(db, counsellor=MIRIAM) == Calendar(zone="Europe/Berlin")
    assert await timetable.calendar_of(db, counsellor="nobody") is None


async def test_wrong_hours_change_nothing(db: AsyncConnection) -> None:
    """An unknown zone, or more rules than a week can have."""
    before = await timetable.calendar_of(db, counsellor=MIRIAM)
    with pytest.raises(ZoneUnknown):
        await timetable.keep_weekly_hours(db, counsellor=MIRIAM, zone="Europe/Muenster", rules=())
    with pytest.raises(RuleInvalid):
        await timetable.keep_weekly_hours(
            db, counsellor=MIRIAM, zone="UTC", rules=[WeeklyRule(0, 0, 60)] * (timetable.MOST_RULES + 1)
        )
    assert await timetable.calendar_of(db, counsellor=MIRIAM) == before


async def test_absences_and_extra_hours_are_kept_in_wall_time(db: AsyncConnection) -> None:
    """Whatever the zone is later: nine stays nine."""
    absence = await timetable.add_absence(db, counsellor=MIRIAM, span=MORNING)
    extra = WallSpan(wall("2026-03-07 10:00"), wall("2026-03-07 12:30"))
    await timetable.add_extra_hours(db, counsellor=MIRIAM, span=extra)
    kept = await timetable.calendar_of(db, counsellor=MIRIAM)
    assert kept is not None
    assert (kept.absences, kept.extra) == ((MORNING,), (extra,))
    assert await listed(db) == [TEN, TEN + 60 * MINUTE]
    await timetable.remove_exception(db, counsellor=MIRIAM, exception=absence)
    assert await listed(db) == [NINE, TEN, TEN + 60 * MINUTE]


async def test_an_exception_is_its_owners_own(db: AsyncConnection) -> None:
    """Another's, a removed one and one that never was are the same refusal; without a calendar there are none."""
    absence = await timetable.add_absence(db, counsellor=MIRIAM, span=MORNING)
    for counsellor, exception in ((JONAS, absence), (MIRIAM, absence + 1)):
        with pytest.raises(NotFound):
            await timetable.remove_exception(db, counsellor=counsellor, exception=exception)
    with pytest.raises(NotFound):
        await timetable.add_absence(db, counsellor="nobody", span=MORNING)
    split = WallSpan(MORNING.begins, MORNING.ends + timedelta(seconds=1))
    with pytest.raises(RuleInvalid):
        await timetable.add_absence(db, counsellor=MIRIAM, span=split)


async def test_exceptions_of_long_ago_are_not_read_again(db: AsyncConnection) -> None:
    """A long past costs nothing; what ended a few days ago can still say where a block begins."""
    old = WallSpan(wall("2026-01-05 09:00"), wall("2026-01-05 10:00"))
    await timetable.add_absence(db, counsellor=MIRIAM, span=old)
    await timetable.add_absence(db, counsellor=MIRIAM, span=MORNING)
    kept = await timetable.calendar_of(db, counsellor=MIRIAM, since=SUNDAY + timedelta(days=3))
    assert kept is not None
    assert kept.absences == (MORNING,)


async def test_a_counsellors_own_kind_comes_before_the_agencys(db: AsyncConnection) -> None:
    """And comes back as it was kept."""
    short = Kind(
        name="chat",
        length=25 * MINUTE,
        step=30 * MINUTE,
        buffer_before=5 * MINUTE,
        buffer_after=MINUTE,
        notice=2 * MINUTE,
        horizon=timedelta(days=14),
        cancel_notice=3 * MINUTE,
    )
    owners = (MIRIAM, AGENCY)
    assert await timetable.kind_of(db, name="chat", owners=owners) == CHAT
    await timetable.keep_kind(db, owner=MIRIAM, kind=CHAT)
    await timetable.keep_kind(db, owner=MIRIAM, kind=short)
    assert await timetable.kind_of(db, name="chat", owners=owners) == short
    assert await timetable.kind_of(db, name="chat", owners=(JONAS, AGENCY)) == CHAT


async def test_a_kind_that_nobody_keeps_is_not_offered(db: AsyncConnection) -> None:
    """Neither is one that another agency keeps; and minutes are not split."""
    with pytest.raises(KindNotOffered):
        await timetable.kind_of(db, name="video", owners=(MIRIAM, AGENCY))
    with pytest.raises(KindNotOffered):
        await timetable.kind_of(db, name="chat", owners=("another agency",))
    with pytest.raises(RuleInvalid):
        await timetable.keep_kind(db, owner=AGENCY, kind=Kind(name="chat", length=timedelta(seconds=90), step=MINUTE))
