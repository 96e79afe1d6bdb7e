"""Places, limits, closing days, people who did not come, and one list of many."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from booking import store, timetable
from booking.errors import AppointmentOver, NotBegun, NotFound, SlotNotOffered, SlotTaken
from booking.model import Kind, Reservation, State, WallSpan, WeeklyRule
from booking.sharing import shared_slots, staff_of
from booking.tables import places
from tests.store.booking.practice import (
    AGENCY,
    ALEX,
    BIRGIT,
    CARLA,
    CHAT,
    ELEVEN,
    JONAS,
    MINUTE,
    MIRIAM,
    NINE,
    ROOM_7,
    SUNDAY,
    TEN,
    book,
    new_request,
    wish,
)

ON_SITE = replace(CHAT, name="on_site")
ROOM_8 = "room-8"
MONDAY = date(2026, 3, 2)
UNTIL = SUNDAY + timedelta(days=1)


async def starts(db: AsyncConnection, kind: Kind, counsellor: str = MIRIAM, **more: object) -> list[datetime]:
    """What is listed for that Monday."""
    found = await store.free_slots(
        db,
        counsellor=counsellor,
        kind=kind,
        since=SUNDAY,
        until=UNTIL,
        now=SUNDAY,
        **more,  # type: ignore[arg-type]
    )
    return [slot.starts_at for slot in found]


async def met(db: AsyncConnection, client: str, counsellor: str = MIRIAM, **more: object) -> Reservation:
    """Books nine o'clock on site."""
    wanted = replace(wish(NINE, client, counsellor), kind=ON_SITE, **more)  # type: ignore[arg-type]
    return await store.book_slot(db, wanted, request_id=new_request(), now=SUNDAY)


# -- places


async def test_a_meeting_gets_the_first_place_that_is_free(db: AsyncConnection) -> None:
    """When all are taken the time is listed for nobody, and refused."""
    await db.execute(places.insert().values(id=ROOM_8, owner=AGENCY, name="Room 8"))
    rooms = (ROOM_7, ROOM_8)
    await timetable.keep_weekly_hours(
        db,
        counsellor="carol",
        zone="Europe/Berlin",
        rules=(await rules_of(db)),
    )
    assert (await met(db, ALEX, places=rooms)).place == ROOM_7
    assert NINE in await starts(db, ON_SITE, JONAS, places=rooms)
    assert (await met(db, BIRGIT, JONAS, places=rooms)).place == ROOM_8
    assert await starts(db, ON_SITE, "carol", places=rooms) == [TEN, ELEVEN]
    with pytest.raises(SlotTaken):
        await met(db, CARLA, "carol", places=rooms)


async def rules_of(db: AsyncConnection) -> tuple[WeeklyRule, ...]:
    calendar = await timetable.calendar_of(db, counsellor=MIRIAM)
    assert calendar is not None
    return calendar.weekly


async def test_without_a_place_nobody_meets(db: AsyncConnection) -> None:
    """Neither listed nor booked; a chat needs none."""
    assert await starts(db, ON_SITE) == []
    with pytest.raises(SlotNotOffered):
        await met(db, ALEX)
    assert NINE in await starts(db, CHAT, places=())


async def test_a_meeting_that_moves_keeps_its_place_where_it_can(db: AsyncConnection) -> None:
    """Else it gets another; and what becomes a chat needs none to be free."""
    await db.execute(places.insert().values(id=ROOM_8, owner=AGENCY, name="Room 8"))
    mine = await met(db, ALEX, places=(ROOM_7, ROOM_8))
    await book(db, TEN, BIRGIT, counsellor=JONAS, place=ROOM_7)
    moving = {"appointment": mine.id, "client": ALEX, "kind": ON_SITE, "now": SUNDAY, "places": (ROOM_7, ROOM_8)}

    async def moved(starts_at: datetime) -> str | None:
        one = await store.reschedule_by_client(db, starts_at=starts_at, request_id=new_request(), **moving)  # type: ignore[arg-type]
        return one.place

    assert [await moved(ELEVEN), await moved(TEN)] == [ROOM_7, ROOM_8]


