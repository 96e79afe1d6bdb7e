"""What travels when people see their own agency, and when a coordinator publishes its next roster."""

from msgspec import Struct

from chatserver.agencies.wire import SealedSeed
from chatserver.wire.binary import B64
from chatserver.wire.types import HexId


class PublishRoster(Struct, forbid_unknown_fields=True):
    """The next roster. With a new generation of the duty key comes its seed for each holder."""

    roster: B64
    duty_seeds: list[SealedSeed]


class RosterPublished(Struct):
    agency: HexId
    number: int


class KeepDutySeeds(Struct, forbid_unknown_fields=True):
    seeds: list[SealedSeed]


class DutySeedsKept(Struct):
    kept: int


class RosterChanged(Struct):
    """Pushed to everybody who works at the agency."""

    agency: HexId
    number: int
