"""What a person is told besides messages: something is due, has climbed, was broken, is booked."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from chatserver.wire.types import Count, HexId, TopicCode

NoticeKind = Literal[
    "reply_reminder",
    "reply_escalated",
    "promise_at_risk",
    "promise_unattended",
    "promise_broken",
    "appointment_booked",
    "appointment_cancelled",
    "appointment_moved",
    "appointment_to_check",
    "clocks_changed",
    "counsellor_missed",
    "group_cancelled",
    "slot_offered",
    "enquiry_taken",
    "colleague_certified",
    "colleague_left",
    "colleague_renewed",
    "invitation_accepted",
    "roster_expires",
    "thread_handed",
    "taken_over",
    "brought_in",
    "named_substitute",
    "answer_contested",
    "promise_waived",
    "life_in_danger",
    "enquiry_declined",
    "handing_proposed",
    "handing_refused",
    "handed_on",
    "intake_alarm",
    "thread_expires",
    "help_offered",
    "help_called",
    "help_ready",
    "given_back",
    "another_wished",
    "client_returned",
    "handed_back",
]


class Notice(Struct):
    """`topic` and `due_at`: of a rung, for coordinators; `due_at` while that wait goes on. Not in a push."""

    id: int
    kind: NoticeKind
    room: HexId | None
    appointment: str | None
    at: datetime
    seen: bool
    topic: TopicCode | None = None
    due_at: datetime | None = None


class ListNotices(Struct, forbid_unknown_fields=True):
    pass


class Notices(Struct):
    notices: list[Notice]


class SeeNotices(Struct, forbid_unknown_fields=True):
    up_to: Count


class NoticesSeen(Struct):
    up_to: int
