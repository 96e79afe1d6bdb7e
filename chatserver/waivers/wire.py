"""What travels when a counsellor need not answer, and when a coordinator looks at it. Nothing of what was written."""

from datetime import datetime

from msgspec import Struct

from chatserver.wire.types import Count, HexId, TopicCode, WaiverReason


class Waive(Struct, forbid_unknown_fields=True):
    """`block`: besides, the client may write no more at this agency until a coordinator lifts that."""

    room: HexId
    reason: WaiverReason
    block: bool


class ListWaivers(Struct, forbid_unknown_fields=True):
    pass


class Waiver(Struct):
    """`due_at`: of the promise that was waived, if one was."""

    id: int
    topic: TopicCode
    reason: WaiverReason
    waived_by: str
    waived_at: datetime
    due_at: datetime | None
    blocks: bool
    reviewed_at: datetime | None
    put_back_at: datetime | None
    lifted_at: datetime | None


class Waivers(Struct):
    """What nobody has looked at comes first; the newest 200."""

    waivers: list[Waiver]


class ReviewWaiver(Struct, forbid_unknown_fields=True):
    """`put_back`: the promise goes on, with the due time that it had. `lift`: the client may write again."""

    waiver: Count
    put_back: bool
    lift: bool
