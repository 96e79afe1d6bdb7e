"""Agreeing on a time, being live when it has come, and what happens if it does not."""

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise
from secrets import token_hex

import pytest

from chatserver.appointments.wire import (
    Appointment,
    AppointmentChanged,
    BookSlot,
    HoldSlot,
    ListSlots,
    Slot,
    SlotHeld,
    Slots,
)
from chatserver.notices.wire import Notice
from chatserver.threads.wire import ClockChanged
from tests.api.house import House
from tests.api.story import Talk, enquire, talk
from tests.people import Client, Counsellor
from tests.person_web import Refused

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


async def booked(talking: Talk) -> Appointment:
    """The first slot there is, booked."""
    slots = await talking.client.slots(talking.room.id)
    return await talking.client.book(talking.room.id, slots.slots[0])


async def book_held(client: Client, room: str, hold: str) -> Appointment:
    """Books what was held, in that thread."""
    wish = BookSlot(room, hold, token_hex(16))
    return await client.browser.post("/api/threads/{room}/appointments", wish, Appointment)


async def at_the_time(house: House, appointment: Appointment) -> None:
    """The clock shows the start."""
    await house.pass_time(appointment.starts_at - house.now())


async def slots_of(client: Client, room: str, **more: object) -> Slots:
    """As the page asks, with any wish."""
    return await client.browser.get("/api/threads/{room}/slots", ListSlots(room, **more), Slots)  # type: ignore[arg-type]


async def promise(talking: Talk) -> datetime | None:
    """When an answer is due."""
    return (await talking.client.thread(talking.room.id)).due_at


# -- slots


async def test_the_slots_are_those_of_the_counsellor_who_has_the_thread(house: House) -> None:
    """With their name, their zone and the length, in order."""
    talking = await talk(house)
    slots = await talking.client.slots(talking.room.id)
    assert (slots.counsellor_name, slots.zone, slots.minutes) == ("Frau Berger", "Europe/Berlin", 50)
    # Mondays from nine to twelve, and two hours' notice: at eleven there is time.
    assert slots.slots[0].starts_at == house.now() + 2 * HOUR
    assert [one.starts_at for one in slots.slots] == sorted(one.starts_at for one in slots.slots)
    assert {one.ends_at - one.starts_at for one in slots.slots} == {50 * MINUTE}
    assert slots.slots[-1].starts_at < house.now() + timedelta(days=28)


async def test_the_due_time_of_a_written_answer_is_always_told_too(house: House) -> None:
    """The running promise, because writing again does not move it; else what would be promised now."""
    talking = await talk(house)
    start = house.now()
    await house.pass_time(10 * HOUR)
    assert (await talking.client.slots(talking.room.id)).otherwise_due_at == start + 48 * HOUR
    await talking.desk.write("Wann passt es Ihnen?")
    assert (await talking.client.slots(talking.room.id)).otherwise_due_at == house.now() + 48 * HOUR


async def test_where_no_time_is_free_the_thread_is_what_is_offered(house: House) -> None:
    """Before anybody has taken it, for a kind that the agency does not offer, and far in the future."""
    client, room = await enquire(house)
    new = await client.slots(room.id)
    assert (new.slots, new.counsellor_name, new.otherwise_due_at) == ([], "", house.now() + 48 * HOUR)
    await (await house.counsellor("berger")).take(room.id)
    video = await slots_of(client, room.id, kind="video")
    assert (video.slots, video.minutes, video.otherwise_due_at) == ([], 0, house.now() + 48 * HOUR)
    far = await slots_of(client, room.id, since=datetime.fromisoformat("9999-12-30T00:00:00Z"))
    assert (far.slots, far.otherwise_due_at) == ([], house.now() + 48 * HOUR)


async def test_slots_can_be_asked_for_a_span(house: House) -> None:
    """One week at a time, and nothing of the past."""
    talking = await talk(house)
    since, until = house.now() + timedelta(days=7), house.now() + timedelta(days=14)
    week = await talking.client.slots(talking.room.id, since=since, until=until)
    assert week.slots
    assert all(since <= one.starts_at < until for one in week.slots)
    past = await slots_of(talking.client, talking.room.id, since=house.now() - timedelta(days=30), until=house.now())
    assert past.slots == []


