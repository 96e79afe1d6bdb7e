"""How many come at once, and how much a browser has to compute before the next one is let in.

In the memory of one process: nobody is counted by name or address, and each of several nodes counts what comes to it.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, exp, log2
from typing import Final

# So long ago, whoever came counts for a third.
FADES: Final = timedelta(minutes=10)
# An agency alone is at ease with so large a part of what the server is.
OF_ALL: Final = 4
# Each of the sixteen parts of an effort (accounts/effort.py). The most is a second or two of an old phone.
FEWEST_BITS, MOST_BITS = 9, 13
# A bound on memory: beyond this, the agency that has been quiet longest is forgotten.
REMEMBERED: Final = 2_000
_ACCOUNTS, _ENQUIRIES = "accounts", "enquiries"


@dataclass(slots=True)
class _Level:
    height: float
    at: datetime

    def sink(self, now: datetime) -> None:
        # A clock that was set back makes nothing older, and nothing newer either.
        passed = max(now - self.at, timedelta())
        self.height *= exp(-passed / FADES)
        self.at = now


class Rush:
    """Counts who is about to open an account or to write for the first time: in all, and for each agency.

    `at_ease`: so many within about ten minutes cost nobody anything; from there on it doubles with their number.
    """

    def __init__(self, at_ease: int = 100) -> None:
        self._at_ease = at_ease
        self._levels: OrderedDict[str, _Level] = OrderedDict()

    def account_bits(self, now: datetime) -> int:
        """Counts one who is about to open an account; how hard their effort is to be, 0 for none."""
        return self._bits(self._count(_ACCOUNTS, now), self._at_ease)

    def enquiry_bits(self, agency: str | None, now: datetime) -> int:
        """The same for a first enquiry. Whoever does not say to which agency meets the busiest."""
        bits = self._bits(self._count(_ENQUIRIES, now), self._at_ease)
        if agency is not None:
            return max(bits, self._bits(self._count(agency, now), self._at_ease / OF_ALL))
        busiest = max(
            (one.height for name, one in self._levels.items() if name not in (_ACCOUNTS, _ENQUIRIES)), default=0
        )
        return max(bits, self._bits(busiest, self._at_ease / OF_ALL))

    def _count(self, name: str, now: datetime) -> float:
        level = self._levels.setdefault(name, _Level(0.0, now))
        self._levels.move_to_end(name)
        if len(self._levels) > REMEMBERED:
            self._levels.popitem(last=False)
        level.sink(now)
        level.height += 1
        return level.height

    @staticmethod
    def _bits(height: float, at_ease: float) -> int:
        if height <= at_ease:
            return 0
        return min(MOST_BITS, FEWEST_BITS - 1 + ceil(log2(height / at_ease)))
