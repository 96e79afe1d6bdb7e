"""The public statistics: counted from the journal by hand, kept when threads are deleted, and without small groups."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from sqlalchemy import insert, select

from chatserver.agencies.wire import Agency
from chatserver.deps import work
from chatserver.journal.jobs import plan_sealing
from chatserver.statistics.wire import MonthFigures, ReadStatistics, Statistics
from chatserver.tables import agencies, tallies
from tests.api.house import House
from tests.api.story import ADDICTION, anker, talk
from tests.api.test_appointments import at_the_time, booked
from tests.people import Client, Counsellor
from tests.person_room import Room

HOUR = timedelta(hours=1)
NOVEMBER = "2026-11"
# Two days after the month is over everywhere.
DECEMBER = datetime(2026, 12, 3, tzinfo=UTC)


async def sealed(house: House) -> None:
    """What the sweep and the ticker do within half a minute."""
    await plan_sealing(house.deps)
    await house.server.look()


async def statistics(house: House) -> Statistics:
    """As everybody can read them."""
    return await house.client("wer-auch-immer").browser.get("/api/statistics", ReadStatistics(), Statistics)


async def fallback(client: Client) -> Agency:
    """The agency for whatever is nobody else's."""
    return (await client.find_agency("general", "10115")).agency


async def enquire(client: Client, agency: Agency, topic: str, times: int) -> list[Room]:
    """So many first enquiries."""
    return [await client.write_enquiry(agency, topic, "Hilfe") for _ in range(times)]


async def answer(counsellor: Counsellor, *rooms: Room) -> None:
    """Takes each and answers."""
    for room in rooms:
        desk = await counsellor.take(room.id)
        await desk.write("Ja.")


async def november(house: House) -> tuple[Client, list[Room]]:
    """Six people write to Anker: three are answered after an hour, two after ten, one after fifty."""
    client, berger = await house.signed_up("nachtfalter"), await house.counsellor("berger")
    rooms = await enquire(client, await anker(client), ADDICTION, 6)
    await house.pass_time(HOUR)
    await answer(berger, *rooms[:3])
    await house.pass_time(9 * HOUR)
    await answer(berger, *rooms[3:5])
    await house.pass_time(39 * HOUR)
    await house.pass_time(HOUR)
    await answer(berger, rooms[5])
    await sealed(house)
    return client, rooms


def figures(**known: int) -> MonthFigures:
    """Of November; what is not said is nothing."""
    nothing = dict.fromkeys(MonthFigures.__struct_fields__, 0) | {"first_enquiries_change": None}
    return MonthFigures(**{**nothing, "month": NOVEMBER, **known})  # type: ignore[arg-type]


# Half of six, the third of 60, 60, 60, 600, 600, 3000 minutes; and 95 of a hundred, the last.
COUNTED_BY_HAND = figures(promises=6, kept=5, median_minutes=60, p95_minutes=3000, first_enquiries=6)


async def test_a_month_comes_out_as_it_is_counted_by_hand(house: House) -> None:
    """Of the site, of the topic, and of the agency; of all others nothing."""
    await november(house)
    house.clock.move_to(DECEMBER)
    told = await statistics(house)
    assert told.site == [COUNTED_BY_HAND]
    by_topic = {one.topic: one.months for one in told.topics}
    assert by_topic.pop(ADDICTION) == [COUNTED_BY_HAND]
    nobody = figures()
    nobody.median_minutes = nobody.p95_minutes = None
    assert list(by_topic.values()) == [[nobody]] * 16
    assert [one.months for one in told.agencies if one.name.startswith("Anker")] == [[COUNTED_BY_HAND]]
    assert [one.months for one in told.agencies if not one.name.startswith("Anker")] == [[nobody]]
    assert (told.year.months, told.year.promises, told.year.kept, told.year.first_enquiries_change) == (1, 6, 5, None)


async def test_a_month_is_shown_when_it_is_over_and_not_before(house: House) -> None:
    """Whoever looks each minute would else see each single promise."""
    await november(house)
    for at in (datetime(2026, 11, 30, 23, 59, tzinfo=UTC), datetime(2026, 12, 2, 11, 59, tzinfo=UTC)):
        house.clock.move_to(at)
        told = await statistics(house)
        assert told.site == []
        assert told.next_at == datetime(2026, 12, 2, 12, tzinfo=UTC)
    house.clock.move_to(datetime(2026, 12, 2, 12, tzinfo=UTC))
    told = await statistics(house)
    assert len(told.site) == 1
    assert told.next_at == datetime(2027, 1, 2, 12, tzinfo=UTC)


async def test_what_was_counted_stays_when_the_threads_are_deleted(house: House) -> None:
    """Also what was sealed only by the deletion; and nothing counts twice."""
    client, rooms = await november(house)
    for room in rooms[:3]:
        await client.delete_thread(room.id)
    await client.delete_account()
    await sealed(house)
    house.clock.move_to(DECEMBER)
    assert (await statistics(house)).site == [COUNTED_BY_HAND]


async def test_a_small_group_is_not_shown_and_takes_a_large_one_with_it(house: House) -> None:
    """Two at the other agency: eight in all, and the six at Anker would give the two away."""
    client, _ = await november(house)
    okafor = await house.counsellor("okafor")
    two = await enquire(client, await fallback(client), "general", 2)
    await answer(okafor, *two)
    await sealed(house)
    house.clock.move_to(DECEMBER)
    told = await statistics(house)
    assert (told.site[0].promises, told.site[0].first_enquiries) == (8, 8)
    for one in told.agencies:
        assert (one.months[0].promises, one.months[0].kept, one.months[0].median_minutes) == (None, None, None)
        assert one.months[0].first_enquiries is None
    by_topic = {one.topic: one.months[0] for one in told.topics}
    assert (by_topic[ADDICTION].promises, by_topic["general"].promises, by_topic["debt"].promises) == (None, None, 0)


