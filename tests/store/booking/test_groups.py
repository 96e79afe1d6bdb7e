"""Groups: one reservation, several seats, and the last one is given once."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from booking import store
from booking.errors import (
    AppointmentOver,
    BookingRefusal,
    GroupFixed,
    GroupFull,
    NotFound,
    SlotNotOffered,
    SlotTaken,
    TooLate,
)
from booking.groups import groups_to_join, join_group, leave_group, open_group
from booking.model import Reservation
from tests.store.booking.practice import (
    ALEX,
    BIRGIT,
    CARLA,
    CHAT,
    MIRIAM,
    NINE,
    SUNDAY,
    TEN,
    book,
    listed,
    new_request,
    wish,
)

EVENING = replace(CHAT, capacity=2)


async def opened(db: AsyncConnection, starts_at: datetime = NINE, request: str | None = None) -> Reservation:
    """A group of Miriam's with two seats."""
    wanted = replace(wish(starts_at), client=None, thread="the-group", kind=EVENING)
    return await open_group(db, wanted, request_id=request or new_request(), now=SUNDAY)


async def joinable(db: AsyncConnection, client: str, now: datetime = SUNDAY) -> list[str]:
    return [one.id for one in await groups_to_join(db, counsellor=MIRIAM, client=client, now=now)]


async def test_a_group_takes_its_counsellors_time_and_has_seats(db: AsyncConnection) -> None:
    """Nobody sits yet; whoever joins has the lowest seat, and a repeat gets the same answer."""
    group = await opened(db)
    assert (group.clients, group.capacity) == ((), 2)
    assert NINE not in await listed(db)
    assert await joinable(db, ALEX) == [group.id]
    assert (await join_group(db, appointment=group.id, client=ALEX, now=SUNDAY)).clients == (ALEX,)
    assert (await join_group(db, appointment=group.id, client=ALEX, now=SUNDAY)).clients == (ALEX,)
    assert (await join_group(db, appointment=group.id, client=BIRGIT, now=SUNDAY)).clients == (ALEX, BIRGIT)
    assert (await joinable(db, CARLA), await joinable(db, ALEX)) == ([], [])
    with pytest.raises(GroupFull):
        await join_group(db, appointment=group.id, client=CARLA, now=SUNDAY)


async def test_a_seat_that_was_left_can_be_taken_again(db: AsyncConnection) -> None:
    """The group goes on; who has left is not in it any more."""
    group = await opened(db)
    for client in (ALEX, BIRGIT):
        await join_group(db, appointment=group.id, client=client, now=SUNDAY)
    assert (await leave_group(db, appointment=group.id, client=ALEX, now=SUNDAY)).clients == (BIRGIT,)
    with pytest.raises(NotFound):
        await leave_group(db, appointment=group.id, client=ALEX, now=SUNDAY)
    assert (await join_group(db, appointment=group.id, client=CARLA, now=SUNDAY)).clients == (CARLA, BIRGIT)


async def test_nobody_joins_what_has_begun_or_was_cancelled(db: AsyncConnection) -> None:
    """The list does not show it either; and leaving has its notice."""
    group = await opened(db)
    await join_group(db, appointment=group.id, client=ALEX, now=SUNDAY)
    assert await joinable(db, BIRGIT, NINE) == []
    with pytest.raises(AppointmentOver):
        await join_group(db, appointment=group.id, client=BIRGIT, now=NINE)
    with pytest.raises(TooLate):
        await leave_group(db, appointment=group.id, client=ALEX, now=NINE)
    await store.cancel_by_counsellor(db, appointment=group.id, counsellor=MIRIAM, now=SUNDAY)
    assert await joinable(db, BIRGIT) == []
    with pytest.raises(AppointmentOver):
        await join_group(db, appointment=group.id, client=BIRGIT, now=SUNDAY)


async def test_one_client_neither_moves_nor_cancels_a_group(db: AsyncConnection) -> None:
    """Its counsellor does, with everybody in it."""
    group = await opened(db)
    for client in (ALEX, BIRGIT):
        await join_group(db, appointment=group.id, client=client, now=SUNDAY)
    with pytest.raises(GroupFixed):
        await store.cancel_by_client(db, appointment=group.id, client=ALEX, now=SUNDAY)
    moving = {"appointment": group.id, "kind": EVENING, "starts_at": TEN, "now": SUNDAY}
    with pytest.raises(GroupFixed):
        await store.reschedule_by_client(db, client=ALEX, request_id=new_request(), **moving)  # type: ignore[arg-type]
    moved = await store.reschedule_by_counsellor(db, counsellor=MIRIAM, request_id=new_request(), **moving)  # type: ignore[arg-type]
    assert (moved.appointment.starts_at, moved.clients) == (TEN, (ALEX, BIRGIT))


async def test_a_group_is_opened_once_by_the_same_rule_as_everything(db: AsyncConnection) -> None:
    """Not over something else, not off the step, and not for a kind with one seat."""
    request = new_request()
    assert await opened(db, request=request) == await opened(db, request=request)
    await book(db, TEN, BIRGIT)
    for refusal, wanted in (
        (SlotTaken, replace(wish(TEN), client=None, kind=EVENING)),
        (SlotNotOffered, replace(wish(TEN.replace(minute=7)), client=None, kind=EVENING)),
        (SlotNotOffered, replace(wish(TEN), client=None)),
    ):
        with pytest.raises(refusal):
            await open_group(db, wanted, request_id=new_request(), now=SUNDAY)


async def test_of_many_who_want_the_last_seats_as_many_as_there_are_get_one(engine: AsyncEngine) -> None:
    """Each on a connection of their own."""
    async with engine.begin() as db:
        group = await opened(db)

    async def joins(client: str) -> Reservation | BookingRefusal:
        try:
            async with engine.begin() as db:
                return await join_group(db, appointment=group.id, client=client, now=SUNDAY)
        except BookingRefusal as refusal:
            return refusal

    found = await asyncio.gather(*(joins(f"client-{number}") for number in range(12)))
    assert sum(isinstance(one, Reservation) for one in found) == 2
    assert {type(one) for one in found if not isinstance(one, Reservation)} == {GroupFull}
    async with engine.begin() as db:
        assert len((await store.appointment_of(db, group.id)).clients) == 2
