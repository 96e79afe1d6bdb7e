"""The addresses of the outbox."""

from typing import Final

from chatserver.http import Route
from chatserver.notices import actions, wire

ROUTES: Final = (
    Route(
        "GET",
        "/api/notices",
        wire.ListNotices,
        wire.Notices,
        actions.list_notices,
        summary="What one has been told, newest first, at most 200.",
    ),
    Route(
        "POST",
        "/api/notices/seen",
        wire.SeeNotices,
        wire.NoticesSeen,
        actions.see_notices,
        summary="One's own notices up to this number have been looked at.",
    ),
)
