"""The addresses of one's own second factors. What changes them asks for a fresh one: an open page must not suffice."""

from datetime import timedelta
from typing import Final

from chatserver.factors import actions, wire
from chatserver.http import Limit, Route, Who

_QUARTER: Final = timedelta(minutes=15)

ROUTES: Final = (
    Route(
        "GET",
        "/api/factors",
        wire.ListFactors,
        wire.Factors,
        actions.list_factors,
        who=Who.COUNSELLOR,
        summary="One's own second factors, and how many spare codes are left.",
    ),
    Route(
        "POST",
        "/api/factors",
        wire.AddFactor,
        wire.Factors,
        actions.add_factor,
        who=Who.COUNSELLOR,
        summary="Sets up another second factor.",
        limit=Limit(30, _QUARTER),
        fresh=True,
    ),
    Route(
        "POST",
        "/api/factors/{id}/remove",
        wire.RemoveFactor,
        wire.Factors,
        actions.remove_factor,
        who=Who.COUNSELLOR,
        summary="Removes a second factor, unless it is the only one.",
        fresh=True,
    ),
    Route(
        "POST",
        "/api/factors/spare-codes",
        wire.ReplaceSpareCodes,
        wire.SpareCodes,
        actions.replace_spare_codes,
        who=Who.COUNSELLOR,
        summary="Ten new spare codes; what is left of the old ones opens nothing any more.",
        fresh=True,
    ),
)
