"""The inbox: what waits longest for an answer comes first."""

from collections.abc import Iterable
from datetime import datetime

from chatserver.enquiries.wire import InboxLine


def by_time_left(lines: Iterable[InboxLine]) -> list[InboxLine]:
    """Sorted by time left, not by arrival. Where nothing waits, the newest first, after all that does."""
    waiting, quiet = [], []
    for line in lines:
        (quiet if line.due_at is None else waiting).append(line)
    return sorted(waiting, key=_due) + sorted(quiet, key=lambda line: line.last_stored_at, reverse=True)


def _due(line: InboxLine) -> tuple[datetime, datetime, str]:
    return line.due_at or line.last_stored_at, line.opened_at, line.room
