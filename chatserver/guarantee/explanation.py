"""By when an answer is due, in words: what `sprechraum guarantee due` prints."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from booking.model import zone_of
from chatserver.guarantee.hours import DAYS
from chatserver.guarantee.policy import Business, Policy

HOUR: Final = timedelta(hours=1)
_SHOWN_DAYS: Final = 40


def instant_text(at: datetime) -> str:
    """An instant as ISO 8601 in UTC; fractions of a second only where there are some."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def explained(policy: Policy, waiting_since: datetime, zone: str) -> list[str]:
    """The due time on the first line, and how it comes about on the others. Raises PolicyInvalid."""
    due_at = policy.due_at(waiting_since)
    counted = f"{_length(timedelta(seconds=policy.seconds))} from {_wall(waiting_since, zone)}"
    lines = [instant_text(due_at), f"Due on {_wall(due_at, zone)} in {zone}: {counted}."]
    if not isinstance(policy, Business):
        return [*lines, "calendar: every second counts, whatever the clocks on the wall do."]
    days = [text for _, text in sorted([*_worked(policy, waiting_since), *_closed(policy, waiting_since, due_at)])]
    left_out = len(days) - _SHOWN_DAYS
    return [
        *lines,
        f"business: only working time counts, {policy.hours.as_text()}.",
        *days[:_SHOWN_DAYS],
        *([f"  and {left_out} more"] if left_out > 0 else []),
    ]


def _worked(policy: Business, waiting_since: datetime) -> Iterator[tuple[datetime, str]]:
    zone = zone_of(policy.zone)
    for span in policy.counted(waiting_since):
        begins, ends = span.starts_at.astimezone(zone), span.ends_at.astimezone(zone)
        until = _time(ends) if begins.date() == ends.date() else _wall(ends, policy.zone)
        length = _length(span.ends_at - span.starts_at)
        yield begins.replace(tzinfo=None), f"  {_day(begins)}  {_time(begins)} to {until}, {length}"


def _closed(policy: Business, waiting_since: datetime, due_at: datetime) -> Iterator[tuple[datetime, str]]:
    for day, holiday in policy.closed_while(waiting_since, due_at).items():
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  what the wall shows, to put lines in order
        yield midnight, f"  {_day(midnight)}  closed" + (f" ({holiday})" if holiday else "")


def _wall(at: datetime, zone: str) -> str:
    there = at.astimezone(zone_of(zone))
    return f"{_day(there)} {_time(there)} (UTC{there.isoformat()[-6:]})"


def _day(there: datetime) -> str:
    return f"{DAYS[there.weekday()]} {there:%Y-%m-%d}"


def _time(there: datetime) -> str:
    return there.time().isoformat()


def _length(length: timedelta) -> str:
    hours, rest = divmod(length, HOUR)
    minutes, seconds = divmod(rest / timedelta(seconds=1), 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes:g} min"] * bool(minutes) + [f"{seconds:g} s"] * bool(seconds)
    return " ".join(parts) or "0 s"
