"""What travels when people see their own agency."""

from datetime import datetime

from msgspec import Struct

from chatserver.agencies.wire import Agency
from chatserver.wire.binary import B64
from chatserver.wire.types import Capability, HexId


class ReadOwnAgency(Struct, forbid_unknown_fields=True):
    pass


class OwnAgency(Struct):
    """`certified`: a roster names this person. Until then they wait, and can do nothing here."""

    agency: Agency
    display_name: str
    capabilities: list[Capability]
    certified: bool


class ListStaff(Struct, forbid_unknown_fields=True):
    pass


class Colleague(Struct):
    """`lacks`: the generations of the duty key that nobody has sealed to this holder of it."""

    account_id: HexId
    name: str
    display_name: str
    capabilities: list[Capability]
    signing_key: B64
    kem_statement: B64
    left_at: datetime | None
    lacks: list[int]


class Staff(Struct):
    agency: HexId
    roster_number: int
    duty_generation: int
    people: list[Colleague]
