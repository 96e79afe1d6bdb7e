"""Takeovers over HTTP."""

from typing import Final

from chatserver.http import KIB, Route, Who
from chatserver.takeovers import actions
from chatserver.takeovers.wire import ReadSealed, SealedRoom, TakenOver, TakeOver

# A commit of 256 KiB, in base64url, in JSON.
LARGEST_COMMIT: Final = 384 * KIB

ROUTES: Final = (
    Route(
        "GET",
        "/api/rooms/{room}/sealed",
        ReadSealed,
        SealedRoom,
        actions.read_sealed,
        who=Who.COUNSELLOR,
        summary="A room whose counsellor cannot answer, still sealed, for those who hold the duty key",
    ),
    Route(
        "POST",
        "/api/rooms/{room}/takeover",
        TakeOver,
        TakenOver,
        actions.take_over,
        who=Who.COUNSELLOR,
        summary="Answers in a colleague's place from now on; exactly one wins",
        largest_body=LARGEST_COMMIT,
    ),
)
