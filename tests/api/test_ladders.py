"""An agency's own ladder: kept in order, by its coordinator, for promises that begin afterwards."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from chatserver.ladders.wire import KeepLadder, Ladder, ReadLadder
from tests.api.house import House
from tests.api.story import enquire, talk
from tests.api.test_absences import kinds
from tests.people import Counsellor
from tests.person_web import Refused

HOUR = timedelta(hours=1)


async def keep(person: Counsellor, *hours: Any) -> Ladder:
    """This person sets the agency's ladder."""
    return await person.browser.post("/api/agency/ladder", KeepLadder(*hours), Ladder)


async def ladder(person: Counsellor) -> Ladder:
    """As it is for this person's agency."""
    return await person.browser.get("/api/agency/ladder", ReadLadder(), Ladder)


async def test_an_agency_has_the_usual_ladder_until_its_coordinator_changes_it(house: House) -> None:
    """Its own people see it; another agency's stays."""
    berger, hagemann, okafor = [await house.counsellor(one) for one in ("berger", "hagemann", "okafor")]
    assert await ladder(berger) == Ladder(24, 36, 44)
    assert await keep(hagemann, 4, 8, 12) == await keep(hagemann, 4, 8, 12) == await ladder(berger) == Ladder(4, 8, 12)
    assert await ladder(okafor) == Ladder(24, 36, 44)


async def test_promises_that_begin_afterwards_have_the_new_rungs(house: House) -> None:
    """New enquiries and messages in threads alike; when colleagues may step in goes with it; the promise stays."""
    yilmaz, hagemann = await house.counsellor("yilmaz"), await house.counsellor("hagemann")
    await keep(hagemann, 4, 8, 12)
    talking = await talk(house)
    await house.pass_time(4 * HOUR)
    assert await kinds(talking.counsellor) == ["reply_reminder"]
    await talking.desk.write("Ich bin da.")
    await talking.room.read()
    await talking.room.write("Gut.")
    await house.pass_time(4 * HOUR)
    assert (await kinds(talking.counsellor), await yilmaz.inbox()) == (["reply_reminder"] * 2, [])
    # Left to whoever has taken it, for a quarter of the promise.
    await house.pass_time(4 * HOUR)
    assert (await kinds(yilmaz), [one.takeover for one in await yilmaz.inbox()]) == (["reply_escalated"], ["late"])
    await house.pass_time(4 * HOUR)
    assert await kinds(hagemann) == ["promise_at_risk"]
    thread = await talking.client.thread(talking.room.id)
    assert thread.due_at == house.now() - 12 * HOUR + 48 * HOUR


async def test_a_running_promise_keeps_the_rung_that_is_planned_and_has_the_next_ones_anew(house: House) -> None:
    """None is lost, and none comes twice."""
    await enquire(house)
    berger, hagemann = await house.counsellor("berger"), await house.counsellor("hagemann")
    await keep(hagemann, 1, 2, 3)
    await house.pass_time(24 * HOUR - timedelta(seconds=1))
    assert await kinds(berger) == []
    await house.pass_time(timedelta(seconds=1))
    assert (await kinds(berger), await kinds(hagemann)) == (["reply_reminder", "reply_escalated"], ["promise_at_risk"])


@pytest.mark.parametrize("hours", [(24, 24, 44), (36, 24, 44), (24, 44, 36), (0, 1, 2), (24, 36, 48), (24, 36, 4.5)])
async def test_rungs_out_of_order_are_refused(house: House, hours: tuple[Any, ...]) -> None:
    """And nothing has changed."""
    hagemann = await house.counsellor("hagemann")
    with pytest.raises(Refused, match=r"ladder_invalid|malformed"):
        await keep(hagemann, *hours)
    assert await ladder(hagemann) == Ladder(24, 36, 44)


async def test_nobody_else_changes_it(house: House) -> None:
    """A counsellor, another agency's coordinator for this one, a client: it does not exist for them."""
    berger, client = await house.counsellor("berger"), await house.signed_up("luisa7")
    for stranger in (berger, client):
        with pytest.raises(Refused, match="not_found"):
            await keep(stranger, 4, 8, 12)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="not_found"):
        await client.browser.get("/api/agency/ladder", ReadLadder(), Ladder)
    assert msgspec.structs.astuple(await ladder(berger)) == (24, 36, 44)
