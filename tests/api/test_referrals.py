"""Going on at another agency: by the client's own hand, without a promise that is lost, doubled or later."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from chatserver.agencies.wire import FindAgency, ResponsibleAgency
from chatserver.enquiries.wire import EnquirySent, SendEnquiry
from chatserver.referrals.wire import Propose, Proposed, Stay
from chatserver.tables import tallies
from crypto import read_receipt, to_ms
from tests.api.house import MUENSTER, House
from tests.api.story import ADDICTION, Talk, enquire, talk
from tests.api.test_clock import kinds
from tests.api.test_journal import checked, keys_of, openings, sealed, told
from tests.api.test_waivers import waive
from tests.people import Client, Counsellor
from tests.person_room import Room
from tests.person_web import Refused

HOUR = timedelta(hours=1)
PROMISE = 48 * HOUR


async def prepared(client: Client, room: str) -> SendEnquiry:
    """As the page does it: who else is there, and a first enquiry to them that names the old conversation."""
    here = (await client.thread(room)).agency
    asked = FindAgency(ADDICTION, MUENSTER, here)
    found = await client.browser.get("/api/agencies/responsible", asked, ResponsibleAgency)
    enquiry = await client.prepare_enquiry(found.agency, ADDICTION, "Ich komme von woanders.")
    return replace(enquiry, onward_from=room)


async def go_on(client: Client, room: str) -> tuple[EnquirySent, Room]:
    """The client goes to the Lotsenstelle."""
    sent = await client.send_enquiry(await prepared(client, room))
    await client.save_vault()
    return sent, await client.open(sent.room)


async def propose(somebody: Client | Counsellor, room: str, reason: str = "topic") -> Proposed:
    """As the page does it."""
    command = Propose(room, reason)  # type: ignore[arg-type]  # also what is not on the list
    return await somebody.browser.post("/api/threads/{room}/propose", command, Proposed)


async def stay(client: Client | Counsellor, room: str) -> Proposed:
    """The client does not want to."""
    return await client.browser.post("/api/threads/{room}/stay", Stay(room), Proposed)


async def counted(house: House) -> dict[str, int]:
    """What the statistics are made of, of all agencies together."""
    async with house.deps.database.read() as db:
        return dict((await db.execute(select(tallies.c.what, tallies.c.count))).tuples().all())


async def handed_on_after(house: House, passed: timedelta) -> tuple[Talk, EnquirySent, Room]:
    """Somebody who waited for so long and went elsewhere."""
    talking = await talk(house)
    await house.pass_time(passed)
    return talking, *await go_on(talking.client, talking.room.id)


async def test_the_new_promise_is_what_is_left_of_the_old_one_and_has_a_receipt(house: House) -> None:
    """Never later; and the receipt can be counted again."""
    start = house.now()
    talking, sent, _ = await handed_on_after(house, 40 * HOUR)
    assert sent.due_at == start + PROMISE
    receipt = read_receipt(sent.receipt, (await keys_of(talking.client)).receipt_key)
    assert (receipt.received_at, receipt.due_at) == (to_ms(house.now()), to_ms(start + PROMISE))
    assert (receipt.policy_kind, receipt.policy_seconds) == ("calendar", 8 * 3600)


async def test_the_old_conversation_says_where_it_went_and_its_promise_goes_on(house: House) -> None:
    """Its counsellor learns the agency, not the room; the new agency learns nothing of the old one."""
    talking, sent, _ = await handed_on_after(house, HOUR)
    mine = await talking.client.thread(talking.room.id)
    assert (mine.onward, mine.onward_room, mine.state) == ("Lotsenstelle Münsterland", sent.room, "closed")
    assert mine.due_at == sent.due_at
    theirs = await talking.counsellor.thread(talking.room.id)
    assert (theirs.onward, theirs.onward_room) == ("Lotsenstelle Münsterland", None)
    assert await kinds(talking.counsellor) == ["handed_on"]
    assert [one.room for one in await (await house.counsellor("okafor")).inbox()] == [sent.room]
    assert await talking.counsellor.inbox() == []


async def test_only_an_answer_in_the_new_conversation_keeps_the_old_promise(house: House) -> None:
    """On the first agency's record, as answered elsewhere; counted once in all."""
    start = house.now()
    talking, sent, _ = await handed_on_after(house, 2 * HOUR)
    okafor = await house.counsellor("okafor")
    await house.pass_time(HOUR)
    desk = await okafor.take(sent.room)
    assert (await talking.client.thread(talking.room.id)).due_at == start + PROMISE
    await desk.write("Hier sind Sie richtig.")
    assert (await talking.client.thread(talking.room.id)).due_at is None
    await sealed(house)
    assert told(await openings(talking.client, talking.room.id)) == [
        (1, "opened", "", start),
        (2, "handed_on", "", start + 2 * HOUR),
        (3, "stopped", "answered_elsewhere", start + 3 * HOUR),
    ]
    assert [one[1] for one in told(await openings(talking.client, sent.room))] == ["opened", "inherited", "stopped"]
    for room in (talking.room.id, sent.room):
        await checked(talking.client, (await talking.client.thread(room)).agency)
    assert await counted(house) == {"first": 1, "handed_on": 1, "inherited": 1, "kept": 1}


