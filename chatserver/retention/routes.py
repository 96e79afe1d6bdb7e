"""The address of an agency's retention."""

from typing import Final

from chatserver.http import Route, Who
from chatserver.retention import actions, wire

ROUTES: Final = (
    Route(
        "GET",
        "/api/agency/retention",
        wire.ReadRetention,
        wire.Retention,
        actions.read_retention,
        who=Who.COUNSELLOR,
        summary="After how many months without a message conversations go, if they do.",
    ),
    Route(
        "POST",
        "/api/agency/retention",
        wire.KeepRetention,
        wire.Retention,
        actions.keep_retention,
        who=Who.COORDINATOR,
        summary="Decides it; clients are told two weeks before.",
        fresh=True,
    ),
)
