"""The addresses for another password and for a recovery code. Each try costs a hash, so there are not many."""

from datetime import timedelta
from typing import Final

from chatserver.accounts.wire import Admitted
from chatserver.http import Limit, Route, Who, set_session
from chatserver.passwords import actions, wire

# A vault of 1 MiB in base64url, two slots, and some room.
_LARGEST_WRITE: Final = 1_500_000
_QUARTER: Final = timedelta(minutes=15)

ROUTES: Final = (
    Route(
        "PUT",
        "/api/password",
        wire.ChangePassword,
        wire.PasswordChanged,
        actions.change_password,
        summary="Another password or recovery code, with the vault sealed anew; ends the person's other sessions.",
        limit=Limit(30, _QUARTER),
        largest_body=_LARGEST_WRITE,
        fresh=True,
    ),
    Route(
        "POST",
        "/api/recovery",
        wire.OpenByRecovery,
        wire.VaultByRecovery,
        actions.open_by_recovery,
        who=Who.ANYONE,
        summary="The sealed vault, for whoever has its recovery code; the same refusal for names that nobody has.",
        limit=Limit(30, _QUARTER),
    ),
    Route(
        "PUT",
        "/api/recovery",
        wire.RecoverAccount,
        Admitted,
        actions.recover_account,
        who=Who.ANYONE,
        summary="A new password and a new code for whoever has the recovery code; begins a session, ends all others.",
        respond=set_session,
        limit=Limit(30, _QUARTER),
        largest_body=_LARGEST_WRITE,
    ),
)
