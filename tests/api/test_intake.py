"""Ten thousand enquiries that a program wrote, and ten of people: these are answered in time."""

from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import insert

from chatserver.enquiries.wire import Inbox, ReadInbox
from chatserver.intake.jobs import watch_intake
from chatserver.intake.wire import Intake, Moved, ReadIntake, SetAside, TakeBack
from chatserver.tables import accounts, clock_events, clocks, rooms, threads
from tests.api.house import House
from tests.api.story import ADDICTION, anker, enquire
from tests.people import Client, Counsellor
from tests.person_room import Room
from tests.person_web import Refused

MANY = 10_000
SNAPSHOT = '{"kind":"calendar","seconds":172800}'
HOUR = timedelta(hours=1)


async def flood(house: House, agency: str, count: int = MANY) -> datetime:
    """So many enquiries within the hour from now on, each from an account of its own; when the first came."""
    began = house.now()
    step = HOUR / (count + 1)
    ids = [(sha256(b"flood %d" % one).hexdigest()[:32], began + step * (one + 1)) for one in range(count)]
    async with house.deps.database.write() as db:
        await db.execute(insert(accounts), [_account(one, at) for one, at in ids])
        await db.execute(insert(rooms), [_room(one, agency, at) for one, at in ids])
        await db.execute(insert(threads), [_thread(one, agency, at) for one, at in ids])
        await db.execute(insert(clocks), [_clock(number, one, at) for number, (one, at) in enumerate(ids)])
        opened = [{"clock_id": _FIRST + number, "kind": "opened", "at": at} for number, (_, at) in enumerate(ids)]
        await db.execute(insert(clock_events), opened)
    return began


_FIRST = 1_000_000


def _account(one: str, at: datetime) -> dict[str, object]:
    keys = {"server_salt": b"", "auth_verifier": "", "signing_key": one.encode(), "kem_statement": b""}
    return {"id": one, "name": one, "role": "client", "password_suite": 1, "created_at": at, **keys}


def _room(one: str, agency: str, at: datetime) -> dict[str, object]:
    counts = {"epoch": 1, "duty_generation": 1, "standby": True, "last_position": 2}
    heads = {"kc": b"", "log_head": b"", "last_stored_at": at, "created_at": at}
    return {"id": one, "agency_id": agency, "client_id": one, **counts, **heads}


def _thread(one: str, agency: str, at: datetime) -> dict[str, object]:
    return {"room": one, "agency_id": agency, "topic": ADDICTION, "client_id": one, "state": "new", "opened_at": at}


def _clock(number: int, one: str, at: datetime) -> dict[str, object]:
    promise = {"waiting_since": at, "due_at": at + 48 * HOUR, "policy": SNAPSHOT, "salt": bytes(32)}
    places = {"opened_by_position": 2, "opened_after_position": 1}
    return {"id": _FIRST + number, "room": one, **promise, **places}


async def intake(person: Client | Counsellor) -> Intake:
    """As this person sees it."""
    return await person.browser.get("/api/intake", ReadIntake(), Intake)


async def set_aside(person: Client | Counsellor, since: datetime, until: datetime) -> int:
    """All of it, as the page does it."""
    return await _all(person, "/api/intake/set-aside", SetAside(since, until))


async def take_back(person: Client | Counsellor, since: datetime, until: datetime) -> int:
    """The same the other way round."""
    return await _all(person, "/api/intake/take-back", TakeBack(since, until))


async def _all(person: Client | Counsellor, path: str, command: SetAside | TakeBack) -> int:
    count, more = 0, True
    while more:
        moved = await person.browser.post(path, command, Moved)
        count, more = count + moved.count, moved.more
    return count


async def new_lines(counsellor: Counsellor) -> list[str]:
    """The rooms of the new enquiries, in the inbox's order."""
    inbox = await counsellor.browser.get("/api/inbox", ReadInbox(), Inbox)
    return [one.room for one in inbox.lines if one.new]


async def alarms(person: Counsellor) -> int:
    """How often they were told."""
    return [one.kind for one in await person.notices()].count("intake_alarm")


