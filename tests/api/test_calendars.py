"""Appointments in calendars outside: a file for each, and a counsellor's address; what another library reads there."""

from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

import pytest
import vobject  # type: ignore[import-untyped]

from chatserver.appointments.wire import Appointment, CancelAppointment
from chatserver.calendars.wire import (
    CloseFeed,
    FeedOpened,
    FeedState,
    OpenFeed,
    ReadAppointmentFile,
    ReadFeedState,
)
from tests.api.house import House
from tests.api.story import Talk, talk
from tests.api.test_appointments import booked
from tests.people import Client, Counsellor
from tests.person_web import Refused

FILE = "/api/appointments/{appointment}/file"
# Whatever names a person, an agency, a topic or the place where counselling happens.
TELLING = ("nachtfalter", "berger", "anker", "sucht", "addiction", "beratung", "counsel", "127.0.0.1", "münster")


async def file_of(person: Client | Counsellor, appointment: str, language: str = "de") -> bytes:
    """What the page saves."""
    command = ReadAppointmentFile(appointment, language)  # type: ignore[arg-type]
    return await person.browser.get_bytes(FILE, command)


async def cancel(person: Client | Counsellor, appointment: str) -> Appointment:
    """Calls it off."""
    path = "/api/appointments/{appointment}/cancel"
    return await person.browser.post(path, CancelAppointment(appointment), Appointment)


async def opened(counsellor: Counsellor) -> str:
    """The address of a new feed."""
    return (await counsellor.browser.post("/api/calendar/feed", OpenFeed(), FeedOpened)).address


async def feed(person: Client | Counsellor, address: str) -> tuple[int, str, bytes]:
    """As a calendar program asks: without a session; status, type and body."""
    async with person.browser.http.get(address, cookies={"session": ""}) as answer:
        return answer.status, answer.content_type, await answer.read()


def read(content: bytes) -> Any:
    """By another library than the one that wrote it; the lines as RFC 5545 section 3.1 has them."""
    assert content.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    return vobject.readOne(content.decode())


def instants(event: Any) -> tuple[datetime, datetime]:
    """Beginning and end in UTC."""
    return event.dtstart.value.astimezone(UTC), event.dtend.value.astimezone(UTC)


async def test_the_file_says_when_and_nothing_else(house: House) -> None:
    """In the counsellor's zone, whose rules come along; one neutral word."""
    talking = await talk(house)
    appointment = await booked(talking)
    content = await file_of(talking.client, appointment.id)
    calendar = read(content)
    assert (calendar.method.value, calendar.vtimezone.tzid.value) == ("PUBLISH", "Europe/Berlin")
    assert instants(calendar.vevent) == (appointment.starts_at, appointment.ends_at)
    assert (calendar.vevent.summary.value, calendar.vevent.status.value) == ("Termin", "CONFIRMED")
    assert not [word for word in TELLING if word in content.decode().lower()]
    assert read(await file_of(talking.counsellor, appointment.id, "en")).vevent.summary.value == "Appointment"


async def test_a_cancelled_appointment_takes_out_what_the_first_file_put_in(house: House) -> None:
    """The same uid, a higher number, the method for it (RFC 5546 section 3.2.5)."""
    talking = await talk(house)
    appointment = await booked(talking)
    before = read(await file_of(talking.client, appointment.id)).vevent
    await cancel(talking.counsellor, appointment.id)
    after = read(await file_of(talking.client, appointment.id))
    assert (after.method.value, after.vevent.status.value) == ("CANCEL", "CANCELLED")
    assert after.vevent.uid.value == before.uid.value
    assert int(after.vevent.sequence.value) > int(before.sequence.value)


async def test_only_ones_own_appointments_have_a_file(house: House) -> None:
    """Another's, one that is only held, and one that never was are the same refusal."""
    talking = await talk(house)
    appointment = await booked(talking)
    stranger = await house.signed_up("luisa7")
    slots = await talking.client.slots(talking.room.id)
    held = await talking.client.hold(talking.room.id, slots.slots[0])
    for person, named in ((stranger, appointment.id), (talking.client, held.hold), (talking.client, token_hex(16))):
        with pytest.raises(Refused, match="not_found"):
            await file_of(person, named)


async def test_a_calendar_program_reads_along(house: House) -> None:
    """Without a session, in the right form; cancelled ones as such, and never who is met."""
    talking = await talk(house)
    appointment = await booked(talking)
    address = await opened(talking.counsellor)
    status, kind, content = await feed(talking.client, address)
    assert (status, kind) == (200, "text/calendar")
    calendar = read(content)
    assert instants(calendar.vevent) == (appointment.starts_at, appointment.ends_at)
    assert not hasattr(calendar, "method")
    assert not [word for word in TELLING if word in content.decode().lower()]
    await cancel(talking.counsellor, appointment.id)
    assert read((await feed(talking.client, address))[2]).vevent.status.value == "CANCELLED"


async def test_a_feed_without_appointments_is_one_all_the_same(house: House) -> None:
    """An error would be shown as a broken calendar."""
    berger = await house.counsellor("berger")
    status, _, content = await feed(berger, await opened(berger))
    assert (status, hasattr(read(content), "vevent")) == (200, False)


async def test_a_new_address_ends_the_one_before_and_closing_ends_it_all(house: House) -> None:
    """Whoever got hold of it reads nothing any more."""
    berger = await house.counsellor("berger")
    first, second = await opened(berger), await opened(berger)
    assert [(await feed(berger, one))[0] for one in (first, second)] == [404, 200]
    state = await berger.browser.get("/api/calendar/feed", ReadFeedState(), FeedState)
    assert state.made_at == house.now()
    for _ in range(2):
        closed = await berger.browser.post("/api/calendar/feed/close", CloseFeed(), FeedState)
        assert closed.made_at is None
    assert (await feed(berger, second))[0] == 404


async def test_the_address_is_kept_nowhere_but_as_a_hash(house: House) -> None:
    """Nobody who reads the database can read the calendar."""
    berger = await house.counsellor("berger")
    token = (await opened(berger)).rpartition("/")[2]
    assert len(token) == 43
    async with house.deps.database.read() as db:
        rows = [str(row) for row in await db.exec_driver_sql("SELECT * FROM calendar_feeds")]
    assert len(rows) == 1
    assert token not in rows[0]


async def test_clients_have_no_feed(house: House) -> None:
    """Their calendar would lie with a third party, and grow by itself."""
    client = await house.signed_up("nachtfalter")
    with pytest.raises(Refused, match="not_found"):
        await client.browser.post("/api/calendar/feed", OpenFeed(), FeedOpened)


@pytest.mark.parametrize("token", ["x", "x" * 43, "x" * 44, "..%2f..%2fme"])
async def test_what_is_no_address_leads_nowhere(house: House, token: str) -> None:
    """In the form of an error, not of a calendar."""
    berger = await house.counsellor("berger")
    status, kind, _ = await feed(berger, f"{house.url}/api/feeds/{token}")
    assert (status in {400, 404}, kind) == (True, "application/json")


async def test_what_is_long_over_is_not_in_the_feed(house: House) -> None:
    """Four weeks are enough to look back."""
    talking: Talk = await talk(house)
    appointment = await booked(talking)
    house.clock.move_to(appointment.ends_at + timedelta(days=29))
    berger = await house.counsellor("berger")
    assert not hasattr(read((await feed(berger, await opened(berger)))[2]), "vevent")
