"""SQLite: a copy while the server writes, and back."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import create_engine

from chatserver.backups.shares import APART, Rows, put_shares, read_shares
from chatserver.config import ConfigInvalid

FILE: Final = "sprechraum.sqlite3"


def copy_out(database: Path, beside: Path, target: Path) -> Rows:
    """One moment of the database, without its shares, which are given. `beside` holds all of it for a while.

    The source is only read, by SQLite's own backup: whoever writes does not wait. Raises ConfigInvalid, OSError.
    """
    if not database.exists():
        raise ConfigInvalid(f"There is no database at {database}.")
    with closing(sqlite3.connect(_readable(database), uri=True)) as source, closing(sqlite3.connect(beside)) as copy:
        source.backup(copy)
    engine = create_engine(f"sqlite:///{beside}")
    try:
        with engine.connect() as db:
            shares = read_shares(db)
    finally:
        engine.dispose()
    with closing(sqlite3.connect(beside, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=DELETE")
        for table, _ in APART:
            db.execute(f"DELETE FROM {table.name}")  # noqa: S608  our own names
        # Written anew, page by page: nothing of what was deleted is left between the rows.
        db.execute("VACUUM INTO ?", (str(target),))
    beside.unlink()
    check_whole(target)
    return shares


def put_in_place(kept: Path, shares: Path, database: Path) -> None:
    """The database with its shares, whole or not at all. Raises ConfigInvalid, OSError."""
    beside = database.with_name(f".{database.name}.restored")
    for leftover in (beside, *(database.with_name(f"{database.name}{end}") for end in ("-wal", "-shm"))):
        leftover.unlink(missing_ok=True)
    shutil.copyfile(kept, beside)
    beside.chmod(0o600)
    engine = create_engine(f"sqlite:///{beside}")
    try:
        with engine.begin() as db:
            put_shares(db, shares)
    finally:
        engine.dispose()
    check_whole(beside)
    with beside.open("rb") as file:
        os.fsync(file.fileno())
    beside.rename(database)


def check_whole(path: Path) -> None:
    """Every page and every reference. Raises ConfigInvalid."""
    with closing(sqlite3.connect(_readable(path), uri=True)) as db:
        found = [row[0] for row in db.execute("PRAGMA integrity_check")]
        lost = db.execute("PRAGMA foreign_key_check").fetchall()
    if found != ["ok"] or lost:
        raise ConfigInvalid(f"{path} is damaged: {found[0] if found != ['ok'] else 'a reference leads nowhere'}.")


def form_of(path: Path) -> str:
    """Which migration it has."""
    with closing(sqlite3.connect(_readable(path), uri=True)) as db:
        return str(db.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def _readable(path: Path) -> str:
    return f"file:{quote(str(path.absolute()))}?mode=ro"
