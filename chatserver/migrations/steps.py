"""Bringing a database to the newest form, in one transaction, one node at a time."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config as Alembic
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from chatserver.database import Database

FOLDER: Final = Path(__file__).parent
# Any number will do, as long as all nodes take the same one.
_LOCK: Final = 7_368_120


async def migrate(database: Database) -> None:
    """Takes every step that the database has not taken yet. On SQLite the write transaction itself is the lock."""
    async with database.write() as db:
        await db.run_sync(_upgrade)


async def is_current(database: Database) -> bool:
    """Whether the database has the newest form."""
    async with database.read() as db:
        return await db.run_sync(_is_current)


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    if not _is_current(connection):
        command.upgrade(alembic(connection), "head")


def _is_current(connection: Connection) -> bool:
    newest = ScriptDirectory(str(FOLDER)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == newest


def alembic(connection: Connection) -> Alembic:
    """Alembic's settings. They are not in a file: there is one database at a time, and it is already open."""
    settings = Alembic()
    settings.set_main_option("script_location", str(FOLDER))
    settings.attributes["connection"] = connection
    return settings
