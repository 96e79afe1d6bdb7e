"""The addresses of deleting."""

from datetime import timedelta
from typing import Final

from chatserver.deletions import actions, wire
from chatserver.http import Limit, Route, Who, clear_session

# Each try costs a hash, and guesses at a password.
_TRIES: Final = Limit(20, timedelta(minutes=15))

ROUTES: Final = (
    Route(
        "POST",
        "/api/threads/{room}/delete",
        wire.DeleteThread,
        wire.Deleted,
        actions.delete_thread,
        who=Who.CLIENT,
        summary="Deletes one's own thread for everybody; answers with a signed certificate.",
        limit=_TRIES,
    ),
    Route(
        "POST",
        "/api/account/delete",
        wire.DeleteAccount,
        wire.Deleted,
        actions.delete_account,
        who=Who.CLIENT,
        summary="Deletes the account, its vault and all its threads; clears the cookie.",
        respond=clear_session,
        limit=_TRIES,
    ),
    Route(
        "GET",
        "/api/deletions/{subject}",
        wire.ReadDeletion,
        wire.Deleted,
        actions.read_deletion,
        who=Who.ANYONE,
        summary="The certificate of a deletion, for whoever knows the id of what was deleted.",
        limit=_TRIES,
    ),
    Route(
        "GET",
        "/api/keys",
        wire.ReadKeys,
        wire.Keys,
        actions.read_keys,
        who=Who.ANYONE,
        summary="The public keys that this server signs with.",
    ),
)
