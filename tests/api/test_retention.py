"""Conversations go by themselves: where an agency has decided so, told before, and never while somebody waits."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from chatserver.audit.wire import AuditLog, ReadAuditLog
from chatserver.deletions.wire import Deleted, Keys, ReadDeletion, ReadKeys
from chatserver.due_work import ALL, LeaseLost, claim
from chatserver.retention import jobs
from chatserver.retention.model import NOTICE
from chatserver.retention.wire import KeepRetention, ReadRetention, Retention
from chatserver.tables import expiries, room_items, room_shares
from crypto import read_deletion
from tests.api.house import House
from tests.api.story import Talk, talk
from tests.api.test_clock import kinds
from tests.coordinator import Coordinator
from tests.person_web import Refused

DAY = timedelta(days=1)
# Three months after a Monday in November, less the two weeks.
ANNOUNCED = datetime.fromisoformat("2027-02-09T08:00:00Z")
GOES = ANNOUNCED + NOTICE


async def decide(coordinator: Coordinator, months: int | None) -> Retention:
    """On the page of the agency's terms."""
    return await coordinator.browser.post("/api/agency/retention", KeepRetention(months), Retention)


async def quiet_talk(house: House, months: int | None = 3) -> Talk:
    """Asked and answered, nobody waits; the agency has decided."""
    talking = await talk(house)
    await talking.desk.write("Hier ist die Antwort.")
    await decide(await house.coordinator("hagemann"), months)
    return talking


async def pass_to(house: House, at: datetime) -> None:
    """What an hour of a running server would do."""
    house.clock.move_to(at)
    await jobs.announce_expiries(house.deps)
    await house.server.look()


async def rows(house: House, talking: Talk) -> tuple[int, int, int]:
    """How many announcements, items and shares there are of the room."""
    async with house.deps.database.read() as db:
        counted = [
            len((await db.execute(select(table.c.room).where(table.c.room == talking.room.id))).all())
            for table in (expiries, room_items, room_shares)
        ]
    return counted[0], counted[1], counted[2]


async def told(talking: Talk) -> int:
    """How often the client has heard that it goes."""
    await talking.client.log_in()
    return (await kinds(talking.client)).count("thread_expires")


async def test_without_a_decision_everything_stays(house: House) -> None:
    """Nothing is destroyed that nobody has decided on; and only coordinators do."""
    talking = await quiet_talk(house, None)
    own = await talking.counsellor.browser.get("/api/agency/retention", ReadRetention(), Retention)
    assert own == Retention(None)
    with pytest.raises(Refused, match="not_found"):
        await talking.counsellor.browser.post("/api/agency/retention", KeepRetention(3), Retention)
    await pass_to(house, GOES + 3650 * DAY)
    assert (await rows(house, talking))[0] == 0


@pytest.mark.parametrize("months", [0, 2, 121])
async def test_what_is_no_time_to_keep_is_refused(house: House, months: int) -> None:
    """Less than three months would cut conversations off that go on."""
    with pytest.raises(Refused, match="malformed"):
        await decide(await house.coordinator("hagemann"), months)


async def test_it_is_announced_two_weeks_before_and_then_gone_with_a_certificate(house: House) -> None:
    """Not a second earlier; and once, however often one looks."""
    talking = await quiet_talk(house)
    await pass_to(house, ANNOUNCED - timedelta(seconds=1))
    assert (await rows(house, talking))[0] == 0
    for _ in range(3):
        await pass_to(house, ANNOUNCED)
    assert await told(talking) == 1
    await pass_to(house, GOES - timedelta(seconds=1))
    assert (await rows(house, talking))[2] == 1
    await pass_to(house, GOES)
    assert await rows(house, talking) == (0, 0, 0)
    anybody = house.client("niemand").browser
    word = await anybody.get("/api/deletions/{subject}", ReadDeletion(talking.room.id), Deleted)
    keys = await anybody.get("/api/keys", ReadKeys(), Keys)
    hagemann = await house.coordinator("hagemann")
    log = await hagemann.browser.get("/api/agency/audit", ReadAuditLog(), AuditLog)
    acts = [one.act for one in log.entries if one.act in ("thread_expired", "retention_changed")]
    assert acts == ["thread_expired", "retention_changed"]
    assert read_deletion(word.certificate, keys.receipt_key).subject.hex() == talking.room.id


async def test_a_word_in_between_keeps_it(house: House) -> None:
    """Whoever writes has not left; later it is announced once more."""
    talking = await quiet_talk(house)
    await pass_to(house, ANNOUNCED)
    await talking.client.log_in()
    await talking.room.write("Ich bin noch da.", clock="needs_no_answer")
    await pass_to(house, GOES)
    assert (await rows(house, talking))[::2] == (0, 1)
    await pass_to(house, GOES + 90 * DAY)
    assert await told(talking) == 2


async def test_nothing_goes_while_an_answer_is_promised(house: House) -> None:
    """Nor is it announced; and a promise that was broken is still open."""
    talking = await quiet_talk(house)
    await talking.room.write("Und noch eine Frage.")
    await pass_to(house, GOES + 365 * DAY)
    assert (await rows(house, talking))[::2] == (0, 1)


async def test_a_decision_that_is_taken_back_holds_for_what_was_announced(house: House) -> None:
    """And one for longer as well."""
    talking = await quiet_talk(house)
    await pass_to(house, ANNOUNCED)
    await decide(await house.coordinator("hagemann"), 24)
    await pass_to(house, GOES)
    assert (await rows(house, talking))[::2] == (0, 1)


async def test_two_nodes_at_once_tell_and_delete_once(house: House) -> None:
    """Whoever comes second finds it done."""
    talking = await quiet_talk(house)
    house.clock.move_to(ANNOUNCED)
    await asyncio.gather(*(jobs.announce_expiries(house.deps) for _ in range(2)))
    assert await told(talking) == 1
    house.clock.move_to(GOES)
    await asyncio.gather(house.server.look(), house.server.look())
    assert await rows(house, talking) == (0, 0, 0)


async def test_a_node_that_was_stopped_in_the_middle_deletes_nothing_any_more(house: House) -> None:
    """Its work is another's by then: all of it happens, or nothing, and once."""
    talking = await quiet_talk(house)
    await pass_to(house, ANNOUNCED)
    house.clock.move_to(GOES)
    async with house.deps.database.write() as db:
        stopped = [row for row in await claim(db, house.now(), "another node", which=ALL) if row.kind == jobs.KIND]
    await talking.client.log_in()
    await talking.client.delete_thread(talking.room.id)
    with pytest.raises(LeaseLost):
        await jobs.expire(house.deps, stopped[0])
    assert await rows(house, talking) == (0, 0, 0)
