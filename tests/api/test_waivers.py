"""Not having to answer: for a reason, once, and looked at by a coordinator; and who may write no more."""

from datetime import timedelta

import pytest

from chatserver.appointments.wire import Appointment, BookSlot
from chatserver.threads.wire import Thread
from chatserver.waivers.wire import ListWaivers, ReviewWaiver, Waive, Waiver, Waivers
from tests.api.house import House
from tests.api.story import ADDICTION, Talk, anker, talk
from tests.api.test_clock import due, kinds, say
from tests.api.test_journal import checked, journal, openings, opens, sealed, told
from tests.coordinator import Coordinator
from tests.people import Client, Counsellor
from tests.person_web import Refused

HOUR = timedelta(hours=1)


async def waive(somebody: Client | Counsellor, room: str, reason: str = "abuse", *, block: bool = False) -> Thread:
    """As the page does it."""
    command = Waive(room, reason, block)  # type: ignore[arg-type]  # also what is not on the list
    return await somebody.browser.post("/api/threads/{room}/waive", command, Thread)


async def waivers(coordinator: Counsellor) -> list[Waiver]:
    """What a coordinator sees of them."""
    return (await coordinator.browser.get("/api/waivers", ListWaivers(), Waivers)).waivers


async def review(coordinator: Counsellor, waiver: int, *, put_back: bool = False, lift: bool = False) -> Waiver:
    """A coordinator decides."""
    command = ReviewWaiver(waiver, put_back, lift)
    return await coordinator.browser.post("/api/waivers/{waiver}/review", command, Waiver)


async def waived(house: House, *, block: bool = False) -> tuple[Talk, Coordinator, Waiver]:
    """A counsellor need not answer; the coordinator has the list open."""
    talking = await talk(house)
    await waive(talking.counsellor, talking.room.id, block=block)
    coordinator = await house.coordinator("hagemann")
    (one,) = await waivers(coordinator)
    return talking, coordinator, one


async def test_a_waived_promise_ends_without_an_answer_and_nobody_is_reminded_of_it(house: House) -> None:
    """The client sees it, the coordinator hears of it, and the journal says why."""
    talking = await talk(house)
    start = house.now()
    await house.pass_time(HOUR)
    shown = await waive(talking.counsellor, talking.room.id, "harassment")
    assert (shown.due_at, shown.waived, shown.blocked) == (None, True, False)
    assert (await talking.client.thread(talking.room.id)).waived
    assert await kinds(await house.counsellor("hagemann")) == ["promise_waived"]
    await house.pass_time(72 * HOUR)
    assert await kinds(talking.counsellor) == []
    assert "promise_broken" not in await kinds(talking.client)
    await sealed(house)
    events = await openings(talking.client, talking.room.id)
    assert told(events) == [(1, "opened", "", start), (2, "waived", "harassment", start + HOUR)]
    entries = (await journal(talking.client, talking.room.thread.agency)).entries
    assert all(opens(one, entry) for one, entry in zip(events, entries, strict=True))
    assert (await checked(talking.client, talking.room.thread.agency)).number == 2


async def test_whoever_writes_again_after_a_waiver_is_promised_an_answer_again(house: House) -> None:
    """A waiver is about what was written, not about somebody."""
    talking, _, _ = await waived(house)
    await house.pass_time(HOUR)
    await say(talking, "client")
    thread = await talking.client.thread(talking.room.id)
    assert (thread.due_at, thread.waived) == (house.now() + 48 * HOUR, False)


async def test_a_coordinator_sees_who_waived_what_and_why_and_no_name_or_word_of_the_client(house: House) -> None:
    """And what nobody has looked at comes first."""
    talking, coordinator, one = await waived(house)
    assert (one.topic, one.reason, one.waived_by) == (ADDICTION, "abuse", "Frau Berger")
    assert (one.waived_at, one.due_at, one.reviewed_at) == (house.now(), house.now() + 48 * HOUR, None)
    await review(coordinator, one.id)
    await say(talking, "client")
    await waive(talking.counsellor, talking.room.id, "spam")
    assert [(each.reason, each.reviewed_at) for each in await waivers(coordinator)] == [
        ("spam", None),
        ("abuse", house.now()),
    ]


