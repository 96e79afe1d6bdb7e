"""Enquiries over Socket.IO: what those on duty are told."""

from typing import Final

from chatserver.enquiries.wire import EnquiryCame, EnquiryGone
from chatserver.live import Event, Pushed

EVENTS: Final[tuple[Event, ...]] = ()

PUSHED: Final = (
    Pushed("enquiry_came", EnquiryCame, summary="Somebody has written for the first time"),
    Pushed("enquiry_gone", EnquiryGone, summary="A colleague has taken an enquiry"),
)
