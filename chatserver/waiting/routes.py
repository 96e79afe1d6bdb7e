"""Lines over HTTP."""

from typing import Final

from chatserver.http import Route, Who
from chatserver.waiting import actions
from chatserver.waiting.wire import Line, ReadLine, StopWaiting, WaitForEarlier

ROUTES: Final = (
    Route(
        "GET",
        "/api/threads/{room}/waiting",
        ReadLine,
        Line,
        actions.read_line,
        who=Who.CLIENT,
        summary="What one waits for, and what is kept for one",
    ),
    Route(
        "POST",
        "/api/threads/{room}/waiting",
        WaitForEarlier,
        Line,
        actions.wait_for_earlier,
        who=Who.CLIENT,
        summary="Earlier, please: in line for what becomes free",
    ),
    Route(
        "POST",
        "/api/threads/{room}/waiting/leave",
        StopWaiting,
        Line,
        actions.stop_waiting,
        who=Who.CLIENT,
        summary="Leaves the line; what was kept goes to the next",
    ),
)