async def test_a_meeting_that_becomes_a_chat_gives_its_room_back(db: AsyncConnection) -> None:
    """And a chat that becomes a meeting needs one."""
    mine = await met(db, ALEX, places=(ROOM_7,))

    async def as_(kind: Kind, starts_at: datetime) -> str | None:
        moving: dict[str, Any] = {"appointment": mine.id, "client": ALEX, "kind": kind, "starts_at": starts_at}
        one = await store.reschedule_by_client(db, request_id=new_request(), now=SUNDAY, places=(ROOM_7,), **moving)
        return one.place

    assert [await as_(CHAT, ELEVEN), await as_(ON_SITE, TEN)] == [None, ROOM_7]


# -- limits and closing days


async def test_a_full_day_is_neither_listed_nor_booked(db: AsyncConnection) -> None:
    """A hold counts; one's own does not, and neither does what is moved within the day, nor what was cancelled."""
    once = replace(CHAT, most_per_day=1)
    booked = await store.book_slot(db, replace(wish(NINE), kind=once), request_id=new_request(), now=SUNDAY)
    assert await starts(db, once) == []
    with pytest.raises(SlotNotOffered):
        await store.book_slot(db, replace(wish(TEN, BIRGIT), kind=once), request_id=new_request(), now=SUNDAY)
    moved = await store.reschedule_by_client(
        db, appointment=booked.id, client=ALEX, kind=once, starts_at=TEN, request_id=new_request(), now=SUNDAY
    )
    await store.cancel_by_client(db, appointment=moved.id, client=ALEX, now=SUNDAY)
    await store.hold_slot(db, replace(wish(NINE), kind=once), request_id=new_request(), now=SUNDAY)
    assert await starts(db, once, asker=(ALEX, f"thread-{ALEX}")) == [NINE, TEN, ELEVEN]
    assert await starts(db, once, asker=(BIRGIT, f"thread-{BIRGIT}")) == []
    assert await starts(db, CHAT) == [TEN, ELEVEN]


async def test_limits_and_seats_come_back_as_they_were_kept(db: AsyncConnection) -> None:
    """With the kind."""
    kept = replace(CHAT, most_per_day=3, most_per_week=9, capacity=8)
    await timetable.keep_kind(db, owner=MIRIAM, kind=kept)
    assert await timetable.kind_of(db, name="chat", owners=(MIRIAM, AGENCY)) == kept


async def test_on_a_closing_day_the_weekly_hours_do_not_hold(db: AsyncConnection) -> None:
    """Neither listed nor booked, held or moved to; extra hours were entered for that very day."""
    assert await starts(db, CHAT, closed={MONDAY}) == []
    with pytest.raises(SlotNotOffered):
        await store.book_slot(db, replace(wish(NINE), closed=frozenset({MONDAY})), request_id=new_request(), now=SUNDAY)
    extra = WallSpan(datetime(2026, 3, 2, 12), datetime(2026, 3, 2, 13))  # noqa: DTZ001  on a wall
    await timetable.add_extra_hours(db, counsellor=MIRIAM, span=extra)
    assert await starts(db, CHAT, closed={MONDAY}) == [NINE + timedelta(hours=3)]


# -- who did not come


