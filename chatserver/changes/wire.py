"""What travels when somebody changes what they hold or have booked."""

from msgspec import Struct

from chatserver.wire.types import HexId, Instant, RequestId


class ExtendHold(Struct, forbid_unknown_fields=True):
    room: HexId
    hold: str


class MoveAppointment(Struct, forbid_unknown_fields=True):
    appointment: str
    starts_at: Instant
    request_id: RequestId


class RecordMissed(Struct, forbid_unknown_fields=True):
    """`missed` = false takes it back."""

    appointment: str
    missed: bool = True
