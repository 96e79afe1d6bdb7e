"""Lines over Socket.IO: what somebody who waits is told."""

from typing import Final

from chatserver.live import Pushed
from chatserver.waiting.wire import SlotOffered

PUSHED: Final = (Pushed("slot_offered", SlotOffered, summary="A time has become free and is kept for the client"),)
