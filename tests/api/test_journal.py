"""The journal: what happens to promises is sealed soon, for each agency, in a chain that outlives the threads."""

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from chatserver.cli import main
from chatserver.config import ConfigInvalid
from chatserver.deletions.wire import Keys, ReadKeys
from chatserver.deps import work
from chatserver.journal.jobs import plan_sealing
from chatserver.journal.model import Head, check_journal, commitment, read_head
from chatserver.journal.wire import Journal, Opening, Openings, ReadJournal, ReadOpenings
from chatserver.journal_commands import export
from chatserver.tables import agencies, clock_events, due_work, journal_entries, journal_heads, tallies
from chatserver.wire.binary import to_wire
from crypto import read_receipt, to_ms
from tests.api.house import House
from tests.api.story import Talk, enquire, talk
from tests.people import Client, Counsellor
from tests.person_web import Refused

HOUR = timedelta(hours=1)


async def sealed(house: House) -> None:
    """What the sweep and the ticker do within half a minute."""
    await plan_sealing(house.deps)
    await house.server.look()


async def journal(person: Client | Counsellor, agency: str, after: int = 0) -> Journal:
    """As everybody can read it."""
    return await person.browser.get("/api/agencies/{agency}/journal", ReadJournal(agency, after), Journal)


async def openings(person: Client | Counsellor, room: str) -> list[Opening]:
    """What happened to this thread, for its people."""
    return (await person.browser.get("/api/threads/{room}/openings", ReadOpenings(room), Openings)).openings


async def keys_of(person: Client | Counsellor) -> Keys:
    """What the server signs with."""
    return await person.browser.get("/api/keys", ReadKeys(), Keys)


async def checked(person: Client, agency: str) -> Head:
    """The newest head of a journal that holds."""
    found = await journal(person, agency)
    return check_journal(agency, found.entries, found.heads, (await keys_of(person)).journal_key)


def told(events: list[Opening]) -> list[tuple[int | None, str, str, datetime]]:
    """Number, what, why and when."""
    return [(one.number, one.kind, one.because, one.at) for one in events]


def opens(one: Opening, entry: bytes) -> bool:
    """Whether this is what the entry commits to."""
    return entry == commitment(
        one.salt,
        kind=one.kind,
        promise=one.promise,
        at=to_ms(one.at),
        due_at=to_ms(one.due_at),
        policy=one.policy,
        because=one.because,
    )


async def answer(talking: Talk) -> None:
    """The counsellor reads on and answers."""
    await talking.desk.read()
    await talking.desk.write("Ja.")


async def test_what_happens_to_a_promise_is_sealed_and_opens_for_its_people(house: House) -> None:
    """Opened, broken, answered: three entries under signed heads; both sides can show what they commit to."""
    talking = await talk(house)
    start, agency = house.now(), talking.room.thread.agency
    assert told(await openings(talking.client, talking.room.id)) == [(None, "opened", "", start)]
    await sealed(house)
    await house.pass_time(49 * HOUR)
    await answer(talking)
    answered_at = house.now()
    await sealed(house)
    events = await openings(talking.client, talking.room.id)
    broken_at = start + 49 * HOUR
    assert told(events) == [
        (1, "opened", "", start),
        (2, "breached", "", broken_at),
        (3, "stopped", "answered", answered_at),
    ]
    entries = (await journal(talking.client, agency)).entries
    assert len(entries) == 3
    assert all(opens(one, entry) for one, entry in zip(events, entries, strict=True))
    assert await openings(talking.counsellor, talking.room.id) == events
    head = await checked(talking.client, agency)
    assert (head.number, head.sealed_at) == (3, to_ms(house.now()))


async def test_a_receipt_names_the_entry_of_its_promise(house: House) -> None:
    """So whoever has one can see that the opening of this very clock was sealed."""
    client = await house.signed_up("nachtfalter")
    agency = (await client.find_agency("addiction", "48147")).agency
    sent = await client.send_enquiry(await client.prepare_enquiry(agency, "addiction", "Hilfe"))
    await sealed(house)
    (opened,) = await openings(client, sent.room)
    receipt = read_receipt(sent.receipt, (await keys_of(client)).receipt_key)
    assert opened.promise == receipt.event_id
    assert (to_ms(opened.at), to_ms(opened.due_at)) == (receipt.received_at, receipt.due_at)


async def test_what_was_sealed_is_sealed_once_on_however_many_nodes(house: House) -> None:
    """Sweeps and tickers beside each other: one head, no entry twice, and nothing is left to be done."""
    talking = await talk(house)
    agency = talking.room.thread.agency
    await asyncio.gather(*(plan_sealing(house.deps) for _ in range(4)))
    await asyncio.gather(*(house.server.look() for _ in range(4)))
    assert len((await journal(talking.client, agency)).heads) == 1
    await answer(talking)
    await sealed(house)
    await sealed(house)
    found = await journal(talking.client, agency)
    assert (len(found.entries), len(found.heads), found.last) == (2, 2, 2)
    assert (await journal(talking.client, agency, 1)).entries == found.entries[1:]
    assert (await journal(talking.client, agency, 1)).heads == found.heads[1:]
    async with house.deps.database.read() as db:
        planned = select(func.count()).where(due_work.c.kind == "seal_journal")
        assert (await db.execute(planned)).scalar() == 0
        counted = select(tallies.c.what, tallies.c.count).order_by(tallies.c.what)
        assert [tuple(row) for row in await db.execute(counted)] == [("first", 1), ("kept", 1)]


