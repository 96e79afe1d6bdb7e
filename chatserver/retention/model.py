"""How long a conversation is kept, in months of the calendar after what was stored there last."""

from calendar import monthrange
from datetime import datetime, timedelta
from typing import Final

# So long before, the client is told.
NOTICE: Final = timedelta(days=14)


def months_before(at: datetime, months: int) -> datetime:
    """The same time of day so many months earlier (UTC); where that month is shorter, on its last day."""
    month = at.year * 12 + at.month - 1 - months
    year, number = divmod(month, 12)
    day = min(at.day, monthrange(year, number + 1)[1])
    return at.replace(year=year, month=number + 1, day=day)
