"""Messages over Socket.IO."""

from typing import Final

from chatserver.live import Event
from chatserver.messages import actions
from chatserver.threads.wire import MessagePosted, PostMessage

EVENTS: Final = (
    Event(
        "message",
        PostMessage,
        MessagePosted,
        actions.post_message,
        summary="Stores a message; acknowledged once it is on disk, and a repeat gets the first answer",
        knows_session=True,
    ),
)
