"""The addresses of the vault and the keyring."""

from datetime import timedelta
from typing import Final

from chatserver.accounts.wire import SignedIn
from chatserver.http import Limit, Route, Who, set_session
from chatserver.vault import actions, wire

# A blob of 1 MiB in base64url, two slots, and some room.
_LARGEST_WRITE: Final = 1_500_000

ROUTES: Final = (
    Route(
        "POST",
        "/api/registration",
        wire.OpenAccount,
        SignedIn,
        actions.open_account,
        who=Who.ANYONE,
        summary="A client's account with its first vault; begins a session. At most ten tries per connection and hour.",
        respond=set_session,
        # Whoever registers learns whether a name is taken: so not many, not fast.
        limit=Limit(10, timedelta(hours=1)),
    ),
    Route("GET", "/api/vault", wire.ReadVault, wire.StoredVault, actions.read_vault, summary="One's own vault."),
    Route(
        "PUT",
        "/api/vault",
        wire.VaultWrite,
        wire.VaultWritten,
        actions.write_vault,
        summary="The next version of one's own vault, signed; refused when another one came first.",
        largest_body=_LARGEST_WRITE,
    ),
    Route(
        "GET",
        "/api/keyring/{room}",
        wire.ReadKeyring,
        wire.Keyring,
        actions.read_keyring,
        summary="One's own sealed epoch keys of a room.",
    ),
    Route(
        "PUT",
        "/api/keyring/{room}/{epoch}",
        wire.KeepEpochKey,
        wire.EpochKeyKept,
        actions.keep_epoch_key,
        summary="Keeps the sealed key of an epoch for the next login.",
    ),
)
