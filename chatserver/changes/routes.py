"""Changes over HTTP."""

from typing import Final

from chatserver.appointments.wire import Appointment, SlotHeld
from chatserver.changes import actions
from chatserver.changes.wire import ExtendHold, MoveAppointment, RecordMissed
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