async def test_a_promise_that_nobody_keeps_is_broken_on_the_first_agencys_record(house: House) -> None:
    """Its coordinator hears of it, its counsellor is not reminded of what they gave away, and it counts once."""
    talking, sent, _ = await handed_on_after(house, 2 * HOUR)
    await house.pass_time(23 * HOUR)
    await house.pass_time(22 * HOUR)
    await house.pass_time(HOUR)
    await house.pass_time(HOUR)
    assert await kinds(talking.counsellor) == ["handed_on"]
    assert await kinds(await house.counsellor("hagemann")) == ["handed_on", "promise_at_risk", "promise_broken"]
    assert (await kinds(talking.client)).count("promise_broken") == 1
    assert (await talking.client.thread(sent.room)).breached
    await sealed(house)
    assert (await counted(house))["broken"] == 1


async def test_a_broken_promise_is_overdue_at_the_new_agency_at_once(house: House) -> None:
    """Nobody gains time by handing on."""
    talking = await talk(house)
    await house.pass_time(50 * HOUR)
    sent, _ = await go_on(talking.client, talking.room.id)
    assert sent.due_at == house.now() + timedelta(seconds=1)


async def test_an_answered_conversation_goes_on_elsewhere_with_a_promise_of_its_own(house: House) -> None:
    """Nothing is inherited where nobody waits."""
    talking = await talk(house)
    await talking.desk.write("Ja.")
    await talking.room.read()
    sent, _ = await go_on(talking.client, talking.room.id)
    assert sent.due_at == house.now() + PROMISE
    assert (await talking.client.thread(talking.room.id)).due_at is None


async def test_handing_on_is_done_once_and_a_repeat_gets_the_first_answer(house: House) -> None:
    """Of two devices one is told that it was done."""
    client, room = await enquire(house)
    first, second = await prepared(client, room.id), await prepared(client, room.id)
    both = await asyncio.gather(client.send_enquiry(first), client.send_enquiry(second), return_exceptions=True)
    assert [one.code for one in both if isinstance(one, Refused)] == ["handed_on_before"]
    ((sent, enquiry),) = [
        (answer, wish) for answer, wish in zip(both, (first, second), strict=True) if isinstance(answer, EnquirySent)
    ]
    await house.pass_time(HOUR)
    assert await client.send_enquiry(enquiry) == sent
    assert len(await client.threads()) == 2
    assert await (await house.counsellor("berger")).inbox() == []


