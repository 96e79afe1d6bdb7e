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
    danger: bool


Line = TypeVar("Line", bound=Waits)


def by_time_left(lines: Iterable[Line]) -> list[Line]:
    """Where a life is in danger first; then by time left, not by arrival; then what waits for nobody, newest first."""
    waiting: list[Line] = []
    quiet: list[Line] = []
    for line in lines:
        (quiet if line.due_at is None else waiting).append(line)
    listed = sorted(waiting, key=_due) + sorted(quiet, key=lambda line: line.last_stored_at, reverse=True)
    return sorted(listed, key=lambda line: not line.danger)


def _due(line: Waits) -> tuple[datetime, datetime, str]:
    return line.due_at or line.last_stored_at, line.opened_at, line.room
