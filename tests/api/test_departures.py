"""Somebody leaves an agency: revoked, re-keyed, shut out, handed over; all at once, or nothing."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select

from chatserver.departures.wire import Departed, Departure, HandOver, LetGo, ReadDeparture
from chatserver.rosters.wire import RosterChanged
from chatserver.tables import sessions
from crypto import DutyChange, Remove, Text, to_ms
from crypto.errors import NotCertified
from tests.api.from_empty import begin
from tests.api.house import House
from tests.api.story import enquire, talk
from tests.coordinator import Coordinator
from tests.next_roster import Changes, as_left, holders_in, next_duty, next_roster, sealed_to
from tests.people import Counsellor
from tests.person_web import Refused


async def _sessions(house: House, account: str) -> int:
    async with house.deps.database.read() as db:
        query = select(func.count()).select_from(sessions).where(sessions.c.account_id == account)
        return (await db.execute(query)).scalar_one()


async def _those_who_stay(house: House) -> tuple[Coordinator, Counsellor, Counsellor]:
    """Anker without Frau Berger."""
    return await house.coordinator("hagemann"), await house.counsellor("yilmaz"), await house.counsellor("nowak")


async def test_whoever_is_let_go_is_cut_off_at_once_and_cannot_come_back(house: House) -> None:
    """Every browser, every socket, the right password; the answer is that of an unknown name."""
    hagemann, berger = await house.coordinator("hagemann"), await house.counsellor("berger")
    elsewhere = await house.counsellor("berger")
    await berger.connect()
    gone = await hagemann.let_go(berger.account_id)
    assert (gone.number, gone.left_at) == (2, house.now())
    await berger.browser.cut_off()
    for browser in (berger, elsewhere):
        with pytest.raises(Refused, match="session_expired"):
            await browser.inbox()
    with pytest.raises(Refused, match="wrong_credentials"):
        await berger.log_in()
    assert await _sessions(house, berger.account_id) == 0


async def test_the_roster_revokes_them_and_changes_the_duty_key(house: House) -> None:
    """Everybody who stays has the new one, whoever left has only the old one (T41)."""
    hagemann, berger = await house.coordinator("hagemann"), await house.counsellor("berger")
    await hagemann.let_go(berger.account_id)
    roster = await hagemann.newest_roster()
    assert roster.duty_generation == 2
    with pytest.raises(NotCertified):
        roster.certified(berger.identity.fingerprint, to_ms(house.now()), "counsel")
    yilmaz = await house.counsellor("yilmaz")
    assert [one.generation for one in yilmaz.duty_seeds()] == [1, 2]
    staff = {one.name: one for one in (await yilmaz.staff()).people}
    assert (staff["berger"].left_at, staff["berger"].capabilities) == (house.now(), [])
    assert [one.lacks for one in staff.values()] == [[], [], [], []]


async def test_colleagues_are_told(house: House) -> None:
    """On their open pages, and among their notices."""
    hagemann, yilmaz = await house.coordinator("hagemann"), await house.counsellor("yilmaz")
    await yilmaz.connect()
    berger = await house.counsellor("berger")
    await hagemann.let_go(berger.account_id)
    assert (await yilmaz.browser.heard("roster_changed", RosterChanged)).number == 2
    assert [one.kind for one in await yilmaz.notices()] == ["colleague_left"]
    assert await hagemann.notices() == []


async def test_what_would_be_handed_over_is_shown_without_names(house: House) -> None:
    """Topic and time are enough to choose somebody."""
    talking = await talk(house)
    slot = (await talking.client.slots(talking.room.id)).slots[0]
    booked = await talking.client.book(talking.room.id, slot)
    hagemann = await house.coordinator("hagemann")
    shown = await hagemann.departure_of(talking.counsellor.account_id)
    assert (shown.display_name, shown.duty) == ("Frau Berger", True)
    assert [(one.room, one.topic, one.state) for one in shown.threads] == [(talking.room.id, "addiction", "open")]
    assert shown.threads[0].due_at == talking.room.due_at
    assert [(one.id, one.starts_at) for one in shown.appointments] == [(booked.id, slot.starts_at)]
    assert "nachtfalter" not in repr(shown)


async def test_a_conversation_goes_to_whom_it_is_handed(house: House) -> None:
    """They are told, and see whose it is; the others on duty see that somebody has to go on."""
    talking = await talk(house)
    hagemann, yilmaz, nowak = (
        await house.coordinator("hagemann"),
        *[await house.counsellor(n) for n in ("yilmaz", "nowak")],
    )
    await hagemann.let_go(talking.counsellor.account_id, {talking.room.id: yilmaz.account_id})
    assert [(one.kind, one.room) for one in await yilmaz.notices()][-1:] == [("thread_handed", talking.room.id)]
    for who, name in ((yilmaz, "nachtfalter"), (nowak, None)):
        (line,) = await who.inbox()
        assert (line.room, line.new, line.handed, line.client_name) == (talking.room.id, False, True, name)
        assert line.due_at == talking.room.due_at
    assert await hagemann.inbox() == []


async def test_a_conversation_that_nobody_was_named_for_is_everybodys_on_duty(house: House) -> None:
    """Without a name, like a new enquiry; its promise runs on and reminds all of them."""
    talking = await talk(house)
    hagemann, yilmaz, nowak = (
        await house.coordinator("hagemann"),
        *[await house.counsellor(n) for n in ("yilmaz", "nowak")],
    )
    await hagemann.let_go(talking.counsellor.account_id)
    assert [(one.handed, one.client_name) for who in (yilmaz, nowak) for one in await who.inbox()] == [(True, None)] * 2
    await house.pass_time(timedelta(hours=24))
    for who in (yilmaz, nowak):
        assert "reply_reminder" in [one.kind for one in await who.notices()]


async def test_what_was_handed_to_somebody_who_leaves_too_is_everybodys_again(house: House) -> None:
    """Nothing waits for a person who is not there."""
    talking = await talk(house)
    hagemann, yilmaz, nowak = (
        await house.coordinator("hagemann"),
        *[await house.counsellor(n) for n in ("yilmaz", "nowak")],
    )
    await hagemann.let_go(talking.counsellor.account_id, {talking.room.id: yilmaz.account_id})
    await hagemann.let_go(yilmaz.account_id)
    (line,) = await nowak.inbox()
    assert (line.room, line.handed, line.client_name) == (talking.room.id, True, None)


async def test_appointments_to_come_are_cancelled_with_a_promise_in_their_place(house: House) -> None:
    """And nobody is offered a time of whoever has left, not even one that was held."""
    talking = await talk(house)
    await talking.desk.write("Lassen Sie uns sprechen.")
    slots = (await talking.client.slots(talking.room.id)).slots
    booked = await talking.client.book(talking.room.id, slots[0])
    held = await talking.client.hold(talking.room.id, slots[1])
    assert (await talking.client.thread(talking.room.id)).due_at is None
    hagemann = await house.coordinator("hagemann")
    await hagemann.let_go(talking.counsellor.account_id)
    (appointment,) = await talking.client.appointments()
    assert (appointment.id, appointment.state) == (booked.id, "cancelled")
    assert "appointment_cancelled" in [one.kind for one in await talking.client.notices()]
    assert (await talking.client.thread(talking.room.id)).due_at == house.now() + timedelta(hours=48)
    assert (await talking.client.slots(talking.room.id)).slots == []
    with pytest.raises(Refused):
        await talking.client.hold(talking.room.id, slots[1])
    assert held.hold != booked.id


async def test_the_client_reads_on_and_removes_whoever_has_left_before_writing(house: House) -> None:
    """What was written keeps its author; the room is re-keyed without them and with the new duty key (T10, T41)."""
    talking = await talk(house)
    await talking.desk.write("Ich bin Frau Berger.")
    hagemann = await house.coordinator("hagemann")
    await hagemann.let_go(talking.counsellor.account_id)
    await talking.room.read()
    assert talking.room.texts[-1] == "Ich bin Frau Berger."
    with pytest.raises(Refused, match="duty_outdated"):
        await talking.room.post(talking.room.seal(Text("Sind Sie noch da?"), "asks"))
    await talking.client.fetch_roster(talking.room.thread.agency, talking.counsellor.root)
    assert talking.room.overdue() == [Remove(talking.counsellor.identity.fingerprint), DutyChange(2)]
    await talking.room.write("Ist da noch jemand?")
    assert talking.room.overdue() == []
    thread = await talking.client.thread(talking.room.id)
    assert (thread.counsellor, thread.state) == (None, "new")


async def test_whom_a_conversation_was_handed_to_goes_on_after_the_client_has_removed_the_leaver(house: House) -> None:
    """It is still theirs, with the client's name and its promise; the reminder comes to them, not to all on duty."""
    talking = await talk(house)
    hagemann, yilmaz, nowak = (
        await house.coordinator("hagemann"),
        *[await house.counsellor(n) for n in ("yilmaz", "nowak")],
    )
    await hagemann.let_go(talking.counsellor.account_id, {talking.room.id: yilmaz.account_id})
    await talking.client.fetch_roster(talking.room.thread.agency, talking.counsellor.root)
    await talking.room.write("Ist da noch jemand?")
    for who, name in ((yilmaz, "nachtfalter"), (nowak, None)):
        (line,) = await who.inbox()
        assert (line.new, line.handed, line.takeover, line.client_name) == (False, True, "left", name)
    await house.pass_time(timedelta(hours=24))
    reminded = [who.name for who in (yilmaz, nowak) for one in await who.notices() if one.kind == "reply_reminder"]
    assert reminded == ["yilmaz"]
    await yilmaz.log_in()
    desk = await yilmaz.take_over(talking.room.id)
    assert desk.texts[-1] == "Ist da noch jemand?"
    assert (await talking.client.thread(talking.room.id)).state == "open"


