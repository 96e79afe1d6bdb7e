"""Reading a room page by page: forwards from where one was, backwards from its end."""

import pytest

from chatserver.rooms.wire import Before, Items, Since
from tests.api.house import House
from tests.api.story import talk
from tests.person_web import Refused


async def test_a_page_is_bounded_in_bytes_and_never_empty_while_there_is_more(house: House) -> None:
    """Two pages may wait for one socket, and a slow line shows the first words early."""
    talking = await talk(house)
    for _ in range(12):
        await talking.room.write("ä" * (16 * 1024))
    sizes, after, last = [], 0, -1
    while after != last:
        page = await talking.client.browser.get("/api/rooms/{room}/items", Since(talking.room.id, after, 500), Items)
        sizes.append(sum(len(one.envelope) for one in page.items))
        assert [one.position for one in page.items] == list(range(after + 1, after + 1 + len(page.items)))
        after, last = page.items[-1].position, page.last_position
    assert last == 15
    assert max(sizes) <= 384 * 1024
    assert len(sizes) == 2


async def test_a_long_room_is_read_backwards_from_its_end(house: House) -> None:
    """The last page first, each page oldest first, over HTTP and over the socket the same."""
    talking = await talk(house)
    for number in range(4):
        await talking.room.write(str(number))
    await talking.client.connect()
    browser, room = talking.client.browser, talking.room.id
    seen: list[list[int]] = []
    before: int | None = None
    while before != 1:
        asked = Before(room, before, 3)
        page = await browser.get("/api/rooms/{room}/items/before", asked, Items)
        assert await browser.emit("before", asked, Items) == page
        seen.append([one.position for one in page.items])
        before = seen[-1][0]
    assert seen == [[5, 6, 7], [2, 3, 4], [1]]
    beginning = await browser.get("/api/rooms/{room}/items/before", Before(room, 1), Items)
    assert (beginning.items, beginning.last_position) == ([], 7)


@pytest.mark.parametrize("position", [-1, 2**53, 10**30])
async def test_a_position_that_cannot_be_is_malformed_and_one_of_the_future_finds_nothing(
    house: House, position: int
) -> None:
    """Whatever a page has got wrong: a stable code, or an honest end."""
    talking = await talk(house)
    browser, room = talking.client.browser, talking.room.id
    for query in (f"?after={position}", f"/before?before={position}"):
        async with browser.http.get(f"{house.url}/api/rooms/{room}/items{query}") as answer:
            assert (answer.status, (await answer.json())["code"]) == (400, "malformed")
    beyond = await browser.get("/api/rooms/{room}/items", Since(room, 2**53 - 1), Items)
    assert (beyond.items, beyond.last_position) == ([], 3)
    from_there = await browser.get("/api/rooms/{room}/items/before", Before(room, 2**53 - 1), Items)
    assert [one.position for one in from_there.items] == [1, 2, 3]


async def test_whoever_has_no_seat_reads_no_page(house: House) -> None:
    """Not yours and not there are one answer."""
    talking = await talk(house)
    yilmaz = await house.counsellor("yilmaz")
    for room in (talking.room.id, "ff" * 16):
        with pytest.raises(Refused, match="not_found"):
            await yilmaz.browser.get("/api/rooms/{room}/items/before", Before(room), Items)
        with pytest.raises(Refused, match="not_found"):
            await yilmaz.browser.get("/api/rooms/{room}/items", Since(room, 0), Items)
