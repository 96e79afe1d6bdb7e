"""A colleague on duty answers in the place of one who cannot: one wins, the clock goes on, the client is told."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import update

from chatserver.agencies.model import PROMISE
from chatserver.enquiries.wire import EnquiryGone
from chatserver.notices.wire import Notice
from chatserver.rooms.wire import Posted
from chatserver.tables import threads
from chatserver.takeovers.wire import TakenOver
from crypto import Takeover
from tests.api.house import House
from tests.api.rosters import Keeper
from tests.api.story import FIRST_WORDS, Talk, talk
from tests.people import Counsellor
from tests.person_web import Refused

LATE = timedelta(hours=36)


async def late(house: House) -> tuple[Talk, Counsellor]:
    """A thread whose counsellor has not answered for 36 hours, and a colleague on duty."""
    talking = await talk(house)
    await house.pass_time(LATE)
    return talking, await house.counsellor("yilmaz")


async def hand(house: House, talking: Talk, to: Counsellor) -> None:
    """The coordinator asks a colleague to go on with a thread."""
    async with house.deps.database.write() as db:
        wish = update(threads).where(threads.c.room == talking.room.id)
        await db.execute(wish.values(handed_to=to.account_id))


async def test_after_36_hours_a_colleague_sees_that_somebody_waits_and_takes_over(house: House) -> None:
    """Topic, time and the colleague's name, no client's name; the promise goes on; the client reads why."""
    talking, yilmaz = await late(house)
    (line,) = await yilmaz.inbox()
    assert (line.room, line.new, line.takeover) == (talking.room.id, False, "late")
    assert (line.counsellor_name, line.client_name) == ("Frau Berger", None)
    there = await yilmaz.take_over(talking.room.id)
    assert there.texts == [FIRST_WORDS]
    thread = await talking.client.thread(talking.room.id)
    assert (thread.counsellor_name, thread.due_at) == ("Herr Yilmaz", house.now() - LATE + PROMISE)
    await talking.room.read()
    entry = talking.room.verdicts[4].entry
    assert entry is not None
    assert entry.changes == (Takeover(yilmaz.identity.fingerprint, "late"),)  # type: ignore[union-attr]
    await there.write("Ich bin für Frau Berger da.")
    assert (await talking.client.thread(talking.room.id)).due_at is None


async def test_before_36_hours_nobody_steps_in(house: House) -> None:
    """Neither sees it nor can open it."""
    talking = await talk(house)
    await house.pass_time(LATE - timedelta(seconds=1))
    yilmaz = await house.counsellor("yilmaz")
    assert await yilmaz.inbox() == []
    with pytest.raises(Refused, match="not_found"):
        await yilmaz.look_at_sealed(talking.room.id)


async def test_an_answered_thread_is_nobody_elses(house: House) -> None:
    """However long ago."""
    talking = await talk(house)
    await talking.desk.write("Da bin ich.")
    await house.pass_time(timedelta(days=9))
    yilmaz = await house.counsellor("yilmaz")
    with pytest.raises(Refused, match="not_found"):
        await yilmaz.look_at_sealed(talking.room.id)


async def test_exactly_one_colleague_takes_over(house: House) -> None:
    """The other is told that somebody was quicker, and is not in the room; nor can they take it right back."""
    talking, yilmaz = await late(house)
    nowak = await house.counsellor("nowak")
    both = [yilmaz, nowak]
    prepared = [await one.prepare_takeover(talking.room.id) for one in both]
    answers = await asyncio.gather(
        *(one.send_takeover(sent) for one, sent in zip(both, prepared, strict=True)), return_exceptions=True
    )
    assert sum(isinstance(one, TakenOver) for one in answers) == 1
    assert [(one.code, one.status) for one in answers if isinstance(one, Refused)] == [("enquiry_taken", 409)]
    loser = next(one for one, answer in zip(both, answers, strict=True) if isinstance(answer, Refused))
    assert await loser.inbox() == []
    with pytest.raises(Refused, match="not_found"):
        await loser.look_at_sealed(talking.room.id)
    await talking.room.read()
    assert len(talking.room.reader.log.counsellors) == 2


async def test_whoever_has_taken_over_is_left_to_it_for_twelve_hours(house: House) -> None:
    """Then it is a colleague's again."""
    talking, yilmaz = await late(house)
    await yilmaz.take_over(talking.room.id)
    nowak = await house.counsellor("nowak")
    await house.pass_time(timedelta(hours=11, minutes=59))
    assert await nowak.inbox() == []
    await house.pass_time(timedelta(minutes=1))
    assert [(one.takeover, one.counsellor_name) for one in await nowak.inbox()] == [("late", "Herr Yilmaz")]


async def test_a_takeover_sent_again_gets_the_first_answer(house: House) -> None:
    """Its first answer may have got lost."""
    talking, yilmaz = await late(house)
    prepared = await yilmaz.prepare_takeover(talking.room.id)
    first = await yilmaz.send_takeover(prepared)
    await house.pass_time(timedelta(hours=1))
    assert await yilmaz.send_takeover(prepared) == first


