"""The addresses of a departure."""

from typing import Final

from chatserver.departures import actions, wire
from chatserver.http import KIB, Route, Who

# A roster of 1 MiB, in base64url, in JSON, with a seed for each colleague and a line for each conversation.
LARGEST_DEPARTURE: Final = 4096 * KIB

ROUTES: Final = (
    Route(
        "GET",
        "/api/agency/departures/{account}",
        wire.ReadDeparture,
        wire.Departure,
        actions.read_departure,
        who=Who.COORDINATOR,
        summary="What would have to be handed over if a colleague left.",
    ),
    Route(
        "POST",
        "/api/agency/departures",
        wire.LetGo,
        wire.Departed,
        actions.let_go,
        who=Who.COORDINATOR,
        summary="Ends somebody's work at the agency, all or nothing; a repeat gets the first answer",
        largest_body=LARGEST_DEPARTURE,
        fresh=True,
    ),
    Route(
        "POST",
        "/api/agency/renewals",
        wire.RenewColleague,
        wire.Renewed,
        actions.renew,
        who=Who.COORDINATOR,
        summary="Puts new keys of a colleague in the place of the old, all or nothing; a repeat gets the first answer",
        largest_body=LARGEST_DEPARTURE,
        fresh=True,
    ),
)
