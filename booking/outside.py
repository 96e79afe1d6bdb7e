"""Appointments that stand although their hours do not: what a change of a calendar would leave outside."""

from datetime import timedelta

from booking.model import Calendar, Kind, Span
from booking.slots import Reason, why_not

MINUTE = timedelta(minutes=1)


def lies_outside(calendar: Calendar, appointment: Span) -> bool:
    """Whether nothing as long could be booked then for want of open hours: the rule of the list, asked only for that.

    Notice, steps and what else is booked have no say: they are rules for new appointments.
    """
    asked = Kind(name="chat", length=appointment.ends_at - appointment.starts_at, step=MINUTE)
    return why_not(calendar, asked, (), appointment.starts_at, appointment.starts_at) is Reason.CLOSED
