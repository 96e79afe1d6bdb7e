"""Danger to life: one counsellor says so, and everybody at the agency sees it first."""

import pytest

from chatserver.dangers.wire import KeepProcedure, MarkDanger, Procedure, ReadProcedure
from chatserver.threads.wire import Thread
from tests.api.house import House
from tests.api.story import ADDICTION, enquire, talk
from tests.api.test_clock import kinds, say
from tests.people import Client, Counsellor
from tests.person_web import Refused


async def mark(somebody: Client | Counsellor, room: str, *, there: bool = True) -> Thread:
    """As the page does it."""
    return await somebody.browser.post("/api/threads/{room}/danger", MarkDanger(room, there), Thread)


async def procedure(somebody: Counsellor) -> Procedure:
    """As somebody who works there reads it."""
    return await somebody.browser.get("/api/agency/procedure", ReadProcedure(), Procedure)


async def keep(somebody: Counsellor, de: str, en: str) -> Procedure:
    """As the coordinator's page does it."""
    return await somebody.browser.post("/api/agency/procedure", KeepProcedure(de, en), Procedure)


async def test_it_stands_first_for_everybody_at_the_agency_and_nobody_elsewhere(house: House) -> None:
    """Above what has less time left, also when it is answered; without the client's name for those not in the room."""
    talking = await talk(house)
    await say(talking, "counsellor")
    other, _ = await enquire(house, "luisa7")
    assert (await mark(talking.counsellor, talking.room.id)).danger
    for name in ("berger", "yilmaz", "nowak", "hagemann"):
        first = (await (await house.counsellor(name)).inbox())[0]
        assert (first.room, first.danger, first.topic) == (talking.room.id, True, ADDICTION)
        assert first.client_name == (talking.client.name if name == "berger" else None)
        if name != "berger":
            assert first.counsellor_name == "Frau Berger"
    assert not any(one.danger for one in await (await house.counsellor("okafor")).inbox())
    assert not (await talking.client.thread(talking.room.id)).danger
    assert [one.danger for one in await other.threads()] == [False]


async def test_colleagues_are_told_once_and_whoever_said_it_is_not(house: House) -> None:
    """A repeat tells nobody anything."""
    talking = await talk(house)
    for _ in range(2):
        await mark(talking.counsellor, talking.room.id)
    assert await kinds(talking.counsellor) == []
    for name in ("yilmaz", "hagemann"):
        assert await kinds(await house.counsellor(name)) == ["life_in_danger"]
    assert "life_in_danger" not in await kinds(talking.client)


async def test_the_mark_is_taken_back_by_whoever_counsels_there(house: House) -> None:
    """Then it is a thread like any other, and its promise was never touched."""
    talking = await talk(house)
    due_at = (await talking.client.thread(talking.room.id)).due_at
    await mark(talking.counsellor, talking.room.id)
    assert not (await mark(talking.counsellor, talking.room.id, there=False)).danger
    assert await (await house.counsellor("yilmaz")).inbox() == []
    assert (await talking.client.thread(talking.room.id)).due_at == due_at


async def test_nobody_marks_a_thread_without_a_seat_in_it_as_a_counsellor(house: House) -> None:
    """For them it does not exist."""
    talking = await talk(house)
    for somebody in (talking.client, await house.counsellor("yilmaz"), await house.counsellor("okafor")):
        with pytest.raises(Refused, match="not_found"):
            await mark(somebody, talking.room.id)
    assert not (await talking.counsellor.inbox())[0].danger


async def test_a_deleted_thread_is_in_nobody_s_inbox(house: House) -> None:
    """The mark goes with it."""
    talking = await talk(house)
    await mark(talking.counsellor, talking.room.id)
    await talking.client.delete_thread(talking.room.id)
    assert await (await house.counsellor("hagemann")).inbox() == []


async def test_the_procedure_is_written_by_coordinators_and_read_by_their_agency(house: House) -> None:
    """Empty: the agency has none of its own, and the pages say the usual one."""
    coordinator, berger = await house.counsellor("hagemann"), await house.counsellor("berger")
    assert await procedure(berger) == Procedure("", "")
    with pytest.raises(Refused, match="not_found"):
        await keep(berger, "Ich weiß es besser.", "")
    written = await keep(coordinator, " 1. Leitung anrufen.\n", "1. Call the lead.")
    assert written == Procedure("1. Leitung anrufen.", "1. Call the lead.")
    assert await procedure(berger) == written
    assert await procedure(await house.counsellor("okafor")) == Procedure("", "")
    await keep(coordinator, "", "")
    assert await procedure(berger) == Procedure("", "")
