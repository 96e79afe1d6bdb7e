"""Who is there for whom: agencies, the topics and postal codes they serve, and the people who work there."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chatserver.errors import PostalCodeInvalid
from chatserver.wire.types import Capability

CAPABILITIES: Final[tuple[Capability, ...]] = ("coordinate", "counsel", "duty")
# The reply guarantee in its default form: exactly 48 hours of UTC.
PROMISE: Final = timedelta(hours=48)
# More would be a directory, and no help.
MOST_OFFERED: Final = 5
_FIVE_DIGITS: Final = re.compile(r"[0-9]{5}\Z")
_BEGINNING: Final = re.compile(r"[0-9]{2,5}\Z")
# No German post code lies outside; the first is Dresden's, the last Vogtland's.
_FIRST_POSTAL_CODE: Final = "01001"
_LAST_POSTAL_CODE: Final = "99998"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """A counselling centre. Everything that it certifies hangs on `root_fingerprint`.

    `fallback`: it answers where no other agency is responsible.
    """

    id: str
    name: str
    about_de: str
    about_en: str
    address: str
    phone: str
    zone: str
    root_fingerprint: bytes
    fallback: bool


@dataclass(frozen=True, slots=True)
class Area:
    """A range of postal codes, both ends included. `topic`: for this one only; None: for all that the agency offers."""

    first: str
    last: str
    topic: str | None = None

    @property
    def width(self) -> int:
        """How many codes the range holds."""
        return int(self.last) - int(self.first) + 1


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agency that offers the topic, and the area that holds the postal code. `waiting`: how many wait there."""

    agency: Agency
    area: Area
    waiting: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """One number of an agency's roster, verbatim as it was signed."""

    agency_id: str
    number: int
    hash: bytes
    roster: bytes
    duty_generation: int
    stored_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Counsellor:
    """Somebody who works at an agency. `duty`: holds the duty key. `coordinates`: keeps the roster."""

    account_id: str
    agency_id: str
    display_name: str
    duty: bool
    coordinates: bool
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedDutySeed:
    """The seed of one generation of a duty key, sealed to one holder."""

    agency_id: str
    generation: int
    holder_id: str
    sealed: bytes


def check_postal_code(text: str) -> str:
    """Five digits that a German post code can have; else PostalCodeInvalid."""
    if not _FIVE_DIGITS.match(text) or not _FIRST_POSTAL_CODE <= text <= _LAST_POSTAL_CODE:
        raise PostalCodeInvalid
    return text


def responsible(candidates: Iterable[Candidate]) -> list[Agency]:
    """Who is there, the first before the others: the narrowest area, then the fewest who wait, then the name."""
    closest: dict[str, Candidate] = {}
    for one in sorted(candidates, key=lambda one: (one.area.width, one.waiting, one.agency.name)):
        closest.setdefault(one.agency.id, one)
    return [one.agency for one in closest.values()][:MOST_OFFERED]


def codes_that_begin(text: str) -> Area:
    """Every postal code that begins with these two to five digits. Raises PostalCodeInvalid."""
    if not _BEGINNING.match(text):
        raise PostalCodeInvalid
    area = Area(text.ljust(5, "0"), text.ljust(5, "9"))
    if area.last < _FIRST_POSTAL_CODE or area.first > _LAST_POSTAL_CODE:
        raise PostalCodeInvalid
    return area


def capabilities_of(text: str) -> list[Capability]:
    """From words with commas, as an invitation keeps them, always in the same order."""
    return [one for one in CAPABILITIES if one in text.split(",")]
