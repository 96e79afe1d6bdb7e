"""Whether nobody has to answer in a thread, and whether its client may write: conditions of several stores."""

from typing import Final

from sqlalchemy import Column, ColumnElement, exists

from chatserver.tables import rooms, threads, waivers

# Of a room, joined to its thread: what was written last is what was waived.
WAIVED: Final = exists().where(
    waivers.c.room == threads.c.room,
    waivers.c.clock_id.is_not(None),
    waivers.c.put_back_at.is_(None),
    waivers.c.position > rooms.c.last_position,
)


def is_blocked(agency: Column[str], client: Column[str]) -> ColumnElement[bool]:
    """Whether the client may write no more at the agency."""
    return exists().where(
        waivers.c.agency_id == agency, waivers.c.client_id == client, waivers.c.blocks, waivers.c.lifted_at.is_(None)
    )
