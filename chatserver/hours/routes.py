"""Hours over HTTP."""

from typing import Final

from chatserver.hours import actions, wire
from chatserver.http import Route, Who

ROUTES: Final = (
    Route(
        "GET",
        "/api/calendar/hours",
        wire.ReadHours,
        wire.Hours,
        actions.read_hours,
        who=Who.COUNSELLOR,
        summary="When and how one can be booked, as one has set it",
    ),
    Route(
        "POST",
        "/api/calendar/hours/preview",
        wire.LookAtHours,
        wire.HoursOutlook,
        actions.look_at_hours,
        who=Who.COUNSELLOR,
        summary="What a change would do to appointments and free times; nothing is kept",
    ),
    Route(
        "POST",
        "/api/calendar/hours",
        wire.KeepHours,
        wire.Hours,
        actions.keep_hours,
        who=Who.COUNSELLOR,
        summary="Changes them as a whole; appointments stay",
    ),
)
