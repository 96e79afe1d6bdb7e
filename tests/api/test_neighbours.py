"""Other agencies are asked before a promise is broken: if the client wants it, once, and without their words."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from chatserver.neighbours.wire import Help, HelpCall, HelpCalls, ListHelpCalls, ReadHelp, Ready, SayReady, WishForHelp
from tests.api.house import House
from tests.api.story import ADDICTION, enquire, talk
from tests.api.test_clock import kinds
from tests.api.test_waiting import line
from tests.people import Client, Counsellor
from tests.person_web import Refused

HOUR = timedelta(hours=1)
ASKED_AT = 44 * HOUR


async def wish(client: Client, room: str, wished: bool = True) -> Help:
    """As the page does it."""
    return await client.browser.post("/api/threads/{room}/help", WishForHelp(room, wished), Help)


async def read_help(client: Client, room: str) -> Help:
    """What the page shows."""
    return await client.browser.get("/api/threads/{room}/help", ReadHelp(room), Help)


async def calls(person: Counsellor) -> list[HelpCall]:
    """What this person's agency is asked."""
    return (await person.browser.get("/api/help-calls", ListHelpCalls(), HelpCalls)).calls


async def say_ready(person: Counsellor, call: str) -> Ready:
    """As the page does it."""
    return await person.browser.post("/api/help-calls/{call}/ready", SayReady(call), Ready)


async def climb(house: House) -> None:
    """Up to the hour at which neighbours are asked, rung by rung."""
    for passed in (24 * HOUR, 12 * HOUR, 8 * HOUR):
        await house.pass_time(passed)


async def test_neighbours_are_asked_at_44_hours_and_told_topic_and_due_time_only(house: House) -> None:
    """The client has wished so beforehand; who is ready is shown to them, and the promise goes along."""
    client, room = await enquire(house)
    due_at = (await client.thread(room.id)).due_at
    before = await wish(client, room.id)
    assert (before.wished, before.due) == (True, False)
    okafor, yilmaz = await house.counsellor("okafor"), await house.counsellor("yilmaz")
    await house.pass_time(24 * HOUR)
    await house.pass_time(12 * HOUR)
    assert (await calls(okafor), (await client.thread(room.id)).help_offered) == ([], False)
    await house.pass_time(8 * HOUR)
    (call,) = await calls(okafor)
    assert (call.topic, call.due_at, call.ready) == (ADDICTION, due_at, False)
    assert room.id not in repr(call)
    assert ((await kinds(okafor)).count("help_called"), await calls(yilmaz)) == (1, [])
    assert (await client.thread(room.id)).help_offered
    for _ in range(2):
        await say_ready(okafor, call.id)
    assert (await kinds(client))[-2:] == ["help_offered", "help_ready"]
    there = {one.agency.name: one for one in (await read_help(client, room.id)).neighbours}
    chosen = there["Lotsenstelle Münsterland"]
    assert chosen.ready
    enquiry = await client.prepare_enquiry(chosen.agency, ADDICTION, "Ich weiß nicht weiter.")
    sent = await client.send_enquiry(replace(enquiry, onward_from=room.id))
    assert (sent.due_at, await calls(okafor)) == (due_at, [])
    with pytest.raises(Refused, match="not_found"):
        await say_ready(okafor, call.id)


async def test_nobody_is_asked_until_the_client_agrees_and_nobody_twice(house: House) -> None:
    """They may change their mind as often as they like."""
    client, room = await enquire(house)
    await climb(house)
    okafor = await house.counsellor("okafor")
    assert ((await read_help(client, room.id)).due, await calls(okafor)) == (True, [])
    for _ in range(2):
        await wish(client, room.id)
        assert len(await calls(okafor)) == 1
        assert not (await wish(client, room.id, wished=False)).wished
        assert await calls(okafor) == []
    assert (await kinds(okafor)).count("help_called") == 1


async def test_whoever_was_answered_is_asked_nothing_and_whoever_is_asked_for(house: House) -> None:
    """Before the hour nothing comes of it; after it the call is gone with the answer."""
    talking = await talk(house)
    await wish(talking.client, talking.room.id)
    await climb(house)
    okafor = await house.counsellor("okafor")
    (call,) = await calls(okafor)
    await talking.desk.write("Da bin ich.")
    assert await calls(okafor) == []
    with pytest.raises(Refused, match="not_found"):
        await say_ready(okafor, call.id)
    await talking.room.read()
    await talking.room.write("Noch etwas.")
    thread = await talking.client.thread(talking.room.id)
    assert (thread.help_offered, (await talking.counsellor.thread(talking.room.id)).help_offered) == (False, False)
    await house.pass_time(24 * HOUR)
    await talking.desk.read()
    await talking.desk.write("Ja.")
    await climb(house)
    assert (await kinds(talking.client)).count("help_offered") == 1


async def test_nobody_else_asks_or_says_that_they_are_ready(house: House) -> None:
    """A counsellor in the room, a stranger, a colleague of the first agency: it does not exist for them."""
    talking = await talk(house)
    for person in (talking.counsellor, await house.signed_up("luisa7")):
        with pytest.raises(Refused, match="not_found"):
            await wish(person, talking.room.id)  # type: ignore[arg-type]
    await wish(talking.client, talking.room.id)
    await climb(house)
    (call,) = await calls(await house.counsellor("okafor"))
    with pytest.raises(Refused, match="not_found"):
        await say_ready(talking.counsellor, call.id)
    with pytest.raises(Refused, match="malformed"):
        await say_ready(talking.counsellor, "keine")


async def test_who_deletes_the_conversation_leaves_no_call_behind(house: House) -> None:
    """Nor a wish."""
    client, room = await enquire(house)
    await wish(client, room.id)
    await climb(house)
    await client.delete_thread(room.id)
    assert await calls(await house.counsellor("okafor")) == []


async def test_the_nearest_live_chat_is_kept_and_offered_once_and_the_promise_goes_on(house: House) -> None:
    """Half an hour, as any time that has become free; nothing for whoever has one already."""
    talking, other = await talk(house), await talk(house, "luisa7")
    await other.client.book(other.room.id, (await other.client.slots(other.room.id)).slots[-1])
    due_at = (await talking.client.thread(talking.room.id)).due_at
    await climb(house)
    (waits,) = (await line(talking.client, talking.room)).waits
    assert waits.offer is not None
    assert (waits.offer.kind, waits.offer.expires_at) == ("chat", house.now() + timedelta(minutes=30))
    assert (await kinds(talking.client)).count("slot_offered") == 1
    assert (await talking.client.thread(talking.room.id)).due_at == due_at
    assert (await line(other.client, other.room)).waits == []
