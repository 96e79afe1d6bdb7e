"""Partings over HTTP."""

from typing import Final

from chatserver.http import KIB, Route, Who
from chatserver.partings import actions, wire

# A commit of 256 KiB, in base64url, in JSON.
LARGEST_COMMIT: Final = 384 * KIB

ROUTES: Final = (
    Route(
        "POST",
        "/api/threads/{room}/give-back",
        wire.GiveBack,
        wire.Parted,
        actions.give_back,
        who=Who.COUNSELLOR,
        summary="Gives a conversation back to the colleagues on duty, for a reason; the promise goes on.",
        largest_body=LARGEST_COMMIT,
    ),
    Route(
        "POST",
        "/api/threads/{room}/another",
        wire.WishForAnother,
        wire.Parted,
        actions.wish_for_another,
        who=Who.CLIENT,
        summary="Goes on with another counsellor, without a reason; the promise goes on.",
        largest_body=LARGEST_COMMIT,
    ),
)
