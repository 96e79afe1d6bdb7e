"""What is pushed about deletions."""

from typing import Final

from chatserver.deletions.wire import ThreadDeleted
from chatserver.live import Pushed

PUSHED: Final = (Pushed("thread_deleted", ThreadDeleted, "The client has deleted the thread; nothing of it is left."),)
