"""Calls over Socket.IO: signals, passed on and forgotten."""

from typing import Final

from chatserver.calls import actions
from chatserver.calls.wire import CallHeard, CallSaid, SayCall
from chatserver.live import Event, Pushed

EVENTS: Final = (
    Event("call", SayCall, CallSaid, actions.say_call, summary="A sealed call signal for the room's other pages"),
)

PUSHED: Final = (Pushed("call", CallHeard, summary="A sealed call signal from one of the room's other pages"),)