async def test_an_instant_without_a_zone_is_malformed(house: House) -> None:
    """Nobody guesses."""
    talking = await talk(house)
    with pytest.raises(Refused, match="malformed"):
        await slots_of(talking.client, talking.room.id, since="2026-11-24T10:00:00")
    wish = HoldSlot(talking.room.id, "chat", "2026-11-24T10:00:00", token_hex(16))  # type: ignore[arg-type]
    with pytest.raises(Refused, match="malformed"):
        await talking.client.browser.post("/api/threads/{room}/holds", wish, SlotHeld)


# -- holding and booking


async def test_both_sides_see_a_booked_appointment(house: House) -> None:
    """Pushed, noticed, and in both lists; the same instant for both."""
    talking = await talk(house)
    await talking.client.connect()
    await talking.counsellor.connect()
    appointment = await booked(talking)
    assert (appointment.state, appointment.live, appointment.client_name) == ("booked", False, "nachtfalter")
    assert appointment.opens_at == appointment.starts_at - 10 * MINUTE
    for person in (talking.client, talking.counsellor):
        assert (await person.browser.heard("appointment", AppointmentChanged)).appointment == appointment
        notice = await person.browser.heard("notice", Notice)
        assert (notice.kind, notice.appointment, notice.room) == ("appointment_booked", appointment.id, talking.room.id)
        assert await person.appointments() == [appointment]
    assert (await talking.counsellor.calendar()).appointments == [appointment]


async def test_a_booking_is_no_answer(house: House) -> None:
    """The promise goes on."""
    talking = await talk(house)
    await booked(talking)
    assert await promise(talking) == house.now() + 48 * HOUR


async def test_holding_and_booking_again_get_the_first_answer(house: House) -> None:
    """By the request's own id; and nobody is told twice."""
    talking = await talk(house)
    slot = (await talking.client.slots(talking.room.id)).slots[0]
    hold_id, book_id = token_hex(16), token_hex(16)
    held = await talking.client.hold(talking.room.id, slot, hold_id)
    assert held.expires_at == house.now() + 10 * MINUTE
    assert await talking.client.hold(talking.room.id, slot, hold_id) == held
    wish = BookSlot(talking.room.id, held.hold, book_id)
    answers = await asyncio.gather(
        *(talking.client.browser.post("/api/threads/{room}/appointments", wish, Appointment) for _ in range(4))
    )
    assert answers == [answers[0]] * 4
    assert [one.kind for one in await talking.counsellor.notices()] == ["appointment_booked"]


async def test_of_two_clients_who_want_one_slot_exactly_one_gets_it(house: House) -> None:
    """At the same moment, through the same door: the other is told that it is taken."""
    rounds = 5
    one = await talk(house)
    other_client, room = await enquire(house, "luisa7")
    await one.counsellor.take(room.id)
    for slot in (await one.client.slots(one.room.id)).slots[:rounds]:
        answers = await asyncio.gather(
            one.client.book(one.room.id, slot), other_client.book(room.id, slot), return_exceptions=True
        )
        won = [answer for answer in answers if isinstance(answer, Appointment)]
        lost = [answer for answer in answers if isinstance(answer, Refused)]
        assert len(won) == 1
        assert [(refused.code, refused.status) for refused in lost] == [("slot_taken", 409)]
    calendar = await one.counsellor.calendar()
    assert len(calendar.appointments) == rounds
    spans = sorted((appointment.starts_at, appointment.ends_at) for appointment in calendar.appointments)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


