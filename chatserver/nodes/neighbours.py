"""Which other nodes there are, and whether one of their words was lost."""

from typing import Final

# Three signs of life may be late or lost; nobody is called present for longer.
LEASE_SECONDS: Final = 8.0


class Neighbours:
    """The other nodes that were heard lately. Times are the loop's, in seconds."""

    def __init__(self) -> None:
        self._heard_at: dict[str, float] = {}
        self._numbers: dict[str, int] = {}
        # Something may have been said that was not heard here.
        self.missed = False

    def hear(self, node: str, number: int, now: float) -> bool:
        """The node lives, and has said so much; whether words that a known node has said were not heard."""
        known, missing = node in self._numbers, number != self._numbers.get(node, 0) + 1
        self._heard_at[node], self._numbers[node] = now, number
        self.missed = self.missed or missing
        return known and missing

    def lost(self, now: float) -> list[str]:
        """Those that were not heard for the length of a lease. From now on they are strangers."""
        lost = [node for node, heard_at in self._heard_at.items() if now - heard_at > LEASE_SECONDS]
        for node in lost:
            del self._heard_at[node], self._numbers[node]
        return lost
