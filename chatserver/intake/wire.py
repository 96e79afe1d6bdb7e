"""What travels when very many enquiries come. Nothing here names a client."""

from datetime import datetime

from msgspec import Struct

from chatserver.wire.types import Count, Instant


class ReadIntake(Struct, forbid_unknown_fields=True):
    pass


class Intake(Struct):
    """`alarm_since`: the begin of the hour that was far above usual; null while nothing is. `came`: in the last hour.

    `alarming`: from how many on they are told. `aside`: how many are set aside now.
    """

    alarm_since: datetime | None
    came: int
    alarming: int
    aside: int


class SetAside(Struct, forbid_unknown_fields=True):
    """New enquiries that came between the two instants, both included, from accounts that were opened since `since`."""

    since: Instant
    until: Instant


class TakeBack(Struct, forbid_unknown_fields=True):
    """Of what was set aside: all that came between the two instants."""

    since: Instant
    until: Instant


class Moved(Struct):
    """How many this time, at most 200; `more`: asked once more, it goes on."""

    count: Count
    more: bool
