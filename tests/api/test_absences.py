"""Who is away: whom it takes free slots from, who hears instead of them, and who may step in."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking.store import empty_calendar
from chatserver.absences.wire import (
    Absence,
    AbsenceEnded,
    Absences,
    AbsencesChanged,
    ChangeAbsence,
    EndAbsence,
    EnterAbsence,
    ListAbsences,
    LookAhead,
    Outlook,
)
from chatserver.tables import clock_events, due_work
from chatserver.threads.jobs import plan_unattended
from tests.api.house import House
from tests.api.story import enquire, talk
from tests.people import Client, Counsellor
from tests.person_web import Refused

HOUR = timedelta(hours=1)
# The house opens on Monday, the 23rd of November 2026, nine o'clock by the wall.
MONDAY, TUESDAY, FRIDAY = "2026-11-23T09:00", "2026-11-24T00:00", "2026-11-28T00:00"


async def absences(person: Counsellor) -> Absences:
    """As this person is shown them."""
    return await person.browser.get("/api/absences", ListAbsences(), Absences)


async def away(person: Counsellor, request: str = "ab" * 16, **more: Any) -> Absence:
    """This person enters an absence, their own from now on if nothing else is said."""
    return await person.browser.post("/api/absences", EnterAbsence(request_id=request, **more), Absence)


async def change(person: Counsellor, absence: int, **more: Any) -> Absence:
    """This person changes an absence."""
    return await person.browser.post("/api/absences/{absence}/change", ChangeAbsence(absence, **more), Absence)


async def end(person: Counsellor, absence: int) -> AbsenceEnded:
    """This person ends an absence."""
    return await person.browser.post("/api/absences/{absence}/end", EndAbsence(absence), AbsenceEnded)


async def outlook(person: Counsellor, **more: Any) -> Outlook:
    """What it would mean."""
    return await person.browser.get("/api/absences/outlook", LookAhead(**more), Outlook)


async def kinds(person: Client | Counsellor) -> list[str]:
    """What this person was told, oldest first."""
    return [one.kind for one in reversed(await person.notices())]


async def team(house: House) -> tuple[Counsellor, Counsellor, Counsellor, Counsellor]:
    """Frau Berger, Herr Yilmaz, Frau Nowak, and Frau Hagemann who coordinates."""
    berger, yilmaz, nowak = [await house.counsellor(name) for name in ("berger", "yilmaz", "nowak")]
    return berger, yilmaz, nowak, await house.counsellor("hagemann")


# -- entered, listed, changed, ended


async def test_away_from_now_on_with_one_request_and_back_with_another(house: House) -> None:
    """The shortest way: no dates, no substitute."""
    berger = await house.counsellor("berger")
    assert not (await absences(berger)).away
    entered = await away(berger)
    assert (entered.begins, entered.ends, entered.zone, entered.now) == (MONDAY, None, "Europe/Berlin", True)
    shown = await absences(berger)
    assert (shown.away, [one.id for one in shown.absences]) == (True, [entered.id])
    await house.pass_time(2 * HOUR)
    assert await end(berger, entered.id) == AbsenceEnded(entered.id, removed=False)
    assert await end(berger, entered.id) == AbsenceEnded(entered.id, removed=False)
    shown = await absences(berger)
    assert (shown.away, shown.absences) == (False, [])


async def test_an_absence_takes_free_slots_away_and_its_early_end_gives_them_back(house: House) -> None:
    """One notion: the calendar of the one who is away is closed meanwhile."""
    talking = await talk(house)

    async def days() -> set[str]:
        found = (await talking.client.slots(talking.room.id)).slots
        return {one.starts_at.strftime("%a") for one in found if one.starts_at < house.now() + timedelta(days=7)}

    before = await days()
    entered = await away(talking.counsellor, begins=TUESDAY, ends=FRIDAY)
    assert await days() == before - {"Tue", "Wed", "Thu", "Fri"} != before
    await change(talking.counsellor, entered.id, begins=TUESDAY, ends="2026-11-25T00:00")
    assert await days() == before - {"Tue"}
    assert (await end(talking.counsellor, entered.id)).removed
    assert await days() == before
    with pytest.raises(Refused, match="not_found"):
        await end(talking.counsellor, entered.id)


async def test_what_it_would_mean_is_said_before_it_is_entered(house: House) -> None:
    """Appointments in that time, who waits, who would answer; nothing is stored."""
    talking = await talk(house)
    slot = (await talking.client.slots(talking.room.id)).slots[0]
    booked = await talking.client.book(talking.room.id, slot)
    _, yilmaz, _, hagemann = await team(house)
    for asker, more in ((talking.counsellor, {}), (hagemann, {"account": talking.counsellor.account_id})):
        meant = await outlook(asker, begins=MONDAY, ends=FRIDAY, substitute=yilmaz.account_id, **more)
        assert [(one.id, one.starts_at) for one in meant.appointments] == [(booked.id, slot.starts_at)]
        assert (meant.waiting, meant.stands_in_name, meant.everybody_away) == (1, "Herr Yilmaz", False)
    later = await outlook(talking.counsellor, begins="2027-03-01T00:00", ends="2027-03-02T00:00")
    assert (later.appointments, later.stands_in_name) == ([], None)
    assert (await absences(hagemann)).absences == []


async def test_whoever_would_be_the_last_to_go_is_told_so(house: House) -> None:
    """Two are away already; who stands in is looked up at the beginning, through the chain."""
    berger, yilmaz, nowak, _ = await team(house)
    await away(yilmaz, "01" * 16, begins=MONDAY, ends=FRIDAY, substitute=berger.account_id)
    meant = await outlook(berger, begins=TUESDAY, ends=FRIDAY, substitute=yilmaz.account_id)
    assert (meant.stands_in_name, meant.everybody_away) == (None, False)
    await away(nowak, "02" * 16, begins=MONDAY, ends=FRIDAY, substitute=berger.account_id)
    assert (await outlook(berger, begins=TUESDAY, ends=FRIDAY)).everybody_away
    assert not (await outlook(berger, begins=FRIDAY, ends="2026-11-30T00:00")).everybody_away


async def test_a_coordinator_enters_it_for_a_colleague_and_both_see_it(house: House) -> None:
    """The substitute hears that they were named; a colleague whom it does not concern sees nothing of it."""
    berger, yilmaz, nowak, hagemann = await team(house)
    await berger.connect()
    entered = await away(hagemann, account=berger.account_id, begins=TUESDAY, ends=FRIDAY, substitute=yilmaz.account_id)
    assert (await berger.browser.heard("absences", AbsencesChanged)).account == berger.account_id
    assert (entered.name, entered.substitute_name, entered.now) == ("Frau Berger", "Herr Yilmaz", False)
    for one in (berger, yilmaz, hagemann):
        assert [line.id for line in (await absences(one)).absences] == [entered.id]
    assert (await absences(nowak)).absences == []
    assert (await kinds(yilmaz), await kinds(nowak)) == (["named_substitute"], [])
    await change(berger, entered.id, begins=TUESDAY, ends=FRIDAY, substitute=nowak.account_id)
    assert (await kinds(yilmaz), await kinds(nowak)) == (["named_substitute"], ["named_substitute"])


async def test_a_repeat_gets_the_first_answer(house: House) -> None:
    """Its first answer may have got lost; the same request for somebody else is a mistake."""
    berger, _, _, hagemann = await team(house)
    first = await away(berger, begins=TUESDAY, ends=FRIDAY)
    await house.pass_time(HOUR)
    assert await away(berger, begins=TUESDAY, ends=FRIDAY) == first
    assert len((await absences(berger)).absences) == 1
    with pytest.raises(Refused, match="request_reused"):
        await away(hagemann, begins=TUESDAY, ends=FRIDAY)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"begins": FRIDAY, "ends": TUESDAY}, "malformed"),
        ({"begins": TUESDAY, "ends": TUESDAY}, "malformed"),
        ({"begins": "2026-13-01T00:00"}, "malformed"),
        ({"begins": "2026-11-24T25:00"}, "malformed"),
        ({"begins": "0999-11-24T00:00"}, "malformed"),
        ({"begins": TUESDAY, "ends": "9999-12-31T00:00"}, "malformed"),
        ({"begins": "morgen"}, "malformed"),
        ({"begins": "2026-11-20T00:00", "ends": MONDAY}, "absence_over"),
        ({"substitute": "00" * 16}, "substitute_unfit"),
    ],
)
async def test_what_makes_no_sense_is_refused(house: House, more: dict[str, str], code: str) -> None:
    """Reversed, empty, no such day, over, nobody."""
    berger = await house.counsellor("berger")
    for attempt in (away, outlook):
        with pytest.raises(Refused) as refused:
            await attempt(berger, **({"begins": MONDAY} | more if attempt is outlook else more))
        assert refused.value.code == code
    assert (await absences(berger)).absences == []


async def test_only_who_holds_the_duty_key_here_can_stand_in(house: House) -> None:
    """Not oneself, not a coordinator without it, nobody of another agency."""
    berger, _, _, hagemann = await team(house)
    okafor = await house.counsellor("okafor")
    for unfit in (berger, hagemann, okafor):
        with pytest.raises(Refused, match="substitute_unfit"):
            await away(berger, substitute=unfit.account_id)


async def test_other_peoples_absences_do_not_exist(house: House) -> None:
    """For a colleague, for another agency, for a client; not to see, change, end or enter."""
    berger, yilmaz, _, _ = await team(house)
    okafor, client = await house.counsellor("okafor"), await house.signed_up("luisa7")
    entered = await away(berger, substitute=yilmaz.account_id)
    for stranger in (yilmaz, okafor):
        for attempt in (
            change(stranger, entered.id, begins=TUESDAY),
            end(stranger, entered.id),
            end(stranger, 4711),
            away(stranger, "cd" * 16, account=berger.account_id),
            outlook(stranger, begins=TUESDAY, account=berger.account_id),
        ):
            with pytest.raises(Refused, match="not_found"):
                await attempt
    with pytest.raises(Refused, match="not_found"):
        await client.browser.get("/api/absences", ListAbsences(), Absences)
    assert (await absences(berger)).away


async def test_nobody_fills_the_table(house: House) -> None:
    """A hundred absences of one person are enough."""
    berger = await house.counsellor("berger")
    for number in range(100):
        day = (datetime(2027, 1, 1) + timedelta(days=number)).strftime("%Y-%m-%dT")  # noqa: DTZ001  on the wall
        await away(berger, f"{number:032x}", begins=f"{day}08:00", ends=f"{day}09:00")
    with pytest.raises(Refused, match="absences_full"):
        await away(berger, "ff" * 16)


# -- who hears, who steps in


async def test_the_substitute_hears_at_24_hours_and_may_step_in_at_once(house: House) -> None:
    """The client reads that the counsellor is away, the one who is hears nothing, and nobody else either."""
    talking = await talk(house)
    _, yilmaz, nowak, _ = await team(house)
    await away(talking.counsellor, substitute=yilmaz.account_id)
    assert [one.takeover for one in await yilmaz.inbox()] == ["absent"]
    assert await nowak.inbox() == []
    await house.pass_time(24 * HOUR)
    assert await kinds(talking.counsellor) == []
    assert (await kinds(yilmaz), await kinds(nowak)) == (["named_substitute", "reply_reminder"], [])
    there = await yilmaz.take_over(talking.room.id)
    assert (await talking.client.thread(talking.room.id)).counsellor_name == "Herr Yilmaz"
    await there.write("Ich bin für Frau Berger da.")
    assert (await talking.client.thread(talking.room.id)).due_at is None


async def test_a_substitute_who_is_away_hands_on_and_a_circle_goes_to_everybody(house: House) -> None:
    """Berger to Yilmaz, Yilmaz to Berger: everybody on duty who is there; with Nowak in the chain, Nowak."""
    talking = await talk(house)
    berger, yilmaz, nowak, _ = await team(house)
    await away(berger, "01" * 16, substitute=yilmaz.account_id)
    second = await away(yilmaz, "02" * 16, substitute=nowak.account_id)
    assert [one.takeover for one in await nowak.inbox()] == ["absent"]
    await change(yilmaz, second.id, begins=MONDAY, substitute=berger.account_id)
    assert await nowak.inbox() == []
    await house.pass_time(24 * HOUR)
    assert (await kinds(nowak))[-1] == "reply_reminder"
    assert "reply_reminder" not in await kinds(yilmaz) + await kinds(talking.counsellor)
    assert [one.takeover for one in await nowak.inbox()] == ["absent"]


async def test_without_a_substitute_nobody_steps_in_before_all_are_reminded(house: House) -> None:
    """A room is not opened because its counsellor is at the dentist."""
    talking = await talk(house)
    await away(talking.counsellor)
    _, yilmaz, nowak, _ = await team(house)
    await house.pass_time(24 * HOUR - timedelta(seconds=1))
    assert await yilmaz.inbox() == await nowak.inbox() == []
    await house.pass_time(timedelta(seconds=1))
    for one in (yilmaz, nowak):
        assert (await kinds(one), [line.takeover for line in await one.inbox()]) == (["reply_reminder"], ["absent"])


async def test_nobody_steps_in_for_somebody_who_is_back_or_where_nobody_waits(house: House) -> None:
    """Absence alone opens no room."""
    talking = await talk(house)
    _, yilmaz, _, _ = await team(house)
    entered = await away(talking.counsellor, substitute=yilmaz.account_id)
    await end(talking.counsellor, entered.id)
    assert await yilmaz.inbox() == []
    await talking.desk.write("Ich bin wieder da.")
    await away(talking.counsellor, "02" * 16, substitute=yilmaz.account_id)
    assert await yilmaz.inbox() == []
    with pytest.raises(Refused, match="not_found"):
        await yilmaz.look_at_sealed(talking.room.id)


async def test_a_substitute_whom_the_client_removed_is_passed_over(house: House) -> None:
    """All others on duty are asked instead (T42)."""
    talking = await talk(house)
    await talking.room.remove(talking.counsellor.identity.fingerprint)
    await (await house.counsellor("yilmaz")).take(talking.room.id)
    berger, yilmaz, nowak, _ = await team(house)
    await away(yilmaz, substitute=berger.account_id)
    await house.pass_time(24 * HOUR)
    assert ("reply_reminder" in await kinds(berger), await berger.inbox()) == (False, [])
    assert (await kinds(nowak))[-1] == "reply_reminder"
    assert [one.takeover for one in await nowak.inbox()] == ["absent"]


async def everybody_away(house: House) -> list[Absence]:
    """Nobody of Anker's is there any more."""
    people = (await team(house))[:3]
    return [await away(one, f"{number:032x}") for number, one in enumerate(people)]


