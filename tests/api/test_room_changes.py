"""Changes of members and keys as living people do them: one wins each position, and everybody ends with the same."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from chatserver.notices.wire import Notice
from chatserver.threads.wire import CommitPosted
from crypto import Add, Member, Remove, Rotate, StandbyOff, Takeover, Text, counsellor_member
from crypto.errors import CommitNotAllowed, CryptoRefusal, RosterExpired
from tests.api.house import House
from tests.api.rosters import Keeper
from tests.api.story import FIRST_WORDS, Talk, talk
from tests.person_room import Room
from tests.person_web import Refused


async def line_of(house: House, talking: Talk, name: str) -> Member:
    """The member entry of a colleague, by the roster."""
    colleague = await house.counsellor(name)
    roster = await talking.counsellor.fetch_roster(talking.desk.thread.agency, colleague.root)
    (certificate,) = [one for one in roster.certificates if one.fingerprint == colleague.identity.fingerprint]
    return counsellor_member(certificate, roster.root_fingerprint)


def agree(*rooms: Room) -> None:
    """They see the same members under the same key."""
    assert len({one.reader.log.kc for one in rooms}) == 1
    assert len({tuple(one.reader.members) for one in rooms}) == 1
    assert len({one.reader.th for one in rooms}) == 1


async def test_two_who_change_at_once_both_get_their_change_and_the_same_room(house: House) -> None:
    """Whoever lost the race makes a new commit with a fresh secret; neither change is lost."""
    talking = await talk(house)
    await talking.desk.write("Guten Morgen.")
    await talking.room.read()
    for _ in range(4):
        await asyncio.gather(talking.desk.rotate("week"), talking.room.rotate("week"))
        await asyncio.gather(talking.desk.read(), talking.room.read())
        agree(talking.desk, talking.room)
    assert talking.room.reader.epoch == 2 + 8
    await asyncio.gather(talking.desk.write("Und noch etwas."), talking.room.rotate("week"))
    await asyncio.gather(talking.desk.read(), talking.room.read())
    agree(talking.desk, talking.room)
    assert talking.room.texts[-1] == talking.desk.texts[-1] == "Und noch etwas."


async def test_what_is_no_longer_wanted_is_not_done_twice(house: House) -> None:
    """Two who bring in the same colleague at once bring them in once."""
    talking = await talk(house)
    yilmaz = await house.counsellor("yilmaz")
    await talking.client.fetch_roster(talking.room.thread.agency, talking.room.reader.log.root_fingerprint)
    answers = await asyncio.gather(
        talking.desk.add_colleague(yilmaz.account_id),
        talking.room.add_colleague(yilmaz.account_id),
        return_exceptions=True,
    )
    assert [type(one) for one in answers if isinstance(one, Exception)] == [ValueError]
    await asyncio.gather(talking.desk.read(), talking.room.read())
    agree(talking.desk, talking.room, await yilmaz.open(talking.room.id))
    assert talking.room.reader.epoch == 3


async def test_a_colleague_with_the_history_reads_it_and_one_without_reads_from_now_on(house: House) -> None:
    """What was written before shows as sealed to whom nobody granted it (T19)."""
    talking = await talk(house)
    await talking.room.standby_off()
    await talking.desk.read()
    await talking.desk.write("Das steht unter uns.")
    yilmaz, nowak = await house.counsellor("yilmaz"), await house.counsellor("nowak")
    await talking.desk.add_colleague(yilmaz.account_id, history=True)
    await talking.desk.add_colleague(nowak.account_id)
    await talking.desk.write("Ab jetzt zu dritt.")
    with_history, without = await yilmaz.open(talking.room.id), await nowak.open(talking.room.id)
    assert "Das steht unter uns." not in without.texts
    assert without.texts[-1] == "Ab jetzt zu dritt."
    assert [one.kind for one in without.verdicts.values()].count("sealed") == 1
    assert (await with_history.read_again())[-2:] == ["Das steht unter uns.", "Ab jetzt zu dritt."]
    # The keyring keeps what was granted: another browser needs no second grant.
    elsewhere = house.also(yilmaz.elsewhere())
    await elsewhere.log_in()
    assert "Das steht unter uns." in (await elsewhere.open(talking.room.id)).texts
    await talking.room.read()
    agree(talking.room, talking.desk, with_history, without)


async def test_a_grant_that_comes_later_opens_what_was_sealed(house: House) -> None:
    """Chosen epochs only."""
    talking = await talk(house)
    await talking.room.standby_off()
    await talking.desk.read()
    await talking.desk.write("Erstens.")
    await talking.desk.rotate("week")
    await talking.desk.write("Zweitens.")
    nowak = await house.counsellor("nowak")
    await talking.desk.add_colleague(nowak.account_id)
    there = await nowak.open(talking.room.id)
    assert "Erstens." not in there.texts
    assert "Zweitens." not in there.texts
    await talking.desk.grant_history(nowak.identity.fingerprint, since=4)
    await there.read()
    assert (await there.read_again())[-1] == "Zweitens."
    assert "Erstens." not in there.texts


async def test_whoever_is_brought_in_is_told(house: House) -> None:
    """And finds the thread among their own."""
    talking = await talk(house)
    yilmaz = await house.counsellor("yilmaz")
    await yilmaz.connect()
    await talking.desk.add_colleague(yilmaz.account_id)
    assert (await yilmaz.browser.heard("notice", Notice)).kind == "brought_in"
    assert [one.room for one in await yilmaz.threads()] == [talking.room.id]
    assert (await talking.client.thread(talking.room.id)).counsellor_name == "Frau Berger"


async def test_after_handing_over_one_steps_out_and_the_colleague_answers(house: House) -> None:
    """The promise goes on under the colleague's name."""
    talking = await talk(house)
    yilmaz = await house.counsellor("yilmaz")
    await talking.desk.add_colleague(yilmaz.account_id, history=True)
    await talking.desk.remove(talking.counsellor.identity.fingerprint)
    thread = await talking.client.thread(talking.room.id)
    assert (thread.counsellor_name, thread.state) == ("Herr Yilmaz", "open")
    assert thread.waiting_since == house.now()
    with pytest.raises(Refused, match="not_found"):
        await talking.desk.read()


