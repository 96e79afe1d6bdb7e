"""Threads over HTTP."""

from typing import Final

from chatserver.http import KIB, Route
from chatserver.threads import actions
from chatserver.threads.wire import (
    CommitPosted,
    ListThreads,
    PostCommit,
    ReadThread,
    Thread,
    Threads,
)

# A commit of 256 KiB, in base64url, in JSON.
LARGEST_COMMIT: Final = 384 * KIB

ROUTES: Final = (
    Route("GET", "/api/threads", ListThreads, Threads, actions.list_threads, summary="One's own threads"),
    Route("GET", "/api/threads/{room}", ReadThread, Thread, actions.read_thread, summary="One thread of one's own"),
    Route(
        "POST",
        "/api/rooms/{room}/commits",
        PostCommit,
        CommitPosted,
        actions.post_commit,
        summary="Changes members or keys of a room; a repeat gets the first answer",
        largest_body=LARGEST_COMMIT,
    ),
)
