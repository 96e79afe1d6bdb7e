"""A database brought from an older form to the newest, with rows in it: the guards stand, and nothing is lost."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from booking.guards import missing_guards, refused_by_guard
from booking.store import appointment_of
from booking.walls import WallStart
from chatserver.database import Database
from chatserver.migrations import steps
from chatserver.migrations.steps import migrate
from tests.postgres import new_database
from tests.store.booking.conftest import DATABASES
from tests.store.booking.practice import NINE, TEN
from tests.store.booking.test_booking_guards import raw, row
from tests.unit.booking.oracle import wall

# The form before times on the wall were kept.
OLD = "0010"
INSERT = (
    "INSERT INTO reservations (id, counsellor, place, thread, kind, state, starts_at, ends_at, appointment_starts_at,"
    " appointment_ends_at, expires_at, cancel_until, created_at, capacity, extended, sequence) VALUES (:id,"
    " :counsellor, :place, 't', 'chat', :state, :starts_at, :ends_at, :starts_at, :ends_at, :expires_at, :starts_at,"
    " :starts_at, 1, false, 0)"
)


@pytest_asyncio.fixture(params=DATABASES)
async def migrated(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Miriam has nine o'clock in room 7; Jonas ten o'clock, in no room. Then all steps are taken."""
    sqlite = request.param == "sqlite"
    address = f"sqlite+aiosqlite:///{tmp_path / 'db'}" if sqlite else new_database(request.getfixturevalue("postgres"))
    opened = Database(address)
    async with opened.write() as db:
        await db.run_sync(lambda connection: command.upgrade(steps.alembic(connection), OLD))
        await db.execute(text("INSERT INTO calendars (counsellor, zone) VALUES ('miriam', 'Europe/Berlin')"))
        await db.execute(text("INSERT INTO places (id, owner, name) VALUES ('room-7', 'agency', 'Room 7')"))
        await db.execute(raw(INSERT), row(NINE, TEN, id="one", place="room-7"))
        await db.execute(raw(INSERT), row(TEN, TEN + (TEN - NINE), id="two", counsellor="jonas"))
    await migrate(opened)
    yield opened
    await opened.close()


async def refused(opened: Database, statement: str, **values: Any) -> None:
    with pytest.raises(IntegrityError) as caught:
        async with opened.write() as db:
            await db.execute(raw(statement), values)
    assert refused_by_guard(caught.value)


@pytest.mark.parametrize("shared", ["counsellor", "place"])
@pytest.mark.parametrize("verb", ["insert", "update"])
async def test_after_a_migration_raw_sql_cannot_overlap(migrated: Database, verb: str, shared: str) -> None:
    """By insert and by update, for a counsellor and for a place."""
    async with migrated.read() as db:
        assert await missing_guards(db) == []
    if verb == "insert":
        mine = {"counsellor": "miriam"} if shared == "counsellor" else {"counsellor": "carol", "place": "room-7"}
        await refused(migrated, INSERT, **(row(NINE, TEN, id="three") | mine))
    else:
        also = "counsellor = 'miriam'" if shared == "counsellor" else "place = 'room-7'"
        times = "starts_at = :nine, ends_at = :ten, appointment_starts_at = :nine, appointment_ends_at = :ten"
        await refused(migrated, f"UPDATE reservations SET {times}, {also} WHERE id = 'two'", nine=NINE, ten=TEN)


async def test_what_was_booked_before_knows_its_time_on_the_wall(migrated: Database) -> None:
    """By the calendar's zone; whoever has no calendar any more has none."""
    async with migrated.read() as db:
        one, two = await appointment_of(db, "one"), await appointment_of(db, "two")
    assert one.wall == WallStart("Europe/Berlin", wall("2026-03-02 09:00"), 0)
    assert two.wall is None
    assert (one.capacity, one.missed_at, one.appointment.starts_at) == (1, None, NINE)
