"""Holding slots in groups: of those who want the same slot at the same moment, each waits for one commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from booking import store as booking
from booking.errors import BookingRefusal, SlotTaken
from booking.glance import refuse_taken
from booking.model import Reservation
from booking.register import take_turns
from booking.wishes import Wish
from chatserver.gathering import Outcome

Slot = tuple[str, datetime, timedelta, timedelta]


@dataclass(frozen=True, slots=True)
class Trial:
    """Somebody wants a slot. The same request id is the same trial."""

    wish: Wish
    request_id: str

    @property
    def slot(self) -> Slot:
        """Which time it is about, as two who want the same have it in common."""
        wish = self.wish
        return wish.counsellor, wish.starts_at, wish.kind.buffer_before, wish.kind.length + wish.kind.buffer_after


def hold_slots(db: Connection, now: datetime, trials: Sequence[Trial]) -> list[Outcome[Reservation]]:
    """A group in one transaction, in the order in which they came; whoever is refused leaves nothing."""
    # Always in the same order, so that two nodes never wait for each other.
    places = {place for one in trials for place in one.wish.candidates if place}
    threads = sorted({one.wish.thread for one in trials})
    take_turns(db, [*sorted({one.wish.counsellor for one in trials}), *sorted(places), *threads])
    given: dict[Slot, Trial] = {}
    return [_tried(db, now, one, given) for one in trials]


def _tried(db: Connection, now: datetime, trial: Trial, given: dict[Slot, Trial]) -> Outcome[Reservation]:
    """`given`: what this group has given away. Of many who want one slot, all but the first need not ask for it."""
    slot = trial.slot
    winner = given.get(slot)
    if winner is not None and trial.request_id != winner.request_id and trial.wish.thread != winner.wish.thread:
        return Outcome(refusal=SlotTaken("starts_at"))
    try:
        refuse_taken(db, trial.wish, request_id=trial.request_id, now=now)
        with db.begin_nested():
            held = booking.hold_slot.at_once(db, trial.wish, request_id=trial.request_id, now=now)
    except BookingRefusal as refusal:
        return Outcome(refusal=refusal)
    # Another hold in the same conversation has given way, and is there for the next.
    for other in [other for other, one in given.items() if one.wish.thread == trial.wish.thread]:
        del given[other]
    given[slot] = trial
    return Outcome(held)
