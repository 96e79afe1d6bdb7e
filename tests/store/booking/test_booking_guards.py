"""The database itself refuses an overlap, whatever the code does: raw SQL, and what lies in the table afterwards."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Executable, TextClause, bindparam, insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from booking.guards import guards, missing_guards, refused_by_guard
from booking.tables import reservations, seats
from booking.times import UtcDateTime
from tests.store.booking.practice import (
    ALEX,
    BIRGIT,
    ELEVEN,
    JONAS,
    MINUTE,
    MIRIAM,
    NINE,
    ROOM_7,
    SUNDAY,
    TEN,
    book,
)

TIMES = ("starts_at", "ends_at", "expires_at", "nine", "ten")
RAW = (
    "INSERT INTO reservations (id, counsellor, place, thread, kind, state, starts_at, ends_at, appointment_starts_at,"
    " appointment_ends_at, expires_at, cancel_until, created_at) VALUES (:id, :counsellor, :place, 't', 'chat', :state,"
    " :starts_at, :ends_at, :starts_at, :ends_at, :expires_at, :starts_at, :starts_at)"
)

AS_A_WHOLE = (
    "UPDATE reservations SET starts_at = :nine, ends_at = :ten, appointment_starts_at = :nine,"
    " appointment_ends_at = :ten WHERE id = :id"
)


def raw(statement: str) -> TextClause:
    """SQL as somebody could type it, with instants written as the database writes them."""
    return text(statement).bindparams(*(bindparam(n, type_=UtcDateTime()) for n in TIMES if f":{n}" in statement))


def row(starts_at: datetime, ends_at: datetime, **other: Any) -> dict[str, Any]:
    usual = {"id": "raw", "counsellor": MIRIAM, "place": None, "state": "booked", "expires_at": None}
    return usual | {"starts_at": starts_at, "ends_at": ends_at} | other


async def refused(
    db: AsyncConnection, statement: Executable, values: Mapping[str, Any] | None = None
) -> IntegrityError:
    """The refusal; the transaction goes on as if nothing had been tried."""
    with pytest.raises(IntegrityError) as caught:
        async with db.begin_nested():
            await db.execute(statement, values)
    return caught.value


@pytest.mark.parametrize("state", ["held", "booked", "done"])
@pytest.mark.parametrize(
    ("begins", "ends"),
    [(0, 60), (-30, 1), (59, 90), (-30, 90), (10, 20)],
    ids=["same", "before", "after", "around", "in"],
)
async def test_raw_sql_cannot_insert_an_overlap(db: AsyncConnection, begins: int, ends: int, state: str) -> None:
    """Neither a hold nor a booking, however it lies over the one from nine to ten."""
    await book(db, NINE)
    expires = TEN if state == "held" else None
    values = row(NINE + begins * MINUTE, NINE + ends * MINUTE, state=state, expires_at=expires)
    assert refused_by_guard(await refused(db, raw(RAW), values))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE reservations SET starts_at = :nine WHERE id = :id",
        "UPDATE reservations SET id = 'another', starts_at = :nine WHERE id = :id",
        AS_A_WHOLE,
    ],
    ids=["one edge", "its id at once", "as a whole"],
)
async def test_raw_sql_cannot_move_one_onto_another(db: AsyncConnection, change: str) -> None:
    """By update, however it is put."""
    await book(db, NINE)
    second = await book(db, ELEVEN)
    await db.execute(text("DELETE FROM seats WHERE reservation = :id"), {"id": second.id})
    times = {name: at for name, at in (("nine", NINE), ("ten", TEN)) if f":{name}" in change}
    assert refused_by_guard(await refused(db, raw(change), {"id": second.id} | times))


async def test_raw_sql_cannot_bring_a_cancelled_one_back_over_another(db: AsyncConnection) -> None:
    """Its time was given away in the meantime."""
    await db.execute(raw(RAW), row(NINE, TEN, state="cancelled"))
    await book(db, NINE)
    assert refused_by_guard(await refused(db, text("UPDATE reservations SET state = 'booked' WHERE id = 'raw'")))


async def test_raw_sql_cannot_give_an_appointment_to_a_counsellor_who_has_one(db: AsyncConnection) -> None:
    """Miriam and Jonas both have nine o'clock; it cannot become Miriam's twice."""
    await book(db, NINE)
    await book(db, NINE, BIRGIT, counsellor=JONAS)
    assert refused_by_guard(await refused(db, text("UPDATE reservations SET counsellor = 'miriam'")))


async def test_a_place_is_not_given_twice(db: AsyncConnection) -> None:
    """Two counsellors at nine in room 7: not by insert, not by update; two without a place: gladly."""
    await book(db, NINE, place=ROOM_7)
    assert refused_by_guard(await refused(db, raw(RAW), row(NINE, TEN, counsellor=JONAS, place=ROOM_7)))
    await db.execute(raw(RAW), row(NINE, TEN, counsellor=JONAS))
    into_room_7 = text("UPDATE reservations SET place = 'room-7' WHERE id = 'raw'")
    assert refused_by_guard(await refused(db, into_room_7))


async def test_what_only_touches_or_was_cancelled_is_not_in_the_way(db: AsyncConnection) -> None:
    """Half-open spans: one ends at ten, the next begins at ten."""
    await book(db, NINE)
    await db.execute(raw(RAW), row(TEN, ELEVEN))
    await db.execute(raw(RAW), row(NINE - 60 * MINUTE, NINE, id="raw-before"))
    await db.execute(raw(RAW), row(NINE, TEN, id="raw-cancelled", state="cancelled"))


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "tentative"},
        {"state": "held"},
        {"expires_at": TEN},
        {"ends_at": NINE},
        {"counsellor": None},
        {"place": "a place that is none"},
    ],
    ids=["unknown state", "held for ever", "booked and expiring", "empty", "nobody's", "nowhere"],
)
async def test_a_row_that_contradicts_itself_is_refused(db: AsyncConnection, broken: dict[str, Any]) -> None:
    """And not by the guards against overlaps: nothing is in its way."""
    assert not refused_by_guard(await refused(db, raw(RAW), row(NINE, TEN) | broken))


async def test_the_last_seat_is_given_once(db: AsyncConnection) -> None:
    """Seats are numbered, unique and capped by the database; one person has one."""
    booked = await book(db, NINE)

    def seat(number: int, client: str, capacity: int = 1) -> Executable:
        return insert(seats).values(reservation=booked.id, number=number, capacity=capacity, client=client)

    for wrong in (seat(1, BIRGIT), seat(2, BIRGIT), seat(0, BIRGIT), seat(2, BIRGIT, 2)):
        await refused(db, wrong)
    await db.execute(reservations.update().values(capacity=2))
    await refused(db, seat(2, ALEX, 2))
    await db.execute(seat(2, BIRGIT, 2))


async def test_a_missing_guard_is_found_and_can_be_set_up_again(db: AsyncConnection) -> None:
    """A migration that makes the table anew loses its triggers without a word; setting them up twice does no harm."""
    assert await missing_guards(db) == []
    standing = (
        ["reservations_refuse_overlap_on_insert", "reservations_refuse_overlap_on_update"]
        if db.dialect.name == "sqlite"
        else ["reservations_once_per_counsellor", "reservations_once_per_place"]
    )
    drop = "DROP TRIGGER {}" if db.dialect.name == "sqlite" else "ALTER TABLE reservations DROP CONSTRAINT {}"
    for name in standing:
        await db.execute(text(drop.format(name)))
    assert await missing_guards(db) == standing
    for guard in (*guards(db.dialect), *guards(db.dialect)):
        await db.execute(guard)
    assert await missing_guards(db) == []


async def test_instants_come_back_as_they_went_in(db: AsyncConnection) -> None:
    """Aware, in UTC, to the microsecond, wherever the server stands; one without a zone is refused beforehand."""
    precise = SUNDAY + 7 * MINUTE / 3
    await db.execute(raw(RAW), row(precise, TEN))
    found = await db.scalar(select(reservations.c.starts_at))
    assert found == precise
    assert found is not None
    assert str(found.tzinfo) == "UTC"
    with pytest.raises(StatementError, match="needs a zone"):
        await db.execute(select(reservations.c.id).where(reservations.c.starts_at > NINE.replace(tzinfo=None)))


class TestOnSqliteOnly:
    """What SQLite lets people write that PostgreSQL does not know."""

    @pytest.mark.parametrize("verb", ["OR REPLACE", "OR IGNORE", "OR FAIL", "OR ROLLBACK"])
    async def test_no_way_to_resolve_a_conflict_gets_past_a_guard(self, sqlite: AsyncConnection, verb: str) -> None:
        """Neither replacing the one that is there nor looking away."""
        await book(sqlite, NINE)
        values = row(NINE, TEN)
        assert refused_by_guard(await refused(sqlite, raw(RAW.replace("INSERT", f"INSERT {verb}")), values))
        await sqlite.execute(raw(RAW), row(TEN, ELEVEN))
        moved = raw(f"UPDATE {verb} reservations SET starts_at = :nine WHERE id = 'raw'")
        assert refused_by_guard(await refused(sqlite, moved, {"nine": NINE}))

    @pytest.mark.parametrize(
        "time", ["2026-03-02 08:00:00", "2026-03-02T08:00:00Z", "2026-03-02T09:00:00.000000+01:00", 1772438400, b"2026"]
    )
    async def test_a_time_that_would_compare_wrongly_is_refused(self, sqlite: AsyncConnection, time: object) -> None:
        """SQLite stores anything anywhere, and text of another shape sorts elsewhere and would slip past."""
        text_row = row(NINE, TEN) | {"starts_at": time, "ends_at": "2026-03-02T09:00:00.000000Z"}
        await refused(sqlite, text(RAW), text_row)

    async def test_a_hollow_guard_counts_as_missing(self, sqlite: AsyncConnection) -> None:
        """The name alone does not stop anybody; setting the guards up repairs it."""
        await sqlite.execute(text("DROP TRIGGER reservations_refuse_overlap_on_update"))
        hollow = (
            "CREATE TRIGGER reservations_refuse_overlap_on_update BEFORE UPDATE ON reservations BEGIN SELECT 1; END"
        )
        await sqlite.execute(text(hollow))
        assert await missing_guards(sqlite) == ["reservations_refuse_overlap_on_update"]
        for guard in guards(sqlite.dialect):
            await sqlite.execute(guard)
        assert await missing_guards(sqlite) == []

    async def test_a_guard_searches_only_what_is_still_to_come(self, sqlite: AsyncConnection) -> None:
        """The plan of the guard's question uses the index by end, so a long past costs nothing."""
        question = (
            "EXPLAIN QUERY PLAN SELECT 1 FROM reservations AS other WHERE other.{} = 'x' AND other.state <> 'cancelled'"
            " AND other.ends_at > 'a' AND other.starts_at < 'b'"
        )
        for column in ("counsellor", "place"):
            plan = (await sqlite.execute(text(question.format(column)))).all()
            assert f"({column}=? AND ends_at>?)" in plan[0].detail
