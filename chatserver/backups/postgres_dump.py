"""PostgreSQL: its own programs, around one snapshot."""

import asyncio
import os
import shutil
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.engine import URL, make_url

from chatserver.backups.shares import APART, Rows, put_shares, read_shares
from chatserver.config import ConfigInvalid
from chatserver.database import Database

FILE: Final = "sprechraum.dump"
COMMON: Final = ("--no-owner", "--no-privileges")


async def dump(database: Database, url: str, target: Path) -> tuple[Rows, str]:
    """One moment of the database, without its shares; gives them and its migration. Raises ConfigInvalid."""
    async with database.read() as db:
        await db.execution_options(isolation_level="REPEATABLE READ")
        snapshot = (await db.execute(text("SELECT pg_export_snapshot()"))).scalar_one()
        shares = await db.run_sync(read_shares)
        form = str((await db.execute(text("SELECT version_num FROM alembic_version"))).scalar_one())
        apart = [f"--exclude-table-data=*.{table.name}" for table, _ in APART]
        wishes = ("--format=custom", *COMMON, *apart, f"--snapshot={snapshot}", f"--file={target}")
        await _run("pg_dump", url, *wishes)
    return shares, form


async def put_back(database: Database, url: str, kept: Path, shares: Path, *, again: bool) -> None:
    """Into an empty database, whole or not at all; then the shares. `again`: goes on where it was cut short.

    Raises ConfigInvalid.
    """
    async with database.read() as db:
        there = (await db.execute(text("SELECT to_regclass('alembic_version')"))).scalar_one()
    if there and not again:
        raise ConfigInvalid("The database is not empty. Restore into a new one, and name that in the settings.")
    if not there:
        await _run("pg_restore", url, "--exit-on-error", "--single-transaction", *COMMON, str(kept))
    async with database.write() as db:
        await db.run_sync(put_shares, shares)


async def _run(program: str, url: str, *wishes: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise ConfigInvalid(f"{program} is not installed. It comes with PostgreSQL's client programs.")
    where = make_url(url)
    # Not on the command line: everybody on the machine could read it there.
    environment = {**os.environ, **({"PGPASSWORD": where.password} if isinstance(where.password, str) else {})}
    dbname = _address(where)
    process = await asyncio.create_subprocess_exec(
        found, f"--dbname={dbname}", *wishes, env=environment, stderr=asyncio.subprocess.PIPE
    )
    try:
        _, complained = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        last = complained.decode(errors="replace").strip().splitlines()
        raise ConfigInvalid(f"{program} failed: {last[0] if last else process.returncode}")


def _address(where: URL) -> str:
    return where.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
