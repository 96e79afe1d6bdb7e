"""What travels when a counsellor proposes to a client to go on at another agency."""

from msgspec import Struct

from chatserver.threads.wire import ReferralReason
from chatserver.wire.types import HexId


class Propose(Struct, forbid_unknown_fields=True):
    """`reason`: the client is told this word, in a sentence."""

    room: HexId
    reason: ReferralReason


class Proposed(Struct):
    room: HexId


class Stay(Struct, forbid_unknown_fields=True):
    """The client does not want to go elsewhere."""

    room: HexId
