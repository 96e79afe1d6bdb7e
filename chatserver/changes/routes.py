"""Changes over HTTP."""

from typing import Final

from chatserver.appointments.wire import Appointment, SlotHeld
from chatserver.changes import actions
from chatserver.changes.wire import (
    ExtendHold,
    HoldReleased,
    LengthenAppointment,
    MoveAppointment,
    RecordMissed,
    ReleaseHold,
    SayNobodyCame,
)
from chatserver.http import Route, Who

ROUTES: Final = (
    Route(
        "POST",
        "/api/threads/{room}/holds/{hold}/extend",
        ExtendHold,
        SlotHeld,
        actions.extend_hold,
        who=Who.CLIENT,
        summary="Keeps the slot ten minutes longer, once",
    ),
    Route(
        "POST",
        "/api/threads/{room}/holds/{hold}/release",
        ReleaseHold,
        HoldReleased,
        actions.release_hold,
        who=Who.CLIENT,
        summary="Lets go of a slot, also of one that was offered: it goes to the next in line",
    ),
    Route(
        "POST",
        "/api/appointments/{appointment}/longer",
        LengthenAppointment,
        Appointment,
        actions.lengthen_appointment,
        who=Who.COUNSELLOR,
        summary="It goes on a little longer, if the calendar allows",
    ),
    Route(
        "POST",
        "/api/appointments/{appointment}/nobody-came",
        SayNobodyCame,
        Appointment,
        actions.say_nobody_came,
        who=Who.CLIENT,
        summary="The client was there and the counsellor was not: a promise starts",
    ),
    Route(
        "POST",
        "/api/appointments/{appointment}/move",
        MoveAppointment,
        Appointment,
        actions.move_appointment,
        summary="Another time, in one step",
    ),
    Route(
        "POST",
        "/api/appointments/{appointment}/missed",
        RecordMissed,
        Appointment,
        actions.record_missed,
        who=Who.COUNSELLOR,
        summary="The client did not come, or did after all",
    ),
)
