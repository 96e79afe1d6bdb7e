"""The board: who waits, what was broken and how it came about; for coordinators, and without a client's name."""

from datetime import timedelta

import msgspec
import pytest

from chatserver.board.wire import Board, Forecast, ReadBoard, ReadForecast
from chatserver.journal.jobs import plan_sealing
from tests.api.house import House
from tests.api.story import enquire, talk
from tests.api.test_absences import away
from tests.people import Client, Counsellor
from tests.person_web import Refused

HOUR = timedelta(hours=1)


async def board(person: Client | Counsellor) -> Board:
    """As this person sees it."""
    return await person.browser.get("/api/board", ReadBoard(), Board)


async def forecast(person: Client | Counsellor) -> Forecast:
    """As this person sees it."""
    return await person.browser.get("/api/board/forecast", ReadForecast(), Forecast)


async def test_who_waits_is_listed_by_time_left_with_topic_and_counsellor(house: House) -> None:
    """A new enquiry has nobody yet; what was answered is not there."""
    talking = await talk(house)
    await house.pass_time(HOUR)
    await enquire(house, "luisa7")
    hagemann = await house.counsellor("hagemann")
    seen = await board(hagemann)
    assert (seen.waiting, seen.at_risk, seen.promised) == (2, 0, 0)
    assert [(one.room == talking.room.id, one.new, one.counsellor_name) for one in seen.lines] == [
        (True, False, "Frau Berger"),
        (False, True, None),
    ]
    assert [one.kind for one in seen.lines[0].steps] == ["opened", "taken"]
    await talking.desk.write("Ich bin da.")
    seen = await board(hagemann)
    assert (seen.waiting, [one.new for one in seen.lines]) == (1, [True])


async def test_what_happened_to_a_promise_is_told_in_its_order(house: House) -> None:
    """Each rung, the breach, and the answer that came too late."""
    talking = await talk(house)
    hagemann = await house.counsellor("hagemann")
    for hours, risk, last in ((24, 0, "reminded"), (36, 1, "escalated"), (44, 1, "help_offered"), (48, 1, "breached")):
        await house.pass_time(talking_time(hours))
        seen = await board(hagemann)
        assert (seen.at_risk, seen.lines[0].steps[-1].kind) == (risk, last)
    [broken] = seen.broken
    assert (broken.running, seen.lines[0].breached) == (True, True)
    await house.pass_time(HOUR)
    await talking.desk.write("Es tut mir leid.")
    seen = await board(hagemann)
    [broken] = seen.broken
    assert [one.kind for one in broken.steps] == [
        *("opened", "taken", "reminded", "escalated", "warned", "help_offered", "breached", "answered")
    ]
    assert (seen.waiting, broken.running, broken.steps[-1].at) == (0, False, house.now())
    await house.pass_time(timedelta(days=31))
    assert (await board(await house.counsellor("hagemann"))).broken == []


def talking_time(hours: int) -> timedelta:
    """From one rung to the next."""
    return {24: 24, 36: 12, 44: 8, 48: 4}[hours] * HOUR


async def test_the_month_counts_what_was_sealed(house: House) -> None:
    """As in the statistics that everybody reads: kept of those that were answered in time or broken."""
    talking, hagemann = await talk(house), await house.counsellor("hagemann")
    await talking.desk.write("Ich bin da.")
    await enquire(house, "luisa7")
    await house.pass_time(48 * HOUR)
    await plan_sealing(house.deps)
    await house.pass_time(HOUR)
    seen = await board(hagemann)
    assert (seen.kept, seen.promised) == (1, 2)


async def test_whoever_is_away_or_has_no_standby_is_marked(house: House) -> None:
    """So that a coordinator sees why nobody answers, and whom not to ask."""
    talking, hagemann = await talk(house), await house.counsellor("hagemann")
    await away(talking.counsellor)
    await talking.room.standby_off()
    seen = await board(hagemann)
    assert (seen.lines[0].gone, seen.lines[0].standby) == ("away", False)
    assert {one.name for one in seen.colleagues if one.away} == {"Frau Berger"}


async def test_no_name_of_a_client_is_on_the_board(house: House) -> None:
    """Nor in its answer: topic and times are enough to see to it that somebody answers."""
    talking, hagemann = await talk(house), await house.counsellor("hagemann")
    told = msgspec.json.encode(await board(hagemann)).decode()
    assert "nachtfalter" not in told
    assert talking.client.account_id not in told


async def test_only_coordinators_see_it_and_only_their_own_agency(house: House) -> None:
    """A counsellor and a client are told that there is nothing; another agency's board is empty."""
    talking = await talk(house)
    for one in (talking.client, talking.counsellor):
        for look in (board, forecast):
            with pytest.raises(Refused, match="not_found"):
                await look(one)
    elsewhere = await house.counsellor("brandt")
    assert (await board(elsewhere)).lines == []
    assert (await forecast(elsewhere)).topics == []


async def test_the_forecast_counts_what_runs_out_by_topic_and_wall_day(house: House) -> None:
    """Written on Monday morning: due on Wednesday. One day has too few answers to tell anything."""
    await talk(house)
    hagemann = await house.counsellor("hagemann")
    seen = await forecast(hagemann)
    assert (seen.zone, seen.enough, seen.short_on) == ("Europe/Berlin", False, None)
    assert seen.total[0].day == "2026-11-23"
    assert [one.known for one in seen.total] == [0, 0, 1, 0, 0, 0, 0]
    assert [one.topic for one in seen.topics] == ["addiction"]
