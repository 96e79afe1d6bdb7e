"""The reply clock over the real server: who is told what, when, and that nothing but an answer stops it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from chatserver.notices.wire import Notice
from chatserver.tables import clock_events, clocks, due_work
from chatserver.threads.wire import ClockChanged
from crypto import Contest, Text
from tests.api.house import House
from tests.api.story import Talk, enquire, talk
from tests.people import Client, Counsellor

HOUR = timedelta(hours=1)


async def kinds(person: Client | Counsellor) -> list[str]:
    """What this person was told, oldest first."""
    return [one.kind for one in reversed(await person.notices())]


async def due(talking: Talk) -> tuple[datetime | None, bool]:
    """The promise as the client sees it."""
    thread = await talking.client.thread(talking.room.id)
    return thread.due_at, thread.breached


async def say(talking: Talk, who: str, clock: str | None = None) -> None:
    """One of the two reads on and writes."""
    room = talking.room if who == "client" else talking.desk
    await room.read()
    await room.write("…", clock=clock)


async def test_asking_again_moves_nothing_and_the_answer_at_47_hours_keeps_the_promise(house: House) -> None:
    """Written at 0 h, 20 h and 40 h, answered at 47 h; the next message starts a new promise."""
    talking = await talk(house)
    start = house.now()
    for _ in range(2):
        await house.pass_time(20 * HOUR)
        await say(talking, "client")
        assert await due(talking) == (start + 48 * HOUR, False)
    await house.pass_time(7 * HOUR)
    await say(talking, "counsellor")
    assert await due(talking) == (None, False)
    await house.pass_time(2 * HOUR)
    assert "promise_broken" not in await kinds(talking.client)
    await say(talking, "client")
    assert await due(talking) == (house.now() + 48 * HOUR, False)


async def test_taken_and_told_to_wait_is_not_answered(house: House) -> None:
    """Taken at 1 h, an absence note at 2 h, nothing else: broken at 48 h."""
    client, room = await enquire(house)
    start = house.now()
    await house.pass_time(HOUR)
    berger = await house.counsellor("berger")
    desk = await berger.take(room.id)
    await house.pass_time(HOUR)
    await desk.write("Ich bin bis Freitag nicht im Haus.", clock="none")
    await house.pass_time(46 * HOUR)
    thread = await client.thread(room.id)
    assert (thread.due_at, thread.breached) == (start + 48 * HOUR, True)
    assert (await kinds(client))[-1] == "promise_broken"


async def test_a_message_after_the_answer_is_due_48_hours_after_itself(house: House) -> None:
    """Written at 0 h, answered at 10 h, written at 11 h: due at 59 h."""
    talking = await talk(house)
    start = house.now()
    await house.pass_time(10 * HOUR)
    await say(talking, "counsellor")
    await house.pass_time(HOUR)
    await say(talking, "client")
    assert await due(talking) == (start + 59 * HOUR, False)


async def test_the_ladder_before_anybody_has_taken_it(house: House) -> None:
    """24 h and 36 h: all on duty. 44 h: the coordinator. 48 h: the coordinator and the client."""
    client, room = await enquire(house)
    duty = [await house.counsellor(name) for name in ("berger", "yilmaz", "nowak")]
    coordinator, elsewhere = await house.counsellor("hagemann"), await house.counsellor("okafor")
    await house.pass_time(24 * HOUR - timedelta(seconds=1))
    assert [await kinds(one) for one in duty] == [[]] * 3
    await house.pass_time(timedelta(seconds=1))
    assert [await kinds(one) for one in duty] == [["reply_reminder"]] * 3
    await house.pass_time(12 * HOUR)
    assert [await kinds(one) for one in duty] == [["reply_reminder", "reply_escalated"]] * 3
    assert (await kinds(coordinator), await kinds(client)) == ([], [])
    await house.pass_time(8 * HOUR)
    assert (await kinds(coordinator), await kinds(client)) == (["promise_at_risk"], ["help_offered"])
    # What a coordinator sees of it, and no more: topic and time.
    (warned,) = await coordinator.notices()
    assert (warned.topic, warned.due_at) == ("addiction", house.now() + 4 * HOUR)
    await house.pass_time(4 * HOUR)
    broken = "promise_broken"
    assert (await kinds(coordinator), await kinds(client)) == (["promise_at_risk", broken], ["help_offered", broken])
    assert [len(await kinds(one)) for one in duty] == [2] * 3
    assert await kinds(elsewhere) == []
    assert (await client.notices())[0].room == room.id


async def test_the_ladder_once_a_counsellor_has_taken_it(house: House) -> None:
    """24 h: that counsellor alone. 36 h: all on duty, so that somebody can step in."""
    talking = await talk(house)
    yilmaz = await house.counsellor("yilmaz")
    await house.pass_time(24 * HOUR)
    assert (await kinds(talking.counsellor), await kinds(yilmaz)) == (["reply_reminder"], [])
    await house.pass_time(12 * HOUR)
    assert (await kinds(talking.counsellor), await kinds(yilmaz)) == (
        ["reply_reminder", "reply_escalated"],
        ["reply_escalated"],
    )


async def test_each_rung_is_climbed_once_and_late_rather_than_never(house: House) -> None:
    """Three days without a server: everything overdue is told once, however often one looks."""
    talking = await talk(house)
    house.clock.advance(72 * HOUR)
    for _ in range(3):
        await house.server.look()
    assert await kinds(talking.counsellor) == ["reply_reminder", "reply_escalated"]
    assert sorted(await kinds(talking.client)) == ["enquiry_taken", "help_offered", "promise_broken", "slot_offered"]


async def test_a_coordinator_sees_of_a_warning_whether_somebody_still_waits(house: House) -> None:
    """Once it is answered no time is left; the next wait is another one; nobody else is told the topic again."""
    talking, coordinator = await talk(house), await house.counsellor("hagemann")
    await house.pass_time(44 * HOUR)
    assert [one.topic for one in await talking.counsellor.notices()] == [None, None]
    await say(talking, "counsellor")
    await house.pass_time(HOUR)
    await say(talking, "client")
    (warned,) = await coordinator.notices()
    assert (warned.kind, warned.topic, warned.due_at) == ("promise_at_risk", "addiction", None)


async def test_an_answer_ends_the_ladder(house: House) -> None:
    """Nobody is reminded of what is done."""
    talking = await talk(house)
    await house.pass_time(23 * HOUR)
    await say(talking, "counsellor")
    await house.pass_time(48 * HOUR)
    assert await kinds(talking.counsellor) == []
    assert await kinds(talking.client) == ["enquiry_taken"]


async def test_work_that_failed_halfway_is_done_once_after_all(house: House) -> None:
    """A node that died after the commit and before noticing finds the rung climbed."""
    talking = await talk(house)
    await house.pass_time(24 * HOUR)
    async with house.deps.database.write() as db:
        await db.execute(due_work.update().where(due_work.c.kind == "remind").values(done_at=None))
    await house.server.look()
    assert await kinds(talking.counsellor) == ["reply_reminder"]


async def test_a_broken_promise_is_told_at_once_and_goes_on_until_it_is_answered(house: House) -> None:
    """The client and the counsellor see it on their open pages."""
    talking = await talk(house)
    await talking.client.connect()
    await talking.counsellor.connect()
    await house.pass_time(48 * HOUR)
    for person in (talking.client, talking.counsellor):
        changed = await person.browser.heard("clock", ClockChanged)
        assert (changed.breached, changed.due_at) == (True, house.now())
    heard = [(await talking.client.browser.heard("notice", Notice)).kind for _ in range(3)]
    assert sorted(heard) == ["help_offered", "promise_broken", "slot_offered"]
    (line,) = await talking.counsellor.inbox()
    assert line.breached
    await house.pass_time(HOUR)
    await say(talking, "counsellor")
    assert (await talking.client.browser.heard("clock", ClockChanged)).due_at is None
    assert await due(talking) == (None, False)


async def test_both_sides_see_the_promise_start_and_stop(house: House) -> None:
    """Pushed with the message that does it."""
    talking = await talk(house)
    await talking.counsellor.connect()
    await say(talking, "counsellor")
    assert (await talking.counsellor.browser.heard("clock", ClockChanged)).waiting_since is None
    await say(talking, "client")
    assert (await talking.counsellor.browser.heard("clock", ClockChanged)).waiting_since == house.now()


async def test_a_client_needs_no_answer_and_takes_it_back(house: House) -> None:
    """A closing thank-you starts nothing; what does not answer, asks again."""
    talking = await talk(house)
    await talking.room.needs_no_answer()
    assert await due(talking) == (None, False)
    await house.pass_time(HOUR)
    await talking.room.say(Contest(b""), "asks")
    assert await due(talking) == (house.now() + 48 * HOUR, False)
    await say(talking, "counsellor")
    await say(talking, "client", "needs_no_answer")
    assert await due(talking) == (None, False)


async def test_an_answer_and_a_thank_you_without_a_question_start_nothing(house: House) -> None:
    """A counsellor who writes on, and a client who says nothing that needs a reply."""
    talking = await talk(house)
    for _ in range(2):
        await say(talking, "counsellor")
    await say(talking, "client", "none")
    assert await due(talking) == (None, False)


async def test_the_acknowledgement_tells_the_promise_after_the_message(house: House) -> None:
    """So that the page need not ask."""
    talking = await talk(house)
    start = house.now()
    await house.pass_time(HOUR)
    assert (await talking.room.write("Noch etwas.")).due_at == start + 48 * HOUR
    await talking.desk.read()
    assert (await talking.desk.write("Gut.")).due_at is None
    await talking.room.read()
    assert (await talking.room.write("Und dann?")).due_at == start + 49 * HOUR


async def test_a_promise_keeps_the_policy_under_which_it_was_given(house: House) -> None:
    """Kind and seconds stand with it, and every change of it is an event with its instant."""
    talking = await talk(house)
    start = house.now()
    await house.pass_time(48 * HOUR)
    await say(talking, "counsellor")
    async with house.deps.database.read() as db:
        (clock,) = (await db.execute(select(clocks))).all()
        events = (await db.execute(select(clock_events.c.kind, clock_events.c.at).order_by(clock_events.c.id))).all()
    assert clock.policy == '{"kind":"calendar","seconds":172800}'
    assert (clock.waiting_since, clock.breached_at, clock.stopped_because) == (start, start + 48 * HOUR, "answered")
    assert [(one.kind, one.at - start) for one in events if one.kind != "help_offered"] == [
        ("opened", 0 * HOUR),
        ("reminded", 48 * HOUR),
        ("escalated", 48 * HOUR),
        ("warned", 48 * HOUR),
        ("breached", 48 * HOUR),
        ("stopped", 48 * HOUR),
    ]


async def test_a_message_that_is_refused_leaves_the_promise_as_it_was(house: House) -> None:
    """Message, clock and due work are one transaction."""
    talking = await talk(house)
    await say(talking, "counsellor")
    async with house.deps.database.read() as db:
        before = (await db.execute(select(func.count()).select_from(due_work))).scalar_one()
    sealed = talking.room.seal(Text("Und?"), "asks")
    await talking.client.log_out()
    with pytest.raises(Exception, match="session_expired"):
        await talking.room.post(sealed)
    async with house.deps.database.read() as db:
        assert (await db.execute(select(func.count()).select_from(due_work))).scalar_one() == before
        assert (await db.execute(select(func.count()).select_from(clocks))).scalar_one() == 1
