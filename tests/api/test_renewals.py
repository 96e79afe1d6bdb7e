"""A colleague under new keys: certified and revoked in one list, everything of theirs goes on. All, or nothing."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from chatserver.rosters.wire import RosterChanged
from crypto import to_ms
from crypto.errors import NotCertified
from tests.api.from_empty import begin
from tests.api.house import PLANS, House
from tests.api.story import talk
from tests.coordinator import Coordinator
from tests.people import Counsellor
from tests.person_web import Refused


async def _come_anew(house: House, coordinator: Coordinator, old: Counsellor, name: str = "berger-neu") -> Counsellor:
    """Somebody who has come by the link for new keys, and waits."""
    listed = {one.account_id: one for one in (await coordinator.staff()).people}[old.account_id]
    link = await coordinator.invite(listed.display_name, *listed.capabilities, renews=old.account_id)
    fresh = house.newcomer(name)
    await fresh.accept_invitation(link)
    return fresh


async def _renewed(house: House, coordinator: Coordinator, old: Counsellor) -> Counsellor:
    fresh = await _come_anew(house, coordinator, old)
    (waiting,) = await coordinator.invitations()
    await coordinator.renew_colleague(waiting)
    # What is older than the new keys opens once a colleague who holds the earlier duty key has been there.
    await house.counsellor("yilmaz")
    await fresh.log_in()
    return fresh


async def test_the_old_keys_end_when_the_new_ones_begin(house: House) -> None:
    """One list, one instant: no moment with both, none with neither; a fresh duty key shuts the old ones out (T41)."""
    hagemann, berger = await house.coordinator("hagemann"), await house.counsellor("berger")
    await berger.connect()
    fresh = await _come_anew(house, hagemann, berger)
    (waiting,) = await hagemann.invitations()
    assert waiting.renews == berger.account_id
    done = await hagemann.renew_colleague(waiting)
    assert (done.account, done.number, done.renewed_at) == (fresh.account_id, 2, house.now())
    await berger.browser.cut_off()
    with pytest.raises(Refused, match="session_expired"):
        await berger.inbox()
    with pytest.raises(Refused, match="wrong_credentials"):
        await berger.log_in()
    roster = await hagemann.newest_roster()
    with pytest.raises(NotCertified):
        roster.certified(berger.identity.fingerprint, to_ms(house.now()), "counsel")
    roster.certified(fresh.identity.fingerprint, to_ms(house.now()), "counsel")
    await house.counsellor("yilmaz")
    await fresh.log_in()
    assert [one.generation for one in fresh.duty_seeds()] == [1, 2]
    assert await hagemann.invitations() == []


async def test_conversations_wait_for_the_new_keys_alone_and_go_on(house: House) -> None:
    """The duty key opens them, the client sees who stepped in, and an answer keeps the promise."""
    talking = await talk(house)
    hagemann, yilmaz = await house.coordinator("hagemann"), await house.counsellor("yilmaz")
    fresh = await _renewed(house, hagemann, talking.counsellor)
    (line,) = await fresh.inbox()
    assert (line.room, line.handed, line.due_at) == (talking.room.id, True, talking.room.due_at)
    assert [one.kind for one in await yilmaz.notices()] == ["colleague_renewed"]
    desk = await fresh.take_over(talking.room.id)
    await desk.write("Ich bin wieder da.")
    await talking.room.read()
    assert talking.room.texts[-1] == "Ich bin wieder da."
    assert (await fresh.inbox())[0].due_at is None


async def test_where_the_client_shut_the_door_it_stays_shut(house: House) -> None:
    """Without a standby nobody steps in, and whom the client removed comes back under no other keys (T42)."""
    alone = await talk(house, "nachtfalter")
    await alone.desk.write("Guten Tag.")
    await alone.room.read()
    await alone.room.standby_off()
    removed = await talk(house, "eisvogel")
    await removed.desk.write("Guten Tag.")
    await removed.room.read()
    await removed.room.remove(removed.counsellor.identity.fingerprint)
    hagemann, berger = await house.coordinator("hagemann"), alone.counsellor
    shown = await hagemann.departure_of(berger.account_id)
    assert [(one.room, one.standby) for one in shown.threads] == [(alone.room.id, False)]
    fresh = await _come_anew(house, hagemann, berger)
    (waiting,) = await hagemann.invitations()
    done = await hagemann.renew_colleague(waiting)
    assert (done.handed, done.unreachable) == (0, 1)
    await fresh.log_in()
    for room in (alone.room.id, removed.room.id):
        with pytest.raises(Refused, match="not_found"):
            await fresh.take_over(room)
    yilmaz = await house.counsellor("yilmaz")
    assert [one.room for one in await yilmaz.inbox()] == [removed.room.id]
    assert await fresh.inbox() == []


async def test_appointments_and_hours_go_on(house: House) -> None:
    """The client keeps the appointment; times of the same counsellor are offered as before."""
    talking = await talk(house)
    slot = (await talking.client.slots(talking.room.id)).slots[0]
    booked = await talking.client.book(talking.room.id, slot)
    hagemann = await house.coordinator("hagemann")
    fresh = await _renewed(house, hagemann, talking.counsellor)
    await fresh.take_over(talking.room.id)
    assert [one.id for one in await fresh.appointments()] == [booked.id]
    assert [one.id for one in await talking.client.appointments()] == [booked.id]
    assert "appointment_cancelled" not in [one.kind for one in await talking.client.notices()]
    assert (await talking.client.slots(talking.room.id)).slots


async def test_a_repeat_gets_the_first_answer(house: House) -> None:
    """Its answer may have got lost."""
    hagemann, berger = await house.coordinator("hagemann"), await house.counsellor("berger")
    await _come_anew(house, hagemann, berger)
    (waiting,) = await hagemann.invitations()
    wish = await hagemann.prepare_renewal(waiting)
    first = await hagemann.send_renewal(wish)
    await house.pass_time(timedelta(minutes=1))
    assert await hagemann.send_renewal(wish) == first


async def test_a_renewal_that_does_not_fit_changes_nothing(house: House) -> None:
    """Another's account, another's invitation, a list that revokes nobody: the colleague works on."""
    hagemann, berger = await house.coordinator("hagemann"), await house.counsellor("berger")
    yilmaz = await house.counsellor("yilmaz")
    await _come_anew(house, hagemann, berger)
    (waiting,) = await hagemann.invitations()
    wish = await hagemann.prepare_renewal(waiting)
    certified_only, _ = await hagemann.prepare_certificate(waiting)
    for wrong, code in (
        (replace(wish, account=yilmaz.account_id), "not_found"),
        (replace(wish, renewed_as=yilmaz.account_id), "not_found"),
        (replace(wish, renewed_as="0" * 32), "not_found"),
        (replace(wish, roster=certified_only.raw, duty_seeds=[]), "roster_inconsistent"),
        (replace(wish, duty_seeds=wish.duty_seeds[1:]), "roster_inconsistent"),
        (replace(wish, account=hagemann.account_id), "needs_another_coordinator"),
    ):
        with pytest.raises(Refused, match=code):
            await hagemann.send_renewal(wrong)
    with pytest.raises(Refused, match="not_found"):
        await yilmaz.browser.post("/api/agency/renewals", wish, RosterChanged)
    await berger.inbox()
    assert (await hagemann.newest_roster()).number == 1


async def test_nobody_is_invited_in_the_place_of_a_stranger_or_of_oneself(house: House) -> None:
    """An invitation names a colleague who works here."""
    hagemann = await house.coordinator("hagemann")
    elsewhere = await house.counsellor(PLANS[1].counsellors[0].name)
    for account, code in (
        (hagemann.account_id, "needs_another_coordinator"),
        (elsewhere.account_id, "not_found"),
        ("0" * 32, "not_found"),
    ):
        with pytest.raises(Refused, match=code):
            await hagemann.invite("Frau Berger", "counsel", "duty", renews=account)


async def test_a_coordinator_gets_a_new_roster_key_in_the_place_of_the_old(empty_house: House) -> None:
    """The root's paper certifies the one and ends the other; without it the renewal is refused whole."""
    begun = await begin(empty_house)
    tillmann = await begun.hire_coordinator("tillmann")
    link = await begun.founder.invite("Frau Tillmann", "coordinate", renews=tillmann.account_id)
    fresh = empty_house.founder("tillmann-neu")
    await fresh.accept_invitation(link)
    (waiting,) = await begun.founder.invitations()
    with pytest.raises(Refused, match="roster_inconsistent"):
        await begun.founder.renew_colleague(waiting)
    await begun.founder.renew_colleague(waiting, begun.paper)
    await fresh.log_in()
    holders = {one.holder for one in (await fresh.newest_roster()).keys.keys}
    assert holders == {begun.founder.identity.fingerprint, fresh.identity.fingerprint}
    await fresh.renew()
