"""Who is here and who is typing: told to the other members, kept nowhere, gone with the page."""

import asyncio

import pytest

from chatserver.rooms.wire import PresenceChanged, Typing
from crypto import Remove
from tests.api.house import House
from tests.api.story import talk
from tests.api.test_messages import commit
from tests.person_web import Refused


async def test_whoever_enters_sees_who_is_here_and_is_seen(house: House) -> None:
    """And whoever leaves is gone."""
    talking = await talk(house)
    await talking.client.connect()
    await talking.counsellor.connect()
    assert (await talking.room.enter()).here == []
    assert (await talking.counsellor.browser.heard("presence", PresenceChanged)) == PresenceChanged(
        talking.room.id, talking.client.account_id, "here"
    )
    assert (await talking.desk.enter()).here == [talking.client.account_id]
    assert (await talking.client.browser.heard("presence", PresenceChanged)).account == talking.counsellor.account_id
    await talking.room.leave()
    assert (await talking.counsellor.browser.heard("presence", PresenceChanged)).state == "away"
    assert talking.client.browser.heard_already("presence") == 0


async def test_a_page_that_dies_has_left_and_comes_back_by_entering_again(house: House) -> None:
    """Without a word, as when a train enters a tunnel."""
    talking = await talk(house)
    await talking.client.connect()
    await talking.counsellor.connect()
    await talking.room.enter()
    await talking.counsellor.browser.heard("presence", PresenceChanged)
    assert talking.client.browser.socket is not None
    await talking.client.browser.socket.disconnect()
    assert (await talking.counsellor.browser.heard("presence", PresenceChanged)).state == "away"
    await talking.client.connect()
    await talking.room.enter()
    assert (await talking.counsellor.browser.heard("presence", PresenceChanged)).state == "here"


async def test_a_person_with_two_pages_is_here_until_both_are_gone(house: House) -> None:
    """The others see one person."""
    talking = await talk(house)
    second = house.also(talking.client.elsewhere())
    await second.log_in()
    second_room = await second.open(talking.room.id)
    for person in (talking.client, second, talking.counsellor):
        await person.connect()
    await talking.room.enter()
    await second_room.enter()
    await talking.room.leave()
    assert (await talking.desk.enter()).here == [talking.client.account_id]
    await second_room.leave()
    states = [(await talking.counsellor.browser.heard("presence", PresenceChanged)).state for _ in range(2)]
    assert states == ["here", "away"]


async def test_typing_is_seen_by_the_others_only(house: House) -> None:
    """Not by the person's own pages, not by colleagues."""
    talking = await talk(house)
    yilmaz = await house.counsellor("yilmaz")
    for person in (talking.client, talking.counsellor, yilmaz):
        await person.connect()
    await talking.room.say_typing()
    assert await talking.counsellor.browser.heard("typing", Typing) == Typing(
        talking.room.id, talking.client.account_id
    )
    assert [one.browser.heard_already("typing") for one in (talking.client, yilmaz)] == [0, 0]


async def test_whoever_was_removed_is_not_here_and_hears_nothing_more(house: House) -> None:
    """Membership is looked up at every event."""
    talking = await talk(house)
    await talking.client.connect()
    await talking.counsellor.connect()
    await talking.desk.enter()
    await talking.client.browser.heard("presence", PresenceChanged)
    await commit(talking.room, Remove(talking.counsellor.identity.fingerprint))
    assert (await talking.room.enter()).here == []
    await talking.room.say_typing()
    for event in (talking.desk.enter, talking.desk.leave, talking.desk.say_typing):
        with pytest.raises(Refused, match="not_found"):
            await event()
    assert [talking.counsellor.browser.heard_already(name) for name in ("presence", "typing")] == [0, 0]


async def test_a_message_reaches_the_other_side_as_it_is_acknowledged(house: House) -> None:
    """In a live chat both write at once, and both read everything in one order."""
    talking = await talk(house)
    await talking.client.connect()
    await talking.counsellor.connect()
    for number in range(5):
        await asyncio.gather(talking.room.write(f"c{number}"), talking.desk.write(f"k{number}", clock="answers"))
    await talking.room.read()
    await talking.desk.read()
    assert talking.room.texts == talking.desk.texts
    assert len(talking.room.texts) == 11
    assert [line.reason for line in talking.desk.lines] == [None] * 11
