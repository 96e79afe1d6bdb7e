"""Keeping a hold longer, moving an appointment, saying that nobody came; and clocks whose rules change."""

import asyncio
from datetime import date, datetime, timedelta
from secrets import token_hex

import pytest
from sqlalchemy import text

from booking.model import Kind
from booking.tables import places
from booking.timetable import keep_kind
from chatserver.agencies import store as agencies
from chatserver.appointments.wire import Appointment, AppointmentChanged, HoldSlot, ListSlots, Slot, SlotHeld, Slots
from chatserver.changes.actions import follow_walls
from chatserver.changes.wire import (
    ExtendHold,
    HoldReleased,
    LengthenAppointment,
    MoveAppointment,
    RecordMissed,
    ReleaseHold,
    SayNobodyCame,
)
from chatserver.guarantee.terms import Terms
from chatserver.notices.wire import Notice
from tests.api.house import House
from tests.api.story import Talk, enquire, talk
from tests.people import Client, Counsellor
from tests.person_web import Refused

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
Person = Client | Counsellor


async def booked(talking: Talk) -> tuple[Appointment, list[datetime]]:
    """A slot of the next day, booked, which a client may still change; and the starts that were offered from it on."""
    slots = (await talking.client.slots(talking.room.id)).slots[1:]
    return await talking.client.book(talking.room.id, slots[0]), [one.starts_at for one in slots]


async def move(person: Person, appointment: str, starts_at: datetime, request: str | None = None) -> Appointment:
    wish = MoveAppointment(appointment, starts_at, request or token_hex(16))
    return await person.browser.post("/api/appointments/{appointment}/move", wish, Appointment)


async def missed(person: Person, appointment: str, *, missed: bool = True) -> Appointment:
    wish = RecordMissed(appointment, missed)
    return await person.browser.post("/api/appointments/{appointment}/missed", wish, Appointment)


async def extend(client: Client, room: str, hold: str) -> SlotHeld:
    return await client.browser.post("/api/threads/{room}/holds/{hold}/extend", ExtendHold(room, hold), SlotHeld)


async def release(client: Client, room: str, hold: str) -> HoldReleased:
    return await client.browser.post("/api/threads/{room}/holds/{hold}/release", ReleaseHold(room, hold), HoldReleased)


async def lengthen(person: Person, appointment: str, ends_at: datetime) -> Appointment:
    wish = LengthenAppointment(appointment, ends_at)
    return await person.browser.post("/api/appointments/{appointment}/longer", wish, Appointment)


async def nobody_came(person: Person, appointment: str) -> Appointment:
    return await person.browser.post(
        "/api/appointments/{appointment}/nobody-came", SayNobodyCame(appointment), Appointment
    )


async def due_at(talking: Talk) -> datetime | None:
    return (await talking.client.thread(talking.room.id)).due_at


async def answered(talking: Talk) -> None:
    """Nobody waits for an answer any more."""
    await talking.desk.write("Gern bis dann.")
    assert await due_at(talking) is None


# -- a hold


async def test_a_hold_is_kept_ten_minutes_longer_once(house: House) -> None:
    """Some people need longer to read; in its own thread and by its own client only."""
    talking = await talk(house)
    luisa, room = await enquire(house, "luisa7")
    held = await talking.client.hold(talking.room.id, (await talking.client.slots(talking.room.id)).slots[0])
    for client, where in ((luisa, room.id), (luisa, talking.room.id), (talking.client, room.id)):
        with pytest.raises(Refused, match=r"hold_expired|not_found"):
            await extend(client, where, held.hold)
    assert (await extend(talking.client, talking.room.id, held.hold)).expires_at == house.now() + 20 * MINUTE
    with pytest.raises(Refused, match="hold_extended"):
        await extend(talking.client, talking.room.id, held.hold)
    await house.pass_time(20 * MINUTE)
    with pytest.raises(Refused, match="hold_expired"):
        await extend(talking.client, talking.room.id, held.hold)


async def test_what_is_let_go_of_is_free_at_once(house: House) -> None:
    """By whoever held it, in its own thread; a repeat changes nothing."""
    talking = await talk(house)
    luisa, room = await enquire(house, "luisa7")
    slot = (await talking.client.slots(talking.room.id)).slots[0]
    held = await talking.client.hold(talking.room.id, slot)
    await talking.counsellor.take(room.id)
    await release(luisa, room.id, held.hold)
    assert slot not in (await luisa.slots(room.id)).slots
    for _ in range(2):
        await release(talking.client, talking.room.id, held.hold)
    assert slot in (await luisa.slots(room.id)).slots
    with pytest.raises(Refused, match="not_found"):
        await release(luisa, talking.room.id, held.hold)