async def told_alone(house: House) -> list[str]:
    """What the coordinator has been told after both have looked, twice."""
    for _ in range(2):
        await plan_unattended(house.deps)
        await house.server.look()
    return await kinds(await house.counsellor("hagemann"))


async def test_when_everybody_is_away_the_coordinator_hears_at_once_and_once(house: House) -> None:
    """Of what nobody has taken, and of what somebody has; not after a day."""
    talking = await talk(house)
    await enquire(house, "luisa7")
    assert await told_alone(house) == []
    await everybody_away(house)
    assert await told_alone(house) == ["promise_unattended"] * 2
    assert await kinds(talking.counsellor) == []
    async with house.deps.database.read() as db:
        query = select(clock_events.c.kind).where(clock_events.c.kind == "unattended")
        assert len((await db.execute(query)).all()) == 2


async def test_who_writes_while_everybody_is_away_is_heard_of_at_once(house: House) -> None:
    """And at each rung the coordinator hears, as nobody else is there."""
    await everybody_away(house)
    client, _ = await enquire(house)
    assert await told_alone(house) == ["promise_unattended"]
    await house.pass_time(36 * HOUR)
    hagemann = await house.counsellor("hagemann")
    assert await kinds(hagemann) == ["promise_unattended", "reply_reminder", "reply_escalated"]
    assert await kinds(client) == []


