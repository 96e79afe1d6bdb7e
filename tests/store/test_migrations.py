"""The database's form: what a migration makes is what the tables say, whole or not at all, with its guards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import Inspector
from sqlalchemy.exc import IntegrityError, OperationalError

from booking.guards import guards, missing_guards
from chatserver.config import Config, ConfigInvalid
from chatserver.database import Database
from chatserver.main import check_guards, running
from chatserver.migrations import steps
from chatserver.migrations.steps import is_current, migrate
from chatserver.tables import due_work

NEWEST = max(step.name[:4] for step in (steps.FOLDER / "versions").glob("[0-9]*.py"))
FOLLOWING = f"{int(NEWEST) + 1:04}"
HALF_A_STEP = f"""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "{FOLLOWING}", "{NEWEST}", None, None


def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO half (id) VALUES (1)")
    with op.batch_alter_table("reservations") as reservations:
        reservations.add_column(sa.Column("half", sa.Integer))
    op.execute("INSERT INTO nowhere VALUES (1)")
"""


@asynccontextmanager
async def database(path: Path) -> AsyncIterator[Database]:
    """An SQLite file, made if need be."""
    opened = Database(f"sqlite+aiosqlite:///{path}")
    try:
        yield opened
    finally:
        await opened.close()


async def contents(opened: Database) -> list[Any]:
    """Every statement that made the file what it is, and which step it stands at."""
    async with opened.read() as db:
        made = await db.execute(text("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master ORDER BY name"))
        stands_at = await db.execute(text("SELECT version_num FROM alembic_version"))
        return [*map(tuple, made), *map(tuple, stands_at)]


# -- the form


@dataclass(frozen=True)
class Form:
    """What a database says of itself, in an order of ours."""

    tables: dict[str, dict[str, Any]]
    indexes: list[str]
    triggers: list[str]


def form_of(connection: Connection) -> Form:
    """Reflected: nothing is taken from our own description of the tables."""
    seen = inspect(connection)
    names = [name for name in seen.get_table_names() if name != "alembic_version"]
    return Form(
        {name: table_of(seen, name) for name in names}, *(made(connection, what) for what in ("index", "trigger"))
    )


def made(connection: Connection, what: str) -> list[str]:
    """The statements that made the indexes or triggers: reflection does not tell their conditions."""
    query = text("SELECT sql FROM sqlite_master WHERE type = :what AND sql IS NOT NULL")
    return sorted(" ".join(sql.split()) for sql in connection.execute(query, {"what": what}).scalars())


def table_of(seen: Inspector, name: str) -> dict[str, Any]:
    """One table: columns by name, and everything that the database enforces about it."""

    def in_order(things: Any) -> list[str]:
        return sorted(repr({key: str(value) for key, value in thing.items()}) for thing in things)

    return {
        "columns": in_order(seen.get_columns(name)),
        "primary key": seen.get_pk_constraint(name),
        "foreign keys": in_order(seen.get_foreign_keys(name)),
        "unique": in_order(seen.get_unique_constraints(name)),
        "checks": in_order(seen.get_check_constraints(name)),
    }


async def test_an_empty_database_becomes_what_the_tables_say(tmp_path: Path) -> None:
    """Column by column, with every constraint, index and trigger: a forgotten step would be a difference."""
    async with database(tmp_path / "migrated") as migrated, database(tmp_path / "described") as described:
        await migrate(migrated)
        async with described.write() as db:
            await db.run_sync(due_work.metadata.create_all)
        async with migrated.read() as one, described.read() as other:
            found, wanted = await one.run_sync(form_of), await other.run_sync(form_of)
    assert set(found.tables) == set(due_work.metadata.tables)
    assert "reservations" in found.tables
    for name, table in wanted.tables.items():
        assert found.tables[name] == table, name
    assert found == wanted
    assert found.indexes
    assert found.triggers


async def test_migrating_again_changes_nothing(tmp_path: Path) -> None:
    """Each start does it. Rows stay, and nothing is made anew."""
    async with database(tmp_path / "db") as opened:
        await migrate(opened)
        before = await contents(opened)
        async with opened.write() as db:
            await db.execute(text("INSERT INTO places (id, owner, name) VALUES ('p1', 'o1', 'Zimmer 3')"))
        await migrate(opened)
        assert await is_current(opened)
        assert await contents(opened) == before
        async with opened.read() as db:
            assert (await db.execute(text("SELECT name FROM places"))).scalars().all() == ["Zimmer 3"]


async def test_promises_from_before_receipts_get_salts_of_their_own(tmp_path: Path) -> None:
    """Who knows one must not be able to name the events of another; and one still runs at most."""
    at = "'2026-01-05T08:00:00.000000Z'"
    rows = [
        f"INSERT INTO accounts VALUES ('a', 'a', 'client', 1, x'', '', '', x'', x'', {at}, NULL, NULL)",
        "INSERT INTO agencies VALUES ('g', 'g', '', '', '', '', 'UTC', x'', 0)",
        *(
            f"INSERT INTO rooms VALUES ('{one}', 'g', 'a', 1, x'', x'', 1, 0, 1, {at}, {at})"
            f"; INSERT INTO threads VALUES ('{one}', 'g', 'debt', 'a', NULL, 'new', {at}, NULL, NULL, NULL)"
            f"; INSERT INTO clocks VALUES (NULL, '{one}', {at}, {at}, '', 2, 1, NULL, NULL, NULL, NULL)"
            for one in "rs"
        ),
    ]
    async with database(tmp_path / "db") as opened:
        async with opened.write() as db:
            await db.run_sync(lambda connection: command.upgrade(steps.alembic(connection), "0003"))
            for row in "; ".join(rows).split("; "):
                await db.execute(text(row))
        await migrate(opened)
        async with opened.write() as db:
            salts = (await db.execute(text("SELECT salt FROM clocks"))).scalars().all()
            assert [len(one) for one in salts] == [32, 32]
            assert len(set(salts)) == 2
            with pytest.raises(IntegrityError, match=r"clocks\.room"):
                row = f"NULL, 'r', {at}, {at}, '', 2, 1, NULL, NULL, NULL, NULL, x'00', NULL"
                await db.execute(text(f"INSERT INTO clocks VALUES ({row})"))


async def test_promises_from_before_they_were_counted_are_counted_once(tmp_path: Path) -> None:
    """What is sealed already, by the rules of that day; what is not sealed yet counts when it is."""
    at, later = "'2026-01-31T08:00:00.000000Z'", "'2026-01-31T09:01:00.000000Z'"
    due, night = "'2026-02-02T08:00:00.000000Z'", "'2026-01-31T23:30:00.000000Z'"
    clock = "INSERT INTO clocks (id, room, waiting_since, due_at, policy, salt, opened_after_position, stopped_at"
    event = "INSERT INTO clock_events (clock_id, kind, at, sealed_as) VALUES"
    rows = [
        f"INSERT INTO accounts VALUES ('a', 'a', 'client', 1, x'', '', '', x'', x'', {at}, NULL, NULL)",
        "INSERT INTO agencies VALUES ('g', 'g', '', '', '', '', 'Europe/Berlin', x'', 0)",
        f"INSERT INTO rooms VALUES ('r', 'g', 'a', 1, x'', x'', 1, 0, 1, {at}, {at})",
        f"INSERT INTO threads VALUES ('r', 'g', 'debt', 'a', NULL, 'new', {at}, NULL, NULL, NULL)",
        f"{clock}, stopped_because) VALUES (1, 'r', {at}, {due}, '', x'00', 1, {later}, 'answered')",
        f"{clock}, stopped_because) VALUES (2, 'r', {at}, {due}, '', x'01', 5, {night}, 'needs_no_answer')",
        f"{clock}, breached_at) VALUES (3, 'r', {at}, {due}, '', x'02', 9, NULL, {due})",
        f"{event} (1, 'opened', {at}, 1), (1, 'reminded', {at}, NULL), (1, 'stopped', {later}, 2)",
        f"{event} (2, 'opened', {at}, 3), (2, 'stopped', {night}, 4)",
        f"{event} (3, 'opened', {at}, 5), (3, 'breached', {due}, NULL)",
    ]
    async with database(tmp_path / "db") as opened:
        async with opened.write() as db:
            await db.run_sync(lambda connection: command.upgrade(steps.alembic(connection), "0006"))
            for row in rows:
                await db.execute(text(row))
        await migrate(opened)
        async with opened.read() as db:
            found = await db.execute(text("SELECT month, topic, what, minutes, count FROM tallies ORDER BY what"))
            assert [tuple(row) for row in found] == [
                ("2026-01", "debt", "first", 0, 1),
                ("2026-01", "debt", "kept", 65, 1),
                ("2026-02", "debt", "withdrawn", 0, 1),
            ]


# -- what is refused


async def test_a_database_of_a_newer_release_is_refused_and_not_touched(tmp_path: Path) -> None:
    """Whoever goes back a release must hear why it does not start."""
    async with database(tmp_path / "sprechraum.sqlite3") as opened:
        await migrate(opened)
        async with opened.write() as db:
            await db.execute(text("UPDATE alembic_version SET version_num = '0099'"))
        before = await contents(opened)
        with pytest.raises(ConfigInvalid, match=f"newer release.*0099.*{NEWEST}"):
            await migrate(opened)
        assert await contents(opened) == before
    with pytest.raises(ConfigInvalid, match="newer release"):
        async with running(Config(port=0, var=tmp_path), ticking=False):
            pass


async def test_somebody_elses_database_is_refused_and_not_touched(tmp_path: Path) -> None:
    """A table of ours is there already, and nobody knows what is in it."""
    async with database(tmp_path / "sprechraum.sqlite3") as opened:
        async with opened.write() as db:
            await db.execute(text("CREATE TABLE sessions (id TEXT)"))
        with pytest.raises(ConfigInvalid, match="table sessions already exists"):
            async with running(Config(port=0, var=tmp_path), ticking=False):
                pass
        async with opened.read() as db:
            assert await db.run_sync(lambda connection: inspect(connection).get_table_names()) == ["sessions"]


# -- whole or not at all


@pytest.fixture
def broken_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real history, and a step after it that fails when half of it is done."""
    history = tmp_path / "history"
    (history / "versions").mkdir(parents=True)
    for one in (steps.FOLDER / "env.py", *(steps.FOLDER / "versions").glob("*.py")):
        (history / one.relative_to(steps.FOLDER)).write_text(one.read_text())
    (history / "versions" / f"{FOLLOWING}_half.py").write_text(HALF_A_STEP)
    monkeypatch.setattr(steps, "FOLDER", history)


