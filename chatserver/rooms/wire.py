"""What travels in and out of a room: sealed items with their positions, and who is here right now."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from chatserver.wire.binary import B64
from chatserver.wire.types import After, HexId, Position


class RoomItem(Struct):
    """`envelope` is a genesis, a commit or a message; its first field tells which (docs/protocol.md)."""

    position: int
    stored_at: datetime
    envelope: B64


class Since(Struct, forbid_unknown_fields=True):
    """Asks for what was stored after a position, oldest first."""

    room: HexId
    after: After
    limit: Annotated[int, Meta(ge=1, le=500)] = 200


class Before(Struct, forbid_unknown_fields=True):
    """Asks for the last items before a position, or of the room: how a long room is read from its end."""

    room: HexId
    before: Position | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 200


class Items(Struct):
    """Oldest first. There may be fewer than asked for, but at least one if there is one: a page has at most 384 KiB."""

    room: HexId
    last_position: int
    items: list[RoomItem]


class Posted(Struct):
    """Pushed to every member when an item has been stored, whether message or log entry."""

    room: HexId
    position: int
    stored_at: datetime
    envelope: B64


class EnterRoom(Struct, forbid_unknown_fields=True):
    """This page shows the room now; the others see the person as present."""

    room: HexId


class LeaveRoom(Struct, forbid_unknown_fields=True):
    room: HexId


class SayTyping(Struct, forbid_unknown_fields=True):
    room: HexId


class Present(Struct):
    """Answers `enter`: who else is here."""

    room: HexId
    here: list[HexId]


class Left(Struct):
    room: HexId


class PresenceChanged(Struct):
    room: HexId
    account: HexId
    state: Literal["here", "away"]


class Typing(Struct):
    room: HexId
    account: HexId
