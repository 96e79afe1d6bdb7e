"""What travels when two people agree on a time, and when that time has come."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from chatserver.places.wire import Place, PlaceId
from chatserver.wire.types import HexId, Instant, RequestId

Kind = Literal["chat", "video", "phone", "on_site"]
AppointmentState = Literal["held", "booked", "cancelled", "done"]


class ListSlots(Struct, forbid_unknown_fields=True):
    """The free slots of the thread's counsellor. Without `since`: from now; without `until`: four weeks from then."""

    room: HexId
    kind: Kind = "chat"
    since: Instant | None = None
    until: Instant | None = None
    place: PlaceId | None = None


class KindOffered(Struct):
    """`cancel_notice_minutes`: until how long before the start a client may call it off or move it."""

    kind: Kind
    minutes: int
    cancel_notice_minutes: int


class Slot(Struct):
    starts_at: datetime
    ends_at: datetime


class Slots(Struct):
    """`otherwise_due_at`: when an answer comes at the latest if the client writes instead, now.

    `kinds`: all that can be had with this counsellor. `places`: where, for a kind that needs a place. `languages`: that
    are spoken at the agency (ISO 639).
    """

    room: HexId
    kind: Kind
    minutes: int
    zone: str
    counsellor_name: str
    slots: list[Slot]
    otherwise_due_at: datetime
    kinds: list[KindOffered]
    places: list[Place]
    languages: list[str]


class HoldSlot(Struct, forbid_unknown_fields=True):
    """`place`: that one, for a kind that needs a place; else the first that is free."""

    room: HexId
    kind: Kind
    starts_at: Instant
    request_id: RequestId
    place: PlaceId | None = None


class SlotHeld(Struct):
    hold: str
    starts_at: datetime
    ends_at: datetime
    expires_at: datetime


class BookSlot(Struct, forbid_unknown_fields=True):
    room: HexId
    hold: str
    request_id: RequestId


class Appointment(Struct):
    """`opens_at`: from then on either side may begin the live chat. `live`: it is on right now.

    `missed`: the counsellor has recorded that the client did not come; `counsellor_missed`: that nobody was there for
    the client. `cancel_until`: the client may call it off or move it until then. `changes`: how often it was changed.
    """

    id: str
    room: HexId
    kind: Kind
    state: AppointmentState
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    live: bool
    zone: str
    client: HexId
    client_name: str
    counsellor: HexId
    counsellor_name: str
    missed: bool
    counsellor_missed: bool
    cancel_until: datetime
    changes: int
    place: Place | None


class ListAppointments(Struct, forbid_unknown_fields=True):
    """One's own appointments that are not over for longer than a day."""


class Appointments(Struct):
    server_time: datetime
    appointments: list[Appointment]


class CancelAppointment(Struct, forbid_unknown_fields=True):
    appointment: str


class BeginLiveChat(Struct, forbid_unknown_fields=True):
    appointment: str


class EndLiveChat(Struct, forbid_unknown_fields=True):
    appointment: str


class AppointmentChanged(Struct):
    """Pushed to both sides when an appointment is booked, cancelled, turns live or ends."""

    appointment: Appointment


class WeeklyHours(Struct):
    """A block of one weekday (0 = Monday) in wall time of the calendar's zone; "24:00" is midnight at its end."""

    weekday: int
    begins: str
    ends: str


class ReadCalendar(Struct, forbid_unknown_fields=True):
    pass


class Calendar(Struct):
    zone: str
    weekly: list[WeeklyHours]
    appointments: list[Appointment]
