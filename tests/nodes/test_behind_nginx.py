"""Two nodes as processes of their own, behind nginx as the documentation sets it up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from chatserver.nodes.neighbours import LEASE_SECONDS
from chatserver.rooms.wire import PresenceChanged
from faults.server import Standing
from tests.api.house import OPENING, HandClock, House
from tests.api.story import Talk, enquire
from tests.api.test_news import news
from tests.nginx import running_nginx
from tests.nodes.story import hears
from tests.people import Client, Counsellor
from tests.places import Place
from tests.ports import free_port
from tests.redis_server import RedisServer

PAGES = 4


@dataclass(frozen=True)
class Installation:
    """The nodes and Redis can be killed; people come in at the house's address."""

    house: House
    nodes: tuple[Standing, Standing]
    redis: RedisServer


@dataclass(frozen=True)
class Outside:
    """All that a House needs of a server that is somewhere else."""

    url: str


@pytest_asyncio.fixture
async def installation(founded: Place, redis: RedisServer, tmp_path: Path) -> AsyncIterator[Installation]:
    """PostgreSQL, Redis, two nodes with one folder of secrets, nginx."""
    clock, door = tmp_path / "clock", free_port()
    clock.write_text(OPENING.isoformat(), "utf-8")
    settings = {
        "SPRECHRAUM_PUBLIC_URL": f"http://127.0.0.1:{door}",
        "SPRECHRAUM_TRUSTED_PROXIES": "127.0.0.1",
        "SPRECHRAUM_VAR": str(founded.var),
        "SPRECHRAUM_DATABASE": founded.database,
        "SPRECHRAUM_REDIS_URL": redis.url,
        "SPRECHRAUM_DEMO": "1",
        "SPRECHRAUM_CLOCK_FILE": str(clock),
    }
    async with AsyncExitStack() as stack:
        nodes = Standing(tmp_path / "one", environment=settings), Standing(tmp_path / "two", environment=settings)
        for node in nodes:
            node.folder.mkdir()
            stack.push_async_callback(node.kill)
        await asyncio.gather(*(node.start() for node in nodes))
        url = await stack.enter_async_context(running_nginx(tmp_path, door, (nodes[0].port, nodes[1].port)))
        house = House(Outside(url), HandClock())  # type: ignore[arg-type]
        stack.push_async_callback(house.close)
        yield Installation(house, nodes, redis)


async def talk(installation: Installation) -> Talk:
    """An enquiry that was taken, through nginx, which sends each request to another node."""
    client, room = await enquire(installation.house)
    counsellor = await installation.house.counsellor("berger")
    desk = await counsellor.take(room.id)
    await room.read()
    return Talk(client, room, counsellor, desk)


async def pages_of(person: Client, installation: Installation) -> list[Client]:
    """Several pages of one session, each with a socket: nginx sends them to both nodes."""
    token = installation.house.session_of(person)
    pages = [installation.house.with_session(token) for _ in range(PAGES)]
    for page in pages:
        await page.connect()
    return pages


async def test_what_is_sent_over_one_node_arrives_at_pages_of_both(installation: Installation) -> None:
    """Live; and when the session ends, all of them are cut."""
    talking = await talk(installation)
    pages = await pages_of(talking.client, installation)
    await talking.desk.write("Guten Morgen.", clock="answers")
    for page in pages:
        await page.browser.heard("posted", dict)
    await talking.client.log_out()
    await asyncio.gather(*(page.browser.cut_off() for page in pages))
    await talking.desk.write("Danach.", clock="none")
    assert [page.browser.heard_already("posted") for page in pages] == [0] * PAGES


async def test_without_redis_it_arrives_by_asking_again(installation: Installation) -> None:
    """Over `since` as over the request that waits, at whichever node."""
    talking = await talk(installation)
    installation.redis.kill()
    await talking.desk.write("Guten Morgen.", clock="answers")
    assert (await talking.room.read())[-1] == "Guten Morgen."
    first = await news(talking.counsellor, None, talking.desk)
    waiting = asyncio.ensure_future(news(talking.counsellor, first, talking.desk, wait=1))
    await talking.room.write("Noch etwas.")
    heard = await waiting
    if not heard.rooms:
        heard = await news(talking.counsellor, heard, talking.desk)
    assert [len(one.items) for one in heard.rooms] == [1]


async def test_without_redis_pages_of_a_session_that_ends_are_cut_all_the_same(installation: Installation) -> None:
    """Each node looks every second whose session is over."""
    client = await installation.house.signed_up("nachtfalter")
    installation.redis.kill()
    pages = await pages_of(client, installation)
    await client.log_out()
    await asyncio.gather(*(page.browser.cut_off() for page in pages))


async def test_a_page_without_a_socket_stays_with_its_node(installation: Installation) -> None:
    """Or else each answer would say that something was missed, and the next question would not wait."""
    talking = await talk(installation)
    last = await news(talking.client)
    assert last.missed
    for _ in range(PAGES):
        last = await news(talking.client, last)
        assert not last.missed


async def test_a_node_that_is_killed_takes_nobody_along_for_long(installation: Installation) -> None:
    """Who was there is gone for the others, and comes back through the node that is left."""
    talking = await talk(installation)
    pages = await pages_of(talking.client, installation)
    here, there = installation.nodes
    await at(talking.client, here)
    await at(talking.counsellor, there)
    counsellor = talking.counsellor.browser
    await talking.room.enter()
    assert (await counsellor.heard("presence", PresenceChanged)).state == "here"
    await here.kill()
    await talking.client.browser.cut_off()
    # A dead node says nothing; the others forget it when its lease is over.
    assert (await counsellor.heard("presence", PresenceChanged, within=4 * LEASE_SECONDS)).state == "away"
    assert (await talking.desk.enter()).here == []
    await talking.client.connect()
    await talking.room.write("Da bin ich wieder.")
    assert await hears(talking.desk, "Da bin ich wieder.")
    left = [page for page in pages if page.browser.socket is not None and page.browser.socket.connected]
    assert 0 < len(left) < PAGES
    for page in left:
        await page.browser.heard("posted", dict)


async def at(person: Client | Counsellor, node: Standing) -> None:
    """Opens the person's socket at this node, past nginx, which would choose one; all else still goes through it."""
    door, person.browser.url = person.browser.url, node.url
    await person.connect()
    person.browser.url = door


@pytest.mark.parametrize("size", [5 * 1024 * 1024 + 1])
async def test_nginx_lets_through_what_the_server_judges_and_no_more(installation: Installation, size: int) -> None:
    """What is too large for everything is refused at the door."""
    client = await installation.house.signed_up("nachtfalter")
    async with client.browser.http.get(installation.house.url) as page:
        assert (page.status, page.content_type) == (200, "text/html")
    async with client.browser.http.post(installation.house.url + "/api/news", data=b"x" * size) as answer:
        assert answer.status == 413
    async with client.browser.http.post(
        installation.house.url + "/api/news", data=b"x" * (size - 2), headers={"Content-Type": "application/json"}
    ) as answer:
        assert (answer.status, (await answer.json())["code"]) == (413, "body_too_large")
