"""What a calendar can refuse. The code is stable; the sentence is for a person who can act on it."""

from typing import ClassVar


class BookingRefusal(Exception):  # noqa: N818 - it says what is the case, and nothing went wrong
    """The root. It ends the transaction in which it was raised: roll back."""

    code: ClassVar[str] = "booking_refused"
    sentence: ClassVar[str] = "That is not possible in this calendar."

    def __init__(self, field: str | None = None) -> None:
        super().__init__(self.sentence if field is None else f"{self.sentence} ({field})")
        self.field = field


class SlotTaken(BookingRefusal):
    code = "slot_taken"
    sentence = "That time has just been taken. Please choose another one."


class SlotNotOffered(BookingRefusal):
    code = "slot_not_offered"
    sentence = "That time is not offered. Please choose one of the times listed."


class HoldExpired(BookingRefusal):
    code = "hold_expired"
    sentence = "The time was kept for you, but that has run out. Please choose a time again."


class HoldExtended(BookingRefusal):
    code = "hold_extended"
    sentence = "The time has already been kept longer once. Please book it before that runs out."


class AppointmentOver(BookingRefusal):
    code = "appointment_over"
    sentence = "That appointment is over or was cancelled."


class NotBegun(BookingRefusal):
    code = "not_begun"
    sentence = "That appointment has not begun yet."


class GroupFull(BookingRefusal):
    code = "group_full"
    sentence = "The last seat in this group has just been taken. Please choose another time."


class GroupFixed(BookingRefusal):
    code = "group_fixed"
    sentence = "The time of a group is fixed. You can leave it and take a seat in another one."


class TooLate(BookingRefusal):
    code = "too_late"
    sentence = "It is too late to change that here. Please write to your counsellor in the thread."


class NotFound(BookingRefusal):
    """Not there, or not the asker's: nobody learns which."""

    code = "not_found"
    sentence = "There is nothing here by that name."


class KindNotOffered(BookingRefusal):
    code = "kind_not_offered"
    sentence = "This kind of appointment is not offered here."


class RequestReused(BookingRefusal):
    """A request id that already stands for something else would otherwise answer with another's appointment."""

    code = "request_reused"
    sentence = "This request was already used for something else. Please try again."


class RuleInvalid(BookingRefusal):
    code = "rule_invalid"
    sentence = "These hours cannot be kept: each must end after it begins, within one day."


class ZoneUnknown(BookingRefusal):
    code = "zone_unknown"
    sentence = "This time zone is not known."
