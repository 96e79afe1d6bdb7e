"""What is pushed about absences."""

from typing import Final

from chatserver.absences.wire import AbsencesChanged
from chatserver.live import Pushed

PUSHED: Final = (Pushed("absences", AbsencesChanged, "An absence was entered, changed or ended."),)