async def test_what_was_handed_to_a_second_leaver_is_everybodys_after_the_client_has_removed_the_first(
    house: House,
) -> None:
    """Two leave, one after the other: nothing waits for a person who is not there."""
    talking = await talk(house)
    hagemann, yilmaz, nowak = (
        await house.coordinator("hagemann"),
        *[await house.counsellor(n) for n in ("yilmaz", "nowak")],
    )
    await hagemann.let_go(talking.counsellor.account_id, {talking.room.id: yilmaz.account_id})
    await talking.client.fetch_roster(talking.room.thread.agency, talking.counsellor.root)
    await talking.room.write("Ist da noch jemand?")
    await hagemann.let_go(yilmaz.account_id)
    (line,) = await nowak.inbox()
    assert (line.room, line.takeover) == (talking.room.id, "left")
    await nowak.log_in()
    await nowak.take_over(talking.room.id)


async def test_a_repeat_gets_the_first_answer(house: House) -> None:
    """The answer may have been lost."""
    hagemann, berger = await house.coordinator("hagemann"), await house.counsellor("berger")
    wish = await hagemann.prepare_departure(berger.account_id)
    first = await hagemann.send_departure(wish)
    house.clock.advance(timedelta(minutes=1))
    assert await hagemann.send_departure(wish) == first


