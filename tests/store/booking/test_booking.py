"""Booking, with a hold and without one; and what both sides see of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from booking import store, timetable
from booking.errors import (
    AppointmentOver,
    HoldExpired,
    NotFound,
    RequestReused,
    SlotNotOffered,
    SlotTaken,
)
from booking.model import State, WallSpan
from tests.store.booking.practice import (
    ALEX,
    BIRGIT,
    CARLA,
    CHAT,
    ELEVEN,
    JONAS,
    MINUTE,
    MIRIAM,
    NINE,
    ROOM_7,
    SUNDAY,
    TEN,
    book,
    hold,
    listed,
    new_request,
    wish,
)

LATER = SUNDAY + 10 * MINUTE


async def test_a_hold_becomes_an_appointment_under_the_same_id(db: AsyncConnection) -> None:
    """It no longer expires, and it can be changed until twelve hours before."""
    held = await hold(db)
    booked = await store.book_hold(db, hold=held, client=ALEX, request_id=new_request(), now=SUNDAY + MINUTE)
    assert (booked.id, booked.state, booked.expires_at) == (held, State.BOOKED, None)
    assert (booked.booked_at, booked.sequence, booked.clients) == (SUNDAY + MINUTE, 0, (ALEX,))
    assert booked.cancel_until == NINE - timedelta(hours=12)
    assert await store.appointment_for_client(db, appointment=held, client=ALEX) == booked


async def test_booking_is_idempotent_by_request_id(db: AsyncConnection) -> None:
    """With a hold and without one, the first answer again; even for another hold; never to another person."""
    request, direct = new_request(), new_request()
    held = await hold(db)
    booked = await store.book_hold(db, hold=held, client=ALEX, request_id=request, now=SUNDAY)
    other = await hold(db, TEN)
    for named in (held, other):
        assert await store.book_hold(db, hold=named, client=ALEX, request_id=request, now=LATER) == booked
    with pytest.raises(RequestReused):
        await store.book_hold(db, hold=held, client=BIRGIT, request_id=request, now=SUNDAY)
    straight = await store.book_slot(db, wish(ELEVEN, BIRGIT), request_id=direct, now=SUNDAY)
    assert await store.book_slot(db, wish(ELEVEN, BIRGIT), request_id=direct, now=LATER) == straight
    with pytest.raises(RequestReused):
        await store.book_slot(db, wish(ELEVEN, ALEX), request_id=direct, now=SUNDAY)


async def test_booking_a_hold_again_under_a_new_request_is_the_same_appointment(db: AsyncConnection) -> None:
    """A page loaded anew has forgotten its request id; once cancelled it is over."""
    held = await hold(db)
    booked = await store.book_hold(db, hold=held, client=ALEX, request_id=new_request(), now=SUNDAY)
    assert await store.book_hold(db, hold=held, client=ALEX, request_id=new_request(), now=LATER) == booked
    await store.cancel_by_client(db, appointment=held, client=ALEX, now=SUNDAY)
    with pytest.raises(AppointmentOver):
        await store.book_hold(db, hold=held, client=ALEX, request_id=new_request(), now=SUNDAY)


async def test_another_persons_hold_cannot_be_told_from_one_that_is_gone(db: AsyncConnection) -> None:
    """Neither booked nor extended, and the same refusal for an id that never was."""
    held = await hold(db)
    for named in (held, "0" * 32):
        with pytest.raises(HoldExpired):
            await store.book_hold(db, hold=named, client=BIRGIT, request_id=new_request(), now=SUNDAY)
        with pytest.raises(HoldExpired):
            await store.extend_hold(db, hold=named, client=BIRGIT, now=SUNDAY)


@pytest.mark.parametrize(
    "starts_at",
    [
        NINE + 5 * MINUTE,
        NINE - timedelta(hours=1),
        ELEVEN + timedelta(hours=1),
        SUNDAY - timedelta(days=6),
        SUNDAY + MINUTE,
        NINE + timedelta(weeks=9),
        datetime.min.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
    ],
    ids=["off step", "too early", "too late", "past", "closed", "beyond the horizon", "first instant", "last instant"],
)
async def test_what_is_not_listed_is_neither_held_nor_booked(db: AsyncConnection, starts_at: datetime) -> None:
    """One rule decides both."""
    with pytest.raises(SlotNotOffered):
        await hold(db, starts_at)
    with pytest.raises(SlotNotOffered):
        await book(db, starts_at)


async def test_a_counsellor_without_a_calendar_offers_nothing(db: AsyncConnection) -> None:
    """No slots, and no way to book one."""
    until = SUNDAY + timedelta(days=7)
    assert await store.free_slots(db, counsellor="new", kind=CHAT, since=SUNDAY, until=until, now=SUNDAY) == []
    with pytest.raises(SlotNotOffered):
        await book(db, NINE, counsellor="new")


async def test_a_place_is_booked_with_the_counsellor(db: AsyncConnection) -> None:
    """Jonas is free at nine, but room 7 is not: it is neither offered nor given."""
    await book(db, NINE, place=ROOM_7)
    until = NINE + timedelta(hours=5)
    free = await store.free_slots(db, counsellor=JONAS, kind=CHAT, since=SUNDAY, until=until, now=SUNDAY, place=ROOM_7)
    assert [slot.starts_at for slot in free] == [TEN, ELEVEN]
    with pytest.raises(SlotTaken):
        await book(db, NINE, BIRGIT, counsellor=JONAS, place=ROOM_7)
    await book(db, NINE, BIRGIT, counsellor=JONAS)


async def test_every_listed_slot_can_be_booked_and_then_none_is_left(db: AsyncConnection) -> None:
    """The list is emptied one by one."""
    for left in (3, 2, 1):
        slots = await listed(db)
        assert len(slots) == left
        await book(db, slots[0], f"client-{left}")
    assert await listed(db) == []


async def test_what_is_not_ones_own_is_not_there(db: AsyncConnection) -> None:
    """The same refusal as for an id that never was, and as for a hold, which is no appointment yet."""
    booked, held = await book(db, NINE), await hold(db, TEN)
    for named, client, counsellor in ((booked.id, BIRGIT, JONAS), (held, ALEX, MIRIAM), ("0" * 32, ALEX, MIRIAM)):
        with pytest.raises(NotFound):
            await store.appointment_for_client(db, appointment=named, client=client)
        with pytest.raises(NotFound):
            await store.appointment_for_counsellor(db, appointment=named, counsellor=counsellor)
        with pytest.raises(NotFound):
            await store.cancel_by_client(db, appointment=named, client=client, now=SUNDAY)
        with pytest.raises(NotFound):
            await store.cancel_by_counsellor(db, appointment=named, counsellor=counsellor, now=SUNDAY)


async def test_both_sides_see_their_appointments_by_start(db: AsyncConnection) -> None:
    """Cancelled ones, too, and none that ended before; holds are not among them."""
    late, early = await book(db, TEN), await book(db, NINE, BIRGIT)
    await hold(db, ELEVEN)
    gone = await store.cancel_by_client(db, appointment=late.id, client=ALEX, now=SUNDAY)
    assert await store.appointments_of_counsellor(db, counsellor=MIRIAM, ends_after=SUNDAY) == [early, gone]
    assert await store.appointments_of_client(db, client=ALEX, ends_after=SUNDAY) == [gone]
    assert await store.appointments_of_client(db, client=ALEX, ends_after=late.appointment.ends_at) == []


async def test_busy_time_has_the_buffers_and_the_holds_that_last(db: AsyncConnection) -> None:
    """Cancelled and expired ones keep no time."""
    held = await store.hold_slot(db, wish(NINE), request_id=new_request(), now=SUNDAY)
    booked, gone = await book(db, TEN, BIRGIT), await book(db, ELEVEN, CARLA)
    await store.cancel_by_client(db, appointment=gone.id, client=CARLA, now=SUNDAY)
    day = {"since": SUNDAY, "until": NINE + timedelta(hours=8)}
    assert await store.busy_of(db, counsellor=MIRIAM, now=SUNDAY, **day) == [held.reserved, booked.reserved]
    assert await store.busy_of(db, counsellor=MIRIAM, now=LATER, **day) == [booked.reserved]


async def test_an_absence_made_later_cancels_nothing_by_itself(db: AsyncConnection) -> None:
    """What is booked stays booked; only new ones are refused."""
    booked = await book(db, NINE)
    day = datetime.combine(date(2026, 3, 2), datetime.min.time())
    await timetable.add_absence(db, counsellor=MIRIAM, span=WallSpan(day, day + timedelta(days=1)))
    assert await listed(db) == []
    assert await store.appointment_for_client(db, appointment=booked.id, client=ALEX) == booked