async def test_what_a_coordinator_puts_back_is_due_when_it_was_and_climbs_on(house: House) -> None:
    """It is late rather than lost: the rungs that came meanwhile are climbed at once, each one once."""
    talking = await talk(house)
    start = house.now()
    await house.pass_time(25 * HOUR)
    await waive(talking.counsellor, talking.room.id)
    await house.pass_time(15 * HOUR)
    coordinator = await house.coordinator("hagemann")
    (one,) = await waivers(coordinator)
    assert (await review(coordinator, one.id, put_back=True)).put_back_at == house.now()
    assert await due(talking) == (start + 48 * HOUR, False)
    assert not (await talking.client.thread(talking.room.id)).waived
    await house.server.look()
    assert await kinds(talking.counsellor) == ["reply_reminder", "reply_escalated"]
    await house.pass_time(8 * HOUR)
    assert await due(talking) == (start + 48 * HOUR, True)
    await sealed(house)
    kinds_told = [one.kind for one in await openings(talking.client, talking.room.id)]
    assert kinds_told == ["opened", "waived", "put_back", "breached"]


async def test_what_was_put_back_after_the_promise_is_over_is_broken(house: House) -> None:
    """A waiver is no way to make a breach vanish."""
    talking, coordinator, one = await waived(house)
    await house.pass_time(60 * HOUR)
    await review(coordinator, one.id, put_back=True)
    await house.server.look()
    assert (await due(talking))[1]
    await say(talking, "counsellor")
    assert await due(talking) == (None, False)
    events = await openings(talking.client, talking.room.id)
    assert [one.because for one in events if one.kind in {"waived", "stopped"}] == ["abuse", "answered"]


async def test_of_what_was_asked_since_the_older_promise_holds_when_it_is_put_back(house: House) -> None:
    """The newer one ends as superseded: nobody waits twice."""
    talking, coordinator, one = await waived(house)
    start = house.now()
    await house.pass_time(HOUR)
    await say(talking, "client")
    await review(coordinator, one.id, put_back=True)
    assert await due(talking) == (start + 48 * HOUR, False)
    await review(coordinator, one.id, put_back=True)
    await say(talking, "counsellor")
    assert await due(talking) == (None, False)
    because = [one.because for one in await openings(talking.client, talking.room.id) if one.kind == "stopped"]
    assert because == ["superseded", "answered"]


async def test_what_a_coordinator_has_put_back_cannot_be_waived_again(house: House) -> None:
    """Otherwise the counsellor would have the last word about their own promise."""
    talking, coordinator, one = await waived(house)
    await review(coordinator, one.id, put_back=True)
    with pytest.raises(Refused, match="waived_before"):
        await waive(talking.counsellor, talking.room.id)
    assert (await due(talking))[0] is not None


async def test_only_whoever_counsels_there_can_waive_and_only_what_waits(house: House) -> None:
    """Not the client, not a colleague, not twice, and for no reason of one's own making."""
    talking = await talk(house)
    room = talking.room.id
    for somebody in (talking.client, await house.counsellor("yilmaz"), await house.counsellor("hagemann")):
        with pytest.raises(Refused, match="not_found"):
            await waive(somebody, room)
    with pytest.raises(Refused, match="malformed"):
        await waive(talking.counsellor, room, "ich mag nicht")
    await waive(talking.counsellor, room)
    with pytest.raises(Refused, match="nothing_waits"):
        await waive(talking.counsellor, room)


