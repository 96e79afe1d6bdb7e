"""Earlier, please: in line for what becomes free, asked in turn, and told at once."""

from datetime import datetime, timedelta
from secrets import token_hex

import pytest

from chatserver.absences.wire import Absence, AbsenceEnded, EndAbsence, EnterAbsence
from chatserver.appointments.wire import Appointment, BookSlot
from chatserver.changes.wire import HoldReleased, MoveAppointment, ReleaseHold
from chatserver.notices.wire import Notice
from chatserver.waiting.wire import Line, ReadLine, SlotOffered, StopWaiting, WaitForEarlier
from tests.api.house import House
from tests.api.story import Talk, enquire, talk
from tests.people import Client
from tests.person_room import Room
from tests.person_web import Refused

MINUTE = timedelta(minutes=1)
PATH = "/api/threads/{room}/waiting"


async def wait(client: Client, room: Room, before: datetime | None = None) -> Line:
    return await client.browser.post(PATH, WaitForEarlier(room.id, "chat", before), Line)


async def line(client: Client, room: Room) -> Line:
    return await client.browser.get(PATH, ReadLine(room.id), Line)


async def leave(client: Client, room: Room) -> Line:
    return await client.browser.post(PATH + "/leave", StopWaiting(room.id), Line)


async def offers(client: Client, room: Room) -> list[SlotOffered]:
    return [one.offer for one in (await line(client, room)).waits if one.offer]


async def give_up(client: Client, room: Room, hold: str) -> None:
    wish = ReleaseHold(room.id, hold)
    await client.browser.post("/api/threads/{room}/holds/{hold}/release", wish, HoldReleased)


async def another(house: House, talking: Talk, name: str) -> tuple[Client, Room]:
    """One more client of the same counsellor."""
    client, room = await enquire(house, name)
    await talking.counsellor.take(room.id)
    return client, room


async def first_taken(talking: Talk) -> Appointment:
    return await talking.client.book(talking.room.id, (await talking.client.slots(talking.room.id)).slots[1])


async def test_what_is_called_off_is_kept_for_the_first_in_line_then_for_the_next(house: House) -> None:
    """Each is told at once and has half an hour; nobody else sees the time meanwhile."""
    talking = await talk(house)
    luisa, hers = await another(house, talking, "luisa7")
    jonas, his = await another(house, talking, "jonas99")
    taken = await first_taken(talking)
    assert (await wait(luisa, hers)).waits[0].offer is None
    await house.pass_time(MINUTE)
    await wait(jonas, his)
    await luisa.connect()
    await talking.counsellor.cancel(taken.id)
    offer = await luisa.browser.heard("slot_offered", SlotOffered)
    assert (offer.room, offer.starts_at, offer.expires_at) == (hers.id, taken.starts_at, house.now() + 30 * MINUTE)
    assert (await luisa.browser.heard("notice", Notice)).kind == "slot_offered"
    assert await offers(luisa, hers) == [offer]
    assert await offers(jonas, his) == []
    assert taken.starts_at not in [one.starts_at for one in (await jonas.slots(his.id)).slots]
    await house.pass_time(30 * MINUTE)
    assert await offers(luisa, hers) == []
    (next_offer,) = await offers(jonas, his)
    assert next_offer.starts_at == taken.starts_at
    wish = BookSlot(his.id, next_offer.hold, token_hex(16))
    booked = await jonas.browser.post("/api/threads/{room}/appointments", wish, Appointment)
    assert booked.starts_at == taken.starts_at
    assert (await line(jonas, his)).waits == []
    assert len((await line(luisa, hers)).waits) == 1


async def test_whoever_has_an_appointment_moves_it_to_what_is_kept_for_them(house: House) -> None:
    """In one step; what they leave goes to the line in turn."""
    talking = await talk(house)
    luisa, hers = await another(house, talking, "luisa7")
    taken = await first_taken(talking)
    mine = await luisa.book(hers.id, (await luisa.slots(hers.id)).slots[3])
    await wait(luisa, hers, mine.starts_at)
    await talking.counsellor.cancel(taken.id)
    (offer,) = await offers(luisa, hers)
    move = MoveAppointment(mine.id, offer.starts_at, token_hex(16))
    moved = await luisa.browser.post("/api/appointments/{appointment}/move", move, Appointment)
    assert (moved.id, moved.starts_at) == (mine.id, taken.starts_at)
    assert (await line(luisa, hers)).waits == []


