"""Earlier, please: a freed time is kept for the first in line, then for the next."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from booking import store
from booking.errors import HoldExpired, HoldExtended
from booking.model import Reservation, State
from booking.waiting import Waiting, kinds_awaited, offer_freed, stop_waiting, wait_for_earlier, waiting_in
from tests.store.booking.practice import (
    ALEX,
    BIRGIT,
    CARLA,
    CHAT,
    ELEVEN,
    MINUTE,
    MIRIAM,
    NINE,
    SUNDAY,
    TEN,
    book,
    hold,
    listed,
    new_request,
)

NEXT_WEEK = NINE + timedelta(days=7)


async def waits(db: AsyncConnection, client: str, before: datetime | None = None, now: datetime = SUNDAY) -> Waiting:
    return await wait_for_earlier(
        db, counsellor=MIRIAM, client=client, thread=f"thread-{client}", kind="chat", earlier_than=before, now=now
    )


async def freed(db: AsyncConnection, one: Reservation, now: datetime = SUNDAY) -> list[Reservation]:
    """Who is offered what that reservation kept."""
    return await offer_freed(db, counsellor=MIRIAM, freed=one.reserved, kinds={"chat": CHAT}, now=now)


async def cancelled(db: AsyncConnection, one: Reservation, client: str = CARLA) -> Reservation:
    return await store.cancel_by_client(db, appointment=one.id, client=client, now=SUNDAY)


async def test_what_becomes_free_is_kept_for_the_first_in_line_for_half_an_hour(db: AsyncConnection) -> None:
    """Nobody else sees it meanwhile; whoever it is for books it like any hold."""
    taken = await book(db, NINE, CARLA)
    await waits(db, ALEX)
    await waits(db, BIRGIT, now=SUNDAY + MINUTE)
    assert await kinds_awaited(db, counsellor=MIRIAM) == {"chat"}
    await cancelled(db, taken)
    (offer,) = await freed(db, taken)
    assert (offer.clients, offer.appointment.starts_at) == ((ALEX,), NINE)
    assert offer.expires_at == SUNDAY + 30 * MINUTE
    assert NINE not in await listed(db)
    assert NINE in await listed(db, asker=(ALEX, f"thread-{ALEX}"))
    (mine,) = await waiting_in(db, client=ALEX, thread=f"thread-{ALEX}")
    assert mine.offered == offer.id
    booked = await store.book_hold(db, hold=offer.id, client=ALEX, request_id=new_request(), now=SUNDAY)
    assert booked.state is State.BOOKED
    assert await waiting_in(db, client=ALEX, thread=f"thread-{ALEX}") == []


async def test_after_half_an_hour_it_is_the_next_ones(db: AsyncConnection) -> None:
    """The first stays in line, behind those who have not been asked, and is not asked about the same time again."""
    taken = await book(db, NINE, CARLA)
    await waits(db, ALEX)
    await waits(db, BIRGIT, now=SUNDAY + MINUTE)
    await cancelled(db, taken)
    (first,) = await freed(db, taken)
    late = SUNDAY + 30 * MINUTE
    assert await freed(db, taken, late - MINUTE) == []
    (second,) = await freed(db, first, late)
    assert second.clients == (BIRGIT,)
    with pytest.raises(HoldExpired):
        await store.book_hold(db, hold=first.id, client=ALEX, request_id=new_request(), now=late)
    assert await freed(db, second, late + 30 * MINUTE) == []
    assert NINE in await listed(db, now=late + 30 * MINUTE)


async def test_whoever_has_had_an_offer_comes_after_those_who_have_had_none(db: AsyncConnection) -> None:
    """Also for another time, and although they have waited longer."""
    nine, ten = await book(db, NINE, CARLA), await book(db, TEN, CARLA)
    await waits(db, ALEX)
    await waits(db, BIRGIT, now=SUNDAY + MINUTE)
    await cancelled(db, nine)
    (first,) = await freed(db, nine)
    await cancelled(db, ten)
    late = SUNDAY + 30 * MINUTE
    (second,) = await freed(db, ten, late)
    assert (first.clients, second.clients) == ((ALEX,), (BIRGIT,))


async def test_whoever_has_an_appointment_is_moved_to_the_earlier_one_in_one_step(db: AsyncConnection) -> None:
    """What was kept for them is not in their own way; the later time is free again."""
    taken, later = await book(db, NINE, CARLA), await book(db, ELEVEN, ALEX)
    await waits(db, ALEX, before=later.appointment.starts_at)
    await cancelled(db, taken)
    (offer,) = await freed(db, taken)
    moved = await store.reschedule_by_client(
        db,
        appointment=later.id,
        client=ALEX,
        kind=CHAT,
        starts_at=offer.appointment.starts_at,
        request_id=new_request(),
        now=SUNDAY,
    )
    assert moved.appointment.starts_at == NINE
    assert await listed(db) == [TEN, ELEVEN]
    assert await waiting_in(db, client=ALEX, thread=f"thread-{ALEX}") == []


async def test_nothing_is_offered_that_is_not_earlier_or_that_the_rule_refuses(db: AsyncConnection) -> None:
    """Not later than what they have, not too soon for the notice, and not a kind that is not offered any more."""
    taken = await book(db, TEN, CARLA)
    await waits(db, ALEX, before=TEN)
    await cancelled(db, taken)
    assert await freed(db, taken) == []
    await waits(db, ALEX, before=ELEVEN)
    assert await freed(db, taken, TEN - 90 * MINUTE) == []
    assert await offer_freed(db, counsellor=MIRIAM, freed=taken.reserved, kinds={}, now=SUNDAY) == []
    (offer,) = await freed(db, taken)
    assert offer.clients == (ALEX,)


async def test_who_is_choosing_right_now_is_passed_over(db: AsyncConnection) -> None:
    """One hold gives way to another, and theirs must not be taken from under their eyes."""
    taken = await book(db, NINE, CARLA)
    await waits(db, ALEX)
    held = await hold(db, TEN, ALEX)
    await cancelled(db, taken)
    assert await freed(db, taken) == []
    assert (await store.book_hold(db, hold=held, client=ALEX, request_id=new_request(), now=SUNDAY)).id == held


async def test_a_place_in_line_is_kept_when_the_wish_changes_and_given_up_when_they_say_so(db: AsyncConnection) -> None:
    """What was kept for them is free at once, for the next."""
    taken = await book(db, NINE, CARLA)
    await waits(db, ALEX, before=NEXT_WEEK)
    await waits(db, BIRGIT, now=SUNDAY + MINUTE)
    await waits(db, ALEX, before=ELEVEN, now=SUNDAY + 2 * MINUTE)
    await cancelled(db, taken)
    (offer,) = await freed(db, taken)
    assert offer.clients == (ALEX,)
    with pytest.raises(HoldExtended):
        await store.extend_hold(db, hold=offer.id, client=ALEX, now=SUNDAY)
    (given_up,) = await stop_waiting(db, client=ALEX, thread=f"thread-{ALEX}")
    assert given_up.id == offer.id
    assert await stop_waiting(db, client=ALEX, thread=f"thread-{ALEX}") == []
    (next_offer,) = await freed(db, given_up)
    assert next_offer.clients == (BIRGIT,)


async def test_a_line_ends_with_its_thread_and_with_its_calendar(db: AsyncConnection) -> None:
    """Nothing of somebody who has deleted their thread, or of somebody who works there no more."""
    await waits(db, ALEX)
    await waits(db, BIRGIT)
    await store.erase_thread(db, thread=f"thread-{ALEX}", now=SUNDAY)
    assert await waiting_in(db, client=ALEX, thread=f"thread-{ALEX}") == []
    await store.empty_calendar(db, counsellor=MIRIAM)
    assert await kinds_awaited(db, counsellor=MIRIAM) == set()
