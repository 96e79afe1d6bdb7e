"""Run by Alembic, on the connection that `chatserver.migrations.steps` gives it."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from booking.guards import guards
from booking.times import UtcDateTime
from chatserver.tables import due_work


def render_type(kind: str, thing: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Lets a generated step name our own column type by its import."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        autogen.imports.add("from booking.times import UtcDateTime")
        return "UtcDateTime()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=due_work.metadata,
    render_as_batch=True,
    render_item=render_type,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
    # SQLite makes tables anew to change them, and the triggers on them are silently gone.
    if connection.dialect.has_table(connection, "reservations"):
        for guard in guards(connection.dialect):
            connection.execute(guard)