async def test_what_is_asked_and_answered_within_a_live_chat_counts_apart(house: House) -> None:
    """Five questions in a chat are no five letters; what was asked before it, and answered in it, is one."""
    talking = await talk(house)
    appointment = await booked(talking)
    await at_the_time(house, appointment)
    await talking.client.begin_live_chat(appointment.id)
    await talking.desk.write("Willkommen.")
    for _ in range(5):
        await house.pass_time(timedelta(minutes=1))
        await talking.room.read()
        await talking.room.write("Und das?")
        await talking.desk.read()
        await talking.desk.write("Ja.")
    await talking.client.end_live_chat(appointment.id)
    await sealed(house)
    async with house.deps.database.read() as db:
        query = select(tallies.c.what, tallies.c.count).order_by(tallies.c.what)
        assert [tuple(row) for row in await db.execute(query)] == [("first", 1), ("kept", 1), ("live", 5)]
    house.clock.move_to(DECEMBER)
    site = (await statistics(house)).site[0]
    assert (site.live, site.promises) == (5, None)


async def test_what_needs_no_answer_is_neither_kept_nor_broken(house: House) -> None:
    """The client takes it back: that is no merit, and no fault."""
    client = await house.signed_up("nachtfalter")
    for room in await enquire(client, await anker(client), ADDICTION, 5):
        await room.needs_no_answer()
        # Each time a little more of the month.
        await sealed(house)
    house.clock.move_to(DECEMBER)
    site = (await statistics(house)).site[0]
    assert (site.promises, site.first_enquiries, site.median_minutes) == (0, 5, None)
    async with house.deps.database.read() as db:
        query = select(tallies.c.count).where(tallies.c.what == "withdrawn")
        assert (await db.execute(query)).scalars().all() == [5]


async def test_kinds_that_nobody_knew_are_counted_as_themselves(house: House) -> None:
    """What the journal will say of a promise tomorrow must not stop what it says today."""
    await november(house)
    async with work(house.deps) as tx:
        agency = (await tx.db.execute(agencies.select().where(agencies.c.name.like("Anker%")))).one().id
        rows = [(what, count) for what, count in (("contested", 7), ("waived", 3), ("from_the_future", 9))]
        for what, count in rows:
            values = {"agency_id": agency, "month": NOVEMBER, "topic": ADDICTION, "minutes": 0}
            await tx.db.execute(insert(tallies).values(**values, what=what, count=count))
    house.clock.move_to(DECEMBER)
    site = (await statistics(house)).site[0]
    assert (site.promises, site.contested, site.waived) == (6, 7, None)


async def test_the_change_against_the_month_before_is_in_percent(house: House) -> None:
    """Six in November, nine in December: half as many more."""
    await november(house)
    house.clock.move_to(datetime(2026, 12, 7, 9, tzinfo=UTC))
    client = await house.signed_up("luisa7")
    await enquire(client, await anker(client), ADDICTION, 9)
    await sealed(house)
    house.clock.move_to(datetime(2027, 1, 3, tzinfo=UTC))
    told = await statistics(house)
    assert [(one.month, one.first_enquiries, one.first_enquiries_change) for one in told.site] == [
        ("2026-11", 6, None),
        ("2026-12", 9, 50),
    ]


async def test_the_months_of_agencies_are_those_of_their_walls(house: House) -> None:
    """A first enquiry of half past twelve in the night of the first, in Münster, is one of the new month."""
    house.clock.move_to(datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
    client = await house.signed_up("nachtfalter")
    await enquire(client, await anker(client), ADDICTION, 5)
    await sealed(house)
    house.clock.move_to(datetime(2027, 1, 3, tzinfo=UTC))
    assert [(one.month, one.first_enquiries) for one in (await statistics(house)).site] == [("2026-12", 5)]


async def test_a_table_for_spreadsheets_holds_the_same_and_no_formula(house: House) -> None:
    """An agency that is called like one, with a comma, a quote and an umlaut in its name."""
    await november(house)
    async with work(house.deps) as tx:
        named = agencies.update().where(agencies.c.name.like("Anker%")).values(name='=HYPERLINK("x"), Münster')
        await tx.db.execute(named)
    house.clock.move_to(DECEMBER)
    content = await house.client("wer-auch-immer").browser.get_bytes("/api/statistics.csv", ReadStatistics())
    lines = content.decode().split("\r\n")
    assert lines[0].startswith("of,name,month,promises,kept,")
    assert lines[-1] == ""
    rows = list(csv.DictReader(StringIO(content.decode(), newline="")))
    assert rows[0]["of"] == "site"
    assert rows[0]["median_minutes"] == "60"
    assert rows[0]["first_enquiries_change"] == ""
    named_so = [one["name"] for one in rows if one["of"] == "agency" and one["promises"] == "6"]
    assert named_so == ['\'=HYPERLINK("x"), Münster']
    assert len(rows) == 1 + 17 + 2


async def test_statistics_are_worked_out_once_a_minute_at_most(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks a thousand times makes the server count once."""
    asked = 0

    async def once_more(*given: object) -> dict[str, int]:
        nonlocal asked
        asked += 1
        return {}

    monkeypatch.setattr("chatserver.statistics.store.months_counted", once_more)
    for _ in range(3):
        await statistics(house)
    house.clock.advance(timedelta(seconds=59))
    await statistics(house)
    assert asked == 1
    house.clock.advance(timedelta(seconds=1))
    await statistics(house)
    assert asked == 2
