"""What happens at one node is told at the others; Redis only says that there is something."""

import asyncio

from redis.asyncio import Redis

from chatserver.enquiries.wire import EnquiryCame
from chatserver.nodes.redis_line import connect
from chatserver.rooms.wire import Items, PresenceChanged, Since, Typing
from chatserver.wire.binary import to_base64url
from tests.api.story import enquire
from tests.api.test_news import news
from tests.nodes.conftest import Nodes
from tests.nodes.story import hears, talk_apart
from tests.people import Client


async def test_a_message_reaches_a_page_at_another_node(nodes: Nodes) -> None:
    """As it is acknowledged, in both directions."""
    talking = await talk_apart(nodes)
    await talking.desk.write("Guten Morgen.", clock="answers")
    assert await hears(talking.room, "Guten Morgen.")
    await talking.room.write("Es begann im Mai.")
    assert await hears(talking.desk, "Es begann im Mai.")


async def test_many_messages_come_in_their_order(nodes: Nodes) -> None:
    """Nodes read them together, and tell them one by one."""
    talking = await talk_apart(nodes)
    for number in range(20):
        await talking.room.write(f"{number}")
    assert [await talking.desk.hear() for _ in range(20)] == [f"{number}" for number in range(20)]


async def test_what_people_write_does_not_go_through_redis(nodes: Nodes) -> None:
    """Not even sealed: each node reads it from the database."""
    talking = await talk_apart(nodes)
    async with connect(nodes.redis.url) as line, line.pubsub() as ear:
        await ear.psubscribe("*")
        message = await talking.room.write("Es begann im Mai.")
        assert await hears(talking.desk, "Es begann im Mai.")
        words = await heard_by(ear, f'"position":{message.position}')
    items = await talking.client.browser.emit("since", Since(talking.room.id, message.position - 1, 1), Items)
    sealed = to_base64url(items.items[-1].envelope)
    assert not [word for word in words if sealed[:40] in word]


async def heard_by(ear: object, last: str) -> list[str]:
    """Everything that nodes say, until somebody has said this."""
    words: list[str] = []
    while not words or last not in words[-1]:
        message = await asyncio.wait_for(ear.get_message(timeout=None), 15)  # type: ignore[attr-defined]
        words += [message["data"].decode()] if message["type"] == "pmessage" else []
    return words


async def test_news_besides_messages_are_told_everywhere(nodes: Nodes) -> None:
    """An enquiry, to whoever is on duty."""
    berger = await nodes.right.counsellor("berger")
    await berger.connect()
    _, room = await enquire(nodes.left)
    assert (await berger.browser.heard("enquiry_came", EnquiryCame)).room == room.id


async def test_a_page_without_a_socket_is_woken_by_another_node(nodes: Nodes) -> None:
    """Its request waits where it came in."""
    talking = await talk_apart(nodes)
    first = await news(talking.counsellor, None, talking.desk)
    waiting = asyncio.ensure_future(news(talking.counsellor, first, talking.desk, wait=25))
    await talking.room.write("Noch etwas.")
    told = await asyncio.wait_for(waiting, 15)
    assert [len(one.items) for one in told.rooms] == [1]


async def test_presence_and_typing_are_seen_across_nodes(nodes: Nodes) -> None:
    """Whoever enters later sees who is here already, wherever that is."""
    talking = await talk_apart(nodes)
    await talking.room.enter()
    here = await talking.counsellor.browser.heard("presence", PresenceChanged)
    assert here == PresenceChanged(talking.room.id, talking.client.account_id, "here")
    assert (await talking.desk.enter()).here == [talking.client.account_id]
    assert (await talking.client.browser.heard("presence", PresenceChanged)).state == "here"
    await talking.room.say_typing()
    assert (await talking.counsellor.browser.heard("typing", Typing)).account == talking.client.account_id
    await talking.room.leave()
    assert (await talking.counsellor.browser.heard("presence", PresenceChanged)).state == "away"


async def test_a_person_with_pages_at_two_nodes_is_here_until_both_are_gone(nodes: Nodes) -> None:
    """The others see one person."""
    talking = await talk_apart(nodes)
    second = await at_right(nodes, talking.client)
    await second.connect()
    second_room = await second.open(talking.room.id)
    await talking.room.enter()
    await talking.counsellor.browser.heard("presence", PresenceChanged)
    await second_room.enter()
    await talking.room.leave()
    # What the left node says arrives in its order: after this word the other one must have been heard.
    await talking.room.say_typing()
    await talking.counsellor.browser.heard("typing", Typing)
    assert (await talking.desk.enter()).here == [talking.client.account_id]
    assert talking.counsellor.browser.heard_already("presence") == 0
    await second_room.leave()
    assert (await talking.counsellor.browser.heard("presence", PresenceChanged)).state == "away"


async def at_right(nodes: Nodes, client: Client) -> Client:
    """The same person with an empty browser at the right node, logged in."""
    second = nodes.right.client(client.name, client.password)
    second.recovery_code = client.recovery_code
    await second.log_in()
    return second


async def test_a_session_that_ends_at_one_node_is_cut_at_the_others(nodes: Nodes) -> None:
    """Here without the look that each node takes every second."""
    talking = await talk_apart(nodes)
    second = await at_right(nodes, talking.client)
    await second.connect()
    await talking.client.change_password("sieben stühle im morgennebel")
    await second.browser.cut_off()
    await talking.desk.write("Danach.", clock="answers")
    assert await hears(talking.room, "Danach.")
    assert second.browser.heard_already("posted") == 0


async def test_words_that_nobody_understands_are_passed_over(nodes: Nodes) -> None:
    """From a node of another release; the next word is heard."""
    talking = await talk_apart(nodes)
    async with connect(nodes.redis.url) as line:
        for channel in await line.pubsub_channels():
            assert isinstance(channel, bytes)
            for word in (b"", b"{}", b"\xff", b'{"node":"a","number":1,"word":{"type":"later"}}'):
                await say(line, channel, word)
    await talking.desk.write("Guten Morgen.", clock="answers")
    assert await hears(talking.room, "Guten Morgen.")


async def say(line: Redis, channel: bytes, word: bytes) -> None:
    """What no node of ours would say; both have heard it."""
    assert await line.publish(channel.decode(), word) == 2
