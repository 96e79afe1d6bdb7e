"""When a counsellor can be booked, as they set it: what it would do is told first, and appointments stay."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace as altered

from booking.elsewhere import keep_busy_elsewhere
from booking.model import Kind, Span
from booking.timetable import keep_kind, kind_of
from chatserver.absences.wire import Absence, EnterAbsence
from chatserver.hours.wire import (
    ExtraHours,
    Hours,
    HoursKept,
    HoursOutlook,
    KeepHours,
    KindRules,
    KindTimes,
    LookAtHours,
    ReadHours,
    WeeklyBlock,
)
from chatserver.terms.wire import KeepTerms, ReadTerms, Terms
from tests.api.house import House
from tests.api.story import Talk, talk
from tests.api.test_appointments import booked
from tests.api.test_waiting import offers, wait
from tests.people import Counsellor
from tests.person_web import Refused

PATH = "/api/calendar/hours"
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
MONDAY, TUESDAY = range(2)
MORNING = WeeklyBlock(MONDAY, "09:00", "12:00")
CHAT = KindRules(
    kind="chat",
    length_minutes=30,
    step_minutes=30,
    buffer_before_minutes=0,
    buffer_after_minutes=0,
    notice_minutes=60,
    horizon_minutes=28 * 1440,
    cancel_notice_minutes=120,
)


async def hours_of(counsellor: Counsellor) -> Hours:
    """As their page reads them."""
    return await counsellor.browser.get(PATH, ReadHours(), Hours)


async def keep(counsellor: Counsellor, seen: str | None = None, **hours: Any) -> Hours:
    """As a page does that has just read them."""
    seen = seen or (await hours_of(counsellor)).seen
    return await counsellor.browser.post(PATH, KeepHours(seen=seen, **hours), Hours)


async def outlook(counsellor: Counsellor, **hours: Any) -> HoursOutlook:
    """What it would do."""
    return await counsellor.browser.post(f"{PATH}/preview", LookAtHours(**hours), HoursOutlook)


async def starts(talking: Talk) -> list[datetime]:
    """What the client is offered."""
    return [one.starts_at for one in (await talking.client.slots(talking.room.id)).slots]


async def test_what_is_kept_is_what_clients_are_offered(house: House) -> None:
    """Tuesdays at three, by the wall; nothing else any more."""
    talking = await talk(house)
    kept = await keep(talking.counsellor, weekly=[WeeklyBlock(TUESDAY, "15:00", "16:00")])
    assert (kept.zone, kept.wall, kept.weekly) == (
        "Europe/Berlin", "2026-11-23T09:00", [WeeklyBlock(TUESDAY, "15:00", "16:00")],
    )  # fmt: skip
    first = datetime(2026, 11, 24, 14, tzinfo=UTC)
    assert await starts(talking) == [first + number * 7 * DAY for number in range(4)]
    assert await hours_of(talking.counsellor) == kept


async def test_hours_hold_from_a_day_until_a_day_and_every_second_week(house: House) -> None:
    """Both days included, as people say it; winter and summer on the same wall."""
    talking = await talk(house)
    block = WeeklyBlock(MONDAY, "09:00", "10:00", date(2026, 11, 30), date(2026, 12, 14), every_weeks=2)
    kept = await keep(talking.counsellor, weekly=[block])
    assert kept.weekly == [block]
    assert await starts(talking) == [datetime(2026, 11, 30, 8, tzinfo=UTC), datetime(2026, 12, 14, 8, tzinfo=UTC)]


async def test_extra_hours_open_one_day_also_when_the_agency_is_closed(house: House) -> None:
    """A closing day closes the weekly hours only; who enters that very day means it. What is past goes by itself."""
    talking = await talk(house)
    keeper = await house.coordinator("hagemann")
    closed = date(2026, 11, 30)
    seen = (await keeper.browser.get("/api/agency/terms", ReadTerms(), Terms)).seen
    await keeper.browser.post("/api/agency/terms", KeepTerms(closed=[closed], land="NW", seen=seen), Terms)
    kept = await keep(talking.counsellor, weekly=[MORNING], extra=[ExtraHours(closed, "20:00", "24:00")])
    assert [one.day for one in kept.closed][:1] == [closed]
    assert ("2026-12-25", True) in [(str(one.day), bool(one.holiday)) for one in kept.closed]
    assert [one for one in await starts(talking) if one.date() == closed] == [
        datetime(2026, 11, 30, hour, tzinfo=UTC) for hour in (19, 20, 21, 22)
    ]
    await house.pass_time(8 * DAY)
    await talking.counsellor.log_in()
    assert (await hours_of(talking.counsellor)).extra == []


async def test_appointments_that_would_lie_outside_are_shown_before_and_stay(house: House) -> None:
    """By the rule of the list; one that lies outside already is said to do so."""
    talking = await talk(house)
    appointment = await booked(talking)
    counsellor = talking.counsellor
    assert (await outlook(counsellor, weekly=[MORNING])).outside == []
    narrower = await outlook(counsellor, weekly=[WeeklyBlock(MONDAY, "09:00", "11:49")])
    assert [(one.id, one.already) for one in narrower.outside] == [(appointment.id, False)]
    await keep(counsellor, weekly=[])
    assert [(one.id, one.already) for one in (await outlook(counsellor)).outside] == [(appointment.id, True)]
    listed = await talking.client.appointments()
    assert [(one.id, one.state, one.starts_at) for one in listed] == [(appointment.id, "booked", appointment.starts_at)]


async def test_how_many_times_could_be_booked_is_told_and_true(house: House) -> None:
    """What is promised before is what the list has afterwards."""
    talking = await talk(house)
    before = await starts(talking)
    wanted: dict[str, Any] = {"weekly": [MORNING], "kinds": [CHAT]}
    told = (await outlook(talking.counsellor, **wanted)).times
    await keep(talking.counsellor, **wanted)
    assert told == [KindTimes("chat", len(before), len(await starts(talking)))]


async def test_rules_of_ones_own_hold_in_place_of_the_agencys(house: House) -> None:
    """Until they are taken back; another kind is offered by whoever sets it, and group seats stay as they are."""
    talking = await talk(house)
    kept = await keep(talking.counsellor, weekly=[MORNING], kinds=[altered(CHAT, most_per_day=2)])
    assert [(one.kind, one.length_minutes) for one in kept.agency_kinds] == [("chat", 50)]
    slots = (await talking.client.slots(talking.room.id)).slots
    assert {one.ends_at - one.starts_at for one in slots} == {30 * MINUTE}
    await keep(talking.counsellor, weekly=[MORNING])
    slots = (await talking.client.slots(talking.room.id)).slots
    assert {one.ends_at - one.starts_at for one in slots} == {50 * MINUTE}


async def test_a_group_keeps_its_seats(house: House) -> None:
    """They are not part of the form, and must not be lost by it."""
    counsellor = await house.counsellor("berger")
    group = Kind(name="video", length=HOUR, step=HOUR, capacity=8)
    async with house.deps.database.write() as db:
        await keep_kind(db, owner=counsellor.account_id, kind=group)
    mine = (await hours_of(counsellor)).kinds
    await keep(counsellor, weekly=[MORNING], kinds=[*mine, CHAT])
    async with house.deps.database.read() as db:
        assert (await kind_of(db, name="video", owners=[counsellor.account_id])).capacity == 8


async def test_an_absence_stays_what_it_is(house: House) -> None:
    """There is one notion of it; setting hours neither ends nor enters one."""
    talking = await talk(house)
    away = EnterAbsence("ab" * 16, "2026-11-30T00:00", "2026-12-01T00:00")
    await talking.counsellor.browser.post("/api/absences", away, Absence)
    await keep(talking.counsellor, weekly=[MORNING], extra=[ExtraHours(date(2026, 11, 30), "14:00", "16:00")])
    assert {one.date() for one in await starts(talking)} == {date(2026, 11, 23), date(2026, 12, 7), date(2026, 12, 14)}


async def test_added_hours_go_to_whoever_waits_for_an_earlier_time(house: House) -> None:
    """As what is called off does."""
    talking = await talk(house)
    await keep(talking.counsellor, weekly=[MORNING])
    await wait(talking.client, talking.room)
    sooner = ExtraHours(date(2026, 11, 24), "10:00", "11:00")
    await keep(talking.counsellor, weekly=[MORNING], extra=[sooner])
    await house.pass_time(timedelta(0))
    assert [one.starts_at for one in await offers(talking.client, talking.room)] == [
        datetime(2026, 11, 24, 9, tzinfo=UTC)
    ]


async def test_times_of_other_calendars_are_shown_beside_ones_own(house: House) -> None:
    """Of the weeks that a page shows, and nobody else's."""
    berger, yilmaz = await house.counsellor("berger"), await house.counsellor("yilmaz")
    spans = [Span(house.now() + days * DAY, house.now() + days * DAY + HOUR) for days in (-30, -1, 3, 90)]
    async with house.deps.database.write() as db:
        await keep_busy_elsewhere(db, counsellor=berger.account_id, source="ab" * 16, spans=spans)
    assert [(one.starts_at, one.ends_at) for one in (await hours_of(berger)).elsewhere] == spans[1:3]
    assert (await hours_of(yilmaz)).elsewhere == []