async def test_a_missed_appointment_is_recorded_from_its_start_on_and_can_be_taken_back(db: AsyncConnection) -> None:
    """By its own counsellor; a repeat gets the same answer."""
    one = await book(db)
    with pytest.raises(NotBegun):
        await store.record_missed(db, appointment=one.id, counsellor=MIRIAM, now=NINE - MINUTE)
    with pytest.raises(NotFound):
        await store.record_missed(db, appointment=one.id, counsellor=JONAS, now=TEN)
    missed = await store.record_missed(db, appointment=one.id, counsellor=MIRIAM, now=TEN)
    assert (missed.missed_at, missed.state) == (TEN, State.DONE)
    assert await store.record_missed(db, appointment=one.id, counsellor=MIRIAM, now=ELEVEN) == missed
    back = await store.take_missed_back(db, appointment=one.id, counsellor=MIRIAM)
    assert (back.missed_at, back.state) == (None, State.DONE)
    cancelled = await book(db, ELEVEN)
    await store.cancel_by_client(db, appointment=cancelled.id, client=ALEX, now=SUNDAY)
    with pytest.raises(AppointmentOver):
        await store.record_missed(db, appointment=cancelled.id, counsellor=MIRIAM, now=ELEVEN)


# -- the list of many


async def shared(db: AsyncConnection, known: str | None = None) -> list[tuple[datetime, str]]:
    staff = await staff_of(db, counsellors=[MIRIAM, JONAS, "nobody"], kind=CHAT, since=SUNDAY, until=UNTIL, now=SUNDAY)
    return [(at, who) for at, who in shared_slots(staff, CHAT, SUNDAY, UNTIL, now=SUNDAY, known=known)]


async def test_a_shared_list_has_each_start_once_with_whoever_has_the_fewest_ahead(db: AsyncConnection) -> None:
    """Where that one has no time it is somebody else's, and the counsellor whom the client knows comes first."""
    await book(db, NINE, ALEX, counsellor=JONAS)
    assert await shared(db) == [(NINE, MIRIAM), (TEN, MIRIAM), (ELEVEN, MIRIAM)]
    assert await shared(db, known=JONAS) == [(NINE, MIRIAM), (TEN, JONAS), (ELEVEN, JONAS)]
    await book(db, TEN, ALEX)
    await book(db, ELEVEN, BIRGIT)
    assert await shared(db) == [(NINE, MIRIAM), (TEN, JONAS), (ELEVEN, JONAS)]
    await store.hold_slot(db, wish(TEN, CARLA, JONAS), request_id=new_request(), now=SUNDAY)
    assert await shared(db) == [(NINE, MIRIAM), (ELEVEN, JONAS)]


async def test_a_shared_list_is_what_each_of_them_offers(db: AsyncConnection) -> None:
    """Read for all at once, or one by one: absences, extra hours and the rest are the same."""
    await timetable.add_absence(db, counsellor=MIRIAM, span=WallSpan(wall(9), wall(10)))
    await timetable.add_extra_hours(db, counsellor=JONAS, span=WallSpan(wall(14), wall(16)))
    apart = {start for name in (MIRIAM, JONAS) for start in await starts(db, CHAT, name)}
    assert {at for at, _ in await shared(db)} == apart
    since = SUNDAY - timedelta(days=1)
    together = await timetable.calendars_of(db, counsellors=[MIRIAM, JONAS], since=since)
    assert together == {name: await timetable.calendar_of(db, counsellor=name, since=since) for name in (MIRIAM, JONAS)}


def wall(hour: int) -> datetime:
    return datetime(2026, 3, 2, hour)  # noqa: DTZ001  on a wall


# -- a long past


async def test_no_list_reads_all_reservations_that_there_ever_were(sqlite: AsyncConnection) -> None:
    """Every statement finds its rows by an index: of a counsellor, of a place, of a kind, of many at once."""
    said: list[tuple[str, Any]] = []

    def heard(_db: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        said.append((statement, parameters))

    event.listen(sqlite.sync_connection, "before_cursor_execute", heard)
    await starts(sqlite, replace(ON_SITE, most_per_day=2), places=(ROOM_7,), asker=(ALEX, "thread"))
    await shared(sqlite)
    event.remove(sqlite.sync_connection, "before_cursor_execute", heard)
    plans = []
    for statement, parameters in said:
        plans += [row.detail for row in await sqlite.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    of_them = [one for one in plans if "reservations" in one]
    assert len(of_them) >= 5
    assert not [one for one in of_them if one.startswith("SCAN")]
