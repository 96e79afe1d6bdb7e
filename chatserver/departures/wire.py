"""What travels when somebody leaves an agency. No name and no content of those whom they counselled."""

from datetime import datetime

from msgspec import Struct

from chatserver.agencies.wire import SealedSeed
from chatserver.threads.wire import ThreadState
from chatserver.wire.binary import B64
from chatserver.wire.types import HexId, TopicCode


class ReadDeparture(Struct, forbid_unknown_fields=True):
    account: HexId


class ThreadToHandOver(Struct):
    room: HexId
    topic: TopicCode
    state: ThreadState
    due_at: datetime | None
    # Without it nobody can step in: only the client can bring a colleague in again.
    standby: bool


class AppointmentToCancel(Struct):
    id: str
    room: HexId
    starts_at: datetime


class Departure(Struct):
    """What would have to be handed over if this person left now."""

    account: HexId
    display_name: str
    duty: bool
    threads: list[ThreadToHandOver]
    appointments: list[AppointmentToCancel]


class HandOver(Struct, forbid_unknown_fields=True):
    """`to`: the colleague on duty who is asked to take the conversation over."""

    room: HexId
    to: HexId


class LetGo(Struct, forbid_unknown_fields=True):
    """The roster revokes the person and, if they held the duty key, names its next generation.

    Conversations that are not named in `hand_over` any colleague on duty can take over.
    """

    account: HexId
    roster: B64
    duty_seeds: list[SealedSeed]
    hand_over: list[HandOver]


class RenewColleague(Struct, forbid_unknown_fields=True):
    """The roster certifies the keys that came by the invitation, revokes the old ones, and nothing else.

    `renewed_as`: the account that accepted the invitation.
    """

    account: HexId
    renewed_as: HexId
    roster: B64
    duty_seeds: list[SealedSeed]


class Renewed(Struct):
    """`unreachable`: conversations that only the client can open to the new keys."""

    account: HexId
    number: int
    renewed_at: datetime
    handed: int
    unreachable: int


class Departed(Struct):
    account: HexId
    number: int
    left_at: datetime
