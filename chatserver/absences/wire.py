"""What travels when somebody is away: times on the wall, and names of colleagues."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from chatserver.wire.types import Count, HexId, RequestId

WallTime = Annotated[
    str,
    Meta(
        pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$",
        description="what wall clocks show in the zone of the absent person's calendar, which is the agency's at first",
    ),
]


class ListAbsences(Struct, forbid_unknown_fields=True):
    pass


class Absence(Struct):
    """`ends`: nothing while nobody knows. `now`: it goes on. `stands_in_name`: who answers then, if it is one person.

    `account` is away, `substitute` was named; who is away as well hands on to their own substitute.
    """

    id: int
    account: HexId
    name: str
    begins: str
    ends: str | None
    zone: str
    now: bool
    substitute: HexId | None
    substitute_name: str | None
    stands_in_name: str | None


class Standby(Struct):
    """Somebody at the agency. `duty`: they can stand in."""

    account: HexId
    name: str
    duty: bool


class Absences(Struct):
    """One's own, those in which one was named, and for coordinators all of the agency, by beginning; none that is over.

    `away`: the asker is away now. `wall`: what clocks show in the asker's `zone`. `everybody_away`: nobody who could
    open a new enquiry is there.
    """

    away: bool
    wall: str
    zone: str
    coordinates: bool
    everybody_away: bool
    absences: list[Absence]
    colleagues: list[Standby]


class LookAhead(Struct, forbid_unknown_fields=True):
    """What an absence would mean. `account`: whose; without it one's own. `absence`: the one that is to be changed."""

    begins: WallTime
    ends: WallTime | None = None
    substitute: HexId | None = None
    account: HexId | None = None
    absence: Count | None = None


class AppointmentInBetween(Struct):
    id: str
    starts_at: datetime
    ends_at: datetime


class Outlook(Struct):
    """`appointments` stay: they are for the absent person to cancel. `waiting`: clients of theirs who wait now.

    `stands_in_name`: who would answer at the beginning; nobody: everybody on duty is asked. `everybody_away`: then
    nobody who could open a new enquiry would be there.
    """

    appointments: list[AppointmentInBetween]
    waiting: int
    stands_in_name: str | None
    everybody_away: bool


class EnterAbsence(Struct, forbid_unknown_fields=True):
    """`begins`: without it from now on. A coordinator may name a colleague as `account`."""

    request_id: RequestId
    begins: WallTime | None = None
    ends: WallTime | None = None
    substitute: HexId | None = None
    account: HexId | None = None


class ChangeAbsence(Struct, forbid_unknown_fields=True):
    absence: Count
    begins: WallTime
    ends: WallTime | None = None
    substitute: HexId | None = None


class EndAbsence(Struct, forbid_unknown_fields=True):
    absence: Count


class AbsenceEnded(Struct):
    """`removed`: it had not begun."""

    absence: int
    removed: bool


class AbsencesChanged(Struct):
    """Pushed to whom it concerns: the absent person, the substitute, the coordinators."""

    account: HexId
