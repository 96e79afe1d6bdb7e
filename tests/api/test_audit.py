"""The audit log: what staff do stands there, in the act's own transaction, and nobody changes it any more."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.append_only import REFUSAL, missing_refusals
from chatserver.audit import store
from chatserver.audit.actions import check_all
from chatserver.audit.model import ChainBroken, check_chain
from chatserver.audit.wire import AuditLog, ReadAuditLog, SaveAuditLog
from chatserver.ladders.wire import KeepLadder, Ladder
from chatserver.tables import audit_entries
from chatserver.threads.wire import Thread
from chatserver.waivers.wire import Waive
from tests.api.from_empty import PLAN, begin
from tests.api.house import House
from tests.api.story import talk
from tests.people import Counsellor
from tests.person_web import Refused


class TakenBack(Exception):  # noqa: N818  named by what is the case
    """What a test has done to the log is undone with its transaction."""


async def log_of(coordinator: Counsellor, **wanted: Any) -> AuditLog:
    """As the page reads it."""
    return await coordinator.browser.get("/api/agency/audit", ReadAuditLog(**wanted), AuditLog)


async def acts_of(coordinator: Counsellor, **wanted: Any) -> list[str]:
    """The words, the oldest first."""
    return [one.act for one in reversed((await log_of(coordinator, **wanted)).entries)]


async def newest(coordinator: Counsellor) -> int:
    """How many entries there are."""
    return next((one.number for one in (await log_of(coordinator)).entries), 0)


async def test_from_the_founding_on_everything_stands_there(empty_house: House) -> None:
    begun = await begin(empty_house)
    yilmaz = await begun.hire("yilmaz", "counsel")
    await begun.founder.let_go(yilmaz.account_id)
    founded = ["founded", "factor_added"]
    hired = ["invited", "invitation_accepted", "roster_published"]
    assert await acts_of(begun.founder) == [*founded, *hired, "colleague_left"]
    (left,) = (await log_of(begun.founder, act="colleague_left")).entries
    assert (left.by, left.about, left.about_name) == (begun.founder.account_id, yilmaz.account_id, "Frau Yilmaz")
    assert await acts_of(begun.founder, person=yilmaz.account_id) == ["invitation_accepted", "colleague_left"]
    assert await acts_of(begun.founder, day="2026-11-22") == []
    assert len(await acts_of(begun.founder, day="2026-11-23")) == 6
    assert await acts_of(begun.founder, before=3) == founded
    assert (await check_all(empty_house.deps))[PLAN.name] == 6


async def test_a_client_and_what_they_wrote_never_stand_there(house: House) -> None:
    """Who waived, and when; not whose enquiry it was."""
    talking = await talk(house)
    await talking.counsellor.browser.post(
        "/api/threads/{room}/waive", Waive(talking.room.id, "abuse", block=True), Thread
    )
    lead = await house.coordinator("hagemann")
    (blocked, waived) = (await log_of(lead)).entries[:2]
    assert {blocked.act, waived.act} == {"blocked", "waived"}
    assert blocked.by == talking.counsellor.account_id
    async with house.deps.database.read() as db:
        stored = repr([tuple(row) for row in await db.execute(select(audit_entries))])
    planted = (talking.client.account_id, talking.client.name, talking.room.id)
    assert [one for one in planted if one in stored] == []


async def test_each_coordinator_reads_their_own_agencys(house: House) -> None:
    lead, other = await house.coordinator("hagemann"), await house.coordinator("brandt")
    await lead.browser.post("/api/agency/ladder", KeepLadder(24, 36, 44), Ladder)
    assert (await log_of(lead)).entries[0].by == lead.account_id
    assert lead.account_id not in {one.by for one in (await log_of(other)).entries}
    assert await acts_of(other, person=lead.account_id) == []
    with pytest.raises(Refused, match="not_found"):
        await log_of(await house.counsellor("berger"))


async def test_what_was_refused_leaves_no_entry(house: House) -> None:
    lead = await house.coordinator("hagemann")
    before = await newest(lead)
    with pytest.raises(Refused, match="ladder_invalid"):
        await lead.browser.post("/api/agency/ladder", KeepLadder(44, 36, 24), Ladder)
    assert await newest(lead) == before


async def test_acts_at_the_same_moment_are_one_chain(house: House) -> None:
    """Of two transactions at once the second follows the first."""
    lead = await house.coordinator("hagemann")
    before = await newest(lead)
    wish = KeepLadder(24, 36, 44)
    await asyncio.gather(*(lead.browser.post("/api/agency/ladder", wish, Ladder) for _ in range(8)))
    numbers = [one.number for one in (await log_of(lead)).entries if one.number > before]
    assert numbers == list(range(before + 8, before, -1))
    checked = await check_all(house.deps)
    assert not [one for one in checked.values() if isinstance(one, ChainBroken)]


@pytest.mark.parametrize("by_hand", ["UPDATE audit_entries SET act = 'invited'", "DELETE FROM audit_entries"])
async def test_the_database_refuses_to_change_or_remove_an_entry(house: House, by_hand: str) -> None:
    await (await house.coordinator("hagemann")).browser.post("/api/agency/ladder", KeepLadder(24, 36, 44), Ladder)
    with pytest.raises(DBAPIError, match=REFUSAL):
        async with house.deps.database.write() as db:
            await db.execute(text(by_hand))


async def _unguarded(db: AsyncConnection) -> None:
    """As somebody would who owns the database."""
    if db.dialect.name == "postgresql":
        await db.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
        return
    for name in ("audit_entries_refuse_update", "audit_entries_refuse_delete"):
        await db.execute(text(f"DROP TRIGGER {name}"))


async def test_whoever_owns_the_database_and_changes_an_entry_is_found_out(empty_house: House) -> None:
    begun = await begin(empty_house)
    agency = (await begun.founder.own_agency()).agency.id
    with pytest.raises(TakenBack):
        async with empty_house.deps.database.write() as db:
            assert await missing_refusals(db) == []
            await _unguarded(db)
            assert await missing_refusals(db) != []
            first = (audit_entries.c.agency_id == agency) & (audit_entries.c.number == 1)
            await db.execute(update(audit_entries).where(first).values(by_id="ab" * 16))
            with pytest.raises(ChainBroken, match="entry 1"):
                check_chain(await store.chain_of(db, agency))
            raise TakenBack
    assert (await check_all(empty_house.deps))[PLAN.name] == 2


async def test_taking_the_log_out_is_an_entry_too(house: House) -> None:
    lead = await house.coordinator("hagemann")
    table = (await lead.browser.get_bytes("/api/agency/audit.csv", SaveAuditLog())).decode().splitlines()
    assert table[0] == "number,at,act,by,about,link"
    assert not any("log_saved" in line for line in table[1:2])
    assert (await acts_of(lead))[-1] == "log_saved"


async def test_what_is_no_wish_is_refused(house: House) -> None:
    lead = await house.coordinator("hagemann")
    for query in ("day=2026-02-30", "day=heute", "act=sung", "person=x", "before=-1", "client=nachtfalter"):
        async with lead.browser.http.get(f"{house.url}/api/agency/audit?{query}") as answer:
            assert (answer.status, (await answer.json())["code"]) == (400, "malformed")
