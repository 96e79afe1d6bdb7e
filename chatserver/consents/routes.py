"""The addresses of one's own consent."""

from datetime import timedelta
from typing import Final

from chatserver.consents import actions, wire
from chatserver.http import Limit, Route, Who

# Each change stays as a row.
_CHANGES: Final = Limit(60, timedelta(hours=1))

ROUTES: Final = (
    Route(
        "GET",
        "/api/account/consent",
        wire.ReadConsent,
        wire.OwnConsent,
        actions.read_consent,
        who=Who.CLIENT,
        summary="Whether one has agreed, to which words, and since when.",
    ),
    Route(
        "POST",
        "/api/account/consent",
        wire.GiveConsent,
        wire.OwnConsent,
        actions.give_consent,
        who=Who.CLIENT,
        summary="Agrees to the words that were shown.",
        limit=_CHANGES,
    ),
    Route(
        "POST",
        "/api/account/consent/withdraw",
        wire.WithdrawConsent,
        wire.OwnConsent,
        actions.withdraw_consent,
        who=Who.CLIENT,
        summary="Does not agree any more: nothing new is taken, what is there can be read and deleted.",
        limit=_CHANGES,
    ),
)
