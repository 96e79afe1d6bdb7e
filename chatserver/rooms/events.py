"""Rooms over Socket.IO: what is missing, who is here, who is typing."""

from typing import Final

from chatserver.live import Event, Pushed
from chatserver.rooms import actions
from chatserver.rooms.wire import (
    Before,
    EnterRoom,
    Items,
    LeaveRoom,
    Left,
    Posted,
    PresenceChanged,
    Present,
    SayTyping,
    Since,
    Typing,
)

EVENTS: Final = (
    Event("since", Since, Items, actions.items_since, summary="What was stored in a room after a position"),
    Event(
        "before", Before, Items, actions.items_before, summary="The last items of a room before a position, or of all"
    ),
    Event(
        "enter", EnterRoom, Present, actions.enter_room, summary="This page shows the room; answers who else is here"
    ),
    Event("leave", LeaveRoom, Left, actions.leave_room, summary="This page shows the room no more"),
    Event("typing", SayTyping, Left, actions.say_typing, summary="Something is being written; told to the others only"),
)

PUSHED: Final = (
    Pushed("posted", Posted, summary="An item was stored: a message, or a change of members or keys"),
    Pushed("presence", PresenceChanged, summary="Somebody has come or gone"),
    Pushed("typing", Typing, summary="Somebody is writing"),
)
