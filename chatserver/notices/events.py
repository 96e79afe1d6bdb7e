"""What is pushed about notices."""

from typing import Final

from chatserver.live import Pushed
from chatserver.notices.wire import Notice

PUSHED: Final = (Pushed("notice", Notice, "Something has happened that the person should know of."),)
