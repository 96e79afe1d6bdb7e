"""What travels when a client and a counsellor part."""

from datetime import datetime

from msgspec import Struct

from chatserver.declines.wire import DeclineReason
from chatserver.wire.binary import B64
from chatserver.wire.types import HexId


class GiveBack(Struct, forbid_unknown_fields=True):
    """`commit`: the counsellor steps out, as the last one. `reason`: kept for the agency; the client is not told it."""

    room: HexId
    commit: B64
    reason: DeclineReason


class WishForAnother(Struct, forbid_unknown_fields=True):
    """`commit`: all counsellors go, and the one whom the client has chosen comes, if they have. Nobody asks why."""

    room: HexId
    commit: B64


class Parted(Struct):
    room: HexId
    position: int
    stored_at: datetime
