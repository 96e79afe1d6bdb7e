"""A page without a socket: it sends over HTTP, and asks for news in a request that waits."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from chatserver.lines import KEPT_FOR, LINES_EACH, MOST_KEPT
from chatserver.news import actions
from chatserver.news.wire import AwaitNews, News, SeenUpTo
from chatserver.rooms.wire import Items, Typing
from tests.api.house import House
from tests.api.story import enquire, talk
from tests.people import Talking
from tests.person_room import Room
from tests.person_web import Refused


async def news(person: Talking, last: News | None = None, *rooms: Room, wait: int = 0) -> News:
    """Asks as a page does: with the positions that it has, and what it has heard."""
    seen = [SeenUpTo(room.id, room.reader.position) for room in rooms]
    heard = last.told[-1].number if last and last.told else 0
    asked = AwaitNews(seen, last.line if last else None, heard, wait)
    return await person.browser.post("/api/news", asked, News)


def events(news: News) -> list[str]:
    """What was told besides items."""
    return [one.event for one in news.told]


async def test_whoever_waits_is_told_at_once(house: House) -> None:
    """The answer comes with the message, long before the wait is over."""
    talking = await talk(house)
    first = await news(talking.client, None, talking.room)
    waiting = asyncio.ensure_future(news(talking.client, first, talking.room, wait=25))
    await talking.desk.write("Guten Morgen.", clock="answers")
    told = await asyncio.wait_for(waiting, 15)
    assert [(one.room, len(one.items)) for one in told.rooms] == [(talking.room.id, 1)]
    assert await talking.room.read() == talking.desk.texts


async def test_what_is_told_never_comes_ahead_of_its_item(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that is stored while the database is looked at is in the answer, and not only what was told of it."""
    talking = await talk(house)
    first = await news(talking.client, None, talking.room)
    look = actions._behind

    async def look_and_be_overtaken(*asked: Any) -> list[Items]:
        monkeypatch.setattr(actions, "_behind", look)
        found = await look(*asked)
        await talking.desk.write("Guten Morgen.", clock="answers")
        return found

    monkeypatch.setattr(actions, "_behind", look_and_be_overtaken)
    told = await news(talking.client, first, talking.room, wait=25)
    assert [(one.room, len(one.items)) for one in told.rooms] == [(talking.room.id, 1)]


async def test_nothing_is_lost_between_two_requests(house: House) -> None:
    """Positions decide about items; what else happened waits on the line."""
    talking = await talk(house)
    first = await news(talking.client, None, talking.room)
    assert (first.missed, first.told) == (True, [])
    await talking.desk.write("Eins.", clock="answers")
    await talking.desk.write("Zwei.", clock="none")
    second = await news(talking.client, first, talking.room, wait=25)
    assert [item.position for item in second.rooms[0].items] == [4, 5]
    assert (second.missed, events(second)) == (False, ["clock"])


async def test_an_answer_that_was_lost_is_given_again(house: House) -> None:
    """Until the page says that it has heard it."""
    talking = await talk(house)
    first = await news(talking.client, None, talking.room)
    await talking.desk.write("Eins.", clock="answers")
    lost = await news(talking.client, first, talking.room)
    again = await news(talking.client, first, talking.room)
    assert (again.rooms, again.told) == (lost.rooms, lost.told)
    await talking.room.read()
    assert (await news(talking.client, again, talking.room)).told == []


async def test_items_of_rooms_that_the_page_does_not_name_are_told_as_a_socket_would(house: House) -> None:
    """So that a page which has only just begun misses nothing either."""
    talking = await talk(house)
    first = await news(talking.client)
    await talking.desk.write("Eins.", clock="answers")
    second = await news(talking.client, first)
    assert (events(second), second.rooms) == (["posted", "clock"], [])
    assert second.told[0].body["room"] == talking.room.id


async def test_those_on_duty_hear_of_an_enquiry_(house: House) -> None:
    """All that is pushed over sockets is told here, too."""
    berger = await house.counsellor("berger")
    first = await news(berger)
    waiting = asyncio.ensure_future(news(berger, first, wait=25))
    await enquire(house)
    assert "enquiry_came" in events(await asyncio.wait_for(waiting, 15))


async def test_typing_is_told_to_a_page_without_a_socket(house: House) -> None:
    """The other side may have one."""
    talking = await talk(house)
    first = await news(talking.client, None, talking.room)
    await talking.counsellor.connect()
    await talking.desk.say_typing()
    told = (await news(talking.client, first, talking.room, wait=25)).told
    assert [(one.event, one.body["account"]) for one in told] == [("typing", talking.counsellor.account_id)]


@pytest.mark.parametrize("wait", [-1, 26, 10**30, "soon", None])
async def test_nobody_waits_for_ever(house: House, wait: Any) -> None:
    """A request that is never answered would keep its connection."""
    client = await house.signed_up("nachtfalter")
    async with client.browser.http.post(house.url + "/api/news", json={"wait": wait}) as answer:
        assert (answer.status, (await answer.json())["code"]) == (400, "malformed")


async def test_without_news_the_answer_is_empty(house: House) -> None:
    """After the wait; and rooms that are not one's own are never new."""
    talking = await talk(house)
    stranger = await house.signed_up("luisa7")
    first = await news(stranger)
    asked = AwaitNews([SeenUpTo(talking.room.id, 0), SeenUpTo("0" * 32, 0)], first.line, 0, 0)
    answer = await stranger.browser.post("/api/news", asked, News)
    assert (answer.rooms, answer.told, answer.missed) == ([], [], False)


async def test_a_line_is_of_one_session_only(house: House) -> None:
    """Whoever names another's gets one of their own."""
    talking = await talk(house)
    first = await news(talking.client)
    stranger = await house.signed_up("luisa7")
    other = await news(stranger, first)
    assert other.missed
    assert other.line != first.line


async def test_the_end_of_a_session_ends_its_requests(house: House) -> None:
    """At once, and the next one is refused."""
    talking = await talk(house)
    first = await news(talking.client, None, talking.room)
    waiting = asyncio.ensure_future(news(talking.client, first, talking.room, wait=25))
    await talking.desk.read()
    await talking.client.log_out()
    with pytest.raises(Refused, match="session_expired"):
        await news(talking.client, await asyncio.wait_for(waiting, 15))


async def test_lines_are_bounded_in_number_and_length(house: House) -> None:
    """What nobody asks for is forgotten; the page learns that it has missed something."""
    client = await house.signed_up("nachtfalter")
    lines = [await news(client) for _ in range(LINES_EACH + 1)]
    assert not (await news(client, lines[1])).missed
    for _ in range(MOST_KEPT + 1):
        await house.deps.announce.tell([client.account_id], "typing", Typing("0" * 32, "0" * 32))
    assert (await news(client, lines[1])).missed
    assert (await news(client, lines[0])).missed


async def test_a_line_on_which_nobody_asks_is_forgotten(house: House) -> None:
    """The page may have been closed."""
    client = await house.signed_up("nachtfalter")
    first = await news(client)
    house.clock.advance(KEPT_FOR + timedelta(seconds=1))
    assert (await news(client, first)).missed
