"""The address of a new identity."""

from datetime import timedelta
from typing import Final

from chatserver.accounts.wire import SignedIn
from chatserver.http import Limit, Route, Who, set_session
from chatserver.identities import actions, wire

# A vault of 1 MiB, and a commit with its keys for each of up to 256 rooms.
_LARGEST: Final = 6_000_000

ROUTES: Final = (
    Route(
        "POST",
        "/api/identity",
        wire.RenewIdentity,
        SignedIn,
        actions.renew_identity,
        who=Who.CLIENT,
        summary="New keys, vault and password for a client whose vault may have been opened; every room at once.",
        respond=set_session,
        limit=Limit(10, timedelta(hours=1)),
        largest_body=_LARGEST,
    ),
)
