"""Other calendars of a counsellor, from a file or an address: their times are offered to nobody, no word is kept."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

import pytest
import pytest_asyncio
from aiohttp import web
from sqlalchemy import text, update

from chatserver.appointments.wire import Appointment, Slot
from chatserver.calendars.wire import FeedOpened, OpenFeed
from chatserver.due_beside import key_of
from chatserver.imports.model import JOB, MOST_IMPORTS, READ_EVERY
from chatserver.imports.reading import MOST_ENTRIES
from chatserver.imports.wire import (
    DropImport,
    ImportFile,
    Imports,
    ImportsChanged,
    ListImports,
    ReadImportNow,
    SubscribeAddress,
)
from chatserver.main import running
from chatserver.tables import counsellors
from tests.api.house import HandClock, House
from tests.api.story import Talk, talk
from tests.api.test_appointments import booked
from tests.api.test_calendars import feed
from tests.calendar_host import ADDRESS, NAME, CalendarHost, calendar, calendar_host
from tests.leaks import find_leaks
from tests.people import Counsellor
from tests.person_web import Refused
from tests.places import Place

PATH = "/api/calendar/imports"
HOUR = timedelta(hours=1)
SECRET = "Wurzelbehandlung bei Dr. Ziegenhals"


def event(begins: datetime, ends: datetime, more: str = "", uid: str = "") -> str:
    """An entry about something private."""
    at = [one.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") for one in (begins, ends)]
    return f"UID:{uid or token_hex(8)}\nSUMMARY:{SECRET}\nDTSTART:{at[0]}\nDTEND:{at[1]}" + (
        f"\n{more}" if more else ""
    )


async def put_file(person: Counsellor, content: bytes, request_id: str = "") -> Imports:
    """As the page does with a file that was chosen."""
    command = ImportFile(request_id or token_hex(16))
    return await person.browser.put_bytes(f"{PATH}/files/{{request_id}}", command, content, Imports)


async def subscribe(person: Counsellor, address: str = ADDRESS, request_id: str = "") -> Imports:
    """Enters an address."""
    return await person.browser.post(PATH, SubscribeAddress(address, request_id or token_hex(16)), Imports)


async def imports_of(person: Counsellor) -> Imports:
    """What the page shows."""
    return await person.browser.get(PATH, ListImports(), Imports)


async def drop(person: Counsellor, calendar_id: str) -> Imports:
    """Takes it away."""
    return await person.browser.post(f"{PATH}/{{calendar}}/drop", DropImport(calendar_id), Imports)


async def starts(talking: Talk) -> list[datetime]:
    """What the client is offered."""
    return [one.starts_at for one in (await talking.client.slots(talking.room.id)).slots]


@pytest_asyncio.fixture
async def host(tmp_path: Path) -> AsyncIterator[CalendarHost]:
    """Where a calendar lies."""
    async with calendar_host(tmp_path) as opened:
        opened.content = calendar()
        yield opened


@pytest_asyncio.fixture
async def reading(founded: Place, host: CalendarHost) -> AsyncIterator[House]:
    """A server from which names lead there."""
    clock = HandClock()
    async with running(founded.config(), clock, ticking=False, outward=host.outward) as server:
        opened = House(server, clock)
        try:
            yield opened
        finally:
            await opened.close()


# -- a file


async def test_the_times_of_a_file_are_offered_to_nobody(house: House) -> None:
    """Neither listed nor held; those beside it are. Without the file all are back."""
    talking = await talk(house)
    first, second, third, *_ = before = await starts(talking)
    shown = await put_file(talking.counsellor, calendar(event(second, second + timedelta(minutes=5))))
    assert [(one.host, one.times, one.left_out, one.failure) for one in shown.imports] == [("", 1, 0, None)]
    assert await starts(talking) == [one for one in before if one != second]
    with pytest.raises(Refused) as caught:
        await talking.client.hold(talking.room.id, Slot(second, second))
    assert caught.value.code == "slot_taken"
    await talking.client.hold(talking.room.id, Slot(third, third))
    assert (await drop(talking.counsellor, shown.imports[0].id)).imports == []
    assert second in await starts(talking)
    assert first in await starts(talking)


async def test_no_word_of_it_is_kept(house: House) -> None:
    """Not in the database, in any encoding: neither what it is about nor what it is called."""
    talking = await talk(house)
    start = (await starts(talking))[0]
    await put_file(talking.counsellor, calendar(event(start, start + HOUR, uid="wurzel-4711")))
    rows = []
    async with house.deps.database.read() as db:
        for table in ("imports", "busy_elsewhere", "due_work"):
            rows += [str(tuple(row)).encode() for row in await db.execute(text(f"SELECT * FROM {table}"))]
    secrets = {"summary": SECRET.encode(), "name": b"wurzel-4711"}
    assert find_leaks(secrets, [("database", one) for one in rows]) == []
    assert len(rows) >= 2


async def test_an_appointment_that_a_calendar_meets_stands_and_is_shown(house: House) -> None:
    """The counsellor decides what to do about it."""
    talking = await talk(house)
    appointment = await booked(talking)
    met = event(appointment.starts_at + timedelta(minutes=20), appointment.ends_at + HOUR)
    shown = await put_file(talking.counsellor, calendar(met))
    assert [(one.appointment, one.room, one.starts_at) for one in shown.meetings] == [
        (appointment.id, talking.room.id, appointment.starts_at)
    ]
    assert [one.state for one in await talking.client.appointments()] == ["booked"]
    beside = await put_file(
        talking.counsellor, calendar(event(appointment.ends_at, appointment.ends_at + HOUR)), token_hex(16)
    )
    assert len(beside.meetings) == 1


@pytest.mark.parametrize(
    ("content", "code", "status"),
    [
        (b"", "calendar_unreadable", 422),
        (b"<html>Please log in</html>", "calendar_unreadable", 422),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * MOST_ENTRIES, "calendar_too_large", 413),
        (b"x" * (5 * 1024 * 1024 + 1), "body_too_large", 413),
    ],
    ids=["nothing", "a page", "a bomb", "too many bytes"],
)
async def test_a_file_that_cannot_be_read_leaves_nothing(house: House, content: bytes, code: str, status: int) -> None:
    """A stable code, and the same file can be put again once it is mended."""
    counsellor, request = await house.counsellor("berger"), token_hex(16)
    with pytest.raises(Refused) as caught:
        await put_file(counsellor, content, request)
    assert (caught.value.code, caught.value.status) == (code, status)
    assert (await imports_of(counsellor)).imports == []
    assert len((await put_file(counsellor, calendar(), request)).imports) == 1


async def test_entries_that_cannot_be_read_are_counted(house: House) -> None:
    """Hostile or broken: the rest of the calendar is there."""
    counsellor, now = await house.counsellor("berger"), house.now()
    hostile = event(now + HOUR, now + 2 * HOUR, "RRULE:FREQ=SECONDLY;INTERVAL=0")
    shown = await put_file(counsellor, calendar(hostile, event(now + HOUR, now + 2 * HOUR)))
    assert [(one.times, one.left_out) for one in shown.imports] == [(1, 1)]


async def test_the_same_request_imports_once_and_nobody_elses_is_answered(house: House) -> None:
    """Also when it arrives many times at once."""
    counsellor, colleague, request = await house.counsellor("berger"), await house.counsellor("yilmaz"), token_hex(16)
    shown = await asyncio.gather(*(subscribe(counsellor, request_id=request) for _ in range(4)))
    assert {len(one.imports) for one in shown} == {1}
    with pytest.raises(Refused) as caught:
        await subscribe(colleague, request_id=request)
    assert caught.value.code == "request_reused"
    with pytest.raises(Refused) as caught:
        await put_file(colleague, calendar(), request)
    assert caught.value.code == "request_reused"


async def test_the_last_place_is_given_once(house: House) -> None:
    """However many ask for it at the same moment."""
    counsellor = await house.counsellor("berger")
    for _ in range(MOST_IMPORTS - 1):
        await subscribe(counsellor)
    found = await asyncio.gather(*(subscribe(counsellor) for _ in range(3)), return_exceptions=True)
    assert sorted(one.code for one in found if isinstance(one, Refused)) == ["imports_full"] * 2
    assert len((await imports_of(counsellor)).imports) == MOST_IMPORTS


async def test_another_counsellors_calendars_are_not_there(house: House) -> None:
    """Neither shown, nor read, nor dropped; and to clients there are none at all."""
    berger, yilmaz = await house.counsellor("berger"), await house.counsellor("yilmaz")
    mine = (await subscribe(berger)).imports[0].id
    assert (await imports_of(yilmaz)).imports == []
    await drop(yilmaz, mine)
    with pytest.raises(Refused) as caught:
        await yilmaz.browser.post(f"{PATH}/{{calendar}}/read", ReadImportNow(mine), Imports)
    assert caught.value.code == "not_found"
    assert [one.id for one in (await imports_of(berger)).imports] == [mine]
    client = await house.signed_up("nachtfalter")
    with pytest.raises(Refused) as caught:
        await client.browser.get(PATH, ListImports(), Imports)
    assert caught.value.code == "not_found"


# -- an address


async def test_a_subscribed_calendar_is_read_again_and_again(reading: House, host: CalendarHost) -> None:
    """What it says now holds in place of what it said before, and the page is told."""
    talking = await talk(reading)
    await talking.counsellor.browser.connect()
    *_, first, second = await starts(talking)
    host.content = calendar(event(first, first + HOUR))
    shown = (await subscribe(talking.counsellor, f"webcal://{NAME}/private-abc/basic.ics")).imports
    assert [(one.host, one.read_at) for one in shown] == [(NAME, None)]
    await reading.server.look()
    await talking.counsellor.browser.heard("imports", ImportsChanged)
    assert (await imports_of(talking.counsellor)).imports[0].read_at == reading.now()
    assert first not in await starts(talking)
    host.content = calendar(event(second, second + HOUR))
    await reading.pass_time(2 * READ_EVERY)
    offered = await starts(talking)
    assert (first in offered, second in offered) == (True, False)


async def test_what_cannot_be_read_says_why_and_what_was_read_holds(reading: House, host: CalendarHost) -> None:
    """And it is tried less and less often, until it can be read again, or somebody asks."""
    talking = await talk(reading)
    first = (await starts(talking))[0]
    host.content = calendar(event(first, first + HOUR))
    await subscribe(talking.counsellor)
    await reading.server.look()
    read_at, host.content = reading.now(), b"<html>Please log in</html>"
    for _ in range(4):
        await reading.pass_time(3 * READ_EVERY)
    asked = len(host.asked)
    assert asked < 5
    shown = (await imports_of(talking.counsellor)).imports[0]
    assert (shown.failure, shown.read_at, shown.times) == ("calendar_unreadable", read_at, 1)
    assert first not in await starts(talking)
    host.content = calendar()
    await talking.counsellor.browser.post(f"{PATH}/{{calendar}}/read", ReadImportNow(shown.id), Imports)
    await reading.server.look()
    shown = (await imports_of(talking.counsellor)).imports[0]
    assert (len(host.asked), shown.failure, shown.read_at, shown.times) == (asked + 1, None, reading.now(), 0)


@pytest.mark.parametrize(
    ("leads_to", "answer", "failure"),
    [
        ("169.254.169.254", None, "address_not_public"),
        ("8.8.8.8", (302, {"Location": "https://10.0.0.1/"}), "address_not_public"),
        ("8.8.8.8", (404, {}), "address_refused"),
    ],
    ids=["a private network", "a redirect into one", "nothing there"],
)
async def test_an_address_that_leads_nowhere_good_is_a_plain_state(
    reading: House, host: CalendarHost, leads_to: str, answer: tuple[int, dict[str, str]] | None, failure: str
) -> None:
    """A stable code; nothing of what was said there."""
    counsellor = await reading.counsellor("berger")
    host.leads_to = [leads_to]
    host.answers = [web.Response(status=answer[0], headers=answer[1])] if answer else []
    await subscribe(counsellor)
    await reading.server.look()
    assert [(one.failure, one.times) for one in (await imports_of(counsellor)).imports] == [(failure, 0)]


@pytest.mark.parametrize("address", ["http://calendar.example/a", "https://127.0.0.1/", "https://localhost/", "x", ""])
async def test_what_is_no_public_address_is_refused_at_once(house: House, address: str) -> None:
    """Before anything is asked."""
    counsellor = await house.counsellor("berger")
    with pytest.raises(Refused) as caught:
        await subscribe(counsellor, address)
    assert (caught.value.code, caught.value.field) == ("calendar_address_invalid", "address")


async def test_the_address_is_told_to_nobody(reading: House, host: CalendarHost) -> None:
    """Whoever knows it reads the calendar: sealed in the database, and on no page."""
    counsellor = await reading.counsellor("berger")
    shown = str(await subscribe(counsellor))
    await reading.server.look()
    async with reading.deps.database.read() as db:
        rows = str((await db.execute(text("SELECT * FROM imports"))).all())
    assert len(host.asked) == 1
    assert find_leaks({"address": b"private-abc"}, [("page", shown.encode()), ("row", rows.encode())]) == []


async def test_a_calendar_dropped_while_it_is_read_leaves_nothing(reading: House, host: CalendarHost) -> None:
    """What comes back then belongs to nobody."""
    talking = await talk(reading)
    first = (await starts(talking))[0]
    host.content = calendar(event(first, first + HOUR))
    calendar_id = (await subscribe(talking.counsellor)).imports[0].id
    dropping: list[asyncio.Task[Imports]] = []

    async def dropped_first(request: web.Request) -> web.Response:
        dropping.append(asyncio.ensure_future(drop(talking.counsellor, calendar_id)))
        await dropping[0]
        return web.Response(body=host.content)

    host.instead = dropped_first
    await reading.server.look()
    assert (await imports_of(talking.counsellor)).imports == []
    assert first in await starts(talking)
    async with reading.deps.database.read() as db:
        assert (await db.execute(text("SELECT count(*) FROM busy_elsewhere"))).scalar_one() == 0
        left = text("SELECT count(*) FROM due_work WHERE key = :key")
        assert (await db.execute(left, {"key": key_of(JOB, calendar_id)})).scalar_one() == 0


async def test_our_own_appointments_that_come_back_meet_nothing(reading: House, host: CalendarHost) -> None:
    """Many a calendar program repeats what it has subscribed to: here, the counsellor's own feed."""
    talking = await talk(reading)
    appointment: Appointment = await booked(talking)
    address = (await talking.counsellor.browser.post("/api/calendar/feed", OpenFeed(), FeedOpened)).address
    _, _, host.content = await feed(talking.counsellor, address)
    await subscribe(talking.counsellor)
    await reading.server.look()
    shown = await imports_of(talking.counsellor)
    assert [(one.failure, one.times, one.left_out) for one in shown.imports] == [(None, 0, 0)]
    assert shown.meetings == []
    assert (await talking.client.appointments())[0].id == appointment.id


async def test_whoever_leaves_is_read_no_more(reading: House, host: CalendarHost) -> None:
    """Nor whoever was shut out: the next look finds nobody to read for."""
    counsellor = await reading.counsellor("berger")
    await subscribe(counsellor)
    async with reading.deps.database.write() as db:
        mine = counsellors.c.account_id == counsellor.account_id
        await db.execute(update(counsellors).where(mine).values(left_at=reading.now()))
    await reading.server.look()
    assert host.asked == []
    async with reading.deps.database.read() as db:
        assert (await db.execute(text("SELECT count(*) FROM imports"))).scalar_one() == 0
