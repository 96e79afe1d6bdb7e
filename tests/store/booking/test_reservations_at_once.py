"""Many at once, each on a connection of their own to one file: one winner, and nothing half done."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from booking import store
from booking.errors import BookingRefusal, HoldExpired, SlotTaken
from booking.model import Reservation, State
from booking.tables import reservations, seats
from tests.store.booking.practice import (
    ALEX,
    BIRGIT,
    CHAT,
    ELEVEN,
    JONAS,
    MINUTE,
    NINE,
    ROOM_7,
    SUNDAY,
    TEN,
    book,
    new_request,
    wish,
)

Try = Callable[[AsyncConnection], Awaitable[Reservation]]


async def attempt(engine: AsyncEngine, wanted: Try) -> Reservation | BookingRefusal:
    """One transaction; a refusal rolls it back."""
    try:
        async with engine.begin() as db:
            return await wanted(db)
    except BookingRefusal as refusal:
        return refusal


async def all_at_once(engine: AsyncEngine, wanted: Sequence[Try]) -> tuple[list[Reservation], list[BookingRefusal]]:
    found = await asyncio.gather(*(attempt(engine, one) for one in wanted))
    won = [one for one in found if isinstance(one, Reservation)]
    return won, [one for one in found if isinstance(one, BookingRefusal)]


def booking(client: str, starts_at: datetime = NINE, request: str | None = None, **where: str) -> Try:
    request = request or new_request()
    return lambda db: store.book_slot(db, wish(starts_at, client, **where), request_id=request, now=SUNDAY)


def holding(client: str, starts_at: datetime = NINE) -> Try:
    request = new_request()
    return lambda db: store.hold_slot(db, wish(starts_at, client), request_id=request, now=SUNDAY)


def moving(appointment: str, client: str, starts_at: datetime) -> Try:
    request = new_request()
    return lambda db: store.reschedule_by_client(
        db, appointment=appointment, client=client, kind=CHAT, starts_at=starts_at, request_id=request, now=SUNDAY
    )


async def standing(engine: AsyncEngine) -> list[tuple[str, str, datetime]]:
    """Who has which time, holds and bookings, by start."""
    query = (
        select(seats.c.client, reservations.c.state, reservations.c.appointment_starts_at)
        .join(seats, seats.c.reservation == reservations.c.id)
        .where(reservations.c.state != "cancelled")
        .order_by(reservations.c.starts_at, seats.c.client)
    )
    async with engine.connect() as db:
        return [(row[0], row[1], row[2]) for row in await db.execute(query)]


@pytest.mark.parametrize("round_", range(3))
async def test_of_many_who_want_one_slot_one_gets_it(engine: AsyncEngine, round_: int) -> None:
    """Some book, some hold; the others are told that it is taken."""
    wanted = [(booking if number % 2 else holding)(f"client-{number}") for number in range(24)]
    random.Random(round_).shuffle(wanted)
    won, refused = await all_at_once(engine, wanted)
    assert len(won) == 1
    assert len(refused) == 23
    assert {type(refusal) for refusal in refused} == {SlotTaken}
    assert [client for client, _, _ in await standing(engine)] == list(won[0].clients)


async def test_of_two_counsellors_who_need_one_place_one_gets_it(engine: AsyncEngine) -> None:
    """Their own calendars are free; the room is not free twice."""
    wanted = [
        booking(f"client-{number}", counsellor=who, place=ROOM_7) for number, who in enumerate(["miriam", JONAS] * 6)
    ]
    won, refused = await all_at_once(engine, wanted)
    assert len(won) == 1
    assert {type(refusal) for refusal in refused} == {SlotTaken}


async def test_one_request_sent_many_times_at_once_books_once(engine: AsyncEngine) -> None:
    """Every sender gets the same answer."""
    request = new_request()
    won, refused = await all_at_once(engine, [booking(ALEX, request=request) for _ in range(12)])
    assert refused == []
    assert len({reservation.id for reservation in won}) == 1
    assert len(await standing(engine)) == 1


async def test_an_expired_hold_goes_to_one_of_those_who_wait(engine: AsyncEngine) -> None:
    """Its own client, who comes too late, is told so."""
    held = await attempt(engine, holding(ALEX))
    assert isinstance(held, Reservation)
    late = SUNDAY + 10 * MINUTE

    def taking(client: str) -> Try:
        return lambda db: store.book_slot(db, wish(NINE, client), request_id=new_request(), now=late)

    def too_late(db: AsyncConnection) -> Awaitable[Reservation]:
        return store.book_hold(db, hold=held.id, client=ALEX, request_id=new_request(), now=late)

    won, refused = await all_at_once(engine, [too_late, *(taking(f"client-{number}") for number in range(8))])
    assert len(won) == 1
    assert won[0].state is State.BOOKED
    assert sorted(type(refusal).__name__ for refusal in refused) == [HoldExpired.__name__] + [SlotTaken.__name__] * 7


async def test_two_who_want_to_change_places_both_keep_what_they_have(engine: AsyncEngine) -> None:
    """Each wants the other's time: neither is free, so nothing moves, and nobody is left without."""
    async with engine.begin() as db:
        alex, birgit = await book(db, NINE, ALEX), await book(db, TEN, BIRGIT)
    won, refused = await all_at_once(engine, [moving(alex.id, ALEX, TEN), moving(birgit.id, BIRGIT, NINE)] * 5)
    assert won == []
    assert {type(refusal) for refusal in refused} == {SlotTaken}
    assert await standing(engine) == [(ALEX, "booked", NINE), (BIRGIT, "booked", TEN)]


async def test_a_move_and_a_booking_of_the_same_slot_have_one_winner(engine: AsyncEngine) -> None:
    """Whoever loses keeps what they had: the mover the old time, the booker nothing."""
    async with engine.begin() as db:
        alex = await book(db, NINE, ALEX)
    won, refused = await all_at_once(engine, [moving(alex.id, ALEX, ELEVEN), booking(BIRGIT, ELEVEN)])
    assert len(won) == len(refused) == 1
    found = await standing(engine)
    assert found in (
        [(ALEX, "booked", ELEVEN)],
        [(ALEX, "booked", NINE), (BIRGIT, "booked", ELEVEN)],
    )


async def test_a_refused_booking_leaves_nothing_behind(engine: AsyncEngine) -> None:
    """Not even the seat, and one's own hold is still there after the rollback."""
    async with engine.begin() as db:
        await book(db, NINE, BIRGIT)
    await attempt(engine, holding(ALEX, TEN))
    assert isinstance(await attempt(engine, booking(ALEX, NINE)), SlotTaken)
    assert await standing(engine) == [(BIRGIT, "booked", NINE), (ALEX, "held", TEN)]
