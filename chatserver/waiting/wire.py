"""What travels when somebody waits for an earlier time."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from chatserver.wire.types import HexId, Instant

LineKind = Literal["chat", "video", "phone", "on_site"]


class WaitForEarlier(Struct, forbid_unknown_fields=True):
    """`earlier_than`: nothing from then on is of interest, such as the start of the appointment that one has."""

    room: HexId
    kind: LineKind = "chat"
    earlier_than: Instant | None = None


class StopWaiting(Struct, forbid_unknown_fields=True):
    room: HexId


class ReadLine(Struct, forbid_unknown_fields=True):
    room: HexId


class SlotOffered(Struct):
    """A time that became free and is kept for the client: a hold, to be booked or moved to like any other."""

    room: HexId
    kind: LineKind
    hold: str
    starts_at: datetime
    ends_at: datetime
    expires_at: datetime


class Waits(Struct):
    kind: LineKind
    earlier_than: datetime | None
    offer: SlotOffered | None


class Line(Struct):
    """What the client waits for in that thread; empty for whoever waits for nothing."""

    room: HexId
    waits: list[Waits]
