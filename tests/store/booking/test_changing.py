"""Moving, cancelling and finishing appointments."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from booking import store, timetable
from booking.errors import (
    AppointmentOver,
    RequestReused,
    SlotNotOffered,
    SlotTaken,
    TooLate,
)
from booking.model import Span, State, WallSpan
from tests.store.booking.practice import (
    ALEX,
    BIRGIT,
    CHAT,
    ELEVEN,
    MINUTE,
    MIRIAM,
    NINE,
    SUNDAY,
    TEN,
    book,
    listed,
    new_request,
)
from tests.unit.booking.oracle import wall

LATER = SUNDAY + 10 * MINUTE


async def move(
    db: AsyncConnection, appointment: str, starts_at: datetime, now: datetime = SUNDAY, request: str | None = None
) -> None:
    request = request or new_request()
    await store.reschedule_by_client(
        db, appointment=appointment, client=ALEX, kind=CHAT, starts_at=starts_at, request_id=request, now=now
    )


async def test_moving_frees_the_old_time_and_takes_the_new_one(db: AsyncConnection) -> None:
    """Under the same id, with a raised sequence number and a new time until when it can be changed."""
    booked = await book(db, NINE)
    await move(db, booked.id, ELEVEN)
    moved = await store.appointment_for_client(db, appointment=booked.id, client=ALEX)
    assert moved.appointment == Span(ELEVEN, ELEVEN + 50 * MINUTE)
    assert (moved.sequence, moved.cancel_until) == (1, ELEVEN - timedelta(hours=12))
    assert await listed(db) == [NINE, TEN]


async def test_moving_to_a_taken_or_unoffered_time_changes_nothing(db: AsyncConnection) -> None:
    """Even if the caller went on and committed."""
    booked, _ = await book(db, NINE), await book(db, TEN, BIRGIT)
    with pytest.raises(SlotTaken):
        await move(db, booked.id, TEN)
    with pytest.raises(SlotNotOffered):
        await move(db, booked.id, TEN + 10 * MINUTE)
    assert await store.appointment_for_client(db, appointment=booked.id, client=ALEX) == booked
    assert await listed(db) == [ELEVEN]


async def test_an_appointment_is_not_in_its_own_way(db: AsyncConnection) -> None:
    """It can be moved onto a time that overlaps its old one."""
    await timetable.add_absence(
        db, counsellor=MIRIAM, span=WallSpan(wall("2026-03-02 09:00"), wall("2026-03-02 09:30"))
    )
    booked = await book(db, NINE + 30 * MINUTE)
    await timetable.add_extra_hours(
        db, counsellor=MIRIAM, span=WallSpan(wall("2026-03-02 07:00"), wall("2026-03-02 09:00"))
    )
    await timetable.remove_exception(db, counsellor=MIRIAM, exception=1)
    await move(db, booked.id, NINE)
    assert (await listed(db))[-2:] == [TEN, ELEVEN]


async def test_a_late_repeat_of_a_move_moves_nothing_again(db: AsyncConnection) -> None:
    """The first request arrives once more after a second move: the appointment stays where it is."""
    booked = await book(db, NINE)
    first = new_request()
    await move(db, booked.id, TEN, request=first)
    await move(db, booked.id, ELEVEN)
    await move(db, booked.id, TEN, request=first)
    stands = await store.appointment_for_client(db, appointment=booked.id, client=ALEX)
    assert (stands.appointment.starts_at, stands.sequence) == (ELEVEN, 2)
    other = await book(db, NINE)
    with pytest.raises(RequestReused):
        await move(db, other.id, TEN, request=first)


async def test_the_client_moves_in_time_and_the_counsellor_until_it_is_over(db: AsyncConnection) -> None:
    """Notice binds the client; a new time has to be on offer for both."""
    booked = await book(db, NINE)
    with pytest.raises(TooLate):
        await move(db, booked.id, ELEVEN, now=booked.cancel_until)
    moved = await store.reschedule_by_counsellor(
        db,
        appointment=booked.id,
        counsellor=MIRIAM,
        kind=CHAT,
        starts_at=ELEVEN,
        request_id=new_request(),
        now=booked.cancel_until,
    )
    assert moved.clients == (ALEX,)
    with pytest.raises(AppointmentOver):
        await store.reschedule_by_counsellor(
            db,
            appointment=booked.id,
            counsellor=MIRIAM,
            kind=CHAT,
            starts_at=NINE + timedelta(days=1),
            request_id=new_request(),
            now=moved.appointment.ends_at,
        )


async def test_cancelling_frees_the_time(db: AsyncConnection) -> None:
    """A repeat gets the same answer, also to the other side."""
    booked = await book(db, NINE)
    cancelled = await store.cancel_by_client(db, appointment=booked.id, client=ALEX, now=LATER)
    assert (cancelled.state, cancelled.cancelled_at, cancelled.cancelled_by) == (State.CANCELLED, LATER, "client")
    assert cancelled.sequence == 1
    assert await listed(db) == [NINE, TEN, ELEVEN]
    assert await store.cancel_by_client(db, appointment=booked.id, client=ALEX, now=NINE) == cancelled
    assert await store.cancel_by_counsellor(db, appointment=booked.id, counsellor=MIRIAM, now=NINE) == cancelled
    await book(db, NINE, BIRGIT)


async def test_the_client_cancels_in_time_and_the_counsellor_until_it_is_over(db: AsyncConnection) -> None:
    """Twelve hours before is too late for the client; after the end there is nothing to cancel."""
    booked = await book(db, NINE)
    with pytest.raises(TooLate):
        await store.cancel_by_client(db, appointment=booked.id, client=ALEX, now=booked.cancel_until)
    over = booked.appointment.ends_at
    with pytest.raises(AppointmentOver):
        await store.cancel_by_counsellor(db, appointment=booked.id, counsellor=MIRIAM, now=over)
    last_minute = over - MINUTE
    late = await store.cancel_by_counsellor(db, appointment=booked.id, counsellor=MIRIAM, now=last_minute)
    assert late.cancelled_by == "counsellor"


async def test_what_took_place_is_done_and_stays_so(db: AsyncConnection) -> None:
    """A repeat gets the same answer; it can no longer be cancelled or moved; a cancelled one cannot become done."""
    booked, other = await book(db, NINE), await book(db, TEN)
    done = await store.finish(db, appointment=booked.id, now=TEN)
    assert (done.state, done.done_at) == (State.DONE, TEN)
    assert await store.finish(db, appointment=booked.id, now=ELEVEN) == done
    with pytest.raises(AppointmentOver):
        await store.cancel_by_counsellor(db, appointment=booked.id, counsellor=MIRIAM, now=NINE)
    with pytest.raises(AppointmentOver):
        await move(db, booked.id, ELEVEN)
    await store.cancel_by_counsellor(db, appointment=other.id, counsellor=MIRIAM, now=NINE)
    with pytest.raises(AppointmentOver):
        await store.finish(db, appointment=other.id, now=ELEVEN)
