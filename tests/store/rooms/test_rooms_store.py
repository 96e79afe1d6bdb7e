"""Rooms in the database: one place for each item, no gap, one chain, and a seat for whoever looks."""

import asyncio

import pytest
from sqlalchemy.exc import IntegrityError

from chatserver.database import Database
from chatserver.errors import NotFound
from chatserver.rooms import store
from chatserver.rooms.model import place
from crypto import th_start, th_step
from tests.store.rooms.furnished import CLIENT, COUNSELLOR, NOW, ROOM, STRANGER, new_item, placed


async def test_items_stored_together_lie_one_after_the_other(database: Database) -> None:
    """A group goes down in one transaction, and the chain runs through all of it."""
    async with database.write() as db:
        stored = await placed(db, *(new_item(word) for word in ("one", "two", "three")))
    async with database.read() as db:
        room = (await store.seat_of(db, ROOM, CLIENT)).room
        items = await store.items_after(db, ROOM, 0, 10)
    assert [one.position for one in items] == [1, 2, 3, 4]
    assert items[1:] == stored
    th = th_start(bytes.fromhex(ROOM))
    for item in items:
        th = th_step(th, item.position, item.item_id)
        assert item.th == th
    assert (room.last_position, room.th, room.log_position) == (4, th, 1)


async def test_whoever_appends_at_once_gets_different_places(database: Database) -> None:
    """Each waits for the room; nobody reads an end that is about to move."""

    async def append(number: int) -> int:
        async with database.write() as db:
            (stored,) = await placed(db, new_item(f"message {number}"))
            return stored.position

    positions = await asyncio.gather(*(append(number) for number in range(10)))
    assert sorted(positions) == list(range(2, 12))


async def test_the_database_itself_refuses_an_item_twice_and_a_place_twice(database: Database) -> None:
    """Whatever the code believes."""
    async with database.write() as db:
        (stored,) = await placed(db, new_item("once"))
    again = place(ROOM, 2, stored.th, [new_item("once")], NOW)
    other = place(ROOM, 1, stored.th, [new_item("other")], NOW)
    for clash in (again, other):
        with pytest.raises(IntegrityError):
            async with database.write() as db:
                await store.append(db, clash)
    async with database.read() as db:
        assert (await store.seat_of(db, ROOM, CLIENT)).room.last_position == 2


async def test_what_was_rolled_back_leaves_no_gap(database: Database) -> None:
    """The next item takes the place."""
    with pytest.raises(ZeroDivisionError):
        async with database.write() as db:
            await placed(db, new_item("lost"))
            raise ZeroDivisionError
    async with database.write() as db:
        (stored,) = await placed(db, new_item("kept"))
    assert stored.position == 2


async def test_a_room_is_reached_by_its_members_only(database: Database) -> None:
    """A stranger and a room that does not exist are one answer."""
    async with database.read() as db:
        assert (await store.seat_of(db, ROOM, CLIENT)).role == "client"
        for room, account in ((ROOM, STRANGER), (ROOM, COUNSELLOR), ("00" * 16, CLIENT)):
            with pytest.raises(NotFound):
                await store.seat_of(db, room, account)


async def test_members_are_exactly_those_listed_and_keep_the_position_of_their_coming(database: Database) -> None:
    """Whoever stays is not made to come again."""
    async with database.write() as db:
        await store.keep_members(db, ROOM, {CLIENT: "client", COUNSELLOR: "counsellor"}, 5)
        assert await store.members_of(db, ROOM) == [CLIENT, COUNSELLOR]
        await store.keep_members(db, ROOM, {COUNSELLOR: "counsellor"}, 9)
        assert await store.members_of(db, ROOM) == [COUNSELLOR]
        await store.keep_members(db, ROOM, {CLIENT: "client", COUNSELLOR: "counsellor"}, 12)
        assert await store.members_of(db, ROOM) == [COUNSELLOR, CLIENT]
        assert not await store.is_member(db, ROOM, STRANGER)


async def test_the_log_is_what_decides_rights_and_nothing_more(database: Database) -> None:
    """Entries, and messages that move the clock; a long conversation does not make it long."""
    async with database.write() as db:
        await placed(db, new_item("chat"), new_item("question", "asks"), new_item("more chat"))
        assert await store.log_of(db, ROOM) == [(3, b"question")]


async def test_a_transcript_is_known_from_its_start_to_its_end(database: Database) -> None:
    """And not beyond."""
    async with database.write() as db:
        (stored,) = await placed(db, new_item("one"))
        assert await store.th_at(db, ROOM, 0) == th_start(bytes.fromhex(ROOM))
        assert await store.th_at(db, ROOM, 2) == stored.th
        assert await store.th_at(db, ROOM, 3) is None
        assert await store.th_at(db, ROOM, 2**53 - 1) is None