async def test_a_slot_that_is_held_is_free_for_its_client_only_until_it_runs_out(house: House) -> None:
    """Ten minutes, then everybody sees it again."""
    one = await talk(house)
    other_client, room = await enquire(house, "luisa7")
    await one.counsellor.take(room.id)
    slot = (await one.client.slots(one.room.id)).slots[3]
    held = await one.client.hold(one.room.id, slot)
    assert slot in (await one.client.slots(one.room.id)).slots
    assert slot not in (await other_client.slots(room.id)).slots
    await house.pass_time(10 * MINUTE)
    assert slot in (await other_client.slots(room.id)).slots
    with pytest.raises(Refused, match="hold_expired"):
        await book_held(one.client, one.room.id, held.hold)


async def test_what_is_not_on_the_list_cannot_be_held(house: House) -> None:
    """Off the step, at night, in the past, and in a thread that nobody has taken."""
    talking = await talk(house)
    slot = (await talking.client.slots(talking.room.id)).slots[0]
    for moved in (7 * MINUTE, 12 * HOUR, -timedelta(days=7), timedelta(days=365)):
        with pytest.raises(Refused, match="slot_not_offered"):
            await talking.client.hold(talking.room.id, Slot(slot.starts_at + moved, slot.ends_at + moved))
    luisa, room = await enquire(house, "luisa7")
    with pytest.raises(Refused, match="slot_not_offered"):
        await luisa.hold(room.id, slot)


async def test_a_hold_is_booked_in_its_own_thread_by_its_own_client(house: House) -> None:
    """Anybody else's does not exist."""
    one = await talk(house)
    luisa, room = await enquire(house, "luisa7")
    held = await one.client.hold(one.room.id, (await one.client.slots(one.room.id)).slots[0])
    with pytest.raises(Refused, match="hold_expired"):
        await book_held(luisa, room.id, held.hold)
    with pytest.raises(Refused, match="not_found"):
        await book_held(one.client, room.id, held.hold)


# -- calling it off


async def test_when_the_counsellor_cancels_a_promise_starts(house: House) -> None:
    """At that moment, so that nobody falls between the two ways of talking; and the time is free again."""
    talking = await talk(house)
    await talking.desk.write("Wann passt es Ihnen?")
    appointment = await booked(talking)
    await house.pass_time(HOUR)
    await talking.client.connect()
    cancelled = await talking.counsellor.cancel(appointment.id)
    assert cancelled.state == "cancelled"
    assert await promise(talking) == house.now() + 48 * HOUR
    assert (await talking.client.browser.heard("clock", ClockChanged)).waiting_since == house.now()
    assert (await talking.client.browser.heard("appointment", AppointmentChanged)).appointment == cancelled
    assert (await talking.client.browser.heard("notice", Notice)).kind == "appointment_cancelled"
    await house.pass_time(24 * HOUR)
    assert (await talking.counsellor.notices())[0].kind == "reply_reminder"


async def test_a_promise_that_runs_already_is_not_moved_by_a_cancellation(house: House) -> None:
    """The older one is the earlier one."""
    talking = await talk(house)
    start = house.now()
    appointment = await booked(talking)
    await house.pass_time(HOUR)
    await talking.counsellor.cancel(appointment.id)
    assert await promise(talking) == start + 48 * HOUR


async def test_cancelling_again_changes_and_tells_nothing_more(house: House) -> None:
    """An answer to the first promise must not be undone by a repeat."""
    talking = await talk(house)
    appointment = await booked(talking)
    first = await talking.counsellor.cancel(appointment.id)
    await talking.desk.read()
    await talking.desk.write("Tut mir leid. Schreiben wir?")
    assert await talking.counsellor.cancel(appointment.id) == first
    assert await talking.client.cancel(appointment.id) == first
    assert await promise(talking) is None
    assert [one.kind for one in await talking.client.notices()].count("appointment_cancelled") == 1


