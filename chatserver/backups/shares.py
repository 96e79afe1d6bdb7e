"""The shares, in a file of their own: whoever has the rest of a backup opens nothing with it."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Table, select

from chatserver.tables import accounts, room_shares, rooms, user_shares

FILE: Final = "shares.sqlite3"
# The table, and what a share belongs to: a backup of the rest may be older, and know less.
APART: Final[tuple[tuple[Table, Table], ...]] = ((user_shares, accounts), (room_shares, rooms))
Rows = dict[str, list[tuple[str, bytes]]]


def read_shares(db: Connection) -> Rows:
    """All of them, at one moment."""
    return {table.name: [(row[0], row[1]) for row in db.execute(select(*table.c))] for table, _ in APART}


def write_shares(path: Path, rows: Rows) -> None:
    """Into a new file."""
    with closing(sqlite3.connect(path)) as db, db:
        for name, some in rows.items():
            db.execute(f"CREATE TABLE {name} (owner TEXT PRIMARY KEY, share BLOB NOT NULL)")
            db.executemany(f"INSERT INTO {name} VALUES (?, ?)", some)  # noqa: S608  our own names


def put_shares(db: Connection, path: Path) -> None:
    """Those that something in the database belongs to and that are not there yet."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
        for table, owners in APART:
            owner = next(iter(table.c))
            present = set(db.execute(select(owners.c.id)).scalars()) - set(db.execute(select(owner)).scalars())
            kept = file.execute(f"SELECT owner, share FROM {table.name}").fetchall()  # noqa: S608  our own names
            values = _values(owner.name, present, kept)
            if values:
                db.execute(table.insert(), values)


def _values(owner: str, present: set[str], kept: Iterable[tuple[str, bytes]]) -> list[dict[str, object]]:
    return [{owner: one, "share": share} for one, share in kept if one in present]
