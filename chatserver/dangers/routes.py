"""Dangers over HTTP."""

from typing import Final

from chatserver.dangers import actions, wire
from chatserver.http import KIB, Route, Who
from chatserver.threads.wire import Thread

ROUTES: Final = (
    Route(
        "POST",
        "/api/threads/{room}/danger",
        wire.MarkDanger,
        Thread,
        actions.mark_danger,
        who=Who.COUNSELLOR,
        summary="Marks a thread as dangerous for the client's life, for everybody at the agency; or takes that back.",
    ),
    Route(
        "GET",
        "/api/agency/procedure",
        wire.ReadProcedure,
        wire.Procedure,
        actions.read_procedure,
        who=Who.COUNSELLOR,
        summary="What one's own agency has written down for when a life is in danger.",
    ),
    Route(
        "POST",
        "/api/agency/procedure",
        wire.KeepProcedure,
        wire.Procedure,
        actions.keep_procedure,
        who=Who.COORDINATOR,
        summary="Writes it down.",
        largest_body=64 * KIB,
    ),
)
