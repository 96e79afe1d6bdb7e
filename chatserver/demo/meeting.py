"""The demonstration's agency where one may also call or come: one room that anybody may know of, and one that not."""

from dataclasses import replace
from secrets import token_hex
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from booking.timetable import keep_kind
from chatserver.foundings.model import CHAT
from chatserver.places.store import add_place

_ROOMS: Final = (
    {
        "name": "Sprechzimmer 2",
        "address": "Kreuzweg 14, 48147 Münster",
        "address_told": False,
        "step_free": "yes",
        "way_in": "Eingang im Hof, Klingel „Beratungshaus“. Der Aufzug ist rechts hinter der Tür.",
    },
    {"name": "Wohnung am Kanal", "address": "", "address_told": True, "step_free": "no", "way_in": ""},
)


async def open_doors(db: AsyncConnection, agency_id: str) -> None:
    """Calls and meetings beside live chats, and where they are."""
    for name in ("phone", "on_site"):
        await keep_kind(db, owner=agency_id, kind=replace(CHAT, name=name))
    for room in _ROOMS:
        await add_place(db, agency_id, token_hex(16), room)
