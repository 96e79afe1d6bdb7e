"""The addresses for signing in by an identity provider. Where none is set they are not there."""

from datetime import timedelta
from typing import Final

from chatserver.accounts.wire import Admitted
from chatserver.http import Limit, Route, Who, set_session
from chatserver.providers import actions, wire

_LIMIT: Final = Limit(30, timedelta(minutes=15))

ROUTES: Final = (
    Route(
        "POST",
        "/api/provider/begin",
        wire.SetOut,
        wire.SettingOut,
        actions.begin_sign_in,
        who=Who.ANYONE,
        summary="Where whoever works here goes to sign in by the identity provider.",
        limit=_LIMIT,
    ),
    Route(
        "POST",
        "/api/provider/sign-in",
        wire.ComeBack,
        Admitted,
        actions.sign_in,
        who=Who.ANYONE,
        summary="Back from there: as after the right password, the second factor is asked for.",
        respond=set_session,
        limit=_LIMIT,
    ),
    Route(
        "GET",
        "/api/provider/link",
        wire.ReadLink,
        wire.Link,
        actions.read_link,
        who=Who.COUNSELLOR,
        summary="Whether one's identity at the provider opens one's account.",
    ),
    Route(
        "POST",
        "/api/provider/link/begin",
        wire.SetOutToLink,
        wire.SettingOut,
        actions.begin_link,
        who=Who.COUNSELLOR,
        summary="Where to go to link it.",
        limit=_LIMIT,
        fresh=True,
    ),
    Route(
        "POST",
        "/api/provider/link",
        wire.ComeBack,
        wire.Link,
        actions.link,
        who=Who.COUNSELLOR,
        summary="Back from there: it opens one's account from now on.",
        limit=_LIMIT,
    ),
    Route(
        "POST",
        "/api/provider/unlink",
        wire.Unlink,
        wire.Link,
        actions.unlink,
        who=Who.COUNSELLOR,
        summary="The password only, from now on.",
        fresh=True,
    ),
)
