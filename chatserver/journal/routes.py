"""The addresses of the journal."""

from typing import Final

from chatserver.http import Route, Who
from chatserver.journal import actions, wire

ROUTES: Final = (
    Route(
        "GET",
        "/api/agencies/{agency}/journal",
        wire.ReadJournal,
        wire.Journal,
        actions.read_journal,
        who=Who.ANYONE,
        summary="What happened to an agency's promises: commitments, and the signed heads of their chain.",
    ),
    Route(
        "GET",
        "/api/threads/{room}/openings",
        wire.ReadOpenings,
        wire.Openings,
        actions.read_openings,
        summary="What opens the journal's entries of a thread of one's own.",
    ),
)
