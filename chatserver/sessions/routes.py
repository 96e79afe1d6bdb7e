"""The addresses of a person's own log-ins."""

from datetime import timedelta
from typing import Final

from chatserver.accounts.wire import ShowFactor
from chatserver.factors.wire import FactorAsked, FactorOffered, OfferFactor
from chatserver.http import Limit, Route, Who
from chatserver.sessions import actions, wire

_QUARTER: Final = timedelta(minutes=15)

ROUTES: Final = (
    Route(
        "GET",
        "/api/sessions",
        wire.ListSessions,
        wire.Sessions,
        actions.list_sessions,
        summary="Where one is logged in: since when, and when it was last used.",
    ),
    Route(
        "POST",
        "/api/sessions/{id}/end",
        wire.EndSession,
        wire.Sessions,
        actions.end_session,
        summary="Ends one of one's own sessions and its sockets.",
    ),
    Route(
        "POST",
        "/api/sessions/end-others",
        wire.EndOtherSessions,
        wire.Sessions,
        actions.end_other_sessions,
        summary="Ends all of one's own sessions but this one.",
    ),
    Route(
        "POST",
        "/api/step-up/ask",
        wire.AskStepUp,
        FactorAsked,
        actions.ask_step_up,
        who=Who.COUNSELLOR,
        summary="A ticket for showing one's second factor once more.",
        limit=Limit(60, _QUARTER),
    ),
    Route(
        "POST",
        "/api/step-up",
        ShowFactor,
        wire.SteppedUp,
        actions.step_up,
        who=Who.COUNSELLOR,
        summary="For five minutes what cannot be undone may be done in this session.",
        limit=Limit(30, _QUARTER),
    ),
    Route(
        "POST",
        "/api/factors/offer",
        OfferFactor,
        FactorOffered,
        actions.offer_factor,
        who=Who.COUNSELLOR,
        summary="What is needed to set up another second factor.",
        limit=Limit(30, _QUARTER),
        fresh=True,
    ),
)
