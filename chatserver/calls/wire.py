"""What travels around a call: sealed signals, and the way to the relay. Nothing of it is ever stored."""

from datetime import datetime

from msgspec import Struct

from chatserver.wire.binary import B64
from chatserver.wire.types import HexId


class SayCall(Struct, forbid_unknown_fields=True):
    """`signal`: a call signal (docs/protocol.md, section 13), of at most 24 KiB."""

    room: HexId
    signal: B64


class CallSaid(Struct):
    """It was passed on to every open page of the room's people; whether one of them listens is theirs to say."""

    room: HexId


class CallHeard(Struct):
    """Pushed to the other pages of the room's people, the sender's own among them."""

    room: HexId
    signal: B64


class ReadRelay(Struct, forbid_unknown_fields=True):
    room: HexId


class Relay(Struct):
    """How a page reaches the relay (TURN). `username` holds an instant and chance, and nothing about anybody."""

    urls: list[str]
    username: str
    credential: str
    expires_at: datetime
