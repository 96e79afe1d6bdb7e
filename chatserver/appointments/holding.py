"""Holding slots in groups: of those who want the same slot at the same moment, each waits for one commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from booking import store as booking
from booking.errors import BookingRefusal
from booking.glance import refuse_taken
from booking.model import Reservation
from booking.register import take_turns
from booking.wishes import Wish
from chatserver.gathering import Outcome


@dataclass(frozen=True, slots=True)
class Trial:
    """Somebody wants a slot. The same request id is the same trial."""

    wish: Wish
    request_id: str


def hold_slots(db: Connection, now: datetime, trials: Sequence[Trial]) -> list[Outcome[Reservation]]:
    """A group in one transaction, in the order in which they came; whoever is refused leaves nothing."""
    # Always in the same order, so that two nodes never wait for each other.
    places = {place for one in trials for place in one.wish.candidates if place}
    threads = sorted({one.wish.thread for one in trials})
    take_turns(db, [*sorted({one.wish.counsellor for one in trials}), *sorted(places), *threads])
    return [_tried(db, now, one) for one in trials]


def _tried(db: Connection, now: datetime, trial: Trial) -> Outcome[Reservation]:
    try:
        refuse_taken(db, trial.wish, request_id=trial.request_id, now=now)
        with db.begin_nested():
            return Outcome(booking.hold_slot.at_once(db, trial.wish, request_id=trial.request_id, now=now))
    except BookingRefusal as refusal:
        return Outcome(refusal=refusal)
