"""The addresses of invitations: a coordinator's, and those for whoever holds a link."""

from datetime import timedelta
from typing import Final

from chatserver.accounts.wire import Admitted
from chatserver.http import KIB, Limit, Route, Who, set_session
from chatserver.invitations import actions, wire

_HOUR: Final = timedelta(hours=1)
_QUARTER: Final = timedelta(minutes=15)
# A vault of 1 MiB, in base64url, in JSON.
LARGEST_ACCOUNT: Final = 2048 * KIB

ROUTES: Final = (
    Route(
        "POST",
        "/api/agency/invitations",
        wire.Invite,
        wire.Invited,
        actions.invite,
        who=Who.COORDINATOR,
        summary="Invites somebody to work at one's own agency; a repeat gets the first answer",
        fresh=True,
    ),
    Route(
        "GET",
        "/api/agency/invitations",
        wire.ListInvitations,
        wire.Invitations,
        actions.list_invitations,
        who=Who.COORDINATOR,
        summary="The invitations of one's own agency whose people are not certified yet, with who has accepted.",
    ),
    Route(
        "POST",
        "/api/agency/invitations/{id}/withdraw",
        wire.WithdrawInvitation,
        wire.InvitationWithdrawn,
        actions.withdraw_invitation,
        who=Who.COORDINATOR,
        summary="Makes a link worthless, and shuts out whoever has accepted it and was not certified",
        fresh=True,
    ),
    Route(
        "POST",
        "/api/invitations/look",
        wire.LookAtInvitation,
        wire.ShownInvitation,
        actions.look_at_invitation,
        who=Who.ANYONE,
        summary="Which agency a link invites to, and as what.",
        limit=Limit(60, _QUARTER),
    ),
    Route(
        "POST",
        "/api/invitations/accept",
        wire.AcceptInvitation,
        Admitted,
        actions.accept_invitation,
        who=Who.ANYONE,
        summary="Opens an account that waits to be certified; begins a session. A repeat signs in",
        respond=set_session,
        limit=Limit(20, _HOUR),
        largest_body=LARGEST_ACCOUNT,
    ),
)
