"""The inbox: what waits longest for an answer comes first."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar


class Waits(Protocol):
    """A line of the inbox, as far as its place there is concerned. `due_at` is there while somebody waits."""

    room: str
    opened_at: datetime
    last_stored_at: datetime
    due_at: datetime | None


Line = TypeVar("Line", bound=Waits)


def by_time_left(lines: Iterable[Line]) -> list[Line]:
    """Sorted by time left, not by arrival. Where nothing waits, the newest first, after all that does."""
    waiting: list[Line] = []
    quiet: list[Line] = []
    for line in lines:
        (quiet if line.due_at is None else waiting).append(line)
    return sorted(waiting, key=_due) + sorted(quiet, key=lambda line: line.last_stored_at, reverse=True)


def _due(line: Waits) -> tuple[datetime, datetime, str]:
    return line.due_at or line.last_stored_at, line.opened_at, line.room
