"""Asking a colleague: no keys move, the colleague takes it, the client sees why, and two coordinators do not cross."""

import asyncio

import pytest

from chatserver.assignments.wire import Assign, Assigned
from tests.api.house import House
from tests.api.story import enquire, talk
from tests.api.test_absences import HOUR, away, kinds
from tests.api.test_board import board
from tests.people import Client, Counsellor
from tests.person_web import Refused


async def assign(
    by: Client | Counsellor, room: str, to: Counsellor | None, asked: Counsellor | None = None
) -> Assigned:
    """This person asks a colleague."""
    command = Assign(room, to.account_id if to else None, asked.account_id if asked else None)
    return await by.browser.post("/api/threads/{room}/assign", command, Assigned)


async def test_a_colleague_who_is_asked_takes_it_at_once_and_the_client_sees_why(house: House) -> None:
    """Before any rung has come. The one who had it keeps the seat; nobody else may step in."""
    talking, hagemann = await talk(house), await house.counsellor("hagemann")
    yilmaz, nowak = await house.counsellor("yilmaz"), await house.counsellor("nowak")
    await assign(hagemann, talking.room.id, yilmaz)
    assert await kinds(yilmaz) == ["thread_handed"]
    assert (await board(hagemann)).lines[0].asked_name == "Herr Yilmaz"
    assert await nowak.inbox() == []
    [line] = await yilmaz.inbox()
    assert (line.takeover, line.asked, line.counsellor_name) == ("asked", True, "Frau Berger")
    await yilmaz.take_over(talking.room.id)
    assert (await talking.client.thread(talking.room.id)).counsellor_name == "Herr Yilmaz"
    assert (await board(hagemann)).lines[0].asked is None
    assert await kinds(talking.counsellor) == ["taken_over"]


async def test_a_new_enquiry_is_shown_to_the_one_who_is_asked_and_stays_open_to_all(house: House) -> None:
    """Whoever was asked may not have read it: everybody on duty is reminded as ever, and may take it."""
    _, room = await enquire(house)
    hagemann, yilmaz = await house.counsellor("hagemann"), await house.counsellor("yilmaz")
    berger = await house.counsellor("berger")
    await assign(hagemann, room.id, yilmaz)
    assert [(one.new, one.asked) for one in await yilmaz.inbox()] == [(True, True)]
    assert [(one.new, one.asked) for one in await berger.inbox()] == [(True, False)]
    await house.pass_time(24 * HOUR)
    assert (await kinds(yilmaz), await kinds(berger)) == (["thread_handed", "reply_reminder"], ["reply_reminder"])
    await berger.take(room.id)
    assert await yilmaz.inbox() == []


async def test_of_two_coordinators_the_second_sees_first_what_the_other_has_done(house: House) -> None:
    """At the same moment and one after the other; a repeat is none, and nobody is told twice."""
    talking, hagemann = await talk(house), await house.counsellor("hagemann")
    yilmaz, nowak = await house.counsellor("yilmaz"), await house.counsellor("nowak")
    both = await asyncio.gather(
        assign(hagemann, talking.room.id, yilmaz), assign(hagemann, talking.room.id, nowak), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in both) == ["Assigned", "Refused"]
    first, other = (yilmaz, nowak) if isinstance(both[0], Assigned) else (nowak, yilmaz)
    await assign(hagemann, talking.room.id, first)
    assert (await kinds(first), await kinds(other)) == (["thread_handed"], [])
    with pytest.raises(Refused, match="assignment_outdated"):
        await assign(hagemann, talking.room.id, other)
    await assign(hagemann, talking.room.id, other, asked=first)
    assert ([one.asked for one in await other.inbox()], await first.inbox()) == ([True], [])
    await assign(hagemann, talking.room.id, None, asked=other)
    assert await other.inbox() == []


async def test_whoever_could_not_take_it_is_not_asked(house: House) -> None:
    """Its own counsellor, who holds no duty key, works elsewhere, or was removed by the client: one refusal."""
    talking, hagemann = await talk(house), await house.counsellor("hagemann")
    yilmaz, nowak = await house.counsellor("yilmaz"), await house.counsellor("nowak")
    await talking.room.read()
    for one in (talking.counsellor, await house.counsellor("okafor"), hagemann):
        with pytest.raises(Refused, match="assignee_unfit"):
            await assign(hagemann, talking.room.id, one)
    await away(nowak)
    with pytest.raises(Refused, match="assignee_away"):
        await assign(hagemann, talking.room.id, nowak)
    assert await kinds(yilmaz) == await kinds(nowak) == []


async def test_whom_the_client_removed_is_refused_like_anybody_unfit(house: House) -> None:
    """That somebody was removed is the client's to know."""
    talking, hagemann = await talk(house), await house.counsellor("hagemann")
    yilmaz = await house.counsellor("yilmaz")
    await assign(hagemann, talking.room.id, yilmaz)
    await yilmaz.take_over(talking.room.id)
    await talking.room.read()
    await talking.room.remove(yilmaz.identity.fingerprint)
    with pytest.raises(Refused, match="assignee_unfit"):
        await assign(hagemann, talking.room.id, yilmaz)


async def test_where_the_client_wants_nobody_to_step_in_nobody_is_asked(house: House) -> None:
    """It could not be carried out."""
    talking, hagemann = await talk(house), await house.counsellor("hagemann")
    await talking.room.standby_off()
    with pytest.raises(Refused, match="nobody_may_step_in"):
        await assign(hagemann, talking.room.id, await house.counsellor("yilmaz"))


async def test_nobody_else_assigns_and_nothing_of_another_agency(house: House) -> None:
    """A counsellor, a client, another agency's coordinator, and a room that does not exist: one answer."""
    talking, yilmaz = await talk(house), await house.counsellor("yilmaz")
    for one in (talking.counsellor, talking.client, await house.counsellor("brandt")):
        with pytest.raises(Refused, match="not_found"):
            await assign(one, talking.room.id, yilmaz)
    with pytest.raises(Refused, match="not_found"):
        await assign(await house.counsellor("hagemann"), "00" * 16, yilmaz)
