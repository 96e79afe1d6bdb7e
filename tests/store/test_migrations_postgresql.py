"""The same promises of migrations on PostgreSQL, where several nodes may start at once."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chatserver.config import ConfigInvalid
from chatserver.database import Database
from chatserver.main import check_guards
from chatserver.migrations import steps
from chatserver.migrations.steps import is_current, migrate
from chatserver.tables import due_work
from tests.postgres import new_database, own_server

NEWEST = max(step.name[:4] for step in (steps.FOLDER / "versions").glob("[0-9]*.py"))
FOLLOWING = f"{int(NEWEST) + 1:04}"
DEADLOCKED_S = 60
# Whatever the database itself knows about its form, without the bookkeeping of migrations.
FORM = """
    SELECT 'column', c.table_name, concat_ws(' ', column_name, data_type, character_maximum_length, is_nullable,
        column_default, is_identity) FROM information_schema.columns c WHERE table_schema = 'public'
    UNION ALL SELECT 'constraint', conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'index', tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server of our own."""
    with own_server() as address:
        yield address


@pytest.fixture
def addresses(server: str) -> list[str]:
    """Two empty databases."""
    return [new_database(server) for _ in range(2)]


@pytest_asyncio.fixture
async def opened(addresses: list[str]) -> AsyncIterator[Database]:
    """One of them, open."""
    database = Database(addresses[0])
    yield database
    await database.close()


async def form_of(database: Database) -> set[tuple[str, ...]]:
    """Columns, constraints and indexes."""
    async with database.read() as db:
        return {tuple(row) for row in await db.execute(text(FORM)) if row[1] != "alembic_version"}


async def test_an_empty_database_becomes_what_the_tables_say(opened: Database, addresses: list[str]) -> None:
    """With every constraint, among them those that refuse two reservations at one time."""
    described = Database(addresses[1])
    async with described.write() as db:
        await db.run_sync(due_work.metadata.create_all)
    await migrate(opened)
    found, wanted = await form_of(opened), await form_of(described)
    await described.close()
    assert found ^ wanted == set()
    assert {table for _, table, _ in found} == set(due_work.metadata.tables)
    assert sum("EXCLUDE" in definition for _, _, definition in found) == 2


async def test_nodes_that_start_at_once_migrate_one_after_the_other(opened: Database, addresses: list[str]) -> None:
    """Whoever comes second finds it done; and a third time changes nothing."""
    other = Database(addresses[0])
    async with asyncio.timeout(DEADLOCKED_S), asyncio.TaskGroup() as nodes:
        nodes.create_task(migrate(opened))
        nodes.create_task(migrate(other))
    before = await form_of(opened)
    await migrate(other)
    await other.close()
    assert await is_current(opened)
    assert await form_of(opened) == before
    await check_guards(opened)


async def test_a_step_that_fails_half_way_leaves_nothing(
    opened: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even the steps before it."""
    (tmp_path / "versions").mkdir()
    for one in (steps.FOLDER / "env.py", *(steps.FOLDER / "versions").glob("*.py")):
        (tmp_path / one.relative_to(steps.FOLDER)).write_text(one.read_text())
    (tmp_path / "versions" / f"{FOLLOWING}_half.py").write_text(
        "from alembic import op\n"
        f"revision, down_revision, branch_labels, depends_on = '{FOLLOWING}', '{NEWEST}', None, None\n"
        "def upgrade():\n    op.execute('CREATE TABLE half (id INT)')\n    op.execute('INSERT INTO nowhere VALUES (1)')"
    )
    monkeypatch.setattr(steps, "FOLDER", tmp_path)
    with pytest.raises(DBAPIError, match="nowhere"):
        await migrate(opened)
    assert await form_of(opened) == set()


async def test_a_database_of_a_newer_release_and_one_without_a_guard_are_refused(opened: Database) -> None:
    """As on SQLite."""
    await migrate(opened)
    async with opened.write() as db:
        await db.execute(text("ALTER TABLE reservations DROP CONSTRAINT reservations_once_per_place"))
        await db.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    with pytest.raises(ConfigInvalid, match="newer release"):
        await migrate(opened)
    with pytest.raises(ConfigInvalid, match="reservations_once_per_place"):
        await check_guards(opened)
