"""What is pushed about rosters."""

from typing import Final

from chatserver.live import Pushed
from chatserver.rosters.wire import RosterChanged

PUSHED: Final = (Pushed("roster_changed", RosterChanged, "The agency has a new roster, or new seeds of its duty key."),)
