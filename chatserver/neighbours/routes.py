"""Neighbours over HTTP. A client goes to one of them by a first enquiry that names the conversation left behind."""

from typing import Final

from chatserver.http import Route, Who
from chatserver.neighbours import actions, wire

ROUTES: Final = (
    Route(
        "GET",
        "/api/threads/{room}/help",
        wire.ReadHelp,
        wire.Help,
        actions.read_help,
        who=Who.CLIENT,
        summary="Which other agencies are asked before the promise is broken, or would be.",
    ),
    Route(
        "POST",
        "/api/threads/{room}/help",
        wire.WishForHelp,
        wire.Help,
        actions.wish_for_help,
        who=Who.CLIENT,
        summary="Whether other agencies may be asked; they are told topic and due time only.",
    ),
    Route(
        "GET",
        "/api/help-calls",
        wire.ListHelpCalls,
        wire.HelpCalls,
        actions.list_help_calls,
        who=Who.COUNSELLOR,
        summary="Where other agencies ask for help: topic and due time.",
    ),
    Route(
        "POST",
        "/api/help-calls/{call}/ready",
        wire.SayReady,
        wire.Ready,
        actions.say_ready,
        who=Who.COUNSELLOR,
        summary="Could answer in time; the client decides whether to write.",
    ),
)
