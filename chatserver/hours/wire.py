"""What travels when a counsellor sets when and how they can be booked: times on the wall, in the calendar's zone."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from chatserver.appointments.wire import Kind

Minutes = Annotated[int, Meta(ge=0, le=10**6)]
Most = Annotated[int, Meta(ge=0, le=10**6)]


class WeeklyBlock(Struct, forbid_unknown_fields=True):
    """Open on that weekday (0 = Monday) from `begins` until `ends`; "24:00" is midnight at the day's end.

    From `first_day` to `last_day`, both included. `every_weeks`: with 2 it is in the week of `first_day` and in every
    second one after that.
    """

    weekday: Annotated[int, Meta(ge=0, le=6)]
    begins: str
    ends: str
    first_day: date | None = None
    last_day: date | None = None
    every_weeks: Annotated[int, Meta(ge=1, le=52)] = 1


class ExtraHours(Struct, forbid_unknown_fields=True):
    """Open on that day, too; also on one on which the agency is closed."""

    day: date
    begins: str
    ends: str


class KindRules(Struct, forbid_unknown_fields=True):
    """How a kind is booked. `horizon`: how far ahead at most; `notice`: how long before at the latest.

    `cancel_notice`: until how long before a client may change it. The most per day and week: nothing is no limit.
    """

    kind: Kind
    length_minutes: Minutes
    step_minutes: Minutes
    buffer_before_minutes: Minutes
    buffer_after_minutes: Minutes
    notice_minutes: Minutes
    horizon_minutes: Minutes
    cancel_notice_minutes: Minutes
    most_per_day: Most | None = None
    most_per_week: Most | None = None


class ReadHours(Struct, forbid_unknown_fields=True):
    pass


class LookAtHours(Struct, forbid_unknown_fields=True):
    """All that would be kept; what is not named is not. `kinds`: one's own rules, in place of the agency's."""

    weekly: list[WeeklyBlock] = []
    extra: list[ExtraHours] = []
    kinds: list[KindRules] = []


class KeepHours(LookAtHours, forbid_unknown_fields=True, kw_only=True):
    """`seen`: of the hours that were on the page when the change was made."""

    seen: Annotated[str, Meta(max_length=64)]


class ClosedDay(Struct):
    """Weekly hours do not hold then. `holiday`: its German name; none for a closing day of the agency."""

    day: date
    holiday: str | None


class BusyElsewhere(Struct):
    starts_at: datetime
    ends_at: datetime


class Hours(Struct):
    """What is not over. `wall`: what clocks show in `zone`. `closed`: in the next 13 months.

    `kinds`: one's own rules; `agency_kinds`: those that hold where there are none. `places`: whether the agency has
    rooms for appointments on site. `elsewhere`: when one's other calendars say that one is busy, in the next 8 weeks.
    """

    seen: str
    zone: str
    wall: str
    weekly: list[WeeklyBlock]
    extra: list[ExtraHours]
    kinds: list[KindRules]
    agency_kinds: list[KindRules]
    closed: list[ClosedDay]
    places: bool
    elsewhere: list[BusyElsewhere]


class AppointmentOutside(Struct):
    """`already`: it lies outside of the present hours, too."""

    id: str
    starts_at: datetime
    ends_at: datetime
    already: bool


class KindTimes(Struct):
    """How many times could be booked in the next four weeks, now and then."""

    kind: Kind
    before: int
    after: int


class HoursOutlook(Struct):
    """What a change would do. Appointments stay where they are, also those that would lie outside of the hours."""

    outside: list[AppointmentOutside]
    times: list[KindTimes]


class HoursKept(Struct):
    """Pushed to one's other pages."""

    seen: str
