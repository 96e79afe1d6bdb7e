"""Redis that is gone, or silent, costs time, and nothing else."""

import asyncio
from pathlib import Path

import pytest

from chatserver.checks import findings
from chatserver.rooms.wire import PresenceChanged
from tests.api.house import House, visited
from tests.api.test_news import news
from tests.nodes.conftest import Nodes
from tests.nodes.story import hears, talk_apart
from tests.places import Place
from tests.redis_server import RedisServer


async def test_while_it_is_gone_messages_are_stored_and_asked_for(nodes: Nodes) -> None:
    """A page asks by position, every so often."""
    talking = await talk_apart(nodes)
    nodes.redis.kill()
    await talking.room.write("Hört mich jemand?")
    assert (await talking.desk.read())[-1] == "Hört mich jemand?"
    first = await news(talking.counsellor, None, talking.desk)
    await talking.room.write("Noch einmal.")
    assert [len(one.items) for one in (await news(talking.counsellor, first, talking.desk)).rooms] == [1]


async def test_when_it_is_back_pages_without_a_socket_ask_for_everything_and_all_is_live_again(nodes: Nodes) -> None:
    """Whatever was said in between is lost."""
    talking = await talk_apart(nodes)
    await talking.room.enter()
    await talking.counsellor.browser.heard("presence", PresenceChanged)
    nodes.redis.kill()
    lines = [await news(person) for person in (talking.client, talking.counsellor)]
    waiting = [
        asyncio.ensure_future(news(person, line, wait=25))
        for person, line in zip((talking.client, talking.counsellor), lines, strict=True)
    ]
    nodes.redis.start()
    assert [one.missed for one in await asyncio.gather(*waiting)] == [True, True]
    await talking.desk.write("Da bin ich wieder.", clock="answers")
    assert await hears(talking.room, "Da bin ich wieder.")
    assert (await talking.desk.enter()).here == [talking.client.account_id]


async def test_a_silent_one_holds_nobody_up(nodes: Nodes) -> None:
    """Its connections stand, and nothing comes of what is said there."""
    talking = await talk_apart(nodes)
    second = nodes.left.also(talking.client.elsewhere())
    await second.log_in()
    await second.connect()
    nodes.redis.freeze()
    await talking.room.write("Hört mich jemand?")
    second_room = await second.open(talking.room.id)
    assert second_room.texts[-1] == "Hört mich jemand?"
    assert (await talking.desk.read())[-1] == "Hört mich jemand?"
    nodes.redis.thaw()


@pytest.fixture
def nowhere(tmp_path: Path) -> str:
    """An address where no Redis is."""
    return RedisServer(tmp_path).url


async def test_a_server_starts_without_it_and_check_says_so(founded: Place, nowhere: str) -> None:
    """It is tried again until it is there."""
    config = founded.config(redis_url=nowhere)
    async with visited(config) as house:
        assert await signed_up(house)
        assert [one.line.split()[:2] for one in await findings(config) if one.bad] == [["missing", "Redis"]]


async def signed_up(house: House) -> bool:
    """Whether all else works."""
    return bool((await house.signed_up("nachtfalter")).account_id)


async def test_check_says_that_it_answers(founded: Place, redis: RedisServer) -> None:
    """One line."""
    async with visited(founded.config(redis_url=redis.url)) as house:
        config = house.deps.config
    assert [one.line for one in await findings(config) if not one.bad][-1] == "ok       Redis answers"