async def test_of_a_departure_and_another_roster_at_once_one_loses_whole(empty_house: House) -> None:
    """Whoever loses has changed nothing: nobody is shut out by half."""
    begun = await begin(empty_house)
    weber = await begun.hire("weber", "counsel", "duty")
    await begun.hire("yildiz", "counsel", "duty")
    tillmann = await begun.hire_coordinator("tillmann")
    wish = await begun.founder.prepare_departure(weber.account_id)
    empty_house.clock.advance(timedelta(seconds=1))
    other = tillmann.sign(await tillmann.newest_roster(), Changes())
    outcome = await asyncio.gather(
        begun.founder.send_departure(wish), tillmann.publish(other, []), return_exceptions=True
    )
    assert [one.code for one in outcome if isinstance(one, Refused)] == ["roster_stale"]
    left = isinstance(outcome[0], Departed)
    if left:
        with pytest.raises(Refused, match="session_expired"):
            await weber.inbox()
    else:
        assert await weber.inbox() == []


async def test_a_coordinator_who_leaves_takes_no_key_along(empty_house: House) -> None:
    """The root certifies the keys of those who stay; without its paper the departure is refused whole."""
    begun = await begin(empty_house)
    tillmann = await begun.hire_coordinator("tillmann")
    with pytest.raises(Refused, match="roster_inconsistent") as refused:
        await begun.founder.let_go(tillmann.account_id)
    assert refused.value.field == "roster_keys"
    assert await tillmann.inbox() == []
    await begun.founder.let_go(tillmann.account_id, paper=begun.paper)
    roster = await begun.founder.newest_roster()
    assert [one.holder for one in roster.keys.keys] == [begun.founder.identity.fingerprint]
    with pytest.raises(Refused, match="session_expired"):
        await tillmann.inbox()


