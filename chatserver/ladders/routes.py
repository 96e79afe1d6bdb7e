"""The address of an agency's ladder."""

from typing import Final

from chatserver.http import Route, Who
from chatserver.ladders import actions, wire

ROUTES: Final = (
    Route(
        "GET",
        "/api/agency/ladder",
        wire.ReadLadder,
        wire.Ladder,
        actions.read_ladder,
        who=Who.COUNSELLOR,
        summary="When others hear that somebody still waits.",
    ),
    Route(
        "POST",
        "/api/agency/ladder",
        wire.KeepLadder,
        wire.Ladder,
        actions.keep_ladder,
        who=Who.COORDINATOR,
        summary="Changes when others hear that somebody still waits; no promise moves.",
    ),
)