async def test_of_two_devices_the_second_overwrites_nothing(house: House) -> None:
    """It is told; the other page learns of it at once. A repeat whose answer got lost changes nothing."""
    counsellor = await house.counsellor("berger")
    await counsellor.browser.connect()
    seen = (await hours_of(counsellor)).seen
    kept = await keep(counsellor, seen, weekly=[MORNING])
    assert (await counsellor.browser.heard("hours", HoursKept)).seen == kept.seen
    with pytest.raises(Refused, match="hours_changed"):
        await keep(counsellor, seen, weekly=[])
    assert await keep(counsellor, seen, weekly=[MORNING]) == kept


async def test_of_two_at_once_exactly_one_is_kept(house: House) -> None:
    """Whichever comes first."""
    counsellor = await house.counsellor("berger")
    seen = (await hours_of(counsellor)).seen
    weeks = [[WeeklyBlock(day, "09:00", "12:00")] for day in range(5)]
    answers = await asyncio.gather(*(keep(counsellor, seen, weekly=one) for one in weeks), return_exceptions=True)
    kept = [one for one in answers if isinstance(one, Hours)]
    assert len(kept) == 1
    assert {one.code for one in answers if isinstance(one, Refused)} == {"hours_changed"}
    assert await hours_of(counsellor) == kept[0]


