"""The database itself refuses an overlap, whatever the code does: raw SQL, and what lies in the table afterwards."""

from collections.abc import Mapping
from datetime import datetime

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from booking.guards import guards, missing_guards, refused_by_guard
from booking.tables import reservations, seats
from tests.store.booking.practice import ALEX, BIRGIT, ELEVEN, JONAS, MINUTE, MIRIAM, NINE, ROOM_7, SUNDAY, TEN, book

pytestmark = pytest.mark.asyncio

RAW = (
    "INSERT INTO reservations (id, counsellor, place, thread, kind, state, starts_at, ends_at, appointment_starts_at,"
    " appointment_ends_at, expires_at, cancel_until, created_at) VALUES (:id, :counsellor, :place, 't', 'chat', :state,"
    " :starts_at, :ends_at, :starts_at, :ends_at, :expires_at, :starts_at, :starts_at)"
)


def stamp(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%S.%fZ}"


def row(starts_at: datetime, ends_at: datetime, **other: str | None) -> Mapping[str, str | None]:
    usual = {"id": "raw", "counsellor": MIRIAM, "place": None, "state": "booked", "expires_at": None}
    return usual | {"starts_at": stamp(starts_at), "ends_at": stamp(ends_at)} | other


@pytest.mark.parametrize("state", ["held", "booked", "done"])
@pytest.mark.parametrize(
    ("begins", "ends"),
    [(0, 60), (-30, 1), (59, 90), (-30, 90), (10, 20)],
    ids=["same", "before", "after", "around", "in"],
)
@pytest.mark.parametrize("verb", ["INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE"])
async def test_raw_sql_cannot_insert_an_overlap(
    db: AsyncConnection, verb: str, begins: int, ends: int, state: str
) -> None:
    """Neither a hold nor a booking, however it lies over the one from nine to ten."""
    await book(db, NINE)
    expires = stamp(TEN) if state == "held" else None
    values = row(NINE + begins * MINUTE, NINE + ends * MINUTE, state=state, expires_at=expires)
    with pytest.raises(IntegrityError) as refused:
        await db.execute(text(RAW.replace("INSERT", verb, 1)), values)
    assert refused_by_guard(refused.value)


@pytest.mark.parametrize(
    "moved",
    [
        "UPDATE reservations SET starts_at = :nine WHERE id = :id",
        "UPDATE reservations SET id = 'another', starts_at = :nine WHERE id = :id",
        "UPDATE OR REPLACE reservations SET starts_at = :nine WHERE id = :id",
        "UPDATE OR IGNORE reservations SET starts_at = :nine WHERE id = :id",
        "UPDATE reservations SET (starts_at, ends_at) = (:nine, :ten) WHERE id = :id",
    ],
)
async def test_raw_sql_cannot_move_one_onto_another(db: AsyncConnection, moved: str) -> None:
    """By update, as a whole or by one edge; also when its id changes at once."""
    await book(db, NINE)
    second = await book(db, ELEVEN)
    await db.execute(text("DELETE FROM seats WHERE reservation = :id"), {"id": second.id})
    times = {"nine": stamp(NINE), "ten": stamp(TEN)}
    with pytest.raises(IntegrityError) as refused:
        await db.execute(
            text(moved), {"id": second.id} | {name: at for name, at in times.items() if f":{name}" in moved}
        )
    assert refused_by_guard(refused.value)


async def test_raw_sql_cannot_bring_a_cancelled_one_back_over_another(db: AsyncConnection) -> None:
    """Its time was given away in the meantime."""
    await db.execute(text(RAW), row(NINE, TEN, state="cancelled"))
    await book(db, NINE)
    with pytest.raises(IntegrityError) as refused:
        await db.execute(text("UPDATE reservations SET state = 'booked' WHERE id = 'raw'"))
    assert refused_by_guard(refused.value)


async def test_raw_sql_cannot_give_an_appointment_to_a_counsellor_who_has_one(db: AsyncConnection) -> None:
    """Miriam and Jonas both have nine o'clock; it cannot become Miriam's twice."""
    await book(db, NINE)
    await book(db, NINE, BIRGIT, counsellor=JONAS)
    with pytest.raises(IntegrityError) as refused:
        await db.execute(text("UPDATE reservations SET counsellor = :miriam"), {"miriam": MIRIAM})
    assert refused_by_guard(refused.value)


async def test_a_place_is_not_given_twice(db: AsyncConnection) -> None:
    """Two counsellors at nine in room 7: not by insert, not by update; two without a place: gladly."""
    await book(db, NINE, place=ROOM_7)
    with pytest.raises(IntegrityError) as refused:
        await db.execute(text(RAW), row(NINE, TEN, counsellor=JONAS, place=ROOM_7))
    assert refused_by_guard(refused.value)
    await db.execute(text(RAW), row(NINE, TEN, counsellor=JONAS))
    with pytest.raises(IntegrityError) as refused:
        await db.execute(text("UPDATE reservations SET place = :place WHERE id = 'raw'"), {"place": ROOM_7})
    assert refused_by_guard(refused.value)