async def test_the_links_that_a_coordinator_has_sent_end_with_them(empty_house: House) -> None:
    """Their secrets lie in a vault that nobody opens any more."""
    begun = await begin(empty_house)
    tillmann = await begun.hire_coordinator("tillmann")
    link = await tillmann.invite("Frau Weber", "counsel")
    await begun.founder.let_go(tillmann.account_id, paper=begun.paper)
    assert await begun.founder.invitations() == []
    with pytest.raises(Refused, match="invitation_invalid"):
        await empty_house.newcomer("weber").accept_invitation(link)


async def test_nobody_lets_themselves_go(empty_house: House) -> None:
    """Somebody must be left who keeps the roster; another coordinator does it."""
    begun = await begin(empty_house)
    tillmann = await begun.hire_coordinator("tillmann")
    wish = await begun.founder.prepare_departure(tillmann.account_id, paper=begun.paper)
    with pytest.raises(Refused, match="needs_another_coordinator"):
        await tillmann.send_departure(wish)
    await begun.founder.send_departure(wish)


async def test_only_ones_own_colleagues_can_be_let_go_and_only_by_a_coordinator(house: House) -> None:
    """Everybody else is told that there is nothing."""
    hagemann, brandt = await house.coordinator("hagemann"), await house.coordinator("brandt")
    berger, nachtfalter = await house.counsellor("berger"), await house.signed_up("nachtfalter")
    wish = await hagemann.prepare_departure(berger.account_id)
    path = "/api/agency/departures"
    for who in (brandt, await house.counsellor("yilmaz"), berger, nachtfalter):
        with pytest.raises(Refused, match="not_found"):
            await who.browser.post(path, wish, Departed)
        with pytest.raises(Refused, match="not_found"):
            await who.browser.get(path + "/{account}", ReadDeparture(berger.account_id), Departure)
    with pytest.raises(Refused, match="not_found"):
        await hagemann.send_departure(replace(wish, account=nachtfalter.account_id))
    with pytest.raises(Refused, match="not_found"):
        await hagemann.send_departure(replace(wish, account="00" * 16))
    await hagemann.send_departure(wish)
    with pytest.raises(Refused, match="not_found"):
        await hagemann.departure_of(berger.account_id)


