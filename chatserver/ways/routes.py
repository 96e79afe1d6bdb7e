"""The addresses for saying how one wants to be told."""

from datetime import timedelta
from typing import Final

from chatserver.http import Limit, Route, Who
from chatserver.ways import actions, wire

_HOUR: Final = timedelta(hours=1)

ROUTES: Final = (
    Route(
        "GET",
        "/api/ways",
        wire.ReadWays,
        wire.Ways,
        actions.read_ways,
        summary="How one wants to be told that there is something new, and what this server offers for that.",
    ),
    Route(
        "PUT",
        "/api/ways/mail",
        wire.EnterMail,
        wire.Ways,
        actions.enter_mail,
        summary="A mail address instead of the one before; a code goes there.",
        limit=Limit(10, _HOUR),
    ),
    Route(
        "POST",
        "/api/ways/mail/confirmation",
        wire.ConfirmMail,
        wire.Ways,
        actions.confirm_mail,
        summary="The code that went there: from now on notices do, too.",
        limit=Limit(30, _HOUR),
    ),
    Route(
        "POST",
        "/api/ways/mail/removal",
        wire.RemoveMail,
        wire.Ways,
        actions.remove_mail,
        summary="No mail any more; the address and all that was to go there are gone.",
    ),
    Route(
        "POST",
        "/api/ways/browsers",
        wire.AddBrowser,
        wire.Ways,
        actions.add_browser,
        summary="This browser shows notices; its push service gets them sealed.",
        limit=Limit(30, _HOUR),
    ),
    Route(
        "POST",
        "/api/ways/browsers/{way}/removal",
        wire.RemoveBrowser,
        wire.Ways,
        actions.remove_browser,
        summary="A browser shows none any more.",
    ),
    Route(
        "PUT",
        "/api/ways/quiet-hours",
        wire.SetQuietHours,
        wire.Ways,
        actions.set_quiet_hours,
        who=Who.COUNSELLOR,
        summary="When only what belongs to a promise comes.",
    ),
)
