"""The addresses under which rosters and duty seeds come in."""

from typing import Final

from chatserver.http import KIB, Route, Who
from chatserver.rosters import actions, wire

# A roster of 1 MiB, in base64url, in JSON, and a seed for each of its people.
LARGEST_ROSTER: Final = 2048 * KIB

ROUTES: Final = (
    Route(
        "POST",
        "/api/agency/rosters",
        wire.PublishRoster,
        wire.RosterPublished,
        actions.publish_roster,
        who=Who.COORDINATOR,
        summary="Publishes the next roster; a repeat gets the first answer",
        largest_body=LARGEST_ROSTER,
        fresh=True,
    ),
    Route(
        "POST",
        "/api/duty-seeds",
        wire.KeepDutySeeds,
        wire.DutySeedsKept,
        actions.keep_duty_seeds,
        who=Who.COUNSELLOR,
        summary="Seeds of the duty key, sealed to colleagues who were certified for it; the first of each stays",
        largest_body=LARGEST_ROSTER,
    ),
)