async def test_what_is_asked_for_several_times_at_once_is_done_and_told_once(house: House) -> None:
    """Calling off, beginning and ending: each repeat gets the same answer."""
    talking = await talk(house)
    appointment = await booked(talking)
    await at_the_time(house, appointment)
    both = (talking.client, talking.counsellor)
    await talking.client.connect()
    for act in ("begin_live_chat", "end_live_chat"):
        answers = await asyncio.gather(*(getattr(one, act)(appointment.id) for one in both * 2))
        assert [one.live for one in answers] == [act == "begin_live_chat"] * 4
    second = await booked(talking)
    await asyncio.gather(*(talking.counsellor.cancel(second.id) for _ in range(4)))
    kinds = [one.kind for one in await talking.client.notices()]
    assert kinds.count("appointment_cancelled") == 1
    told = [(await talking.client.browser.heard("appointment", AppointmentChanged)).appointment for _ in range(4)]
    assert [(one.state, one.live) for one in told] == [
        ("booked", True),
        ("done", False),
        ("booked", False),
        ("cancelled", False),
    ]


async def test_a_client_cancels_until_the_notice_and_starts_no_promise(house: House) -> None:
    """Two hours before at the latest; after that it takes a word to the counsellor."""
    talking = await talk(house)
    await talking.desk.write("Wann passt es Ihnen?")
    early, late = (await talking.client.slots(talking.room.id)).slots[1:3]
    first, second = (
        await talking.client.book(talking.room.id, early),
        await talking.client.book(talking.room.id, late),
    )
    assert (await talking.client.cancel(first.id)).state == "cancelled"
    assert await promise(talking) is None
    await house.pass_time(late.starts_at - house.now() - 2 * HOUR)
    with pytest.raises(Refused, match="too_late"):
        await talking.client.cancel(second.id)
    assert [one.state for one in await talking.counsellor.appointments()][-1] == "booked"


# -- being live


async def test_the_room_turns_live_from_ten_minutes_before_for_both(house: House) -> None:
    """Whoever comes first begins; the other is told."""
    talking = await talk(house)
    appointment = await booked(talking)
    await house.pass_time(appointment.opens_at - house.now() - timedelta(seconds=1))
    for person in (talking.client, talking.counsellor):
        with pytest.raises(Refused, match="not_open_yet"):
            await person.begin_live_chat(appointment.id)
    await house.pass_time(timedelta(seconds=1))
    await talking.client.connect()
    live = await talking.counsellor.begin_live_chat(appointment.id)
    assert (live.live, live.state) == (True, "booked")
    assert (await talking.client.browser.heard("appointment", AppointmentChanged)).appointment == live
    assert await talking.client.begin_live_chat(appointment.id) == live
    assert talking.client.browser.heard_already("appointment") == 0
    assert await talking.client.appointments() == [live]


async def test_an_open_page_is_told_when_the_live_chat_can_begin(house: House) -> None:
    """Ten minutes before, both; nobody is told of one that was called off."""
    talking = await talk(house)
    slots = (await talking.client.slots(talking.room.id)).slots
    cancelled = await talking.client.book(talking.room.id, slots[1])
    kept = await talking.client.book(talking.room.id, slots[2])
    await talking.client.cancel(cancelled.id)
    both = (talking.client, talking.counsellor)
    for one in both:
        await one.connect()
    await house.pass_time(cancelled.opens_at - house.now())
    assert [one.browser.heard_already("appointment") for one in both] == [0, 0]
    await house.pass_time(kept.opens_at - house.now())
    assert [(await one.browser.heard("appointment", AppointmentChanged)).appointment for one in both] == [kept, kept]


async def test_what_is_written_after_the_end_goes_on_in_the_thread_with_the_clock(house: House) -> None:
    """Answered inside the chat is answered; unanswered at its end has waited since it was written."""
    talking = await talk(house)
    appointment = await booked(talking)
    await at_the_time(house, appointment)
    await talking.client.begin_live_chat(appointment.id)
    await talking.desk.write("Willkommen.")
    assert await promise(talking) is None
    await house.pass_time(20 * MINUTE)
    await talking.room.read()
    await talking.room.write("Darf ich noch etwas fragen?")
    asked = house.now()
    await house.pass_time(MINUTE)
    done = await talking.counsellor.end_live_chat(appointment.id)
    assert (done.state, done.live) == ("done", False)
    assert await promise(talking) == asked + 48 * HOUR
    await talking.room.write("Und noch etwas?")
    assert await promise(talking) == asked + 48 * HOUR


