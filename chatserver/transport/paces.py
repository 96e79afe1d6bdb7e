"""How fast one person may do one thing: counted before any work is done. In memory, for whoever is at it right now."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

# A bound on memory: beyond this, whoever has been quiet longest is forgotten, and starts with a full measure.
REMEMBERED: Final = 20_000
# So many seconds' worth may come at once: a page that opens, a line that was down.
BURST_SECONDS: Final = 10


@dataclass(slots=True)
class _Measure:
    left: float
    at: float


class Paces:
    """A measure for each person and purpose, that fills up again with time; `now` is the loop's time in seconds."""

    def __init__(self, each_second: float) -> None:
        self._each_second = each_second
        self._most = each_second * BURST_SECONDS
        self._measures: OrderedDict[tuple[str, str], _Measure] = OrderedDict()

    def allows(self, person: str, purpose: str, now: float) -> bool:
        """Counts one try. Those that are refused count, too: whoever goes on trying goes on waiting."""
        measure = self._measure(person, purpose, now)
        measure.left = max(measure.left - 1, -self._most)
        return measure.left >= 0

    def floods(self, person: str, purpose: str) -> bool:
        """Whether as many tries were refused as may come at once: no page does that."""
        measure = self._measures.get((person, purpose))
        return measure is not None and measure.left <= -self._most

    def _measure(self, person: str, purpose: str, now: float) -> _Measure:
        key = (person, purpose)
        measure = self._measures.get(key)
        if measure is None:
            measure = self._measures[key] = _Measure(self._most, now)
            if len(self._measures) > REMEMBERED:
                self._measures.popitem(last=False)
        else:
            self._measures.move_to_end(key)
        measure.left = min(self._most, measure.left + (now - measure.at) * self._each_second)
        measure.at = now
        return measure
