"""Waivers over HTTP."""

from typing import Final

from chatserver.http import Route, Who
from chatserver.threads.wire import Thread
from chatserver.waivers import actions, wire

ROUTES: Final = (
    Route(
        "POST",
        "/api/threads/{room}/waive",
        wire.Waive,
        Thread,
        actions.waive,
        who=Who.COUNSELLOR,
        summary="Ends a running promise without an answer, for a reason; may keep the client from writing.",
    ),
    Route(
        "GET",
        "/api/waivers",
        wire.ListWaivers,
        wire.Waivers,
        actions.list_waivers,
        who=Who.COORDINATOR,
        summary="What was waived at one's own agency, and who may write no more.",
    ),
    Route(
        "POST",
        "/api/waivers/{waiver}/review",
        wire.ReviewWaiver,
        wire.Waiver,
        actions.review_waiver,
        who=Who.COORDINATOR,
        summary="A coordinator has looked at it: it stands, or the promise goes on, or the client may write again.",
    ),
)
