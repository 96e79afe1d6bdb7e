"""Instants as whole microseconds since 1970 in UTC, because whole numbers are exact and compare fast."""

from datetime import UTC, date, datetime, timedelta

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WALL_EPOCH = EPOCH.replace(tzinfo=None)
FIRST_DAY = WALL_EPOCH.toordinal()
MICROSECOND = timedelta(microseconds=1)


def micros_of(instant: datetime) -> int:
    """Microseconds since 1970 in UTC. Raises ValueError for a datetime without a zone."""
    if instant.utcoffset() is None:
        raise ValueError("an instant needs a zone")
    return (instant - EPOCH) // MICROSECOND


def instant_at(micros: int) -> datetime:
    """The aware datetime in UTC."""
    return EPOCH + timedelta(0, *divmod(micros, SECOND))


def wall_micros_of(reading: datetime) -> int:
    """Microseconds that a wall clock has shown since it showed 1970. Raises ValueError for a datetime with a zone."""
    if reading.tzinfo is not None:
        raise ValueError("a reading on a wall clock has no zone")
    return (reading - WALL_EPOCH) // MICROSECOND


def midnight_of(day: date) -> int:
    """What the wall clock shows at the beginning of that day, in microseconds."""
    return (day.toordinal() - FIRST_DAY) * DAY


def day_of(wall: int) -> date:
    """The date that a wall clock shows at that reading."""
    return date.fromordinal(FIRST_DAY + wall // DAY)


def micros_in(length: timedelta) -> int:
    """A length in microseconds."""
    return length // MICROSECOND