async def test_a_step_that_fails_half_way_leaves_nothing_of_itself(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Tables made, rows written and a table made anew are all taken back; the guards stand as before."""
    async with database(tmp_path / "db") as opened:
        await migrate(opened)
        before = await contents(opened)
        request.getfixturevalue("broken_step")
        with pytest.raises(OperationalError, match="nowhere"):
            await migrate(opened)
        assert await contents(opened) == before
        await check_guards(opened)


async def test_a_first_start_that_fails_half_way_leaves_an_empty_database(tmp_path: Path, broken_step: None) -> None:
    """Steps before the one that failed are taken back, too: the next start begins at the beginning."""
    async with database(tmp_path / "db") as opened:
        with pytest.raises(OperationalError, match="nowhere"):
            await migrate(opened)
        async with opened.read() as db:
            assert await db.run_sync(lambda connection: inspect(connection).get_table_names()) == []


# -- the guards


async def test_a_migrated_database_refuses_two_reservations_at_one_time(tmp_path: Path) -> None:
    """By itself, whoever writes."""
    async with database(tmp_path / "db") as opened:
        await migrate(opened)
        async with opened.read() as db:
            assert await missing_guards(db) == []
        async with opened.write() as db:
            await db.execute(text(_RESERVATION), {"id": "r1"})
        with pytest.raises(IntegrityError, match="reservation_overlaps"):
            async with opened.write() as db:
                await db.execute(text(_RESERVATION), {"id": "r2"})


_RESERVATION = """INSERT INTO reservations (id, counsellor, thread, kind, state, starts_at, ends_at,
    appointment_starts_at, appointment_ends_at, cancel_until, created_at) VALUES (:id, 'berger', 't1', 'chat', 'booked',
    '2026-11-23T08:00:00.000000Z', '2026-11-23T09:00:00.000000Z', '2026-11-23T08:00:00.000000Z',
    '2026-11-23T08:50:00.000000Z', '2026-11-23T06:00:00.000000Z', '2026-11-22T06:00:00.000000Z')"""


@pytest.mark.parametrize("lost", ["reservations_refuse_overlap_on_insert", "reservations_refuse_overlap_on_update"])
async def test_a_server_does_not_start_on_a_database_that_has_lost_a_guard(tmp_path: Path, lost: str) -> None:
    """As after a table that was made anew by hand; the sentence names the guard."""
    async with database(tmp_path / "sprechraum.sqlite3") as opened:
        await migrate(opened)
        async with opened.write() as db:
            await db.execute(text(f"DROP TRIGGER {lost}"))
    with pytest.raises(ConfigInvalid, match=lost):
        async with running(Config(port=0, var=tmp_path), ticking=False):
            pass


async def test_a_weakened_guard_counts_as_lost(tmp_path: Path) -> None:
    """One of the same name that refuses nothing."""
    async with database(tmp_path / "db") as opened:
        await migrate(opened)
        async with opened.write() as db:
            name = "reservations_refuse_overlap_on_insert"
            await db.execute(text(f"DROP TRIGGER {name}"))
            await db.execute(text(f"CREATE TRIGGER {name} BEFORE INSERT ON reservations BEGIN SELECT 1; END"))
        with pytest.raises(ConfigInvalid, match=name):
            await check_guards(opened)
        async with opened.write() as db:
            for guard in guards(db.dialect):
                await db.execute(guard)
        await check_guards(opened)
