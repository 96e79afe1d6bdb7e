"""Referrals over HTTP. The client goes by a first enquiry elsewhere that names the conversation left behind."""

from typing import Final

from chatserver.http import Route, Who
from chatserver.referrals import actions, wire

ROUTES: Final = (
    Route(
        "POST",
        "/api/threads/{room}/propose",
        wire.Propose,
        wire.Proposed,
        actions.propose,
        who=Who.COUNSELLOR,
        summary="Proposes to the client to go on at another agency; the client decides.",
    ),
    Route(
        "POST",
        "/api/threads/{room}/stay",
        wire.Stay,
        wire.Proposed,
        actions.stay,
        who=Who.CLIENT,
        summary="The client stays: what was proposed is off the table.",
    ),
)
