"""Threads over Socket.IO: the promise out."""

from typing import Final

from chatserver.live import Pushed
from chatserver.threads.wire import ClockChanged

PUSHED: Final = (Pushed("clock", ClockChanged, summary="A promise has started, stopped or been broken"),)
