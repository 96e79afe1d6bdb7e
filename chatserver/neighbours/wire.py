"""What travels when other agencies are asked to help before a promise is broken."""

from datetime import datetime

from msgspec import Struct

from chatserver.agencies.wire import Agency
from chatserver.wire.types import HexId, TopicCode


class ReadHelp(Struct, forbid_unknown_fields=True):
    room: HexId


class WishForHelp(Struct, forbid_unknown_fields=True):
    """Whether other agencies may be asked, now or when the hour comes. They are told topic and due time only."""

    room: HexId
    wished: bool


class Neighbour(Struct):
    """`ready`: somebody there has said that they can answer in time."""

    agency: Agency
    ready: bool


class Help(Struct):
    """`due`: the hour has come at which other agencies are asked. `neighbours`: those that are asked, or would be."""

    room: HexId
    wished: bool
    due: bool
    neighbours: list[Neighbour]


class ListHelpCalls(Struct, forbid_unknown_fields=True):
    pass


class HelpCall(Struct):
    """Somebody at another agency waits, and may write here. Neither who they are nor where they wrote is told."""

    id: HexId
    topic: TopicCode
    due_at: datetime
    ready: bool


class HelpCalls(Struct):
    server_time: datetime
    calls: list[HelpCall]


class SayReady(Struct, forbid_unknown_fields=True):
    """Could answer in time, should the client write."""

    call: HexId


class Ready(Struct):
    call: HexId