async def test_what_only_touches_or_was_cancelled_is_not_in_the_way(db: AsyncConnection) -> None:
    """Half-open spans: one ends at ten, the next begins at ten."""
    await book(db, NINE)
    await db.execute(text(RAW), row(TEN, ELEVEN))
    await db.execute(text(RAW), row(NINE - 60 * MINUTE, NINE, id="raw-before"))
    await db.execute(text(RAW), row(NINE, TEN, id="raw-cancelled", state="cancelled"))


@pytest.mark.parametrize("time", ["2026-03-02 08:00:00", "2026-03-02T08:00:00Z", "1772438400", 1772438400, b"2026"])
async def test_a_time_that_would_compare_wrongly_is_refused(db: AsyncConnection, time: str | int | bytes) -> None:
    """SQLite stores anything anywhere, and text of another shape sorts elsewhere and would slip past."""
    values = dict(row(NINE, TEN)) | {"starts_at": time}
    with pytest.raises(IntegrityError):
        await db.execute(text(RAW), values)


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "tentative"},
        {"state": "held"},
        {"expires_at": stamp(TEN)},
        {"ends_at": stamp(NINE)},
        {"counsellor": None},
    ],
)
async def test_a_row_that_contradicts_itself_is_refused(db: AsyncConnection, broken: dict[str, str | None]) -> None:
    """An unknown state, a hold for ever, a booking that expires, an end before the beginning, nobody's appointment."""
    with pytest.raises(IntegrityError):
        await db.execute(text(RAW), dict(row(NINE, TEN)) | broken)


async def test_the_last_seat_is_given_once(db: AsyncConnection) -> None:
    """Seats are numbered, unique and capped by the database; one person has one."""
    booked = await book(db, NINE)
    for number, client in ((1, BIRGIT), (2, BIRGIT), (0, BIRGIT)):
        with pytest.raises(IntegrityError):
            await db.execute(insert(seats).values(reservation=booked.id, number=number, client=client))
    with pytest.raises(IntegrityError):
        await db.execute(insert(seats).values(reservation=booked.id, number=2, capacity=2, client=BIRGIT))
    await db.execute(reservations.update().values(capacity=2))
    with pytest.raises(IntegrityError):
        await db.execute(insert(seats).values(reservation=booked.id, number=2, capacity=2, client=ALEX))
    await db.execute(insert(seats).values(reservation=booked.id, number=2, capacity=2, client=BIRGIT))


async def test_a_missing_or_hollow_guard_is_found_and_can_be_set_up_again(db: AsyncConnection) -> None:
    """A migration that makes the table anew loses its triggers without a word."""
    assert await missing_guards(db) == []
    await db.execute(text("DROP TRIGGER reservations_refuse_overlap_on_insert"))
    await db.execute(text("DROP TRIGGER reservations_refuse_overlap_on_update"))
    hollow = "CREATE TRIGGER reservations_refuse_overlap_on_update BEFORE UPDATE ON reservations BEGIN SELECT 1; END"
    await db.execute(text(hollow))
    assert await missing_guards(db) == [
        "reservations_refuse_overlap_on_insert",
        "reservations_refuse_overlap_on_update",
    ]
    await db.execute(text("DROP TRIGGER reservations_refuse_overlap_on_update"))
    for guard in guards(db.dialect):
        await db.execute(guard)
    assert await missing_guards(db) == []


async def test_a_new_guard_searches_only_what_is_still_to_come(engine: AsyncEngine) -> None:
    """The plan of the guard's question uses the index by end, so a long past costs nothing."""
    question = (
        "EXPLAIN QUERY PLAN SELECT 1 FROM reservations AS other WHERE other.{} = 'x' AND other.state <> 'cancelled'"
        " AND other.ends_at > 'a' AND other.starts_at < 'b'"
    )
    async with engine.connect() as db:
        for column in ("counsellor", "place"):
            plan = (await db.execute(text(question.format(column)))).all()
            assert f"({column}=? AND ends_at>?)" in plan[0].detail


async def test_instants_come_back_as_they_went_in(db: AsyncConnection) -> None:
    """Aware, in UTC, to the microsecond; one without a zone is refused before it reaches the database."""
    booked = await book(db, NINE)
    assert await db.scalar(select(reservations.c.booked_at)) == SUNDAY
    assert await db.scalar(text("SELECT starts_at FROM reservations")) == stamp(booked.reserved.starts_at)
    with pytest.raises(Exception, match="needs a zone"):
        await db.execute(select(reservations.c.id).where(reservations.c.starts_at > NINE.replace(tzinfo=None)))
