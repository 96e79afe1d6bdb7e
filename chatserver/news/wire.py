"""What a page says that it has, and what it is told."""

from typing import Annotated

from msgspec import Meta, Struct

from chatserver.lines import Told
from chatserver.rooms.wire import Items
from chatserver.wire.types import After, Count, HexId

MOST_ROOMS = 1000
LONGEST_WAIT_SECONDS = 25


class SeenUpTo(Struct, forbid_unknown_fields=True):
    room: HexId
    after: After


class AwaitNews(Struct, forbid_unknown_fields=True):
    """`rooms`: one's rooms, each with the last position that the page has. `line` and `heard`: from the last answer.

    `wait`: seconds after which there is an answer, whether or not there is news.
    """

    rooms: Annotated[list[SeenUpTo], Meta(max_length=MOST_ROOMS)] = []
    line: HexId | None = None
    heard: Count = 0
    wait: Annotated[int, Meta(ge=0, le=LONGEST_WAIT_SECONDS)] = 20


class News(Struct):
    """`rooms`: what was stored after those positions. `told`: what a socket would have pushed besides, oldest first.

    `missed`: the line is new, so that what happened before is not in `told`; the page asks for its lists again.
    """

    line: HexId
    missed: bool
    rooms: list[Items]
    told: list[Told]
