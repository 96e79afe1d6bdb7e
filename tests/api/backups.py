"""A backup as an operator makes one: without the shares, which have one of their own."""

from collections.abc import Sequence

from sqlalchemy import Table, delete, insert, select, text

from booking.tables import metadata
from chatserver.tables import deletions, room_shares, user_shares
from tests.api.house import House

Backup = dict[Table, list[dict[str, object]]]
APART = (room_shares, user_shares, deletions)
# Rows refer to each other, and come back one table after the other.
UNCHECKED = {
    "sqlite": "PRAGMA defer_foreign_keys = ON",
    "postgresql": "SET LOCAL session_replication_role = replica",
}


async def backed_up(house: House, only: Sequence[Table] = ()) -> Backup:
    """Every row of these tables; of all but the shares, unless told."""
    tables = only or [table for table in metadata.sorted_tables if table not in APART]
    async with house.deps.database.read() as db:
        return {table: [dict(row._mapping) for row in await db.execute(select(table))] for table in tables}


async def restore(house: House, backup: Backup) -> None:
    """Puts everything back as it was."""
    async with house.deps.database.write() as db:
        await db.execute(text(UNCHECKED[db.dialect.name]))
        for table in reversed(list(backup)):
            await db.execute(delete(table))
        for table, rows in backup.items():
            if rows:
                await db.execute(insert(table), rows)