BAD: dict[str, tuple[dict[str, Any], str, str | None]] = {
    "ends before it begins": ({"weekly": [WeeklyBlock(3, "12:00", "09:00")]}, "rule_invalid", "weekly.3"),
    "is no time": ({"weekly": [WeeklyBlock(3, "9", "noon")]}, "rule_invalid", "weekly.3"),
    "ends after midnight": ({"weekly": [WeeklyBlock(0, "20:00", "25:00")]}, "rule_invalid", "weekly.0"),
    "last day before the first": (
        {"weekly": [WeeklyBlock(0, "09:00", "10:00", date(2026, 12, 7), date(2026, 12, 1))]},
        "rule_invalid",
        "weekly.0",
    ),
    "some weeks without a first": (
        {"weekly": [WeeklyBlock(0, "09:00", "10:00", every_weeks=2)]},
        "rule_invalid",
        "weekly.0",
    ),
    "a day at the end of the calendar": (
        {"weekly": [WeeklyBlock(0, "09:00", "10:00", last_day=date.max)]},
        "rule_invalid",
        "weekly.0",
    ),
    "no such day between": (
        {"weekly": [WeeklyBlock(0, "09:00", "10:00", date(2026, 12, 1), date(2026, 12, 6))]},
        "hours_never",
        "weekly.0",
    ),
    "no second week between": (
        {"weekly": [WeeklyBlock(0, "09:00", "10:00", date(2026, 12, 2), date(2026, 12, 8), every_weeks=2)]},
        "hours_never",
        "weekly.0",
    ),
    "an hour that the clock skips": (
        {"extra": [ExtraHours(date(2027, 3, 28), "02:00", "03:00")]},
        "hours_never",
        "extra.2027-03-28",
    ),
    "extra hours that end before": (
        {"extra": [ExtraHours(date(2026, 12, 1), "10:00", "10:00")]},
        "rule_invalid",
        "extra.2026-12-01",
    ),
    "extra hours in five years": (
        {"extra": [ExtraHours(date(2031, 12, 1), "10:00", "11:00")]},
        "rule_invalid",
        "extra.2031-12-01",
    ),
    "blocks that overlap": (
        {"weekly": [WeeklyBlock(0, "09:00", "12:00"), WeeklyBlock(0, "11:00", "13:00")]},
        "hours_overlap",
        "weekly.0",
    ),
    "extra hours that overlap": (
        {"extra": [ExtraHours(date(2026, 12, 1), *one) for one in (("09:00", "11:00"), ("10:00", "12:00"))]},
        "hours_overlap",
        "extra.2026-12-01",
    ),
    "two hundred and one blocks": ({"weekly": [MORNING] * 201}, "hours_full", "weekly"),
    "a thousand extra hours": (
        {"extra": [ExtraHours(date(2026, 12, 1), "10:00", "11:00")] * 1000},
        "hours_full",
        "extra",
    ),
    "ten thousand": ({"extra": [ExtraHours(date(2026, 12, 1), "10:00", "11:00")] * 10_000}, "body_too_large", None),
    "no length": ({"kinds": [altered(CHAT, length_minutes=0)]}, "kind_invalid", "kinds.chat.length"),
    "a step of a minute": ({"kinds": [altered(CHAT, step_minutes=1)]}, "kind_invalid", "kinds.chat.step"),
    "notice beyond the horizon": (
        {"kinds": [altered(CHAT, notice_minutes=2880, horizon_minutes=1440)]},
        "kind_invalid",
        "kinds.chat.notice",
    ),
    "none a day": ({"kinds": [altered(CHAT, most_per_day=0)]}, "kind_invalid", "kinds.chat.most_per_day"),
    "one kind twice": ({"kinds": [CHAT, CHAT]}, "kind_invalid", "kinds"),
}


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("kind", ["sqlite"])
async def test_what_cannot_be_kept_is_said_and_nothing_is_half_done(house: House, case: str) -> None:
    """Before as well as when it is done, with the same code and the same place."""
    hours, code, field = BAD[case]
    counsellor = await house.counsellor("berger")
    before = await hours_of(counsellor)
    for attempt in (outlook, keep):
        with pytest.raises(Refused) as refused:
            await attempt(counsellor, **hours)
        assert (refused.value.code, refused.value.field) == (code, field)
    assert await hours_of(counsellor) == before


