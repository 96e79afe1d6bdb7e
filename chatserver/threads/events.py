"""Threads over Socket.IO: messages in, the promise out."""

from typing import Final

from chatserver.live import Event, Pushed
from chatserver.threads import actions
from chatserver.threads.wire import ClockChanged, MessagePosted, PostMessage

EVENTS: Final = (
    Event(
        "message",
        PostMessage,
        MessagePosted,
        actions.post_message,
        summary="Stores a message; acknowledged once it is on disk, and a repeat gets the first answer",
    ),
)

PUSHED: Final = (Pushed("clock", ClockChanged, summary="A promise has started, stopped or been broken"),)
