"""The addresses of the board."""

from typing import Final

from chatserver.board import actions, wire
from chatserver.http import Route, Who

ROUTES: Final = (
    Route(
        "GET",
        "/api/board",
        wire.ReadBoard,
        wire.Board,
        actions.read_board,
        who=Who.COORDINATOR,
        summary="Who waits at one's own agency and for how long, and what was broken; no names of clients.",
    ),
    Route(
        "GET",
        "/api/board/forecast",
        wire.ReadForecast,
        wire.Forecast,
        actions.read_forecast,
        who=Who.COORDINATOR,
        summary="What runs out in the next seven days, against what is usually answered.",
    ),
)
