"""The address at which a colleague is asked."""

from typing import Final

from chatserver.assignments import actions, wire
from chatserver.http import Route, Who

ROUTES: Final = (
    Route(
        "POST",
        "/api/threads/{room}/assign",
        wire.Assign,
        wire.Assigned,
        actions.assign,
        who=Who.COORDINATOR,
        summary="Asks a colleague on duty to take what waits; the colleague takes it, and the client sees it.",
    ),
)