# -- another time


@pytest.mark.parametrize("by", ["client", "counsellor"])
async def test_either_side_moves_an_appointment_in_one_step(house: House, by: str) -> None:
    """Both are told once, the old time is free again, and the live chat opens at the new one."""
    talking = await talk(house)
    appointment, offered = await booked(talking)
    await talking.client.connect()
    moved = await move(getattr(talking, by), appointment.id, offered[2])
    assert (moved.id, moved.starts_at, moved.state) == (appointment.id, offered[2], "booked")
    assert (await talking.client.browser.heard("appointment", AppointmentChanged)).appointment == moved
    notice = await talking.client.browser.heard("notice", Notice)
    assert (notice.kind, notice.appointment, notice.room) == ("appointment_moved", moved.id, talking.room.id)
    assert [one.kind for one in await talking.counsellor.notices()] == ["appointment_moved", "appointment_booked"]
    free = [one.starts_at for one in (await talking.client.slots(talking.room.id)).slots]
    assert offered[0] in free
    assert offered[2] not in free
    await house.pass_time(moved.opens_at - house.now())
    assert (await talking.client.begin_live_chat(moved.id)).live


async def test_a_move_that_is_repeated_moves_once(house: House) -> None:
    """Also at the same moment; a late repeat does not undo a later move."""
    talking = await talk(house)
    appointment, offered = await booked(talking)
    request = token_hex(16)
    answers = await asyncio.gather(*(move(talking.client, appointment.id, offered[1], request) for _ in range(4)))
    assert [one.starts_at for one in answers] == [offered[1]] * 4
    await move(talking.client, appointment.id, offered[2])
    assert (await move(talking.client, appointment.id, offered[1], request)).starts_at == offered[2]
    assert [one.kind for one in await talking.client.notices()].count("appointment_moved") == 2


async def test_what_cannot_be_moved_stays_where_it_is(house: House) -> None:
    """To a time that is taken or not offered, too late, while it is live, and when it was called off."""
    talking = await talk(house)
    appointment, offered = await booked(talking)
    other_client, room = await enquire(house, "luisa7")
    await talking.counsellor.take(room.id)
    theirs = (await other_client.slots(room.id)).slots[0]
    await other_client.book(room.id, theirs)
    with pytest.raises(Refused, match="slot_taken"):
        await move(talking.client, appointment.id, theirs.starts_at)
    with pytest.raises(Refused, match="slot_not_offered"):
        await move(talking.client, appointment.id, offered[2] + 7 * MINUTE)
    with pytest.raises(Refused, match="not_found"):
        await move(other_client, appointment.id, offered[2])
    assert (await talking.client.appointments())[0].starts_at == offered[0]
    await house.pass_time(appointment.opens_at - house.now())
    later = [one.starts_at for one in (await talking.client.slots(talking.room.id)).slots][-1]
    with pytest.raises(Refused, match="too_late"):
        await move(talking.client, appointment.id, later)
    await talking.counsellor.begin_live_chat(appointment.id)
    with pytest.raises(Refused, match="appointment_over"):
        await move(talking.counsellor, appointment.id, later)


# -- nobody came


async def test_that_nobody_came_is_recorded_from_the_start_on_and_taken_back(house: House) -> None:
    """By the counsellor; the client reads it, too, and can go on booking."""
    talking = await talk(house)
    appointment, _ = await booked(talking)
    with pytest.raises(Refused, match="not_begun"):
        await missed(talking.counsellor, appointment.id)
    await house.pass_time(appointment.starts_at + 15 * MINUTE - house.now())
    await talking.counsellor.begin_live_chat(appointment.id)
    with pytest.raises(Refused, match="not_found"):
        await missed(talking.client, appointment.id)
    recorded = await missed(talking.counsellor, appointment.id)
    assert (recorded.missed, recorded.state, recorded.live) == (True, "done", False)
    assert await talking.client.appointments() == [recorded]
    assert await missed(talking.counsellor, appointment.id) == recorded
    assert not (await missed(talking.counsellor, appointment.id, missed=False)).missed
    assert (await booked(talking))[0].state == "booked"


# -- on site


