"""The addresses for coming in and leaving. Limits keep a connection from trying names or passwords at leisure."""

from datetime import timedelta
from typing import Final

from chatserver.accounts import actions, wire
from chatserver.factors.wire import AddFactor
from chatserver.http import Limit, Route, Who, clear_session, set_session

_HOUR: Final = timedelta(hours=1)
_QUARTER: Final = timedelta(minutes=15)

ROUTES: Final = (
    Route(
        "GET",
        "/api/password-parameters",
        wire.AskPasswordParameters,
        wire.PasswordParameters,
        actions.tell_password_parameters,
        who=Who.ANYONE,
        summary="Which salt and cost belong to a name; the same kind of answer for names that nobody has.",
        limit=Limit(120, _QUARTER),
    ),
    Route(
        "GET",
        "/api/names",
        wire.OfferNames,
        wire.FreeNames,
        actions.offer_names,
        who=Who.ANYONE,
        summary="A few user names that are free.",
        limit=Limit(60, _HOUR),
    ),
    Route(
        "POST",
        "/api/shares",
        wire.IssueShare,
        wire.ShareIssued,
        actions.issue_share,
        who=Who.ANYONE,
        summary="32 server bytes for a new vault or room, with a ticket. Rooms need a session.",
        limit=Limit(120, _HOUR),
    ),
    Route(
        "POST",
        "/api/login",
        wire.LogIn,
        wire.Admitted,
        actions.log_in,
        who=Who.ANYONE,
        summary="Begins a client's session and sets its cookie; asks whoever works here for a second factor.",
        respond=set_session,
        limit=Limit(60, _QUARTER),
    ),
    Route(
        "POST",
        "/api/login/factor",
        wire.ShowFactor,
        wire.SignedIn,
        actions.show_factor,
        who=Who.ANYONE,
        summary="The second half of a log-in: begins a session, sets its cookie.",
        respond=set_session,
        limit=Limit(30, _QUARTER),
    ),
    Route(
        "POST",
        "/api/login/set-up",
        AddFactor,
        wire.SetUp,
        actions.set_up_factor,
        who=Who.ANYONE,
        summary="The same for whoever has no second factor yet: keeps it, and gives the spare codes once.",
        respond=set_session,
        limit=Limit(30, _QUARTER),
    ),
    Route(
        "POST",
        "/api/logout",
        wire.LogOut,
        wire.LoggedOut,
        actions.log_out,
        summary="Ends the session and its sockets; clears the cookie.",
        respond=clear_session,
    ),
    Route("GET", "/api/me", wire.ReadMe, wire.Me, actions.read_me, summary="Who is signed in."),
)
