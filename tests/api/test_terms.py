"""What an agency promises and when it works: kept by its coordinators, told to everybody, and binding from then on."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chatserver.agencies.model import PROMISE
from chatserver.agencies.wire import OpenHours, ReadSite, Site
from chatserver.deletions.wire import Keys, ReadKeys
from chatserver.terms.wire import KeepTerms, PreviewTerms, ReadTerms, Terms
from crypto import read_receipt
from tests.api.house import MUENSTER, House
from tests.api.story import ADDICTION, Talk, talk
from tests.coordinator import Coordinator
from tests.people import Counsellor
from tests.person_web import Refused

PATH = "/api/agency/terms"
MORNINGS = [OpenHours(weekday, "09:00", "12:00") for weekday in range(5)]
DECEMBER = [date(2026, 12, 1) + timedelta(days=day) for day in range(30)]
WORKING: dict[str, Any] = {"weekly": MORNINGS, "kind": "business", "promised_hours": 6, "land": "NW"}


async def keep(coordinator: Coordinator, **terms: Any) -> Terms:
    """From now on, whatever there was before."""
    seen = (await terms_of(coordinator)).seen
    return await coordinator.browser.post(PATH, KeepTerms(seen=seen, **terms), Terms)


async def terms_of(somebody: Coordinator | Counsellor) -> Terms:
    """Those of their agency."""
    return await somebody.browser.get(PATH, ReadTerms(), Terms)


async def due_at(talking: Talk) -> datetime | None:
    """When an answer is due."""
    return (await talking.client.thread(talking.room.id)).due_at


async def test_without_terms_the_usual_promise_holds(house: House) -> None:
    """Exactly 48 hours, whoever works when."""
    hagemann = await house.coordinator("hagemann")
    usual = await terms_of(hagemann)
    assert (usual.kind, usual.promised_hours, usual.weekly, usual.languages) == ("calendar", 48, [], [])
    assert usual.due_at == house.now() + PROMISE


async def test_a_promise_in_working_time_counts_only_that(house: House) -> None:
    """Six hours from Monday at nine: three on Monday, three on Tuesday; told before anybody writes, too."""
    hagemann = await house.coordinator("hagemann")
    kept = await keep(hagemann, **WORKING)
    tuesday = datetime(2026, 11, 24, 11, tzinfo=UTC)
    assert kept.due_at == tuesday
    client = await house.signed_up("nachtfalter")
    assert (await client.find_agency(ADDICTION, MUENSTER)).due_at == tuesday
    talking = await talk(house, "luisa7")
    assert await due_at(talking) == tuesday
    assert (await talking.client.slots(talking.room.id)).otherwise_due_at == tuesday


async def test_every_way_to_a_promise_goes_by_the_agencys_terms(house: House) -> None:
    """A message in the thread, and an appointment that the counsellor calls off."""
    hagemann = await house.coordinator("hagemann")
    talking = await talk(house)
    await talking.desk.write("Wann passt es Ihnen?")
    await talking.room.read()
    await keep(hagemann, **WORKING)
    asked = await talking.room.write("Morgen?")
    assert asked.due_at == datetime(2026, 11, 24, 11, tzinfo=UTC)
    await talking.desk.read()
    await talking.desk.write("Gut.")
    await talking.room.read()
    appointment = await talking.client.book(talking.room.id, (await talking.client.slots(talking.room.id)).slots[0])
    await talking.counsellor.cancel(appointment.id)
    assert await due_at(talking) == datetime(2026, 11, 24, 11, tzinfo=UTC)


async def test_new_terms_move_no_promise_that_runs(house: House) -> None:
    """Neither later nor earlier; the next one goes by them."""
    hagemann = await house.coordinator("hagemann")
    talking = await talk(house)
    before = await due_at(talking)
    await keep(hagemann, kind="calendar", promised_hours=24)
    await talking.room.write("Noch etwas.")
    assert await due_at(talking) == before == house.now() + PROMISE
    await talking.desk.read()
    await talking.desk.write("Antwort.")
    await talking.room.read()
    assert (await talking.room.write("Und noch etwas.")).due_at == house.now() + timedelta(hours=24)


async def test_a_receipt_says_which_working_time_was_promised(house: House) -> None:
    """So that anybody can count again."""
    hagemann = await house.coordinator("hagemann")
    await keep(hagemann, **WORKING, closed=[date(2026, 11, 24)])
    talking = await talk(house)
    await talking.desk.write("Einen Augenblick.")
    await talking.room.read()
    signed = (await talking.room.write("Und nun?")).receipt
    assert signed is not None
    keys = await talking.client.browser.get("/api/keys", ReadKeys(), Keys)
    receipt = read_receipt(signed, keys.receipt_key)
    assert (receipt.policy_kind, receipt.policy_seconds) == ("business", 6 * 3600)
    assert "2026-11-24" in receipt.policy_details
    assert await due_at(talking) == datetime(2026, 11, 25, 11, tzinfo=UTC)


async def test_a_preview_keeps_nothing(house: House) -> None:
    """It counts with what is on the page."""
    hagemann = await house.coordinator("hagemann")
    seen = await hagemann.browser.post(f"{PATH}/preview", PreviewTerms(**WORKING), Terms)
    assert seen.due_at == datetime(2026, 11, 24, 11, tzinfo=UTC)
    assert (await terms_of(hagemann)).kind == "calendar"


async def test_nobody_overwrites_terms_that_they_have_not_seen_and_a_repeat_changes_nothing(house: House) -> None:
    """Two coordinators, or one with two windows; an answer may have got lost. A preview tells the same."""
    hagemann = await house.coordinator("hagemann")
    first = await terms_of(hagemann)
    wanted = [KeepTerms(promised_hours=hours, seen=first.seen) for hours in (12, 24)]
    outcomes = await asyncio.gather(
        *(hagemann.browser.post(PATH, one, Terms) for one in wanted), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Refused", "Terms"]
    lost, won = sorted(zip(outcomes, wanted, strict=True), key=lambda one: isinstance(one[0], Terms))
    assert (await hagemann.browser.post(PATH, won[1], Terms)).promised_hours == won[1].promised_hours
    with pytest.raises(Refused, match="terms_changed") as refused:
        await hagemann.browser.post(PATH, lost[1], Terms)
    assert refused.value.status == 409
    now = await terms_of(hagemann)
    seen = await hagemann.browser.post(f"{PATH}/preview", PreviewTerms(promised_hours=6), Terms)
    assert (now.promised_hours, seen.seen) == (won[1].promised_hours, now.seen)


async def test_hours_and_languages_are_shown_to_whoever_looks_for_an_agency(house: House) -> None:
    """Several blocks a day, as the wall clock there shows them; what was said twice once."""
    hagemann = await house.coordinator("hagemann")
    hours = [OpenHours(5, "18:00", "24:00"), OpenHours(0, "08:00", "12:00"), OpenHours(0, "12:00", "13:30")]
    await keep(hagemann, weekly=hours, languages=["de", "tr", "de"])
    client = await house.signed_up("nachtfalter")
    agency = (await client.find_agency(ADDICTION, MUENSTER)).agency
    assert agency.weekly == [OpenHours(0, "08:00", "13:30"), OpenHours(5, "18:00", "24:00")]
    assert agency.languages == ["de", "tr"]


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"weekly": [OpenHours(0, "12:00", "09:00")]}, "weekly.0"),
        ({"weekly": [OpenHours(1, "09:00", "12:00"), OpenHours(1, "11:00", "13:00")]}, "weekly.1"),
        ({"weekly": [OpenHours(2, "9", "12")]}, "weekly.2"),
        ({"weekly": [OpenHours(3, "20:00", "24:01")]}, "weekly.3"),
        ({"land": "XX", "weekly": MORNINGS, "kind": "business"}, "land"),
        ({"land": "XX"}, "land"),
        ({"kind": "business"}, "hours"),
        ({"kind": "business", "weekly": [OpenHours(0, "09:00", "10:00")]}, "promised_hours"),
        ({"kind": "business", "weekly": MORNINGS}, "promised_hours"),
    ],
)
async def test_what_cannot_be_kept_is_refused_by_its_name(house: House, terms: dict[str, Any], field: str) -> None:
    """And nothing of it is kept. Nobody may be promised an answer in a week from now."""
    hagemann = await house.coordinator("hagemann")
    with pytest.raises(Refused, match="terms_invalid") as refused:
        await keep(hagemann, **{"promised_hours": 12, **terms})
    assert refused.value.field == field
    assert (await terms_of(hagemann)).kind == "calendar"


@pytest.mark.parametrize("terms", [{"promised_hours": 49}, {"promised_hours": 3}, {"languages": ["deutsch"]}])
async def test_what_has_not_the_right_form_is_malformed(house: House, terms: dict[str, Any]) -> None:
    """No promise is longer than 48 hours, and none so short that nobody could keep it at night."""
    hagemann = await house.coordinator("hagemann")
    with pytest.raises(Refused, match="malformed"):
        await keep(hagemann, **terms)


async def test_only_coordinators_change_the_terms_of_their_own_agency(house: House) -> None:
    """Counsellors see them; the other agency's stay as they are."""
    berger, hagemann, other = (
        await house.counsellor("berger"),
        await house.coordinator("hagemann"),
        await house.coordinator("brandt"),
    )
    with pytest.raises(Refused, match="not_found"):
        await berger.browser.post(PATH, KeepTerms(promised_hours=24, seen=(await terms_of(berger)).seen), Terms)
    await keep(hagemann, promised_hours=24)
    assert (await terms_of(berger)).promised_hours == 24
    assert (await terms_of(other)).promised_hours == 48