async def test_a_meeting_on_site_needs_a_place_of_the_agency(house: House) -> None:
    """Offered while there is one, and held with it."""
    talking = await talk(house)
    agency = (await talking.client.thread(talking.room.id)).agency

    async def offered() -> list[datetime]:
        listing = ListSlots(talking.room.id, "on_site")
        found = await talking.client.browser.get("/api/threads/{room}/slots", listing, Slots)
        return [one.starts_at for one in found.slots]

    async with house.deps.database.write() as db:
        await keep_kind(db, owner=agency, kind=Kind(name="on_site", length=HOUR, step=HOUR))
    assert await offered() == []
    async with house.deps.database.write() as db:
        await db.execute(places.insert().values(id="p1", owner=agency, name="Zimmer 3"))
    start = (await offered())[0]
    wish = HoldSlot(talking.room.id, "on_site", start, token_hex(16))
    assert (await talking.client.browser.post("/api/threads/{room}/holds", wish, SlotHeld)).starts_at == start


# -- closing days


async def test_on_a_day_on_which_the_agency_is_closed_nothing_can_be_had(house: House) -> None:
    """Neither listed nor held nor moved to; a public holiday of its Land is such a day, too."""
    talking = await talk(house)
    appointment, offered = await booked(talking)
    agency = (await talking.client.thread(talking.room.id)).agency
    later = next(one for one in offered if one.date() > appointment.starts_at.date())
    async with house.deps.database.write() as db:
        await agencies.keep_terms(db, agency, Terms(zone="Europe/Berlin", closed=frozenset({later.date()}), land="NW"))
    free = (await talking.client.slots(talking.room.id)).slots
    assert later.date() not in {one.starts_at.date() for one in free}
    with pytest.raises(Refused, match="slot_not_offered"):
        await talking.client.hold(talking.room.id, Slot(later, later + 50 * MINUTE))
    with pytest.raises(Refused, match="slot_not_offered"):
        await move(talking.client, appointment.id, later)
    async with house.deps.database.read() as db:
        closed = await agencies.closed_days_of(db, agency, house.now())
    assert {later.date(), date(house.now().year, 10, 3), date(house.now().year + 1, 12, 25)} <= closed


# -- clocks whose rules change


async def test_when_a_zone_changes_its_rules_the_time_on_the_wall_stays_and_both_are_told(house: House) -> None:
    """As if it had been booked under other rules; a second look finds nothing more."""
    talking = await talk(house)
    appointment, _ = await booked(talking)
    wall = appointment.starts_at.replace(tzinfo=None) + 2 * HOUR  # what Berlin would have shown in summer
    async with house.deps.database.write() as db:
        await db.execute(text("UPDATE reservations SET wall_starts_at = :wall"), {"wall": wall.isoformat()})
    await talking.client.connect()
    for _ in range(2):
        await follow_walls(house.deps)
    moved = (await talking.client.browser.heard("appointment", AppointmentChanged)).appointment
    assert moved.starts_at == appointment.starts_at + HOUR
    kinds = [one.kind for one in await talking.counsellor.notices()]
    assert kinds == ["clocks_changed", "appointment_booked"]


async def test_what_cannot_follow_is_told_once(house: House) -> None:
    """Something else is there: both are to look."""
    talking = await talk(house)
    first, offered = await booked(talking)
    free = (await talking.client.slots(talking.room.id)).slots
    second = await talking.client.book(talking.room.id, next(one for one in free if one.starts_at == offered[1]))
    assert second.starts_at == first.starts_at + HOUR
    async with house.deps.database.write() as db:
        wall = (second.starts_at.replace(tzinfo=None) + HOUR).isoformat()
        await db.execute(
            text("UPDATE reservations SET wall_starts_at = :wall WHERE id = :id"), {"wall": wall, "id": first.id}
        )
    for _ in range(2):
        await follow_walls(house.deps)
        await house.pass_time(MINUTE)
    kinds = [one.kind for one in await talking.client.notices()]
    assert kinds.count("appointment_to_check") == 1
    assert "clocks_changed" not in kinds


# -- longer


