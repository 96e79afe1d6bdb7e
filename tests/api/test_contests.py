"""That an answer was none: a new promise from that instant, and the one before counts as contested, once."""

from datetime import timedelta

import pytest

from crypto import Contest, Text
from tests.api.house import House
from tests.api.story import Talk, talk
from tests.api.test_clock import kinds
from tests.api.test_journal import answer, checked, journal, openings, opens, sealed, told
from tests.person_web import Refused

HOUR = timedelta(hours=1)


async def answered(talking: Talk) -> int:
    """The counsellor has answered, the client has read it; where it stands."""
    await talking.desk.read()
    position = (await talking.desk.write("Bitte rufen Sie an.")).position
    await talking.room.read()
    return position


async def test_the_promise_that_was_kept_counts_as_contested_and_a_new_one_begins(house: House) -> None:
    """The journal holds both, and opens for the people of the thread."""
    talking = await talk(house)
    start = house.now()
    position = await answered(talking)
    await house.pass_time(HOUR)
    assert (await talking.room.contest(position)).due_at == house.now() + 48 * HOUR
    await sealed(house)
    events = await openings(talking.client, talking.room.id)
    assert sorted((kind, because, at) for _, kind, because, at in told(events)) == [
        ("contested", "", start + HOUR),
        ("opened", "", start),
        ("opened", "", start + HOUR),
        ("stopped", "answered", start),
    ]
    first, second = sorted((one for one in events if one.kind == "opened"), key=lambda one: one.at)
    contested = next(one for one in events if one.kind == "contested")
    assert (contested.promise, contested.promise == second.promise) == (first.promise, False)
    entries = (await journal(talking.client, talking.room.thread.agency)).entries
    assert all(one.number is not None and opens(one, entries[one.number - 1]) for one in events)
    assert (await checked(talking.client, talking.room.thread.agency)).number == 4


async def test_counsellor_and_coordinator_hear_of_it_and_nobody_else_does(house: House) -> None:
    """The counsellor sees it in the inbox, too, until there is an answer."""
    talking = await talk(house)
    coordinator, colleague = await house.coordinator("hagemann"), await house.counsellor("yilmaz")
    await talking.room.contest(await answered(talking))
    assert [one.contested for one in await talking.counsellor.inbox()] == [True]
    await house.server.look()
    assert await kinds(talking.counsellor) == ["answer_contested"]
    assert await kinds(coordinator) == ["answer_contested"]
    assert await kinds(colleague) == []
    await answer(talking)
    await talking.room.write("Danke. Und morgen?")
    assert [one.contested for one in await talking.counsellor.inbox()] == [False]


async def test_it_can_be_said_once_of_each_answer(house: House) -> None:
    """A repeat of the same message gets the first answer; another one is refused and changes nothing."""
    talking = await talk(house)
    position = await answered(talking)
    first = await talking.room.contest(position)
    assert first.due_at == house.now() + 48 * HOUR
    with pytest.raises(Refused, match="contested_already"):
        await talking.room.contest(position)
    second = await answered(talking)
    assert (await talking.room.contest(second)).due_at is not None
    with pytest.raises(Refused, match="contested_already"):
        await talking.room.contest(second)


async def test_a_message_that_got_no_acknowledgement_is_stored_once_and_contests_once(house: House) -> None:
    """The network was cut after the commit."""
    talking = await talk(house)
    position = await answered(talking)
    sealed_words = talking.room.seal(Contest(talking.room.verdicts[position].id), "asks")
    first = await talking.room.post(sealed_words, position)
    again = await talking.room.post(sealed_words, position)
    assert (again.position, again.due_at) == (first.position, first.due_at)
    assert [one.kind for one in await openings(talking.client, talking.room.id)].count("contested") == 1


async def test_of_two_messages_of_one_answer_either_stands_for_the_promise_that_it_kept(house: House) -> None:
    """Whoever writes on has answered once."""
    talking = await talk(house)
    first = await answered(talking)
    last = await answered(talking)
    await talking.room.contest(last)
    with pytest.raises(Refused, match="contested_already"):
        await talking.room.contest(first)


async def test_a_counsellor_who_wrote_first_kept_no_promise_and_is_asked_all_the_same(house: House) -> None:
    """What followed on "needs no answer" kept nothing: a new promise runs, and none is contested."""
    talking = await talk(house)
    await talking.room.needs_no_answer()
    await talking.room.contest(await answered(talking))
    assert [one.kind for one in await openings(talking.client, talking.room.id)].count("contested") == 0
    assert (await talking.client.thread(talking.room.id)).due_at is not None


async def test_asking_again_while_one_waits_moves_nothing_but_is_counted(house: House) -> None:
    """The older question counts."""
    talking = await talk(house)
    position = await answered(talking)
    await talking.room.write("Das war es nicht.")
    due_at = (await talking.client.thread(talking.room.id)).due_at
    await house.pass_time(HOUR)
    assert (await talking.room.contest(position)).due_at == due_at
    assert [one.kind for one in await openings(talking.client, talking.room.id)].count("contested") == 1


async def test_nobody_contests_what_is_no_answer_or_without_asking(house: House) -> None:
    """A question of one's own, a place that is empty, words that ask for nothing, and somebody who answers."""
    talking = await talk(house)
    position = await answered(talking)
    for wrong in (2, 99):
        with pytest.raises(Refused, match="not_found"):
            await talking.room.say(Text("…"), "asks", contests=wrong)
    with pytest.raises(Refused, match="clock_not_allowed"):
        await talking.room.say(Text("…"), "none", contests=position)
    with pytest.raises(Refused, match="clock_not_allowed"):
        await talking.desk.say(Text("…"), "answers", contests=position)
    assert (await talking.client.thread(talking.room.id)).due_at is None
