"""Appointments over Socket.IO: what both sides are told."""

from typing import Final

from chatserver.appointments.wire import AppointmentChanged
from chatserver.live import Event, Pushed

EVENTS: Final[tuple[Event, ...]] = ()

PUSHED: Final = (
    Pushed("appointment", AppointmentChanged, summary="An appointment was booked, cancelled, begun or ended"),
)
