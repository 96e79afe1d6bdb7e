"""What travels when a coordinator asks a colleague to take what waits."""

from msgspec import Struct

from chatserver.wire.types import HexId


class Assign(Struct, forbid_unknown_fields=True):
    """`to`: who is asked; null: nobody any more. `asked`: who had been asked before, as the page has it."""

    room: HexId
    to: HexId | None
    asked: HexId | None = None


class Assigned(Struct):
    room: HexId
    to: HexId | None