async def test_whom_the_client_removed_comes_back_only_by_the_client(house: House) -> None:
    """Not by taking the thread that is now new, not by a colleague's hand; the inbox does not even show it (T42)."""
    talking = await talk(house)
    berger = talking.counsellor
    await talking.room.remove(berger.identity.fingerprint)
    assert await berger.inbox() == []
    for tried in (berger.look_at, berger.take):
        with pytest.raises(Refused, match="not_found"):
            await tried(talking.room.id)
    yilmaz = await house.counsellor("yilmaz")
    there = await yilmaz.take(talking.room.id)
    await there.write("Ich übernehme.")
    with pytest.raises(CommitNotAllowed):
        await there.add_colleague(berger.account_id)
    line = await line_of(house, talking, "berger")
    honest, there.reader._log = there.reader.log, replace(there.reader.log, barred=frozenset())
    lie = there.prepare_change(Add(line.fingerprint), joining=[line])
    there.reader._log = honest
    with pytest.raises(Refused, match="commit_not_allowed"):
        await yilmaz.browser.post("/api/rooms/{room}/commits", lie, CommitPosted)
    await talking.room.read()
    await talking.room.add_colleague(berger.account_id)
    assert (await berger.open(talking.room.id)).reader.epoch == talking.room.reader.epoch


async def test_the_client_alone_decides_about_the_standby(house: House) -> None:
    """Without it nobody can be put in; with it again a thread that nobody answers is new again."""
    talking = await talk(house)
    with pytest.raises(CommitNotAllowed):
        await talking.desk.standby_off()
    await talking.room.standby_off()
    await talking.desk.read()
    await talking.desk.remove(talking.counsellor.identity.fingerprint)
    yilmaz = await house.counsellor("yilmaz")
    assert await yilmaz.inbox() == []
    assert (await talking.client.thread(talking.room.id)).state == "open"
    await talking.room.read()
    await talking.room.standby_on()
    (line,) = await yilmaz.inbox()
    assert (line.room, line.new) == (talking.room.id, True)
    assert FIRST_WORDS in (await yilmaz.take(talking.room.id)).texts


async def test_a_standby_is_switched_off_only_while_somebody_is_there_to_answer(house: House) -> None:
    """Otherwise nobody could ever read it."""
    talking = await talk(house)
    await talking.room.remove(talking.counsellor.identity.fingerprint)
    with pytest.raises(CommitNotAllowed):
        await talking.room.standby_off()


async def test_what_is_not_a_counsellors_is_refused_before_it_is_sent(house: House) -> None:
    """Their own program judges by the table by which the server and every reader do (T42)."""
    talking = await talk(house)
    me, client = talking.counsellor.identity.fingerprint, talking.client.identity.fingerprint
    refused: list[str] = []
    for change in (Remove(client), Takeover(me, "late"), StandbyOff()):
        with pytest.raises(CryptoRefusal) as refusal:
            await talking.desk.change(change)
        refused.append(refusal.value.code)
    assert refused == ["commit_not_allowed", "commit_inconsistent", "commit_not_allowed"]


