"""Rooms over HTTP."""

from typing import Final

from chatserver.http import Route
from chatserver.rooms import actions
from chatserver.rooms.wire import Before, Items, Since

ROUTES: Final = (
    Route(
        "GET",
        "/api/rooms/{room}/items",
        Since,
        Items,
        actions.items_since,
        summary="What was stored in a room after a position, oldest first",
    ),
    Route(
        "GET",
        "/api/rooms/{room}/items/before",
        Before,
        Items,
        actions.items_before,
        summary="The last items of a room before a position, or of all, oldest first",
    ),
)
