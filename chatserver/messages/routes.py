"""Messages over HTTP."""

from typing import Final

from chatserver.http import Route
from chatserver.messages import actions
from chatserver.threads.wire import MessagePosted, PostMessage

ROUTES: Final = (
    Route(
        "POST",
        "/api/rooms/{room}/messages",
        PostMessage,
        MessagePosted,
        actions.post_message,
        summary="Stores a message; a repeat gets the first answer",
    ),
)
