"""Rooms over HTTP."""

from typing import Final

from chatserver.http import Route
from chatserver.rooms import actions
from chatserver.rooms.wire import Items, Since

ROUTES: Final = (
    Route(
        "GET",
        "/api/rooms/{room}/items",
        Since,
        Items,
        actions.items_since,
        summary="What was stored in a room after a position, oldest first",
    ),
)