async def _wrong(hagemann: Coordinator, wish: LetGo, house: House, room: str) -> dict[str, tuple[LetGo, str]]:
    """Departures that would be half done, each with what it is refused with."""
    before, now, seed = await hagemann.newest_roster(), house.now(), hagemann.roster_seed or b""
    people = {one.user_id.hex(): one for one in before.certificates}
    leaving, duty = people[wish.account], next_duty(before)
    other = next(one for one in holders_in(before) if one != leaving)
    yilmaz, okafor = await house.counsellor("yilmaz"), await house.counsellor("okafor")

    def roster(changes: Changes) -> LetGo:
        signed = next_roster(before, seed, changes, now)
        seeds = [sealed_to(changes.duty, one) for one in holders_in(signed)] if changes.duty else []
        return replace(wish, roster=signed.raw, duty_seeds=seeds)

    later = as_left(leaving, now + timedelta(days=3))
    both = [as_left(leaving, now), as_left(other, now)]
    here = HandOver(room, yilmaz.account_id)
    return {
        "nobody is revoked": (roster(Changes()), "roster_inconsistent"),
        "somebody else is": (roster(Changes(revoke=[as_left(other, now)], duty=duty)), "roster_inconsistent"),
        "somebody else, too": (roster(Changes(revoke=both, duty=duty)), "roster_inconsistent"),
        "T41: the duty key stays": (roster(Changes(revoke=[as_left(leaving, now)])), "roster_inconsistent"),
        "revoked in three days": (roster(Changes(revoke=[later], duty=duty)), "roster_inconsistent"),
        "seeds for nobody": (replace(wish, duty_seeds=[]), "roster_inconsistent"),
        "handed to whoever leaves": (replace(wish, hand_over=[HandOver(room, wish.account)]), "malformed"),
        "handed to another agency": (replace(wish, hand_over=[HandOver(room, okafor.account_id)]), "malformed"),
        "handed to somebody off duty": (
            replace(wish, hand_over=[HandOver(room, hagemann.account_id)]),
            "malformed",
        ),
        "handed twice": (replace(wish, hand_over=[here, here]), "malformed"),
        "a room of somebody else": (replace(wish, hand_over=[HandOver("00" * 16, yilmaz.account_id)]), "malformed"),
    }


async def test_a_departure_that_does_not_fit_changes_nothing(house: House) -> None:
    """Roster, people, conversations and appointments are as they were, and the next one goes through."""
    talking = await talk(house)
    slot = (await talking.client.slots(talking.room.id)).slots[0]
    await talking.client.book(talking.room.id, slot)
    hagemann, leaving = await house.coordinator("hagemann"), talking.counsellor.account_id
    wish = await hagemann.prepare_departure(leaving)
    before = await hagemann.departure_of(leaving)
    for name, (wrong, code) in (await _wrong(hagemann, wish, house, talking.room.id)).items():
        with pytest.raises(Refused) as refused:
            await hagemann.send_departure(wrong)
        assert (name, refused.value.code) == (name, code)
    assert await hagemann.departure_of(leaving) == before
    assert (await hagemann.newest_roster()).number == 1
    assert len(await talking.counsellor.inbox()) == 1
    await hagemann.send_departure(wish)


async def test_whoever_has_left_reads_nothing_new_with_the_old_duty_key(house: House) -> None:
    """T41: an enquiry that comes afterwards is sealed for the next generation."""
    hagemann, berger = await house.coordinator("hagemann"), await house.counsellor("berger")
    await hagemann.let_go(berger.account_id)
    _, room = await enquire(house, "luisa7", "Nach dem Abschied.")
    yilmaz = await house.counsellor("yilmaz")
    enquiry, reader = await yilmaz.look_at(room.id)
    assert reader.log.epoch == 1
    stranger = berger.reader(room.id, enquiry.room_share, berger.root)
    berger.rosters.add(await yilmaz.fetch_roster(enquiry.agency, yilmaz.root))
    verdicts = [stranger.push(item.position, item.envelope) for item in enquiry.items]
    assert [one.kind for one in verdicts] == ["genesis", "sealed"]
