"""The addresses of an agency's terms."""

from typing import Final

from chatserver.http import Route, Who
from chatserver.terms import actions, wire

ROUTES: Final = (
    Route(
        "GET",
        "/api/agency/terms",
        wire.ReadTerms,
        wire.Terms,
        actions.read_terms,
        who=Who.COUNSELLOR,
        summary="When the agency works, its languages, and what it promises.",
    ),
    Route(
        "POST",
        "/api/agency/terms/preview",
        wire.PreviewTerms,
        wire.Terms,
        actions.preview_terms,
        who=Who.COORDINATOR,
        summary="By when an answer would be promised under other terms; nothing is kept.",
    ),
    Route(
        "POST",
        "/api/agency/terms",
        wire.KeepTerms,
        wire.Terms,
        actions.keep_terms,
        who=Who.COORDINATOR,
        summary="Changes them for promises that begin from now on.",
        fresh=True,
    ),
)
