"""What is pushed about other calendars."""

from typing import Final

from chatserver.imports.wire import ImportsChanged
from chatserver.live import Pushed

PUSHED: Final = (Pushed("imports", ImportsChanged, "Another calendar was read, or could not be."),)