async def test_only_ones_own_conversation_can_be_left_and_only_for_another_agency(house: House) -> None:
    """A stranger's does not exist, and nothing came into being."""
    talking = await talk(house)
    luisa = await house.signed_up("luisa7")
    wish = replace(await prepared(talking.client, talking.room.id), onward_from=talking.room.id)
    asked = FindAgency(ADDICTION, MUENSTER)
    other = (await luisa.browser.get("/api/agencies/responsible", asked, ResponsibleAgency)).agency
    strange = replace(await luisa.prepare_enquiry(other, ADDICTION, "…"), onward_from=talking.room.id)
    same = replace(await talking.client.prepare_enquiry(other, ADDICTION, "…"), onward_from=talking.room.id)
    for person, enquiry in (
        (luisa, strange),
        (talking.client, same),
        (talking.client, replace(wish, onward_from="0" * 32)),
    ):
        with pytest.raises(Refused, match="not_found"):
            await person.send_enquiry(enquiry)
    assert len(await talking.client.threads()) == 1
    assert await luisa.threads() == []


async def test_whoever_writes_in_the_old_conversation_again_is_heard_there(house: House) -> None:
    """It opens again with the promise that it had; an answer there does not end the new one."""
    talking, sent, _ = await handed_on_after(house, HOUR)
    await talking.room.write("Doch noch eine Frage.")
    assert [one.room for one in await talking.counsellor.inbox()] == [talking.room.id]
    await talking.desk.read()
    await talking.desk.write("Ja?")
    assert (await talking.client.thread(talking.room.id)).due_at is None
    assert (await talking.client.thread(sent.room)).due_at == sent.due_at


async def test_who_deletes_either_conversation_leaves_nothing_of_it_behind(house: House) -> None:
    """With the new one ends what the old agency owed, by the client's own wish."""
    talking, sent, _ = await handed_on_after(house, HOUR)
    await talking.client.delete_thread(sent.room)
    old = await talking.client.thread(talking.room.id)
    assert (old.due_at, old.onward) == (None, None)
    again, _ = await go_on(talking.client, talking.room.id)
    await talking.client.delete_thread(talking.room.id)
    assert [one.room for one in await talking.client.threads()] == [again.room]


async def test_a_counsellor_proposes_and_the_client_decides(house: House) -> None:
    """Before or after taking; told once; nothing moves by it; the client may stay."""
    client, room = await enquire(house)
    berger = await house.counsellor("berger")
    for _ in range(2):
        await propose(berger, room.id, "language")
    thread = await client.thread(room.id)
    assert (thread.proposed, thread.state, thread.due_at) == ("language", "new", house.now() + PROMISE)
    assert await kinds(client) == ["handing_proposed"]
    for _ in range(2):
        await stay(client, room.id)
    assert (await client.thread(room.id)).proposed is None
    assert await kinds(berger) == ["handing_refused"]
    await berger.take(room.id)
    await propose(berger, room.id)
    await go_on(client, room.id)
    assert (await client.thread(room.id)).proposed is None
    with pytest.raises(Refused, match="handed_on_before"):
        await propose(berger, room.id)


async def test_nobody_else_proposes_or_decides(house: House) -> None:
    """A colleague elsewhere, a coordinator, and on duty once it was taken: it does not exist for them."""
    talking = await talk(house)
    for name in ("okafor", "hagemann", "yilmaz"):
        with pytest.raises(Refused, match="not_found"):
            await propose(await house.counsellor(name), talking.room.id)
    with pytest.raises(Refused, match="malformed"):
        await propose(talking.counsellor, talking.room.id, "keine Lust")
    with pytest.raises(Refused, match="not_found"):
        await stay(await house.signed_up("luisa7"), talking.room.id)


async def test_a_waiver_at_the_second_agency_gives_the_promise_back_to_the_first(house: House) -> None:
    """It ends its own only: the first conversation is open again, and its people hear."""
    start = house.now()
    talking, sent, _ = await handed_on_after(house, 2 * HOUR)
    okafor = await house.counsellor("okafor")
    await okafor.take(sent.room)
    await waive(okafor, sent.room, "mistaken")
    old = await talking.client.thread(talking.room.id)
    assert (old.state, old.due_at, old.onward) == ("open", start + PROMISE, None)
    assert (await kinds(talking.counsellor))[-1] == "handed_back"
    assert [one.room for one in await talking.counsellor.inbox()] == [talking.room.id]
    await talking.desk.read()
    await talking.desk.write("Dann bleiben wir.")
    assert (await talking.client.thread(talking.room.id)).due_at is None
