"""A client who writes again meets the same counsellor, unless one of them wishes otherwise."""

from datetime import timedelta

from msgspec.structs import replace

from chatserver.absences.wire import Absence, EnterAbsence
from chatserver.enquiries.wire import InboxLine
from tests.api.house import House
from tests.api.story import ADDICTION, Talk, anker, talk
from tests.api.test_absences import end
from tests.api.test_clock import kinds
from tests.api.test_declines import decline
from tests.people import Counsellor
from tests.person_room import Room

HOUR = timedelta(hours=1)


async def again(talking: Talk, *, same: bool = True) -> Room:
    """The client writes a second enquiry to the same agency."""
    client = talking.client
    enquiry = await client.prepare_enquiry(await anker(client), ADDICTION, "Es ist etwas Neues.")
    sent = await client.send_enquiry(replace(enquiry, same_counsellor=same))
    await client.save_vault()
    return await client.open(sent.room)


async def line_of(person: Counsellor, room: Room) -> InboxLine:
    """As this person's inbox has it."""
    (line,) = [one for one in await person.inbox() if one.room == room.id]
    return line


async def test_a_new_enquiry_is_offered_first_to_whoever_counselled_the_client(house: House) -> None:
    """Others see with whom they were, for four hours, and may take it all the same."""
    talking = await talk(house)
    yilmaz = await house.counsellor("yilmaz")
    room = await again(talking)
    mine, theirs = await line_of(talking.counsellor, room), await line_of(yilmaz, room)
    assert (mine.known, mine.was_with, (await kinds(talking.counsellor))[-1]) == (True, None, "client_returned")
    assert (theirs.known, theirs.was_with) == (False, "Frau Berger")
    assert (theirs.first_until, theirs.client_name) == (house.now() + 4 * HOUR, None)
    await house.pass_time(4 * HOUR)
    assert (await line_of(yilmaz, room)).was_with is None
    other = await again(talking)
    await yilmaz.take(other.id)


async def test_while_the_earlier_counsellor_is_away_nobody_leaves_it_to_them(house: House) -> None:
    """It is everybody's at once, and the ladder is that of any enquiry."""
    talking = await talk(house)
    yilmaz = await house.counsellor("yilmaz")
    away = EnterAbsence(request_id="ab" * 16)
    absence = await talking.counsellor.browser.post("/api/absences", away, Absence)
    room = await again(talking)
    assert (await line_of(yilmaz, room)).was_with is None
    await house.pass_time(24 * HOUR)
    assert "reply_reminder" in await kinds(yilmaz)
    await end(talking.counsellor, absence.id)


async def test_neither_has_to_meet_the_other_again(house: House) -> None:
    """The client says so or has removed them; a counsellor who is not free says so once."""
    talking = await talk(house)
    yilmaz = await house.counsellor("yilmaz")
    assert (await line_of(yilmaz, await again(talking, same=False))).was_with is None
    first = await again(talking)
    await decline(talking.counsellor, first.id, "capacity")
    assert (await line_of(yilmaz, first)).was_with is None
    second = await again(talking)
    assert (await line_of(yilmaz, second)).was_with == "Frau Berger"
    await decline(talking.counsellor, second.id, "conflict")
    assert (await line_of(yilmaz, await again(talking))).was_with is None
    luisa = await talk(house, "luisa7")
    await luisa.room.remove(luisa.counsellor.identity.fingerprint)
    assert (await line_of(yilmaz, await again(luisa))).was_with is None


async def test_who_deletes_the_new_enquiry_leaves_nothing_of_it(house: House) -> None:
    """Not who counselled them either."""
    talking = await talk(house)
    room = await again(talking)
    await talking.client.delete_thread(room.id)
    assert [one.room for one in await talking.counsellor.inbox()] == [talking.room.id]
