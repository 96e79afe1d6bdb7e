"""Which counts may be shown: no group of fewer than five, and none that a subtraction would give away.

A row is a total and the cells that add up to it. It is shown so that even somebody who knows this rule, and everything
that is shown, finds no number from one to four: tests/unit/statistics tries. Two rows of one total say nothing about
each other's cells, because every two such rows fit together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

SMALLEST: Final = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """None where nothing is shown."""

    total: int | None
    cells: Mapping[str, int | None]


def shown_together(month: str, *rows: Mapping[str, int]) -> list[Shown]:
    """Rows of one total, such as one month by agency and by topic: what one must not tell, none tells."""
    found = [shown(month, row) for row in rows]
    if any(one.total is None for one in found):
        return [_nothing(row) for row in rows]
    return found


def shown(month: str, cells: Mapping[str, int]) -> Shown:
    """One row. With a small cell another goes, too: which one is drawn by the month, not by the numbers."""
    total, small = sum(cells.values()), [one for one in cells.values() if 0 < one < SMALLEST]
    if not small:
        return Shown(total, dict(cells))
    large = [one for one in drawn(month, cells) if cells[one] >= SMALLEST]
    if total < SMALLEST or (not large and total == (SMALLEST - 1) * len(cells)):
        return _nothing(cells)
    # As little as the rule allows: then there is one way only to come to the sum of what is hidden.
    if not large or cells[large[0]] - SMALLEST + sum(small) == len(small):
        return Shown(total, dict.fromkeys(cells))
    hidden = {large[0], *(name for name, one in cells.items() if 0 < one < SMALLEST)}
    return Shown(total, {name: None if name in hidden else one for name, one in cells.items()})


def drawn(month: str, names: Iterable[str]) -> Sequence[str]:
    """An order of its own for each month, that the numbers have no part in."""
    return sorted(names, key=lambda name: sha256(f"{month} {name}".encode()).digest())


def _nothing(cells: Mapping[str, int]) -> Shown:
    return Shown(None, dict.fromkeys(cells))
