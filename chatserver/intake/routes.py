"""The intake of an agency over HTTP."""

from typing import Final

from chatserver.http import Route, Who
from chatserver.intake import actions, wire

ROUTES: Final = (
    Route(
        "GET",
        "/api/intake",
        wire.ReadIntake,
        wire.Intake,
        actions.read_intake,
        who=Who.COORDINATOR,
        summary="Whether enquiries arrive far above usual, and how many are set aside.",
    ),
    Route(
        "POST",
        "/api/intake/set-aside",
        wire.SetAside,
        wire.Moved,
        actions.set_aside,
        who=Who.COORDINATOR,
        summary="Ends the promises of a flood: new enquiries of a time, from accounts that were opened in it.",
    ),
    Route(
        "POST",
        "/api/intake/take-back",
        wire.TakeBack,
        wire.Moved,
        actions.take_back,
        who=Who.COORDINATOR,
        summary="The promises of what was set aside go on, with the due times that they had.",
    ),
)
