"""Which agencies are neighbours: those that serve postal codes of the same regions."""

from collections.abc import Iterable
from typing import Final

from chatserver.agencies.model import Agency, Area, Candidate, responsible

# What a client can look at before they write to one of them.
MOST_ASKED: Final = 3
# The first digits of a postal code that make a region, such as 48 for the Münsterland.
_REGION_DIGITS: Final = 2


def regions_of(areas: Iterable[Area]) -> list[Area]:
    """The areas, each widened to its region, every region once: a client's own postal code is not kept anywhere."""
    return sorted({_region(one) for one in areas}, key=lambda one: (one.first, one.last))


def _region(area: Area) -> Area:
    first, last = area.first[:_REGION_DIGITS], area.last[:_REGION_DIGITS]
    return Area(first.ljust(5, "0"), last.ljust(5, "9"))


def neighbours_among(found: Iterable[Candidate], *, of: str, rest: Agency | None) -> list[Agency]:
    """In the order in which everybody is offered agencies; the one for the rest comes last."""
    there = [one for one in responsible(one for one in found if one.agency.id != of) if one != rest]
    if rest is not None and rest.id != of:
        return [*there[: MOST_ASKED - 1], rest]
    return there[:MOST_ASKED]
