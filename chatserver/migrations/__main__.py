"""Writes the next step of the history: `python -m chatserver.migrations what changes`."""

import asyncio
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from chatserver.database import Database
from chatserver.migrations.steps import FOLDER, alembic, migrate


async def write_step(message: str) -> None:
    """Compares the tables with a database that has taken every step so far, and writes down the difference."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'empty.sqlite3'}")
        await migrate(database)
        async with database.write() as db:
            await db.run_sync(_compare, message)
        await database.close()


def _compare(connection: Connection, message: str) -> None:
    settings = alembic(connection)
    settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    number = 1 + sum(1 for _ in ScriptDirectory(str(FOLDER)).walk_revisions())
    command.revision(settings, message=message, autogenerate=True, rev_id=f"{number:04}")


if __name__ == "__main__":
    words = " ".join(sys.argv[1:])
    if not words:
        sys.exit("Say what changes: python -m chatserver.migrations appointments get a place")
    asyncio.run(write_step(words))
