"""What travels of groups: to whoever may come, and to the counsellor who leads them."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from chatserver.appointments.wire import AppointmentState, Slot
from chatserver.places.wire import Place, PlaceId
from chatserver.wire.types import HexId, Instant, RequestId

Minutes = Annotated[int, Meta(ge=30, le=240, description="how long a group lasts")]


class ListGroups(Struct, forbid_unknown_fields=True):
    """Those of every agency to which the client has written."""


class Group(Struct):
    """`own_name`: under which the client sits there, None without a seat; `names`: of all who do, for those only.

    `leave_until`: a seat can be left until then. `zone`: of the counsellor's calendar.
    """

    id: HexId
    agency_name: str
    counsellor_name: str
    title: str
    rules: str
    state: AppointmentState
    starts_at: datetime
    ends_at: datetime
    leave_until: datetime
    zone: str
    place: Place | None
    seats: int
    free: int
    own_name: str | None
    names: list[str]


class Groups(Struct):
    groups: list[Group]


class TakeSeat(Struct, forbid_unknown_fields=True):
    """`name`: chosen for this group; it need not be the one that somebody logs in with."""

    group: HexId
    name: Annotated[str, Meta(max_length=80)]


class LeaveGroup(Struct, forbid_unknown_fields=True):
    group: HexId


# -- for the counsellor


class ListOwnGroups(Struct, forbid_unknown_fields=True):
    """The counsellor's own, until a day after their end."""


class OwnGroup(Struct):
    id: HexId
    title: str
    rules: str
    state: AppointmentState
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: Place | None
    seats: int
    names: list[str]


class OwnGroups(Struct):
    groups: list[OwnGroup]


class ListGroupTimes(Struct, forbid_unknown_fields=True):
    """When the counsellor and the place are free for so long."""

    place: PlaceId
    minutes: Minutes = 90


class GroupTimes(Struct):
    zone: str
    slots: list[Slot]


class AnnounceGroup(Struct, forbid_unknown_fields=True, kw_only=True):
    request_id: RequestId
    title: Annotated[str, Meta(max_length=80)]
    rules: Annotated[str, Meta(max_length=2000)]
    place: PlaceId
    seats: Annotated[int, Meta(ge=2, le=20)]
    starts_at: Instant
    minutes: Minutes = 90


class CallOffGroup(Struct, forbid_unknown_fields=True):
    group: HexId
