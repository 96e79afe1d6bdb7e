"""A thread: one client, one topic, one agency, and the counsellor who has taken it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

# Why somebody answers in a colleague's place: the client is told so, in words.
TakeoverReason = Literal["absent", "left", "asked", "late"]
# Whoever has just taken a thread is left to it for a quarter of the promise, which is twelve hours of 48: two who step
# in would otherwise take it from each other.
LEFT_TO_IT: Final = 4


class ThreadState(StrEnum):
    """`new`: nobody has taken it. `closed`: over until the client asks again."""

    NEW = "new"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """What the server knows of a conversation besides its sealed items."""

    room: str
    agency_id: str
    topic: str
    client_id: str
    counsellor_id: str | None
    state: ThreadState
    opened_at: datetime
    taken_at: datetime | None
    closed_at: datetime | None
    handed_to: str | None = None

    def taken(self, counsellor_id: str, now: datetime) -> "Thread":
        """The counsellor answers from now on."""
        return replace(self, counsellor_id=counsellor_id, state=ThreadState.OPEN, taken_at=now, handed_to=None)

    def reasons_to_take_over(
        self, by: str, *, counsellor_left: bool, stands_in: bool, late_from: datetime | None, now: datetime
    ) -> tuple[TakeoverReason, ...]:
        """Why a colleague on duty may answer in the counsellor's place now; none: not at all.

        The first is the one to give. What was left behind or waits too long anybody may take; what was handed to
        somebody is theirs. `stands_in`: the counsellor is away, and this colleague is there for those who wait;
        `late_from`: when a running promise is everybody's, see `left_to_it_until`.
        """
        if self.state is not ThreadState.OPEN or self.counsellor_id == by:
            return ()
        reasons: list[TakeoverReason] = []
        orphaned = counsellor_left or self.counsellor_id is None
        if orphaned:
            reasons.append("left")
        elif stands_in:
            reasons.append("absent")
        elif self.handed_to == by:
            reasons.append("asked")
        if late_from is not None and now >= late_from:
            reasons.append("late")
        return tuple(reasons)

    def left_to_it_until(self, escalates_at: datetime, waiting_since: datetime, due_at: datetime) -> datetime:
        """When a promise is everybody's on duty: at its rung, but not right after somebody has taken the thread."""
        if self.taken_at is None:
            return escalates_at
        return max(escalates_at, self.taken_at + (due_at - waiting_since) / LEFT_TO_IT)

    def handed_on(self, now: datetime) -> "Thread":
        """The client goes on at another agency. Should they write here again, it opens as any closed thread does."""
        return replace(self, state=ThreadState.CLOSED, closed_at=now, handed_to=None)

    def asked_again(self) -> "Thread":
        """A client's question opens a closed thread, for the same counsellor or for whom it was handed to."""
        if self.state is not ThreadState.CLOSED:
            return self
        state = ThreadState.OPEN if self.counsellor_id or self.handed_to else ThreadState.NEW
        return replace(self, state=state, closed_at=None)

    def after_commit(self, counsellors: Collection[str], *, standby: bool, closed: bool, now: datetime) -> "Thread":
        """What a change of the room's members leaves of it.

        Without its counsellor the next member takes over; without any, it waits for whom it was handed to. Without
        them, too, the standby finds it among the new ones, also when the client has switched it on again only now.
        """
        thread = self
        if self.counsellor_id not in counsellors:
            heir = min(counsellors, default=None)
            thread = replace(self, counsellor_id=heir, taken_at=(self.taken_at or now) if heir else None)
        if thread.handed_to in counsellors:
            thread = replace(thread, counsellor_id=thread.handed_to, handed_to=None)
        if thread.counsellor_id is None and thread.handed_to is None and standby and thread.state is ThreadState.OPEN:
            thread = replace(thread, state=ThreadState.NEW)
        elif thread.counsellor_id is not None and thread.state is ThreadState.NEW:
            thread = replace(thread, state=ThreadState.OPEN)
        if closed and thread.state is not ThreadState.CLOSED:
            return replace(thread, state=ThreadState.CLOSED, closed_at=now)
        return thread


@dataclass(frozen=True, slots=True)
class StandIn:
    """A thread that somebody may take over, from whom, and why."""

    thread: Thread
    counsellor_name: str | None
    reasons: tuple[TakeoverReason, ...]
