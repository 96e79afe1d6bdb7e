"""The addresses of a founding. The token travels in the body: an address would be logged on the way."""

from datetime import timedelta
from typing import Final

from chatserver.accounts.wire import Admitted
from chatserver.foundings import actions, wire
from chatserver.http import KIB, Limit, Route, Who, set_session

_HOUR: Final = timedelta(hours=1)
_QUARTER: Final = timedelta(minutes=15)
# A vault of 1 MiB and a roster, in base64url, in JSON.
LARGEST_ACCOUNT: Final = 2048 * KIB

ROUTES: Final = (
    Route(
        "POST",
        "/api/foundings/look",
        wire.LookAtFounding,
        wire.PlannedAgency,
        actions.look_at_founding,
        who=Who.ANYONE,
        summary="The agency that a founding link is for.",
        limit=Limit(60, _QUARTER),
    ),
    Route(
        "POST",
        "/api/foundings",
        wire.FoundAgency,
        Admitted,
        actions.found_agency,
        who=Who.ANYONE,
        summary="Founds a planned agency, all or nothing; begins a session. A repeat signs in",
        respond=set_session,
        limit=Limit(20, _HOUR),
        largest_body=LARGEST_ACCOUNT,
    ),
)