async def test_blocks_that_touch_or_take_turns_are_kept(house: House) -> None:
    """Odd and even weeks, winter and spring, and one that begins where the other ends; hours that come twice, too."""
    counsellor = await house.counsellor("berger")
    blocks = [
        WeeklyBlock(0, "08:00", "09:00", date(2026, 11, 23), None, 2),
        WeeklyBlock(0, "08:00", "09:00", date(2026, 11, 30), None, 2),
        WeeklyBlock(0, "09:00", "12:00", None, date(2026, 12, 31)),
        WeeklyBlock(0, "10:00", "13:00", date(2027, 1, 1), None),
        WeeklyBlock(0, "13:00", "24:00"),
    ]
    kept = await keep(counsellor, weekly=blocks, extra=[ExtraHours(date(2027, 10, 31), "02:00", "03:00")])
    assert sorted(kept.weekly, key=lambda one: (one.begins, str(one.first_day))) == sorted(
        blocks, key=lambda one: (one.begins, str(one.first_day))
    )
    assert kept.extra == [ExtraHours(date(2027, 10, 31), "02:00", "03:00")]


async def test_nobody_else_sets_or_sees_them(house: House) -> None:
    """Not a client; and a colleague has their own."""
    client = await house.signed_up("nachtfalter")
    for attempt in (
        client.browser.get(PATH, ReadHours(), Hours),
        client.browser.post(PATH, KeepHours(seen="x"), Hours),
        client.browser.post(f"{PATH}/preview", LookAtHours(), HoursOutlook),
    ):
        with pytest.raises(Refused, match="not_found"):
            await attempt
    berger, yilmaz = await house.counsellor("berger"), await house.counsellor("yilmaz")
    before = await hours_of(yilmaz)
    await keep(berger, weekly=[MORNING])
    assert await hours_of(yilmaz) == before