async def test_an_appointment_goes_on_longer_where_the_calendar_allows(house: House) -> None:
    """The pause after it is used up; what follows is not. Both see the new end, and the chat ends itself after it."""
    talking = await talk(house)
    appointment, offered = await booked(talking)
    free = (await talking.client.slots(talking.room.id)).slots
    following = next(one for one in free if one.starts_at == offered[1])
    await talking.client.book(talking.room.id, following)
    longer = appointment.ends_at + 10 * MINUTE
    with pytest.raises(Refused, match="malformed"):
        await lengthen(talking.counsellor, appointment.id, longer)
    await house.pass_time(appointment.starts_at - MINUTE - house.now())
    await talking.client.begin_live_chat(appointment.id)
    with pytest.raises(Refused, match="not_begun"):
        await lengthen(talking.counsellor, appointment.id, house.now() + 55 * MINUTE)
    await house.pass_time(46 * MINUTE)
    with pytest.raises(Refused, match="slot_taken"):
        await lengthen(talking.counsellor, appointment.id, longer + MINUTE)
    await talking.client.connect()
    for _ in range(2):
        assert (await lengthen(talking.counsellor, appointment.id, longer)).ends_at == longer
    told = (await talking.client.browser.heard("appointment", AppointmentChanged)).appointment
    assert (told.ends_at, told.live, told.changes) == (longer, True, 1)
    await house.pass_time(longer + 29 * MINUTE - house.now())
    assert (await talking.client.appointments())[0].live
    with pytest.raises(Refused, match="not_found"):
        await lengthen(talking.client, appointment.id, house.now() + 5 * MINUTE)
    await house.pass_time(MINUTE)
    ended = (await talking.client.appointments())[0]
    assert (ended.live, ended.state) == (False, "done")
    with pytest.raises(Refused, match="appointment_over"):
        await lengthen(talking.counsellor, appointment.id, house.now() + 5 * MINUTE)


# -- nobody came


async def test_a_live_chat_to_which_no_counsellor_came_starts_a_promise(house: House) -> None:
    """At its end, whether the client began it or only waited; both are told, once."""
    talking = await talk(house)
    await answered(talking)
    appointment, _ = await booked(talking)
    await house.pass_time(appointment.opens_at - house.now())
    await talking.client.begin_live_chat(appointment.id)
    await house.pass_time(appointment.ends_at - MINUTE - house.now())
    assert await due_at(talking) is None
    await house.pass_time(2 * MINUTE)
    assert await due_at(talking) == house.now() + 48 * HOUR
    for person in (talking.client, talking.counsellor):
        assert [one.kind for one in await person.notices()].count("counsellor_missed") == 1
    assert (await talking.client.appointments())[0].counsellor_missed


@pytest.mark.parametrize("sign", ["begins", "writes", "waited_in_vain"])
async def test_a_counsellor_who_was_there_owes_nothing_more(house: House, sign: str) -> None:
    """They began it, wrote in it, or have said that the client did not come."""
    talking = await talk(house)
    await answered(talking)
    appointment, _ = await booked(talking)
    await house.pass_time(appointment.starts_at - house.now())
    if sign == "begins":
        await talking.counsellor.begin_live_chat(appointment.id)
    elif sign == "writes":
        await talking.desk.write("Ich bin da.")
    else:
        await missed(talking.counsellor, appointment.id)
    await house.pass_time(2 * HOUR)
    assert await due_at(talking) is None
    assert not (await talking.client.appointments())[0].counsellor_missed


async def test_a_client_says_that_nobody_came(house: House) -> None:
    """From five minutes after the start until a day after the end; a repeat changes nothing."""
    talking = await talk(house)
    await answered(talking)
    luisa, _ = await enquire(house, "luisa7")
    appointment, _ = await booked(talking)
    await house.pass_time(appointment.starts_at + 4 * MINUTE - house.now())
    with pytest.raises(Refused, match="not_begun"):
        await nobody_came(talking.client, appointment.id)
    await house.pass_time(MINUTE)
    with pytest.raises(Refused, match="not_found"):
        await nobody_came(luisa, appointment.id)
    since = house.now()
    for _ in range(2):
        assert (await nobody_came(talking.client, appointment.id)).counsellor_missed
        await house.pass_time(MINUTE)
    assert await due_at(talking) == since + 48 * HOUR
    await house.pass_time(2 * HOUR)
    assert [one.kind for one in await talking.counsellor.notices()].count("counsellor_missed") == 1
    await house.pass_time(24 * HOUR)
    with pytest.raises(Refused, match="appointment_over"):
        await nobody_came(talking.client, appointment.id)


async def test_of_what_was_called_off_or_moved_nobody_is_missed(house: House) -> None:
    """The old time is no time any more."""
    talking = await talk(house)
    appointment, offered = await booked(talking)
    moved = await move(talking.client, appointment.id, offered[3])
    await house.pass_time(appointment.ends_at - house.now())
    assert not (await talking.client.appointments())[0].counsellor_missed
    await talking.counsellor.cancel(moved.id)
    await house.pass_time(moved.ends_at - house.now())
    assert not (await talking.client.appointments())[0].counsellor_missed
    with pytest.raises(Refused, match="appointment_over"):
        await nobody_came(talking.client, moved.id)
