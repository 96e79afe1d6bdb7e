"""The addresses of an agency's profile."""

from typing import Final

from chatserver.http import KIB, Route, Who
from chatserver.profiles import actions, wire

ROUTES: Final = (
    Route(
        "GET",
        "/api/agency/profile",
        wire.ReadProfile,
        wire.KeptProfile,
        actions.read_profile,
        who=Who.COORDINATOR,
        summary="What one's own agency says of itself, its topics and postal codes.",
    ),
    Route(
        "POST",
        "/api/agency/profile/check",
        wire.CheckProfile,
        wire.ProfileChecked,
        actions.check_profile,
        who=Who.COORDINATOR,
        summary="All that does not fit in such a profile, each with its line; nothing is kept.",
        largest_body=512 * KIB,
    ),
    Route(
        "POST",
        "/api/agency/profile",
        wire.KeepProfile,
        wire.KeptProfile,
        actions.keep_profile,
        who=Who.COORDINATOR,
        summary="Changes it for whoever looks for an agency from now on.",
        largest_body=512 * KIB,
        fresh=True,
    ),
)