async def test_however_long_an_agency_is_closed_nobody_is_promised_an_answer_later_than_in_a_week(house: House) -> None:
    """Closing days put an answer off; that is what they may do, and no more."""
    hagemann = await house.coordinator("hagemann")
    closed = [house.now().date() + timedelta(days=day) for day in range(60)]
    kept = await keep(hagemann, **WORKING, closed=closed)
    talking = await talk(house)
    assert await due_at(talking) == kept.due_at == house.now() + timedelta(days=7)


async def test_closing_days_to_come_and_holidays_are_shown_to_whoever_looks_for_an_agency(house: House) -> None:
    """Not those that are over, nor what is months away."""
    hagemann = await house.coordinator("hagemann")
    days = [date(2026, 11, 22), date(2026, 11, 23), date(2026, 12, 24), date(2027, 6, 1)]
    await keep(hagemann, **WORKING, closed=days)
    agency = (await house.client("nachtfalter").find_agency(ADDICTION, MUENSTER)).agency
    assert (agency.closed, agency.holidays) == ([date(2026, 11, 23), date(2026, 12, 24)], True)


async def test_the_site_names_hours_only_while_every_agency_counts_by_the_clock(house: House) -> None:
    """The longest of them: the first page knows no agency yet, and must not promise what one of them does not."""
    browser, hagemann = house.client("nachtfalter").browser, await house.coordinator("hagemann")
    brandt = await house.coordinator("brandt")

    async def hours() -> int | None:
        return (await browser.get("/api/site", ReadSite(), Site)).promise_hours

    await keep(hagemann, promised_hours=24)
    assert await hours() == 48
    await keep(brandt, promised_hours=12)
    assert await hours() == 24
    await keep(hagemann, **WORKING)
    assert await hours() is None
