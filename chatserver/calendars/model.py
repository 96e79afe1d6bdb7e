"""Appointments in the words of iCalendar (RFC 5545), and changes to them (RFC 5546)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from icalendar import Calendar, Event

from booking.model import Reservation, State, zone_of
from chatserver.wire.types import Language

PRODUCT: Final = "-//Sprechraum//Sprechraum//DE"
SUMMARY: Final[dict[Language, str]] = {"de": "Termin", "en": "Appointment"}
# How far around the appointments a zone is told: programs take the first rule for what lies before it.
AROUND: Final = timedelta(days=366)
_METHOD: Final = {State.BOOKED: "PUBLISH", State.DONE: "PUBLISH", State.CANCELLED: "CANCEL"}


@dataclass(frozen=True, slots=True)
class Shown:
    """How it is written down: in which language, by the wall clock of which zone, as of when."""

    language: Language
    zone: str
    now: datetime


def one_appointment(of: Reservation, shown: Shown) -> bytes:
    """A file that puts one appointment into a calendar, moves what an earlier one put there, or takes it out."""
    return _calendar([of], shown, _METHOD[of.state])


def all_appointments(found: Iterable[Reservation], shown: Shown) -> bytes:
    """What a program that subscribes to it shows: appointments that are cancelled, too, as such."""
    return _calendar([one for one in found if one.state in _METHOD], shown, None)


def _calendar(found: list[Reservation], shown: Shown, method: str | None) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    if method is not None:
        calendar.add("method", method)
    for one in found:
        calendar.add_component(_event(one, shown, organised=method is not None))
    if found:
        first, last = min(one.appointment.starts_at for one in found), max(one.appointment.ends_at for one in found)
        calendar.add_missing_timezones((first - AROUND).date(), (last + AROUND).date())
    return bytes(calendar.to_ical())


def _event(one: Reservation, shown: Shown, *, organised: bool) -> Event:
    event = Event()
    # The same for the same appointment, whatever becomes of it; each change has a higher number.
    event.add("uid", str(UUID(hex=one.id)))
    event.add("sequence", one.sequence)
    event.add("dtstamp", shown.now)
    event.add("dtstart", one.appointment.starts_at.astimezone(zone_of(shown.zone)))
    event.add("dtend", one.appointment.ends_at.astimezone(zone_of(shown.zone)))
    event.add("summary", SUMMARY[shown.language])
    event.add("status", "CANCELLED" if one.state is State.CANCELLED else "CONFIRMED")
    event.add("class", "PRIVATE")
    if organised:
        # A method needs one (RFC 5546, section 3.2). It leads nowhere: an address would say whose appointment it is.
        event.add("organizer", f"urn:uuid:{UUID(hex=one.id)}")
    return event
