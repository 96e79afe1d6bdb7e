"""News over HTTP."""

from typing import Final

from chatserver.http import Route
from chatserver.news import actions
from chatserver.news.wire import AwaitNews, News

ROUTES: Final = (
    Route(
        "POST",
        "/api/news",
        AwaitNews,
        News,
        actions.await_news,
        summary="Waits for what a socket would push, for networks that let no socket through",
    ),
)
