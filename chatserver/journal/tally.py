"""What is counted of an event when it is sealed, for the statistics. It stays when the thread and its salts are gone.

Counted by agency, topic and month, and by nothing that could lead back to a thread: reply times in steps, not seconds.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final
from zoneinfo import ZoneInfo

# Reply times are rounded up: nobody looks quicker than they were. Up to the first, in steps of the second.
_STEPS: Final = (
    (timedelta(hours=12), timedelta(minutes=5)),
    (timedelta(hours=72), timedelta(minutes=15)),
    (timedelta.max, timedelta(hours=1)),
)
_MINUTE: Final = timedelta(minutes=1)
_ANSWERED: Final = frozenset({"answered", "answered_elsewhere"})
_ONCE: Final = frozenset({"opened", "breached", "stopped"})
_WITHDRAWN: Final = frozenset({"needs_no_answer", "closed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """An event and what the server knows around it. `live`: it began and was answered within one live chat.

    `first`: of a first enquiry. `breached`: the promise was broken by then. `inherited`: the client came from another
    agency, whose promise counts. `zone`: of the agency.
    """

    kind: str
    at: datetime
    waiting_since: datetime
    due_at: datetime
    because: str
    topic: str
    zone: str
    first: bool
    live: bool
    breached: bool
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """One more of `what` in that month ("2026-11", by the wall clock of the agency). `minutes`: of a reply, else 0."""

    month: str
    topic: str
    what: str
    minutes: int = 0


def tallies(one: Counted) -> list[Tally]:
    """What an event counts as, in the month in which it happened. A kind that nobody knows here counts as itself."""
    month = one.at.astimezone(ZoneInfo(one.zone)).strftime("%Y-%m")
    # Somebody who waits once counts once: at the agency to which they wrote first.
    counts = [] if one.inherited and one.kind in _ONCE else _counts(one)
    return [Tally(month, one.topic, what, minutes) for what, minutes in counts]


def _counts(one: Counted) -> list[tuple[str, int]]:
    if one.kind == "opened":
        return [("first", 0)] if one.first else []
    if one.kind == "breached":
        return [("broken", 0)]
    if one.kind != "stopped":
        return [(one.kind, 0)]
    late = one.breached or one.at > one.due_at
    # The answer may come before the clock has been looked at: then nobody else counts it as broken.
    broken = [("broken", 0)] if late and not one.breached else []
    if one.because not in _ANSWERED:
        return [*broken, ("withdrawn" if one.because in _WITHDRAWN else one.because, 0)]
    if one.live:
        return [*broken, ("live", 0)]
    return [*broken, ("late" if late else "kept", reply_minutes(one.at - one.waiting_since))]


def reply_minutes(took: timedelta) -> int:
    """A reply time in whole minutes, rounded up to a step that grows with it."""
    step = next(step for until, step in _STEPS if took <= until)
    return ceil(took / step) * (step // _MINUTE)
