"""What travels when somebody changes what they hold or have booked."""

from msgspec import Struct

from chatserver.wire.types import HexId, Instant, RequestId


class ExtendHold(Struct, forbid_unknown_fields=True):
    room: HexId
    hold: str


class ReleaseHold(Struct, forbid_unknown_fields=True):
    room: HexId
    hold: str


class HoldReleased(Struct):
    """It is not kept any more; also where it was not."""

    hold: str


class LengthenAppointment(Struct, forbid_unknown_fields=True):
    """`ends_at`: within the next hour. What is less than there is changes nothing."""

    appointment: str
    ends_at: Instant


class SayNobodyCame(Struct, forbid_unknown_fields=True):
    """The client was there, and nobody else."""

    appointment: str


class MoveAppointment(Struct, forbid_unknown_fields=True):
    appointment: str
    starts_at: Instant
    request_id: RequestId


class RecordMissed(Struct, forbid_unknown_fields=True):
    """`missed` = false takes it back."""

    appointment: str
    missed: bool = True
