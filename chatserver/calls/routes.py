"""Calls over HTTP: the way to the relay only."""

from typing import Final

from chatserver.calls import actions
from chatserver.calls.wire import ReadRelay, Relay
from chatserver.http import Route

ROUTES: Final = (
    Route(
        "GET",
        "/api/threads/{room}/relay",
        ReadRelay,
        Relay,
        actions.read_relay,
        summary="What lets a page use the relay for voice and video, for two hours",
    ),
)