async def test_a_journal_that_lags_far_behind_is_sealed_in_steps(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an outage, or the first start of this release: a head for each step, in one chain."""
    monkeypatch.setattr("chatserver.journal.actions.AT_ONCE", 2)
    talking = await talk(house)
    for _ in range(2):
        await answer(talking)
        await talking.room.read()
        await talking.room.write("Und nun?")
    await sealed(house)
    found = await journal(talking.client, talking.room.thread.agency)
    assert (len(found.entries), len(found.heads)) == (5, 3)
    assert (await checked(talking.client, talking.room.thread.agency)).number == 5


async def test_agencies_have_journals_of_their_own(house: House) -> None:
    """Nobody sees by another's how much there is to do here."""
    first, room = await enquire(house)
    await sealed(house)
    async with house.deps.database.read() as db:
        other = (
            await db.execute(select(agencies.c.id).where(agencies.c.id != room.thread.agency).limit(1))
        ).scalar_one()
    assert len((await journal(first, room.thread.agency)).entries) == 1
    assert (await journal(first, other)).entries == []
    for unknown in ("0" * 32, room.id):
        with pytest.raises(Refused, match="not_found"):
            await journal(first, unknown)


async def test_nobody_else_opens_the_entries_of_a_thread(house: House) -> None:
    """Not another client, and no colleague who has no seat in it."""
    _, room = await enquire(house)
    stranger = await house.signed_up("mauersegler")
    for person in (stranger, await house.counsellor("berger")):
        with pytest.raises(Refused, match="not_found"):
            await openings(person, room.id)


async def test_a_deleted_thread_leaves_entries_that_nobody_can_open(house: House) -> None:
    """What was not sealed yet is sealed before; the salts go with the thread, and the chain still holds."""
    talking = await talk(house)
    agency = talking.room.thread.agency
    await sealed(house)
    await answer(talking)
    before = (await journal(talking.client, agency)).entries
    await talking.client.delete_thread(talking.room.id)
    after = await journal(talking.client, agency)
    assert after.entries[:1] == before
    assert len(after.entries) == 2
    assert (await checked(talking.client, agency)).number == 2
    async with house.deps.database.read() as db:
        assert (await db.execute(select(func.count()).select_from(clock_events))).scalar() == 0


async def test_a_deleted_account_leaves_a_journal_that_holds(house: House) -> None:
    """All its threads at once."""
    client, room = await enquire(house)
    witness = await house.signed_up("mauersegler")
    await client.delete_account()
    assert (await checked(witness, room.thread.agency)).number == 1


@pytest.mark.parametrize("how", ["changed", "dropped"])
async def test_the_command_sees_what_the_server_has_rewritten(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    """From nothing but saved answers; and it says which entries are whose when their openings are at hand."""
    talking = await talk(house)
    agency, room = talking.room.thread.agency, talking.room.id
    await answer(talking)
    await sealed(house)

    async def verify() -> int:
        answers = {
            "journal": await journal(talking.client, agency),
            "keys": await keys_of(talking.client),
            "openings": Openings(agency, await openings(talking.client, room)),
        }
        for name, answered in answers.items():
            (tmp_path / name).write_text(json.dumps(to_wire(answered)))
        file, keys, opened = (str(tmp_path / name) for name in answers)
        return main(["journal", "verify", file, "--keys", keys, "--openings", opened])

    assert await verify() == 0
    shown = capsys.readouterr().out
    assert "entries    2, under 1 signed heads" in shown
    assert "entry 2: stopped (answered)" in shown
    async with work(house.deps) as tx:
        if how == "changed":
            await tx.db.execute(update(journal_entries).where(journal_entries.c.number == 1).values(entry=bytes(32)))
        else:
            await tx.db.execute(delete(journal_entries).where(journal_entries.c.number == 2))
    assert await verify() == 1
    assert capsys.readouterr().out.startswith("The journal does not hold: ")


@pytest.mark.parametrize("openings", [True, False])
async def test_an_operator_writes_a_journal_down_and_it_holds(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str], *, openings: bool
) -> None:
    """Whole and in one file, while the server runs; with openings only if they are asked for, and never with a room."""
    talking = await talk(house)
    await answer(talking)
    await sealed(house)
    agency = talking.room.thread
    for named in (agency.agency_name, agency.agency):
        assert await export(house.deps.config, agency=named, openings=openings) == 0
        written = capsys.readouterr().out
        assert talking.room.id not in written
        (tmp_path / "journal").write_text(written)
        assert main(["journal", "verify", str(tmp_path / "journal")]) == 0
        assert ("entry 2: stopped (answered)" in capsys.readouterr().out) == openings
    with pytest.raises(ConfigInvalid, match="--agency: there is no agency 'Nirgendwo'"):
        await export(house.deps.config, agency="Nirgendwo", openings=openings)


async def test_a_head_says_no_more_than_how_far_it_goes(house: House) -> None:
    """It is public; the key that signs it signs no receipts."""
    client, room = await enquire(house)
    await sealed(house)
    keys = await keys_of(client)
    assert keys.journal_key != keys.receipt_key
    (head,) = (await journal(client, room.thread.agency)).heads
    async with house.deps.database.read() as db:
        link = (await db.execute(select(journal_heads.c.link))).scalar_one()
    assert read_head(head, keys.journal_key) == Head(
        agency=bytes.fromhex(room.thread.agency), number=1, link=link, sealed_at=to_ms(house.now())
    )
