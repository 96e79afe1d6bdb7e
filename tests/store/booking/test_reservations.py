"""Holding, booking, moving, cancelling: each verb in one transaction on a real database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking import store, timetable
from booking.errors import (
    AppointmentOver,
    HoldExpired,
    HoldExtended,
    NotFound,
    RequestReused,
    SlotNotOffered,
    SlotTaken,
    TooLate,
)
from booking.model import Span, State, WallSpan
from booking.tables import reservations, seats
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
    listed,
    new_request,
    wish,
)
from tests.unit.booking.oracle import wall

LATER = SUNDAY + 10 * MINUTE


async def hold(db: AsyncConnection, starts_at: datetime = NINE, client: str = ALEX, now: datetime = SUNDAY) -> str:
    held = await store.hold_slot(db, wish(starts_at, client), request_id=new_request(), now=now)
    return held.id


# -- holding


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


# -- booking


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


# -- moving


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


# -- cancelling and finishing


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


# -- looking


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
