"""What travels when somebody does not take an enquiry."""

from typing import Literal

from msgspec import Struct

from chatserver.wire.types import HexId

DeclineReason = Literal["topic", "conflict", "capacity"]


class DeclineEnquiry(Struct, forbid_unknown_fields=True):
    """`topic`: not ours. `conflict`: this person knows the client, or is not free in it. `capacity`: no time for it."""

    room: HexId
    reason: DeclineReason


class Declined(Struct):
    room: HexId
