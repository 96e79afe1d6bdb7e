"""What travels when somebody answers in a colleague's place."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from chatserver.rooms.wire import RoomItem
from chatserver.threads.model import TakeoverReason
from chatserver.wire.binary import B64
from chatserver.wire.types import After, HexId, TopicCode


class ReadSealed(Struct, forbid_unknown_fields=True):
    """Asks for a room that one may take over, from a position on."""

    room: HexId
    after: After = 0
    limit: Annotated[int, Meta(ge=1, le=500)] = 500


class SealedRoom(Struct):
    """What a colleague with the duty key needs to take a thread over, still sealed. `reason`: the word to give."""

    room: HexId
    topic: TopicCode
    agency: HexId
    counsellor_name: str | None
    reason: TakeoverReason
    room_share: B64
    last_position: int
    items: list[RoomItem]


class TakeOver(Struct, forbid_unknown_fields=True):
    room: HexId
    commit: B64


class TakenOver(Struct):
    room: HexId
    position: int
    stored_at: datetime
