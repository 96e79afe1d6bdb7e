"""When the rungs of a promise come: hours of a promise of 48, and the same share of any other."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Final

from chatserver.errors import LadderInvalid
from chatserver.guarantee.policy import Policy, parts_of, policy_of

# The promise whose hours a ladder counts in.
WHOLE_HOURS: Final = 48


class Rung(StrEnum):
    """What happens while nobody answers. UNATTENDED has no hour: it comes as soon as nobody is there who could."""

    UNATTENDED = "unattended"
    REMIND = "remind"
    ESCALATE = "escalate"
    WARN = "warn"
    BREACH = "breach"


# What is kept of having climbed it.
EVENT: Final = {
    Rung.UNATTENDED: "unattended",
    Rung.REMIND: "reminded",
    Rung.ESCALATE: "escalated",
    Rung.WARN: "warned",
    Rung.BREACH: "breached",
}
# Those that have a time, in their order.
CLIMBED: Final = (Rung.REMIND, Rung.ESCALATE, Rung.WARN, Rung.BREACH)


@dataclass(frozen=True, slots=True)
class Ladder:
    """The hours of a promise of 48 at which its rungs come. Raises LadderInvalid unless 1 <= … < … < … < 48."""

    remind_hours: int = 24
    escalate_hours: int = 36
    warn_hours: int = 44

    def __post_init__(self) -> None:
        hours = [0, self.remind_hours, self.escalate_hours, self.warn_hours, WHOLE_HOURS]
        for before, after, name in zip(hours, hours[1:], ("remind", "escalate", "warn", "warn"), strict=False):
            if before >= after:
                raise LadderInvalid(f"{name}_hours")

    def at(self, rung: Rung, snapshot: str, waiting_since: datetime, due_at: datetime) -> datetime:
        """When that rung of a promise comes (UTC), by the policy that was kept with it.

        A promise of other than 48 hours has its rungs at the same shares of its own time. What is counted in working
        time has them in working time, too: a reminder at night would remind nobody.
        """
        if rung is Rung.BREACH:
            return due_at
        if rung is Rung.UNATTENDED:
            return waiting_since
        return min(_share_of(snapshot, waiting_since.astimezone(UTC), getattr(self, f"{rung.value}_hours")), due_at)

    def following(self, rung: Rung | None) -> Rung | None:
        """The rung after that one, or the first; None after the last."""
        return CLIMBED[0] if rung is None else dict(pairwise(CLIMBED)).get(rung)


DEFAULT: Final = Ladder()


# An inbox asks for the same promises again and again, and working time takes a while to count.
@lru_cache(maxsize=8192)
def _share_of(snapshot: str, since: datetime, hours: int) -> datetime:
    whole: Policy = policy_of(*parts_of(snapshot))
    return replace(whole, seconds=whole.seconds * hours // WHOLE_HOURS).due_at(since)