async def test_a_live_chat_ends_once(house: House) -> None:
    """By either side; a repeat gets the same answer, and it does not begin again."""
    talking = await talk(house)
    appointment = await booked(talking)
    await at_the_time(house, appointment)
    with pytest.raises(Refused, match="not_open_yet"):
        await talking.client.end_live_chat(appointment.id)
    await talking.counsellor.begin_live_chat(appointment.id)
    await talking.counsellor.connect()
    ended = await talking.client.end_live_chat(appointment.id)
    assert (await talking.counsellor.browser.heard("appointment", AppointmentChanged)).appointment == ended
    assert await talking.counsellor.end_live_chat(appointment.id) == ended
    with pytest.raises(Refused, match="appointment_over"):
        await talking.client.begin_live_chat(appointment.id)
    with pytest.raises(Refused, match="appointment_over"):
        await talking.counsellor.cancel(appointment.id)


async def test_a_live_chat_that_nobody_ends_is_over_half_an_hour_after_its_time(house: House) -> None:
    """Not a minute earlier, and both are told."""
    talking = await talk(house)
    appointment = await booked(talking)
    await at_the_time(house, appointment)
    await talking.client.begin_live_chat(appointment.id)
    await house.pass_time(appointment.ends_at + 29 * MINUTE - house.now())
    assert [one.live for one in await talking.client.appointments()] == [True]
    await talking.client.connect()
    await house.pass_time(MINUTE)
    ended = (await talking.client.browser.heard("appointment", AppointmentChanged)).appointment
    assert (ended.live, ended.state) == (False, "done")
    assert await talking.client.appointments() == [ended]


async def test_what_was_ended_by_hand_is_not_ended_again(house: House) -> None:
    """The forgotten-chat job finds out by itself."""
    talking = await talk(house)
    appointment = await booked(talking)
    await at_the_time(house, appointment)
    await talking.counsellor.begin_live_chat(appointment.id)
    ended = await talking.client.end_live_chat(appointment.id)
    await talking.client.connect()
    await house.pass_time(3 * HOUR)
    assert await talking.client.appointments() == [ended]
    assert talking.client.browser.heard_already("appointment") == 0


async def test_a_cancelled_or_missed_appointment_does_not_begin(house: House) -> None:
    """From its end on it is over."""
    talking = await talk(house)
    slots = (await talking.client.slots(talking.room.id)).slots
    one, other = (
        await talking.client.book(talking.room.id, slots[1]),
        await talking.client.book(talking.room.id, slots[2]),
    )
    await talking.counsellor.cancel(one.id)
    await at_the_time(house, one)
    with pytest.raises(Refused, match="appointment_over"):
        await talking.client.begin_live_chat(one.id)
    await house.pass_time(other.ends_at - house.now())
    with pytest.raises(Refused, match="appointment_over"):
        await talking.counsellor.begin_live_chat(other.id)


async def test_a_list_forgets_what_is_over_for_more_than_a_day(house: House) -> None:
    """For both."""
    talking = await talk(house)
    appointment = await booked(talking)
    await house.pass_time(appointment.ends_at + timedelta(days=1) - house.now() - MINUTE)
    assert [len(await one.appointments()) for one in (talking.client, talking.counsellor)] == [1, 1]
    await house.pass_time(MINUTE)
    assert [len(await one.appointments()) for one in (talking.client, talking.counsellor)] == [0, 0]


async def test_a_calendar_shows_the_counsellors_own_week(house: House) -> None:
    """In wall time of their zone; the coordinator has none."""
    berger = await house.counsellor("berger")
    calendar = await berger.calendar()
    assert calendar.zone == "Europe/Berlin"
    assert (calendar.weekly[0].weekday, calendar.weekly[0].begins, calendar.weekly[0].ends) == (0, "09:00", "12:00")
    coordinator: Counsellor = await house.counsellor("hagemann")
    with pytest.raises(Refused, match="not_found"):
        await coordinator.calendar()
