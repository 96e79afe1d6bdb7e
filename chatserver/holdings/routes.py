"""The address of what is held about oneself."""

from datetime import timedelta
from typing import Final

from chatserver.holdings import actions, wire
from chatserver.http import Limit, Route

ROUTES: Final = (
    Route(
        "GET",
        "/api/account/holdings",
        wire.ReadHoldings,
        wire.Holdings,
        actions.read_holdings,
        summary="Everything that is held about oneself, but for what is sealed: pages add that.",
        # It reads much.
        limit=Limit(20, timedelta(hours=1)),
    ),
)