async def test_fresh_keys_open_nothing_that_was_written_before_and_hide_nothing(house: House) -> None:
    """Rotation at a live chat: an empty browser reads what lies on both sides of it."""
    talking = await talk(house)
    await talking.desk.write("Vor dem Chat.")
    await talking.desk.rotate("live_chat")
    await talking.desk.write("Im Chat.")
    elsewhere = house.also(talking.client.elsewhere())
    await elsewhere.log_in()
    there = await elsewhere.open(talking.room.id)
    assert there.texts == [FIRST_WORDS, "Vor dem Chat.", "Im Chat."]
    secrets = there.reader.secrets
    assert len(set(secrets.values())) == len(secrets) == 3


async def test_a_commit_by_an_older_roster_is_refused_and_made_anew_by_the_newest(house: House) -> None:
    """`roster_stale`: the newest is fetched, the change looked at again, and made anew (T11)."""
    talking = await talk(house)
    stale = talking.room.prepare_change(Rotate("week"))
    await Keeper(house, talking.counsellor).sign(talking.desk.thread.agency)
    with pytest.raises(Refused, match="roster_stale"):
        await talking.room.send_change(stale)
    await talking.room.rotate("week")
    assert talking.room.reader.log.rosters[talking.counsellor.root].number == 2
    assert (await talking.client.thread(talking.room.id)).roster_number == 2


async def test_the_next_who_writes_leaves_out_whom_the_roster_revokes(house: House) -> None:
    """The client writes, and a colleague who has left the agency cannot read it (T10, T41)."""
    talking = await talk(house)
    yilmaz = await house.counsellor("yilmaz")
    await talking.desk.add_colleague(yilmaz.account_id)
    await talking.room.read()
    keeper = Keeper(house, talking.counsellor)
    newest = await keeper.sign(talking.desk.thread.agency, revoke=yilmaz.identity.fingerprint, new_duty_key=True)
    assert newest.number == 2
    await talking.room.write("Das liest nur, wer noch da ist.")
    names = {one.fingerprint for one in talking.room.reader.log.counsellors}
    assert names == {talking.counsellor.identity.fingerprint}
    assert talking.room.reader.log.duty_generation == 2
    with pytest.raises(Refused, match="not_found"):
        await yilmaz.open(talking.room.id)
    await talking.desk.read()
    assert talking.desk.texts[-1] == "Das liest nur, wer noch da ist."


async def test_a_message_in_an_epoch_of_an_older_duty_key_is_refused_and_goes_out_after_a_commit(house: House) -> None:
    """A former holder keeps the old seed: nothing new is sealed to it (T41)."""
    talking = await talk(house)
    await Keeper(house, talking.counsellor).sign(talking.desk.thread.agency, new_duty_key=True)
    with pytest.raises(Refused, match="duty_outdated"):
        await talking.room.post(talking.room.seal(Text("Noch im alten."), "asks"))
    await talking.room.write("Im neuen.")
    assert talking.room.reader.log.duty_generation == 2
    assert (await talking.desk.read())[-1] == "Im neuen."


async def test_after_the_roster_has_run_out_those_who_are_here_go_on_and_nobody_joins(house: House) -> None:
    """No adds, no takeovers, no fresh keys; what is written is read (T10)."""
    talking = await talk(house)
    yilmaz = await house.counsellor("yilmaz")
    house.clock.advance(timedelta(days=40))
    for one in (talking.client, talking.counsellor, yilmaz):
        await one.log_in()
    with pytest.raises(RosterExpired):
        await talking.desk.add_colleague(yilmaz.account_id)
    with pytest.raises(RosterExpired):
        await talking.desk.rotate("week")
    with pytest.raises(RosterExpired):
        await yilmaz.prepare_takeover(talking.room.id)
    await talking.room.write("Seid ihr noch da?")
    await talking.desk.read()
    await talking.desk.write("Ja.")
    assert (await talking.room.read())[-1] == "Ja."


async def test_a_room_that_one_has_left_is_not_found_whatever_one_signs(house: House) -> None:
    """Also with a commit that was made before."""
    talking = await talk(house)
    rotate = talking.desk.prepare_change(Rotate("week"))
    await talking.room.remove(talking.counsellor.identity.fingerprint)
    with pytest.raises(Refused, match="not_found"):
        await talking.desk.send_change(rotate)