async def test_client_and_colleagues_are_told(house: House) -> None:
    """The one who could not answer, too; their seat stays."""
    talking, yilmaz = await late(house)
    for one in (talking.client, talking.counsellor, yilmaz):
        await one.connect()
    await yilmaz.take_over(talking.room.id)
    assert (await talking.client.browser.heard("posted", Posted)).position == 4
    for one in (talking.client, talking.counsellor):
        assert (await one.browser.heard("notice", Notice)).kind == "taken_over"
    assert (await yilmaz.browser.heard("enquiry_gone", EnquiryGone)).room == talking.room.id
    assert (await talking.desk.read()) == [FIRST_WORDS]


async def test_what_was_handed_to_somebody_is_theirs_to_take(house: House) -> None:
    """At once, and nobody else's; with the word that the client is told."""
    talking = await talk(house)
    yilmaz, nowak = await house.counsellor("yilmaz"), await house.counsellor("nowak")
    await hand(house, talking, yilmaz)
    assert await nowak.inbox() == []
    assert [(one.takeover, one.asked) for one in await yilmaz.inbox()] == [("asked", True)]
    await yilmaz.take_over(talking.room.id)
    thread = await talking.client.thread(talking.room.id)
    assert thread.counsellor_name == "Herr Yilmaz"
    assert (await house.counsellor("yilmaz")).account_id == thread.counsellor
    await house.pass_time(LATE)
    assert [one.takeover for one in await nowak.inbox()] == ["late"]


async def test_the_reason_is_the_case_or_nobody_steps_in(house: House) -> None:
    """The client is told this word: it is not for a counsellor to choose."""
    talking, yilmaz = await late(house)
    for false in ("left", "absent", "curious"):
        with pytest.raises(Refused, match="commit_not_allowed"):
            await yilmaz.send_takeover(await yilmaz.prepare_takeover(talking.room.id, false))
    await yilmaz.take_over(talking.room.id)


async def test_without_a_standby_nobody_can_step_in(house: House) -> None:
    """The client has switched it off: not even the sealed room is handed out."""
    talking = await talk(house)
    await talking.room.standby_off()
    await house.pass_time(LATE)
    yilmaz = await house.counsellor("yilmaz")
    assert await yilmaz.inbox() == []
    with pytest.raises(Refused, match="not_found"):
        await yilmaz.look_at_sealed(talking.room.id)


async def test_nobody_takes_over_without_the_duty_key_of_that_agency(house: House) -> None:
    """A colleague elsewhere, the coordinator, a member already, and a room that does not exist are one answer."""
    talking, yilmaz = await late(house)
    prepared = await yilmaz.prepare_takeover(talking.room.id)
    for stranger in (await house.counsellor("okafor"), await house.counsellor("hagemann"), talking.counsellor):
        with pytest.raises(Refused, match="not_found"):
            await stranger.look_at_sealed(talking.room.id)
        with pytest.raises(Refused, match="not_found"):
            await stranger.send_takeover(prepared)
    with pytest.raises(Refused, match="not_found"):
        await yilmaz.send_takeover(replace(prepared, room="00" * 16))


async def test_whom_the_client_removed_does_not_come_back_by_stepping_in(house: House) -> None:
    """Not even when the colleague who followed does not answer either (T42)."""
    talking = await talk(house)
    await talking.room.remove(talking.counsellor.identity.fingerprint)
    await (await house.counsellor("yilmaz")).take(talking.room.id)
    await house.pass_time(LATE)
    assert await talking.counsellor.inbox() == []
    with pytest.raises(Refused, match="not_found"):
        await talking.counsellor.look_at_sealed(talking.room.id)
    assert [one.takeover for one in await (await house.counsellor("nowak")).inbox()] == ["late"]


async def test_a_colleague_who_has_left_goes_and_the_new_duty_key_comes_in_the_same_step(house: House) -> None:
    """One commit: the revoked out, the newest generation in, the one who steps in a member (T10, T41)."""
    talking, yilmaz = await late(house)
    berger, agency = talking.counsellor.identity.fingerprint, talking.desk.thread.agency
    await Keeper(house, yilmaz).sign(agency, revoke=berger, new_duty_key=True)
    again = await house.counsellor("yilmaz")
    there = await again.take_over(talking.room.id)
    log = there.reader.log
    assert [one.fingerprint for one in log.counsellors] == [again.identity.fingerprint]
    assert (log.duty_generation, there.reader.epoch) == (2, 3)
    with pytest.raises(Refused, match="not_found"):
        await talking.counsellor.open(talking.room.id)
    await there.write("Ich gehe weiter mit Ihnen.")
    assert (await talking.room.read())[-1] == "Ich gehe weiter mit Ihnen."


async def test_what_is_no_takeover_takes_nothing(house: House) -> None:
    """Rubbish, one flipped bit, and a commit of somebody else."""
    talking, yilmaz = await late(house)
    nowak = await house.counsellor("nowak")
    prepared = await yilmaz.prepare_takeover(talking.room.id)
    with pytest.raises(Refused, match="envelope_broken"):
        await yilmaz.send_takeover(replace(prepared, commit=b"nothing"))
    broken = prepared.commit[:-1] + bytes([prepared.commit[-1] ^ 1])
    with pytest.raises(Refused, match="signature_invalid"):
        await yilmaz.send_takeover(replace(prepared, commit=broken))
    with pytest.raises(Refused, match="commit_not_allowed"):
        await nowak.send_takeover(prepared)
    await yilmaz.send_takeover(prepared)
