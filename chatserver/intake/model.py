"""When as many enquiries arrive as no ordinary day brings."""

from datetime import timedelta
from math import ceil
from typing import Final

WITHIN: Final = timedelta(hours=1)
COMPARED: Final = timedelta(days=28)
# Fewer are no flood, however quiet the weeks before were: a report on television brings that.
FEWEST: Final = 20
TIMES_USUAL: Final = 6
# People write in about a third of all hours.
_WRITTEN_IN: Final = COMPARED / WITHIN / 3


def alarming(before: int) -> int:
    """From how many within an hour the coordinators are told. `before`: in the four weeks before that hour."""
    return max(FEWEST, ceil(TIMES_USUAL * before / _WRITTEN_IN))


def is_over(came: int, before: int) -> bool:
    """Whether it is as it was again; with room in between, so that nobody is told at every wave."""
    return came * 2 < alarming(before)
