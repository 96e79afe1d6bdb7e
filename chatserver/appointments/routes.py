"""Appointments over HTTP."""

from typing import Final

from chatserver.appointments import actions
from chatserver.appointments.wire import (
    Appointment,
    Appointments,
    BeginLiveChat,
    BookSlot,
    Calendar,
    CancelAppointment,
    EndLiveChat,
    HoldSlot,
    ListAppointments,
    ListSlots,
    ReadCalendar,
    SlotHeld,
    Slots,
)
from chatserver.http import Route, Who

ROUTES: Final = (
    Route(
        "GET",
        "/api/threads/{room}/slots",
        ListSlots,
        Slots,
        actions.list_slots,
        summary="When the thread's counsellor is free, and when an answer comes otherwise",
    ),
    Route(
        "POST",
        "/api/threads/{room}/holds",
        HoldSlot,
        SlotHeld,
        actions.hold_slot,
        who=Who.CLIENT,
        summary="Keeps a slot for ten minutes",
    ),
    Route(
        "POST",
        "/api/threads/{room}/appointments",
        BookSlot,
        Appointment,
        actions.book_slot,
        who=Who.CLIENT,
        summary="Makes a hold an appointment",
    ),
    Route("GET", "/api/appointments", ListAppointments, Appointments, actions.list_appointments, summary="One's own"),
    Route(
        "POST",
        "/api/appointments/{appointment}/cancel",
        CancelAppointment,
        Appointment,
        actions.cancel_appointment,
        summary="Calls it off; if the counsellor does, a promise starts",
    ),
    Route(
        "POST",
        "/api/appointments/{appointment}/begin",
        BeginLiveChat,
        Appointment,
        actions.begin_live_chat,
        summary="The room turns live, from ten minutes before",
    ),
    Route(
        "POST",
        "/api/appointments/{appointment}/end",
        EndLiveChat,
        Appointment,
        actions.end_live_chat,
        summary="The live chat is over; the thread goes on",
    ),
    Route(
        "GET",
        "/api/calendar",
        ReadCalendar,
        Calendar,
        actions.read_calendar,
        who=Who.COUNSELLOR,
        summary="The counsellor's own hours and appointments",
    ),
)
