"""When an appointment's live chat may begin, and when it is over by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from booking.errors import AppointmentOver
from booking.model import Span
from chatserver.errors import NotOpenYet

# Both sides arrive a little early.
OPENS_BEFORE: Final = timedelta(minutes=10)
# A chat that both pages left without a word ends by itself, well after anybody would still be talking.
FORGOTTEN_AFTER: Final = timedelta(minutes=30)
# How long a past appointment stays in a person's list.
LISTED_AFTER_END: Final = timedelta(days=1)
# How far ahead a counsellor may move the end of what goes on.
LONGER_AT_MOST: Final = timedelta(hours=1)
# Whoever is a few minutes late is on the way; from then on a client may say that nobody came.
PATIENCE: Final = timedelta(minutes=5)
DEFAULT_RANGE: Final = timedelta(days=28)
# The kind of appointment whose time is spent in the thread's own room.
LIVE_KIND: Final = "chat"


@dataclass(frozen=True, slots=True)
class LiveChat:
    """A live chat that was begun."""

    appointment: str
    room: str
    began_at: datetime
    began_by: str | None
    ended_at: datetime | None

    @property
    def on(self) -> bool:
        """Whether it goes on right now."""
        return self.ended_at is None


def opens_at(starts_at: datetime) -> datetime:
    """From then on either side may begin."""
    return starts_at - OPENS_BEFORE


def ends_itself_at(ends_at: datetime) -> datetime:
    """When a live chat is over although nobody has said so."""
    return ends_at + FORGOTTEN_AFTER


def check_may_begin(*, booked: bool, span: Span, now: datetime) -> None:
    """Raises NotOpenYet until ten minutes before the start, AppointmentOver from the end on or when it is cancelled."""
    if not booked or now >= span.ends_at:
        raise AppointmentOver
    if now < opens_at(span.starts_at):
        raise NotOpenYet