# Once, because ten thousand rows take long; the small floods below are on both databases.
@pytest.mark.parametrize("kind", ["sqlite"])
async def test_ten_thousand_hostile_enquiries_do_not_delay_ten_real_ones_beyond_the_promise(house: House) -> None:
    """Five of them had an account before; five come new in the midst of it and write once more when asked to."""
    known = [await house.signed_up(f"bekannt{one}") for one in range(5)]
    house.clock.advance(timedelta(days=1))
    agency = await anker(known[0])
    began = await flood(house, agency.id)
    house.clock.advance(HOUR / 2)
    real = [(one, await one.write_enquiry(agency, ADDICTION, "Ich weiß nicht weiter.")) for one in known]
    real += [await enquire(house, f"neu{one}") for one in range(5)]
    house.clock.advance(HOUR / 2)
    await watch_intake(house.deps)
    hagemann, berger = await house.counsellor("hagemann"), await house.counsellor("berger")
    assert await alarms(hagemann) == 1
    assert len(await new_lines(berger)) == MANY + 10

    assert await set_aside(hagemann, began, house.now()) == MANY + 5
    assert sorted(await new_lines(berger)) == sorted(room.id for _, room in real[:5])
    for client, room in real[5:]:
        assert (await client.thread(room.id)).waived
        await room.write("Ich bin noch da.")
    assert sorted(await new_lines(berger)) == sorted(room.id for _, room in real)
    for client, room in real:
        thread = await client.thread(room.id)
        assert thread.due_at is not None
        assert thread.due_at > house.now() + 46 * HOUR
        await answer(berger, room)
        assert (await client.thread(room.id)).waiting_since is None
    assert await new_lines(berger) == []


async def answer(berger: Counsellor, room: Room) -> None:
    """Takes it and answers."""
    await (await berger.take(room.id)).write("Ich bin da.")


async def test_the_coordinators_are_told_once_for_a_flood_and_again_for_the_next(house: House) -> None:
    """However often it is looked at; when it is over, the alarm ends by itself."""
    agency = (await anker(house.client("nachtfalter"))).id
    hagemann = await house.counsellor("hagemann")
    began = await flood(house, agency, 40)
    house.clock.advance(HOUR)
    for _ in range(3):
        await watch_intake(house.deps)
    seen = await intake(hagemann)
    assert (await alarms(hagemann), seen.alarm_since, seen.came) == (1, began, 40)
    house.clock.advance(2 * HOUR)
    await watch_intake(house.deps)
    assert (await intake(hagemann)).alarm_since is None


async def test_a_busy_hour_is_no_flood(house: House) -> None:
    """Nobody is alarmed by nineteen."""
    agency = (await anker(house.client("nachtfalter"))).id
    await flood(house, agency, 19)
    house.clock.advance(HOUR)
    await watch_intake(house.deps)
    assert await alarms(await house.counsellor("hagemann")) == 0


async def test_what_was_set_aside_by_mistake_goes_on_with_its_due_time(house: House) -> None:
    """Nothing is lost, moved or doubled; and it cannot be set aside a second time."""
    began = house.now()
    client, room = await enquire(house)
    before = await client.thread(room.id)
    hagemann, berger = await house.counsellor("hagemann"), await house.counsellor("berger")
    house.clock.advance(HOUR)
    assert await set_aside(hagemann, began, house.now()) == 1
    assert (await intake(hagemann)).aside == 1
    assert await take_back(hagemann, began, house.now()) == 1
    after = await client.thread(room.id)
    assert (after.due_at, after.waived) == (before.due_at, False)
    assert await new_lines(berger) == [room.id]
    assert await set_aside(hagemann, began, house.now()) == 0
    assert await take_back(hagemann, began, house.now()) == 0


async def test_what_a_colleague_has_taken_is_not_set_aside(house: House) -> None:
    """It is no flood: somebody has read it."""
    began = house.now()
    _, room = await enquire(house)
    await (await house.counsellor("berger")).take(room.id)
    assert await set_aside(await house.counsellor("hagemann"), began, house.now()) == 0


async def test_only_coordinators_of_the_agency_set_its_enquiries_aside(house: House) -> None:
    """A counsellor finds nothing there, and what waits at another agency stays."""
    began = house.now()
    client, _ = await enquire(house)
    for person in (client, await house.counsellor("berger")):
        with pytest.raises(Refused) as refused:
            await set_aside(person, began, house.now())
        assert refused.value.code == "not_found"
