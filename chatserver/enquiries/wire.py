"""What travels when somebody writes for the first time, and when a counsellor takes them on."""

from datetime import datetime

from msgspec import Struct

from chatserver.consents.wire import ConsentVersion
from chatserver.rooms.wire import RoomItem
from chatserver.threads.model import TakeoverReason
from chatserver.wire.binary import B64
from chatserver.wire.types import HexId, TopicCode


class SendEnquiry(Struct, forbid_unknown_fields=True):
    """Room, first message and clock come into being together. The postal code stays behind: it has done its work.

    `effort`: where the ticket asks for one. `onward_from`: the conversation at another agency from which they go: what
    is left of its promise holds here. Nobody here is told which one it is. `same_counsellor`: whoever of the agency
    counselled them before may be asked first.

    `consent`: the version of the words that they agree to; left out by whoever has agreed to these before.
    """

    agency: HexId
    topic: TopicCode
    genesis: B64
    room_ticket: B64
    envelope: B64
    effort: B64 = b""
    onward_from: HexId | None = None
    same_counsellor: bool = True
    consent: ConsentVersion | None = None


class EnquirySent(Struct):
    """`receipt`: the server's signed word on when it came and by when it will be answered."""

    room: HexId
    position: int
    stored_at: datetime
    due_at: datetime
    receipt: B64


class ReadInbox(Struct, forbid_unknown_fields=True):
    pass


class InboxLine(Struct):
    """`client_name` is empty while the enquiry is new: it shows topic and time, and nothing else until it is taken.

    `takeover`: why this person may answer in the place of `counsellor_name`, and `handed` that this counsellor has left
    for good. The client's name is then shown to whom it was handed only.

    `asked`: a coordinator, or a colleague who left, has asked this person to take it.

    `contested`: the client waits because the last answer was none for them. `danger`: a life is in danger; such a line
    is there for everybody at the agency, whether they can open the thread or not.

    `known`: this person has counselled the client before. `was_with`: a colleague has, and is asked first until
    `first_until`; whoever takes it before does nothing wrong.
    """

    room: HexId
    topic: TopicCode
    new: bool
    handed: bool
    asked: bool
    takeover: TakeoverReason | None
    counsellor_name: str | None
    client_name: str | None
    opened_at: datetime
    last_stored_at: datetime
    waiting_since: datetime | None
    due_at: datetime | None
    breached: bool
    contested: bool
    danger: bool
    known: bool = False
    was_with: str | None = None
    first_until: datetime | None = None


class Inbox(Struct):
    """Where a life is in danger first, then by time left; lines with nothing waiting come last."""

    server_time: datetime
    lines: list[InboxLine]


class ReadEnquiry(Struct, forbid_unknown_fields=True):
    room: HexId


class Enquiry(Struct):
    """What a counsellor with the duty key needs to take an enquiry: still sealed."""

    room: HexId
    topic: TopicCode
    agency: HexId
    room_share: B64
    items: list[RoomItem]


class TakeEnquiry(Struct, forbid_unknown_fields=True):
    room: HexId
    commit: B64


class EnquiryTaken(Struct):
    room: HexId
    position: int
    stored_at: datetime


class EnquiryCame(Struct):
    """Pushed to everyone on duty at the agency."""

    room: HexId
    topic: TopicCode
    due_at: datetime


class EnquiryGone(Struct):
    """Pushed to everyone on duty when a colleague has taken it."""

    room: HexId
