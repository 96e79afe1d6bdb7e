"""What makes the database itself refuse to change or remove an entry of the audit log."""

from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

REFUSAL: Final = "audit_entries_only_grow"

_SQLITE: Final = {
    f"audit_entries_refuse_{verb}": f"CREATE TRIGGER audit_entries_refuse_{verb} BEFORE {verb.upper()} ON audit_entries"
    f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for verb in ("update", "delete")
}
_FUNCTION: Final = (
    f"CREATE OR REPLACE FUNCTION {REFUSAL}() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
)
_POSTGRESQL: Final = {
    "audit_entries_refuse_changes": "CREATE OR REPLACE TRIGGER audit_entries_refuse_changes"
    f" BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION {REFUSAL}()",
    "audit_entries_refuse_truncate": "CREATE OR REPLACE TRIGGER audit_entries_refuse_truncate"
    f" BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION {REFUSAL}()",
}


def make_append_only(_table: object, connection: Connection, **_: object) -> None:
    """The last step of creating the table; to be run again by a migration that makes it anew, which drops triggers."""
    if connection.dialect.name == "sqlite":
        for name, trigger in _SQLITE.items():
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
            connection.execute(text(trigger))
        return
    for statement in (_FUNCTION, *_POSTGRESQL.values()):
        connection.execute(text(statement))


async def missing_refusals(db: AsyncConnection) -> list[str]:
    """The triggers that are not there."""
    if db.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entries'"
    else:
        query = (
            "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass('audit_entries')"
            " AND NOT tgisinternal AND tgenabled <> 'D'"
        )
    there = set((await db.execute(text(query))).scalars())
    return [one for one in (_SQLITE if db.dialect.name == "sqlite" else _POSTGRESQL) if one not in there]
