"""Call signals pass through to the room's other pages and leave nothing; the relay is for those who may call now."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from booking.tables import reservations
from chatserver.calls.wire import CallHeard, CallSaid, ReadRelay, Relay, SayCall
from chatserver.deps import work
from crypto import CallReader, CallWriter, Remove
from crypto.calls import LARGEST_SIGNAL
from tests.api.house import House
from tests.api.story import Talk, talk
from tests.api.test_appointments import at_the_time, booked
from tests.api.test_messages import commit
from tests.person_room import Room
from tests.person_web import Refused

CALL = bytes(range(16))


def signal(room: Room, elsewhere: dict[str, Any] | None = None) -> bytes:
    """Sealed in the room's present epoch, or in another place."""
    place = replace(room.reader.place(), **(elsewhere or {}))
    return CallWriter(room.person.identity, CALL).seal(place, "ring", b"", sent_at=1)


async def call(room: Room, said: bytes) -> CallSaid:
    """Says it over the person's socket."""
    return await room.person.browser.emit("call", SayCall(room.id, said), CallSaid)


async def relay(room: Room) -> Relay:
    """Asks for the way to the relay."""
    return await room.person.browser.get("/api/threads/{room}/relay", ReadRelay(room.id), Relay)


async def live(house: House) -> Talk:
    """Both are in a live chat, with open pages."""
    talking = await talk(house)
    appointment = await booked(talking)
    await at_the_time(house, appointment)
    await talking.counsellor.begin_live_chat(appointment.id)
    await talking.client.connect()
    await talking.counsellor.connect()
    return talking


async def test_a_signal_reaches_the_others_pages_and_is_nowhere_afterwards(house: House) -> None:
    """One's own second page hears it, too: it says that the call is elsewhere."""
    talking = await live(house)
    second = house.also(talking.client.elsewhere())
    await second.log_in()
    await second.connect()
    before = await talking.desk.read()
    said = signal(talking.room)
    assert (await call(talking.room, said)).room == talking.room.id
    for person in (talking.counsellor, second):
        assert await person.browser.heard("call", CallHeard) == CallHeard(talking.room.id, said)
    assert talking.client.browser.heard_already("call") == 0
    members = {one.fingerprint: one.ed_pk for one in (talking.client.identity, talking.counsellor.identity)}
    assert CallReader().open(talking.desk.reader.place(), members, said).kind == "ring"
    assert await talking.desk.read() == before


async def test_nobody_is_called_out_of_the_blue(house: House) -> None:
    """Neither before a live chat nor after it; nor is there a way to the relay."""
    talking = await talk(house)
    await talking.counsellor.connect()
    for attempt in (call(talking.desk, signal(talking.desk)), relay(talking.desk)):
        with pytest.raises(Refused, match="call_not_open"):
            await attempt
    appointment = await booked(talking)
    await at_the_time(house, appointment)
    await talking.counsellor.begin_live_chat(appointment.id)
    await talking.counsellor.end_live_chat(appointment.id)
    with pytest.raises(Refused, match="call_not_open"):
        await call(talking.desk, signal(talking.desk))


async def test_a_video_appointment_opens_ten_minutes_before_and_for_half_an_hour_after(house: House) -> None:
    """Nobody has to begin it."""
    talking = await talk(house)
    appointment = await booked(talking)
    async with work(house.deps) as tx:
        mine = reservations.c.id == appointment.id
        await tx.db.execute(update(reservations).where(mine).values(kind="video"))
    await talking.client.connect()
    second = timedelta(seconds=1)
    opens, closes = appointment.starts_at - timedelta(minutes=10), appointment.ends_at + timedelta(minutes=30)
    for at, open_then in ((opens - second, False), (opens, True), (closes - second, True), (closes, False)):
        house.clock.move_to(at)
        if open_then:
            await call(talking.room, signal(talking.room))
        else:
            with pytest.raises(Refused, match="call_not_open"):
                await call(talking.room, signal(talking.room))


async def test_t38_a_signal_that_does_not_belong_here_is_refused(house: House) -> None:
    """Without any secret: another room, epoch, key or sender; broken, oversized, or no signal at all."""
    talking = await live(house)
    true = signal(talking.room)
    place = talking.room.reader.place()
    wrong = {
        "wrong_room": signal(talking.room, {"room": bytes(16)}),
        "epoch_over": signal(talking.room, {"epoch": place.epoch - 1}),
        "epoch_unknown": signal(talking.room, {"epoch": place.epoch + 1}),
        "commitment_failed": signal(talking.room, {"kc": bytes(32)}),
        "sender_not_member": signal(talking.desk),
        "envelope_broken": true[:-1],
        "envelope_too_large": true.ljust(LARGEST_SIGNAL + 1, b"\0"),
    }
    for code, said in wrong.items():
        with pytest.raises(Refused, match=code):
            await call(talking.room, said)
    assert talking.counsellor.browser.heard_already("call") == 0


async def test_whoever_was_removed_neither_calls_nor_hears_nor_uses_the_relay(house: House) -> None:
    """Membership is looked up at every event."""
    talking = await live(house)
    said = signal(talking.desk)
    await commit(talking.room, Remove(talking.counsellor.identity.fingerprint))
    for attempt in (call(talking.desk, said), relay(talking.desk)):
        with pytest.raises(Refused, match="not_found"):
            await attempt
    await talking.room.read()
    await call(talking.room, signal(talking.room))
    assert talking.counsellor.browser.heard_already("call") == 0


async def test_without_a_relay_it_is_said_what_is_missing(house: House) -> None:
    """By a code of its own, to whoever may call."""
    talking = await live(house)
    with pytest.raises(Refused, match="calls_not_set_up"):
        await relay(talking.room)