async def test_a_waiver_is_reviewed_by_its_own_agency_s_coordinators(house: House) -> None:
    """For everybody else it does not exist."""
    talking, _, one = await waived(house)
    for name in ("okafor", "berger"):
        somebody = await house.counsellor(name)
        with pytest.raises(Refused, match="not_found"):
            await review(somebody, one.id, put_back=True)
    assert await due(talking) == (None, False)


async def test_who_is_blocked_writes_no_more_to_the_agency_and_reads_on(house: House) -> None:
    """Neither in the conversation nor by a new enquiry; another agency is not concerned."""
    talking, _, one = await waived(house, block=True)
    assert one.blocks
    with pytest.raises(Refused, match="writer_blocked"):
        await say(talking, "client")
    with pytest.raises(Refused, match="writer_blocked"):
        await talking.client.write_enquiry(await anker(talking.client), ADDICTION, "Noch einmal.")
    assert (await talking.client.thread(talking.room.id)).blocked
    await say(talking, "counsellor")
    assert len(await talking.room.read()) == 2
    elsewhere = (await talking.client.find_agency("grief", "01067")).agency
    assert elsewhere.id != talking.room.thread.agency
    await talking.client.write_enquiry(elsewhere, "grief", "Darf ich hier?")


async def test_a_coordinator_lifts_a_block_and_the_waiver_stands(house: House) -> None:
    """What was written before stays waived; what is written now is promised an answer."""
    talking, coordinator, one = await waived(house, block=True)
    lifted = await review(coordinator, one.id, lift=True)
    assert (lifted.lifted_at, lifted.put_back_at) == (house.now(), None)
    thread = await talking.client.thread(talking.room.id)
    assert (thread.waived, thread.blocked, thread.due_at) == (True, False, None)
    await say(talking, "client")
    assert (await due(talking))[0] == house.now() + 48 * HOUR


async def test_somebody_can_be_blocked_while_nobody_waits(house: House) -> None:
    """After the last answer, or after a waiver; then no promise is waived."""
    talking = await talk(house)
    await say(talking, "counsellor")
    await waive(talking.counsellor, talking.room.id, block=True)
    coordinator = await house.coordinator("hagemann")
    (one,) = await waivers(coordinator)
    assert (one.due_at, one.blocks) == (None, True)
    assert (await review(coordinator, one.id, put_back=True)).put_back_at is None
    assert await due(talking) == (None, False)
    with pytest.raises(Refused, match="nothing_waits"):
        await waive(talking.counsellor, talking.room.id, block=True)


async def test_a_deleted_thread_takes_its_waivers_along_and_its_entries_stay(house: House) -> None:
    """Nobody can tell any more whose they were."""
    talking, coordinator, _ = await waived(house)
    await talking.client.delete_thread(talking.room.id)
    assert await waivers(coordinator) == []
    assert len((await journal(talking.client, talking.room.thread.agency)).entries) == 2


async def test_new_keys_do_not_lift_a_block(house: House) -> None:
    """Whoever goes on under a new account is the same person."""
    talking, _, _ = await waived(house, block=True)
    await talking.client.renew_identity("neun helle fenster zum hof")
    room = await talking.client.open(talking.room.id)
    with pytest.raises(Refused, match="writer_blocked"):
        await room.write("Und jetzt?")


async def test_who_is_blocked_books_no_appointment_either(house: House) -> None:
    """Also one that they have held before; lifted, they book again."""
    talking = await talk(house)
    client, room = talking.client, talking.room.id
    first, second, *_ = (await client.slots(room)).slots
    held = await client.hold(room, first)
    await waive(talking.counsellor, room, block=True)
    with pytest.raises(Refused, match="writer_blocked"):
        await client.hold(room, second)
    with pytest.raises(Refused, match="writer_blocked"):
        await client.browser.post("/api/threads/{room}/appointments", BookSlot(room, held.hold, "0" * 32), Appointment)
    coordinator = await house.coordinator("hagemann")
    (one,) = await waivers(coordinator)
    await review(coordinator, one.id, lift=True)
    assert (await client.book(room, second)).starts_at == second.starts_at
