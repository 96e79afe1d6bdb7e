"""The addresses of sealed files."""

from datetime import timedelta
from typing import Final

from chatserver.attachments import actions, wire
from chatserver.attachments.model import PART_SIZE
from chatserver.http import Limit, Route

_TEN_MINUTES: Final = timedelta(minutes=10)
_ATTACHMENT: Final = "/api/attachments/{attachment}"

ROUTES: Final = (
    Route(
        "POST",
        "/api/rooms/{room}/attachments",
        wire.BeginUpload,
        wire.Upload,
        actions.begin_upload,
        summary="Begins the upload of a sealed file, or says how far the same upload is.",
        limit=Limit(60, _TEN_MINUTES),
    ),
    Route(
        "GET",
        _ATTACHMENT,
        wire.ReadUpload,
        wire.Upload,
        actions.read_upload,
        summary="How large a sealed file is, and which parts of an upload of one's own are there.",
    ),
    Route(
        "PUT",
        _ATTACHMENT + "/parts/{number}",
        wire.PutPart,
        wire.PartStored,
        actions.put_part,
        summary="Keeps one part, in any order; a repeat changes nothing.",
        takes_bytes=True,
        largest_body=PART_SIZE,
        limit=Limit(1_000, _TEN_MINUTES),
    ),
    Route(
        "POST",
        _ATTACHMENT + "/complete",
        wire.CompleteUpload,
        wire.Upload,
        actions.complete_upload,
        summary="All parts are there: from now on the members of the room can fetch it.",
    ),
    Route(
        "GET",
        _ATTACHMENT + "/parts/{number}",
        wire.ReadPart,
        bytes,
        actions.read_part,
        summary="One part of a sealed file.",
        limit=Limit(2_000, _TEN_MINUTES),
    ),
    Route(
        "POST",
        _ATTACHMENT + "/discard",
        wire.DiscardUpload,
        wire.Discarded,
        actions.discard_upload,
        summary="Removes a file of one's own, finished or not.",
    ),
)
