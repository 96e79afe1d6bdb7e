"""Holding a slot: ten minutes for one person to make up their mind."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking import store
from booking.errors import (
    AppointmentOver,
    HoldExpired,
    HoldExtended,
    RequestReused,
    SlotTaken,
)
from booking.model import Span, State
from booking.tables import reservations, seats
from tests.store.booking.practice import (
    ALEX,
    BIRGIT,
    CARLA,
    ELEVEN,
    JONAS,
    MINUTE,
    NINE,
    SUNDAY,
    TEN,
    book,
    hold,
    listed,
    new_request,
    wish,
)

LATER = SUNDAY + 10 * MINUTE


async def test_a_hold_keeps_the_slot_for_ten_minutes(db: AsyncConnection) -> None:
    """Nobody else sees it or gets it; then it is free again, without anybody tidying up."""
    held = await store.hold_slot(db, wish(NINE), request_id=new_request(), now=SUNDAY)
    assert held.state is State.HELD
    assert held.expires_at == LATER
    assert held.appointment == Span(NINE, NINE + 50 * MINUTE)
    assert held.reserved == Span(NINE, TEN)
    assert await listed(db, LATER - MINUTE) == [TEN, ELEVEN]
    with pytest.raises(SlotTaken):
        await hold(db, NINE, BIRGIT, LATER - MINUTE)
    assert await listed(db, LATER) == [NINE, TEN, ELEVEN]
    await hold(db, NINE, BIRGIT, LATER)
    assert await db.scalar(select(func.count()).select_from(reservations)) == 1
    assert (await db.scalars(select(seats.c.client))).all() == [BIRGIT]


async def test_ones_own_hold_is_not_in_ones_own_way(db: AsyncConnection) -> None:
    """It stays in one's own list, and choosing again, even the same, lets go of it."""
    first = await hold(db, NINE)
    assert await listed(db, asker=(ALEX, f"thread-{ALEX}")) == [NINE, TEN, ELEVEN]
    second = await hold(db, NINE)
    await hold(db, TEN)
    assert await listed(db) == [NINE, ELEVEN]
    for gone in (first, second):
        with pytest.raises(HoldExpired):
            await store.book_hold(db, hold=gone, client=ALEX, request_id=new_request(), now=SUNDAY)


async def test_a_hold_is_extended_once(db: AsyncConnection) -> None:
    """Ten minutes more, counted from when it would have run out."""
    held = await hold(db)
    longer = await store.extend_hold(db, hold=held, client=ALEX, now=SUNDAY + 3 * MINUTE)
    assert longer.expires_at == SUNDAY + 20 * MINUTE
    with pytest.raises(HoldExtended):
        await store.extend_hold(db, hold=held, client=ALEX, now=SUNDAY + 4 * MINUTE)
    booked = await store.book_hold(db, hold=held, client=ALEX, request_id=new_request(), now=SUNDAY + 19 * MINUTE)
    with pytest.raises(AppointmentOver):
        await store.extend_hold(db, hold=booked.id, client=ALEX, now=SUNDAY + 19 * MINUTE)


async def test_an_expired_hold_is_neither_extended_nor_booked(db: AsyncConnection) -> None:
    """Not even when nobody has taken the slot since: the page said so."""
    held = await hold(db)
    with pytest.raises(HoldExpired):
        await store.extend_hold(db, hold=held, client=ALEX, now=LATER)
    with pytest.raises(HoldExpired):
        await store.book_hold(db, hold=held, client=ALEX, request_id=new_request(), now=LATER)


async def test_a_released_hold_is_free_at_once(db: AsyncConnection) -> None:
    """Only its own client can let go of it, and a second time does no harm."""
    held = await hold(db)
    await store.release_hold(db, hold=held, client=BIRGIT)
    assert await listed(db) == [TEN, ELEVEN]
    for _ in range(2):
        await store.release_hold(db, hold=held, client=ALEX)
    assert await listed(db) == [NINE, TEN, ELEVEN]


async def test_a_sweep_removes_expired_holds_only(db: AsyncConnection) -> None:
    """What lasts or is booked stays."""
    await hold(db, NINE, ALEX)
    await hold(db, TEN, BIRGIT, LATER - MINUTE)
    await book(db, ELEVEN, CARLA)
    assert await store.remove_expired_holds(db, now=LATER) == 1
    assert await store.remove_expired_holds(db, now=LATER) == 0
    assert await db.scalar(select(func.count()).select_from(reservations)) == 2


async def test_the_same_hold_request_gets_the_same_hold(db: AsyncConnection) -> None:
    """A repeat changes nothing; for another wish, another person or after booking the id is used up."""
    request = new_request()
    first = await store.hold_slot(db, wish(NINE), request_id=request, now=SUNDAY)
    assert await store.hold_slot(db, wish(NINE), request_id=request, now=SUNDAY + MINUTE) == first
    for other in (wish(TEN), wish(NINE, BIRGIT), wish(NINE, counsellor=JONAS)):
        with pytest.raises(RequestReused):
            await store.hold_slot(db, other, request_id=request, now=SUNDAY)
    await store.book_hold(db, hold=first.id, client=ALEX, request_id=new_request(), now=SUNDAY)
    with pytest.raises(RequestReused):
        await store.hold_slot(db, wish(NINE), request_id=request, now=SUNDAY)


async def test_a_hold_request_that_expired_may_be_made_again(db: AsyncConnection) -> None:
    """A page that tries again after a long pause gets a new hold."""
    request = new_request()
    first = await store.hold_slot(db, wish(NINE), request_id=request, now=SUNDAY)
    again = await store.hold_slot(db, wish(NINE), request_id=request, now=LATER)
    assert again.id != first.id
    assert again.expires_at == LATER + 10 * MINUTE
