"""The addresses of the statistics."""

from typing import Final

from chatserver.http import Route, Who
from chatserver.statistics import actions, wire

ROUTES: Final = (
    Route(
        "GET",
        "/api/statistics",
        wire.ReadStatistics,
        wire.Statistics,
        actions.read_statistics,
        who=Who.ANYONE,
        summary="How the promises were kept, month by month, without groups of fewer than five.",
        same_for_all=True,
    ),
    Route(
        "GET",
        "/api/statistics.csv",
        wire.ReadStatistics,
        bytes,
        actions.read_statistics_as_csv,
        who=Who.ANYONE,
        summary="The same as a table for spreadsheets.",
        same_for_all=True,
        media="text/csv",
    ),
)
