"""A thread: one client, one topic, one agency, and the counsellor who has taken it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


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
        return replace(self, counsellor_id=counsellor_id, state=ThreadState.OPEN, taken_at=now)

    def asked_again(self) -> "Thread":
        """A client's question opens a closed thread, for the same counsellor."""
        if self.state is not ThreadState.CLOSED:
            return self
        state = ThreadState.OPEN if self.counsellor_id else ThreadState.NEW
        return replace(self, state=state, closed_at=None)

    def after_commit(self, counsellors: Collection[str], *, standby: bool, closed: bool, now: datetime) -> "Thread":
        """What a change of the room's members leaves of it.

        Without its counsellor the next member takes over; without any, the standby finds it among the new ones.
        """
        thread = self
        if self.counsellor_id is not None and self.counsellor_id not in counsellors:
            heir = min(counsellors, default=None)
            orphaned = heir is None and standby and self.state is ThreadState.OPEN
            state = ThreadState.NEW if orphaned else self.state
            thread = replace(self, counsellor_id=heir, state=state, taken_at=self.taken_at if heir else None)
        if closed and thread.state is not ThreadState.CLOSED:
            return replace(thread, state=ThreadState.CLOSED, closed_at=now)
        return thread
