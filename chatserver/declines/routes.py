"""Declines over HTTP."""

from typing import Final

from chatserver.declines import actions, wire
from chatserver.http import Route, Who

ROUTES: Final = (
    Route(
        "POST",
        "/api/enquiries/{room}/decline",
        wire.DeclineEnquiry,
        wire.Declined,
        actions.decline_enquiry,
        who=Who.COUNSELLOR,
        summary="Does not take an enquiry, for a reason; it stays with the colleagues on duty.",
    ),
)
