"""Why everybody waits for their turn on PostgreSQL: what a constraint cannot say, because it is about several rows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from booking import store
from booking.elsewhere import keep_busy_elsewhere
from booking.errors import BookingRefusal, SlotNotOffered, SlotTaken
from booking.model import Span
from booking.wishes import Wish
from tests.postgres import new_database
from tests.store.booking.practice import ALEX, BIRGIT, CHAT, MIRIAM, NINE, SUNDAY, TEN, new_request, open_practice, wish

ONE_A_DAY = replace(CHAT, most_per_day=1)
WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid"
               " FROM pg_database WHERE datname = current_database())")  # fmt: skip


@pytest_asyncio.fixture
async def engine(postgres: str) -> AsyncIterator[AsyncEngine]:
    """The practice on PostgreSQL: SQLite has one writer anyway."""
    opened = create_async_engine(new_database(postgres), pool_size=4)
    await open_practice(opened)
    yield opened
    await opened.dispose()


async def booked(engine: AsyncEngine, wanted: Wish) -> BookingRefusal | None:
    """In a transaction of its own."""
    try:
        async with engine.begin() as db:
            await store.book_slot(db, wanted, request_id=new_request(), now=SUNDAY)
    except BookingRefusal as refusal:
        return refusal
    return None


async def until_it_waits(engine: AsyncEngine, second: asyncio.Task[BookingRefusal | None]) -> None:
    """Returns when the second one waits for its turn, or has not waited and is done."""
    while not second.done():
        async with engine.connect() as db:
            if (await db.execute(WAITING)).scalar_one():
                return
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(second), 0.01)


async def test_the_last_of_a_day_is_given_once(engine: AsyncEngine) -> None:
    """Two want different times of a day on which only one more is possible: the rows are not in each other's way."""
    first, second = (replace(wish(at, who), kind=ONE_A_DAY) for at, who in ((NINE, ALEX), (TEN, BIRGIT)))
    async with engine.begin() as db:
        await store.book_slot(db, first, request_id=new_request(), now=SUNDAY)
        other = asyncio.create_task(booked(engine, second))
        await until_it_waits(engine, other)
    assert isinstance(await other, SlotNotOffered)


async def test_a_calendar_that_is_being_read_and_a_booking_do_not_pass_each_other(engine: AsyncEngine) -> None:
    """Busy times are no reservations: nothing but the turn makes the later one see the earlier one."""
    async with engine.begin() as db:
        await keep_busy_elsewhere(db, counsellor=MIRIAM, source="elsewhere", spans=[Span(NINE, TEN)])
        other = asyncio.create_task(booked(engine, wish(NINE, ALEX)))
        await until_it_waits(engine, other)
    assert isinstance(await other, SlotTaken)