async def test_what_somebody_leaves_by_moving_goes_to_the_line(house: House) -> None:
    """And what is given up by leaving the line goes to the next."""
    talking = await talk(house)
    luisa, hers = await another(house, talking, "luisa7")
    jonas, his = await another(house, talking, "jonas99")
    taken = await first_taken(talking)
    await wait(luisa, hers)
    await house.pass_time(MINUTE)
    await wait(jonas, his)
    later = (await talking.client.slots(talking.room.id)).slots[3]
    move = MoveAppointment(taken.id, later.starts_at, token_hex(16))
    await talking.counsellor.browser.post("/api/appointments/{appointment}/move", move, Appointment)
    (offer,) = await offers(luisa, hers)
    assert (await leave(luisa, hers)).waits == []
    assert [one.starts_at for one in await offers(jonas, his)] == [offer.starts_at]
    assert (await leave(luisa, hers)).waits == []


async def test_whoever_passes_on_an_offer_stays_in_line(house: House) -> None:
    """The next is asked at once; whoever passed is not asked about that time again, but about others."""
    talking = await talk(house)
    luisa, hers = await another(house, talking, "luisa7")
    jonas, his = await another(house, talking, "jonas99")
    taken = await first_taken(talking)
    other = await talking.client.book(talking.room.id, (await talking.client.slots(talking.room.id)).slots[2])
    await wait(luisa, hers)
    await house.pass_time(MINUTE)
    await wait(jonas, his)
    await talking.counsellor.cancel(taken.id)
    (offer,) = await offers(luisa, hers)
    for _ in range(2):
        await give_up(luisa, hers, offer.hold)
    assert await offers(luisa, hers) == []
    assert [one.starts_at for one in await offers(jonas, his)] == [taken.starts_at]
    await give_up(jonas, his, (await offers(jonas, his))[0].hold)
    assert taken.starts_at in [one.starts_at for one in (await luisa.slots(hers.id)).slots]
    await house.pass_time(MINUTE)
    await talking.counsellor.cancel(other.id)
    assert [one.starts_at for one in await offers(luisa, hers)] == [other.starts_at]


async def test_what_somebody_chose_and_let_go_of_is_for_everybody(house: House) -> None:
    """Whoever only looks at the list must not send each of its times down the line for half an hour."""
    talking = await talk(house)
    luisa, hers = await another(house, talking, "luisa7")
    await wait(luisa, hers)
    slot = (await talking.client.slots(talking.room.id)).slots[1]
    held = await talking.client.hold(talking.room.id, slot)
    await give_up(talking.client, talking.room, held.hold)
    assert await offers(luisa, hers) == []
    assert slot in (await talking.client.slots(talking.room.id)).slots


async def test_time_that_an_absence_gives_back_goes_to_the_line(house: House) -> None:
    """Ended early, shortened or removed; nothing is offered that was open before."""
    talking = await talk(house)
    luisa, hers = await another(house, talking, "luisa7")
    jonas, his = await another(house, talking, "jonas99")
    before = (await talking.client.slots(talking.room.id)).slots
    week = EnterAbsence(request_id="ab" * 16, begins="2026-11-24T00:00", ends="2026-12-01T00:00")
    away = await talking.counsellor.browser.post("/api/absences", week, Absence)
    left = (await talking.client.slots(talking.room.id)).slots
    first, second = [one for one in before if one not in left][:2]
    await wait(luisa, hers)
    await house.pass_time(MINUTE)
    await wait(jonas, his, left[-1].starts_at)
    await talking.counsellor.browser.post("/api/absences/{absence}/end", EndAbsence(away.id), AbsenceEnded)
    await house.pass_time(timedelta(0))
    assert [one.starts_at for one in await offers(luisa, hers)] == [first.starts_at]
    assert [one.starts_at for one in await offers(jonas, his)] == [second.starts_at]
    assert [one.kind for one in await luisa.notices()].count("slot_offered") == 1


async def test_nobody_waits_where_nobody_can_be_waited_for(house: House) -> None:
    """In a thread that nobody has taken, for a kind that is not offered, in somebody else's thread."""
    talking = await talk(house)
    luisa, hers = await enquire(house, "luisa7")
    with pytest.raises(Refused, match="kind_not_offered"):
        await wait(luisa, hers)
    with pytest.raises(Refused, match="kind_not_offered"):
        await talking.client.browser.post(PATH, WaitForEarlier(talking.room.id, "video"), Line)
    for act in (wait, line, leave):
        with pytest.raises(Refused, match="not_found"):
            await act(luisa, talking.room)
