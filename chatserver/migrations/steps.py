"""Bringing a database to the newest form, in one transaction, one node at a time."""

from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config as Alembic
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from chatserver.config import ConfigInvalid
from chatserver.database import Database

FOLDER: Final = Path(__file__).parent
# Any number will do, as long as all nodes take the same one.
_LOCK: Final = 7_368_120


async def migrate(database: Database) -> None:
    """Takes every step that the database has not taken yet; all of them, or none. Raises ConfigInvalid.

    On SQLite the write transaction itself is the lock.
    """
    async with database.write() as db:
        await db.run_sync(_upgrade)


async def is_current(database: Database) -> bool:
    """Whether the database has the newest form."""
    async with database.read() as db:
        return await db.run_sync(_is_current)


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    _refuse_newer(connection)
    if not _is_current(connection):
        command.upgrade(alembic(connection), "head")


def knows_form(form: str) -> bool:
    """Whether a database of this form can be brought to the newest."""
    return form in {step.revision for step in _steps(FOLDER).walk_revisions()}


def _refuse_newer(connection: Connection) -> None:
    """A release that does not know a step cannot know what it must not break."""
    known = {step.revision for step in _steps(FOLDER).walk_revisions()}
    stands_at = MigrationContext.configure(connection).get_current_revision()
    if stands_at is not None and stands_at not in known:
        raise ConfigInvalid(
            f"The database is from a newer release of Sprechraum: its form is {stands_at}, and this release knows"
            f" {max(known)} as the newest. Install the newer release, or restore a backup from before."
        )


def _is_current(connection: Connection) -> bool:
    newest = _steps(FOLDER).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == newest


@cache
def _steps(folder: Path) -> ScriptDirectory:
    """Read once: they do not change while a process runs."""
    return ScriptDirectory(str(folder))


def alembic(connection: Connection) -> Alembic:
    """Alembic's settings. They are not in a file: there is one database at a time, and it is already open."""
    settings = Alembic()
    settings.set_main_option("script_location", str(FOLDER))
    settings.attributes["connection"] = connection
    return settings
