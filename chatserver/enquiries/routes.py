"""Enquiries over HTTP."""

from datetime import timedelta
from typing import Final

from chatserver.enquiries import actions
from chatserver.enquiries.wire import (
    Enquiry,
    EnquirySent,
    EnquiryTaken,
    Inbox,
    ReadEnquiry,
    ReadInbox,
    SendEnquiry,
    TakeEnquiry,
)
from chatserver.http import KIB, Limit, Route, Who

# A commit of 256 KiB, in base64url, in JSON.
LARGEST_COMMIT: Final = 384 * KIB

ROUTES: Final = (
    Route(
        "POST",
        "/api/enquiries",
        SendEnquiry,
        EnquirySent,
        actions.send_enquiry,
        who=Who.CLIENT,
        summary="Room, first message and promise, all or nothing; a repeat gets the first answer",
        # A school or a mobile network comes from one address, too.
        limit=Limit(60, timedelta(hours=1)),
    ),
    Route(
        "GET",
        "/api/inbox",
        ReadInbox,
        Inbox,
        actions.read_inbox,
        who=Who.COUNSELLOR,
        summary="What waits for an answer, by time left",
    ),
    Route(
        "GET",
        "/api/enquiries/{room}",
        ReadEnquiry,
        Enquiry,
        actions.read_enquiry,
        who=Who.COUNSELLOR,
        summary="A new enquiry, still sealed, for those who hold the duty key",
    ),
    Route(
        "POST",
        "/api/enquiries/{room}/take",
        TakeEnquiry,
        EnquiryTaken,
        actions.take_enquiry,
        who=Who.COUNSELLOR,
        summary="Takes an enquiry on; exactly one counsellor wins",
        largest_body=LARGEST_COMMIT,
    ),
)
