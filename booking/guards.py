"""The guards: what makes the database itself refuse two reservations at one time, for a counsellor and for a place.

Raw SQL, a bug of ours or two transactions at once cannot get past them. Only a cancelled reservation keeps no time
free. They read no clock: an expired hold is in the way until it is removed, which every taker does first.
"""

from typing import Final

from sqlalchemy import DDL, Connection, text
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

OVERLAP: Final = "reservation_overlaps"
MALFORMED: Final = "reservation_time_malformed"

_DIGIT = "[0-9]"
# GLOB has no counts; LIKE would take any character for a digit.
_INSTANT = "-".join((_DIGIT * 4, _DIGIT * 2, _DIGIT * 2)) + "T" + ":".join((_DIGIT * 2,) * 3) + "." + _DIGIT * 6 + "Z"

_SQLITE_TRIGGER = """CREATE TRIGGER {name} BEFORE {verb} ON reservations WHEN NEW.state <> 'cancelled'
BEGIN
  SELECT RAISE(ABORT, '{malformed}')
    WHERE typeof(NEW.starts_at) <> 'text' OR NEW.starts_at NOT GLOB '{instant}'
       OR typeof(NEW.ends_at) <> 'text' OR NEW.ends_at NOT GLOB '{instant}';
  SELECT RAISE(ABORT, '{overlap}') WHERE EXISTS (
    SELECT 1 FROM reservations AS other WHERE other.counsellor = NEW.counsellor AND other.state <> 'cancelled'
       AND other.ends_at > NEW.starts_at AND other.starts_at < NEW.ends_at{but_not_itself});
  SELECT RAISE(ABORT, '{overlap}') WHERE EXISTS (
    SELECT 1 FROM reservations AS other WHERE other.place = NEW.place AND other.state <> 'cancelled'
       AND other.ends_at > NEW.starts_at AND other.starts_at < NEW.ends_at{but_not_itself});
END"""


def _trigger(name: str, verb: str, but_not_itself: str) -> str:
    return _SQLITE_TRIGGER.format(
        name=name, verb=verb, but_not_itself=but_not_itself, malformed=MALFORMED, overlap=OVERLAP, instant=_INSTANT
    )


_SQLITE: Final = {
    "reservations_refuse_overlap_on_insert": _trigger("reservations_refuse_overlap_on_insert", "INSERT", ""),
    # The row under its old id is the one that is being changed.
    "reservations_refuse_overlap_on_update": _trigger(
        "reservations_refuse_overlap_on_update", "UPDATE", " AND other.id <> OLD.id"
    ),
}

_POSTGRESQL_EXCLUSION = """DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{name}' AND conrelid = 'reservations'::regclass) THEN
    ALTER TABLE reservations ADD CONSTRAINT {name}
      EXCLUDE USING gist ({column} WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&)
      WHERE (state <> 'cancelled' AND {column} IS NOT NULL);
  END IF;
END $$"""

_POSTGRESQL: Final = {
    name: _POSTGRESQL_EXCLUSION.format(name=name, column=column)
    for name, column in (("reservations_once_per_counsellor", "counsellor"), ("reservations_once_per_place", "place"))
}


def guards(dialect: Dialect) -> list[DDL]:
    """The statements that set up the guards of that database, and repair them where they stand already.

    To be run after `reservations` was created, and again after a migration that made the table anew: that
    silently drops triggers. Raises ValueError for a database that has no guards.
    """
    if dialect.name == "sqlite":
        anew = ((f"DROP TRIGGER IF EXISTS {name}", trigger) for name, trigger in _SQLITE.items())
        return [_ddl(statement) for pair in anew for statement in pair]
    if dialect.name == "postgresql":
        extension = "CREATE EXTENSION IF NOT EXISTS btree_gist"
        return [_ddl(statement) for statement in (extension, *_POSTGRESQL.values())]
    raise ValueError(f"no guards against double booking are known for {dialect.name}")


def refused_by_guard(error: IntegrityError) -> bool:
    """Whether it was a guard that refused, because the time is taken; and not another rule of the database."""
    reason = str(error.orig)
    return OVERLAP in reason or any(name in reason for name in _POSTGRESQL)


def _ddl(statement: str) -> DDL:
    return DDL(statement)  # type: ignore[no-untyped-call]  # its constructor has no annotations


async def missing_guards(connection: AsyncConnection) -> list[str]:
    """The names of guards that are not there, or not as they should be. Nothing must be booked while there are any."""
    if connection.dialect.name == "sqlite":
        found = await connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        standing = {row.name: row.sql for row in found}
        return [name for name, wanted in _SQLITE.items() if standing.get(name) != wanted]
    found = await connection.execute(
        text("SELECT conname FROM pg_constraint WHERE contype = 'x' AND conrelid = to_regclass('reservations')")
    )
    there = set(found.scalars())
    return [name for name in _POSTGRESQL if name not in there]


def stand_guard(_table: object, connection: Connection, **_: object) -> None:
    """Sets up the guards on a synchronous connection: the last step of creating the table."""
    for guard in guards(connection.dialect):
        connection.execute(guard)
