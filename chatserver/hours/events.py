"""Hours over Socket.IO: one's other pages learn that they have changed."""

from typing import Final

from chatserver.hours.wire import HoursKept
from chatserver.live import Pushed

PUSHED: Final = (Pushed("hours", HoursKept, summary="One's own hours were changed on some device"),)