async def test_where_nobody_may_step_in_the_coordinator_hears_of_its_counsellors_absence(house: House) -> None:
    """The client has switched the standby off: colleagues who are there could do nothing."""
    talking = await talk(house)
    await talking.room.standby_off()
    assert await told_alone(house) == []
    await away(talking.counsellor)
    assert await told_alone(house) == ["promise_unattended"]


async def test_if_somebody_has_come_back_in_between_nobody_is_alarmed_until_it_is_so_again(house: House) -> None:
    """What was planned is looked at once more when it is due."""
    await enquire(house)
    entered = await everybody_away(house)
    await plan_unattended(house.deps)
    nowak = await house.counsellor("nowak")
    await end(nowak, entered[2].id)
    await house.server.look()
    hagemann = await house.counsellor("hagemann")
    assert await kinds(hagemann) == []
    async with house.deps.database.read() as db:
        assert (await db.execute(select(due_work).where(due_work.c.kind == "unattended"))).all() == []
    await away(nowak, "0f" * 16)
    assert await told_alone(house) == ["promise_unattended"]


async def test_an_absence_ends_with_the_work(house: House) -> None:
    """What the calendar keeps, the absence keeps: there is only one of it."""
    berger = await house.counsellor("berger")
    entered = await away(berger)
    async with house.deps.database.write() as db:
        await empty_calendar(db, counsellor=berger.account_id)
    with pytest.raises(Refused, match="not_found"):
        await end(berger, entered.id)
