"""The reply clock: when a promise starts, when it stops, and what happens while it runs (the reply guarantee).

A thread waits from its oldest unanswered client message. Only a counsellor's answer or the client's own word ends that.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from secrets import token_bytes
from typing import Final

from chatserver.absences.model import Staff
from chatserver.guarantee.policy import Calendar, Offer
from chatserver.ladders.model import Rung
from chatserver.threads.receipts import Promised

# An event of a promise that was kept, and the work of telling those who have to know.
CONTESTED: Final = "contested"
# An event of a promise before which the client can ask other agencies, and the work by which that comes.
HELP_OFFERED: Final = "help_offered"
ASK_NEIGHBOURS: Final = "ask_neighbours"


class Act(StrEnum):
    """What a message says about the clock, in its signed and readable header."""

    NONE = "none"
    ASKS = "asks"
    ANSWERS = "answers"
    NEEDS_NO_ANSWER = "needs_no_answer"


class StoppedBecause(StrEnum):
    """Why a promise ended. A breach is not among them: a broken promise goes on until it is kept."""

    ANSWERED = "answered"
    NEEDS_NO_ANSWER = "needs_no_answer"
    CLOSED = "closed"
    # A counsellor need not answer; and an older promise that a coordinator has put back runs in its place.
    WAIVED = "waived"
    SUPERSEDED = "superseded"
    # The client was handed on to another agency, and somebody there has answered.
    ANSWERED_ELSEWHERE = "answered_elsewhere"


@dataclass(frozen=True, slots=True)
class Clock:
    """A promise that runs. A broken one goes on, with the instant at which it was broken. `policy`: its snapshot."""

    id: int
    room: str
    waiting_since: datetime
    due_at: datetime
    breached_at: datetime | None
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opens:
    """A promise starts. `after_position`: the last item before; `by_position`: the message that asks, if one does.

    `contests`: the answer that answered nothing, where that is why it asks.
    """

    waiting_since: datetime
    due_at: datetime
    policy: Offer
    after_position: int
    by_position: int | None
    contests: int | None = None
    # As long as it is there, who knows it can tell which events in the journal are this promise's.
    salt: bytes = field(default_factory=lambda: token_bytes(32))

    @property
    def snapshot(self) -> str:
        """The policy as it is kept with the promise, so that no later change moves it."""
        return self.policy.snapshot(self.waiting_since, self.due_at)

    @property
    def promised(self) -> Promised:
        """What its receipt says."""
        return Promised(self.waiting_since, self.due_at, self.snapshot, self.salt)


@dataclass(frozen=True, slots=True)
class Stops:
    """The running promise ends."""

    because: StoppedBecause
    at: datetime
    position: int


def move(running: bool, act: Act, *, position: int, at: datetime, policy: Offer) -> Opens | Stops | None:
    """What a message stored at that position and instant does to the thread's clock.

    Asking again moves nothing: the oldest question counts. What each role may say is refused before, not here.
    """
    if act is Act.ASKS and not running:
        return opened_at(at, policy, after_position=position - 1, by_position=position)
    if act is Act.ANSWERS and running:
        return Stops(StoppedBecause.ANSWERED, at, position)
    if act is Act.NEEDS_NO_ANSWER and running:
        return Stops(StoppedBecause.NEEDS_NO_ANSWER, at, position)
    return None


def opened_at(at: datetime, policy: Offer, *, after_position: int, by_position: int | None = None) -> Opens:
    """A promise that starts at that instant, under the policy as it is then."""
    return Opens(
        waiting_since=at,
        due_at=policy.due_at(at),
        policy=policy,
        after_position=after_position,
        by_position=by_position,
    )


def inheriting(opens: Opens, older: Clock) -> Opens:
    """The promise of an agency to which somebody was handed on: what is left of the older one, or its own if sooner.

    In whole seconds, so that its receipt can be counted again. Of a broken promise a second is left: it is overdue here
    at once, and nobody gains time by handing on.
    """
    left = Calendar(max(1, int((older.due_at - opens.waiting_since).total_seconds())))
    due_at = left.due_at(opens.waiting_since)
    return opens if opens.due_at <= due_at else replace(opens, policy=left, due_at=due_at)


def hears_elsewhere(rung: Rung, staff: Staff) -> tuple[str, ...]:
    """Who is told of a promise whose client was handed on: the first agency answers for it, and cannot keep it alone.

    The agency that they went to climbs a ladder of its own, and tells the client.
    """
    return staff.coordinators if rung in (Rung.WARN, Rung.BREACH) else ()


def hears_of(
    rung: Rung, *, counsellor: str | None, able: Collection[str], staff: Staff, client: str
) -> tuple[str, ...]:
    """Who is told at that rung, each once: only those who are there and could do something about it.

    `counsellor`: who is to answer; None while all on duty are asked. `able`: who could step in. Where nobody is left,
    the coordinators hear instead. Empty for UNATTENDED while somebody is there.
    """
    colleagues = [one for one in staff.there(able) if one != counsellor]
    own = (counsellor,) if counsellor is not None and counsellor not in staff.away else ()
    if rung is Rung.BREACH:
        return (*staff.coordinators, client)
    if rung is Rung.WARN:
        return staff.leading
    if rung is Rung.UNATTENDED:
        return () if own or colleagues else staff.leading
    if rung is Rung.REMIND and own:
        return own
    substitute = staff.stands_in(counsellor, able) if counsellor is not None else None
    if rung is Rung.REMIND and substitute is not None:
        return (substitute,)
    return (*own, *(colleagues or staff.leading))
