"""What travels about a thread: messages in, the promise out."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from chatserver.wire.binary import B64
from chatserver.wire.types import HexId, Position, TopicCode

ThreadState = Literal["new", "open", "closed"]
ReferralReason = Literal["topic", "place", "language", "capacity"]


class PostMessage(Struct, forbid_unknown_fields=True):
    """`contests`: the position of the answer that did not answer the client, who asks once more by this message."""

    room: HexId
    envelope: B64
    contests: Position | None = None


class ClockChanged(Struct):
    """Pushed to a thread's people when its promise starts, stops or is broken."""

    room: HexId
    waiting_since: datetime | None
    due_at: datetime | None
    breached: bool


class MessagePosted(Struct):
    """The acknowledgement: it is on disk. `due_at` is the running promise after this message, if one runs.

    `clock`: what this message did to the promise, if it did something and this is no repeat. Over a socket, the page
    that sent it gets neither `posted` nor `clock` besides. `receipt`: the server's signed word, for the message that
    started the running promise, and for its repeats.
    """

    position: int
    stored_at: datetime
    due_at: datetime | None
    clock: ClockChanged | None = None
    receipt: B64 | None = None


class PostCommit(Struct, forbid_unknown_fields=True):
    room: HexId
    commit: B64


class CommitPosted(Struct):
    position: int
    stored_at: datetime


class Thread(Struct):
    """A thread as one of its people sees it. `waiting_since` and `due_at` are there while a promise runs.

    `waived`: what the client wrote last was waived: nobody answers it. `blocked`: the client may not write here.
    `danger`: a counsellor has said that the client's life is in danger; that is said to counsellors only.
    `proposed`: why a counsellor has proposed to the client to go on at another agency; they have not decided yet.
    `onward`: the name of the agency at which the client goes on; `onward_room`: where, for the client only.
    `help_offered`: other agencies can be asked before the promise is broken; for the client only.
    `roster_number`: the agency's newest roster; whoever has an older one fetches it before writing (T10, T41).
    """

    room: HexId
    topic: TopicCode
    agency: HexId
    agency_name: str
    client: HexId
    client_name: str
    counsellor: HexId | None
    counsellor_name: str | None
    state: ThreadState
    opened_at: datetime
    last_position: int
    last_stored_at: datetime
    waiting_since: datetime | None
    due_at: datetime | None
    breached: bool
    waived: bool
    blocked: bool
    danger: bool
    room_share: B64
    roster_number: int
    proposed: ReferralReason | None = None
    onward: str | None = None
    onward_room: HexId | None = None
    help_offered: bool = False


class ListThreads(Struct, forbid_unknown_fields=True):
    pass


class ReadThread(Struct, forbid_unknown_fields=True):
    room: HexId


class Threads(Struct):
    server_time: datetime
    threads: list[Thread]
