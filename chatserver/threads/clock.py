"""The reply clock: when a promise starts, when it stops, and what happens while it runs (the reply guarantee).

A thread waits from its oldest unanswered client message. Only a counsellor's answer or the client's own word ends that.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from secrets import token_bytes
from typing import Final

from chatserver.guarantee.policy import Policy
from chatserver.threads.receipts import Promised


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


class Rung(StrEnum):
    """What happens at a certain time after `waiting_since` if nobody has answered by then."""

    REMIND = "remind"
    ESCALATE = "escalate"
    BREACH = "breach"


REMIND_AFTER: Final = timedelta(hours=24)
ESCALATE_AFTER: Final = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Clock:
    """A promise that runs. A broken one goes on, with the instant at which it was broken."""

    id: int
    room: str
    waiting_since: datetime
    due_at: datetime
    breached_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opens:
    """A promise starts. `after_position`: the last item before; `by_position`: the message that asks, if one does."""

    waiting_since: datetime
    due_at: datetime
    policy: Policy
    after_position: int
    by_position: int | None
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


def move(running: bool, act: Act, *, position: int, at: datetime, policy: Policy) -> Opens | Stops | None:
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


def opened_at(at: datetime, policy: Policy, *, after_position: int, by_position: int | None = None) -> Opens:
    """A promise that starts at that instant, under the policy as it is then."""
    return Opens(
        waiting_since=at,
        due_at=policy.due_at(at),
        policy=policy,
        after_position=after_position,
        by_position=by_position,
    )


def rungs(waiting_since: datetime, due_at: datetime) -> tuple[tuple[Rung, datetime], ...]:
    """The ladder of one promise, the earliest first: a short promise is broken before anybody is reminded."""
    since = waiting_since.astimezone(UTC)
    ladder = ((Rung.REMIND, since + REMIND_AFTER), (Rung.ESCALATE, since + ESCALATE_AFTER), (Rung.BREACH, due_at))
    return tuple(sorted(ladder, key=lambda one: one[1]))


def hears_of(
    rung: Rung, *, counsellor: str | None, on_duty: Iterable[str], coordinators: Iterable[str], client: str
) -> tuple[str, ...]:
    """Who is told at that rung, each once: while nobody has taken the thread, everybody on duty is its counsellor."""
    if rung is Rung.REMIND:
        return (counsellor,) if counsellor else tuple(on_duty)
    if rung is Rung.ESCALATE:
        return tuple(on_duty)
    return (*coordinators, client)
