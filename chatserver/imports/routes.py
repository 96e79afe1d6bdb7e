"""The addresses of other calendars."""

from datetime import timedelta
from typing import Final

from chatserver.http import Limit, Route, Who
from chatserver.imports import actions, wire
from chatserver.imports.reading import LARGEST

_PATH: Final = "/api/calendar/imports"
_HOUR: Final = timedelta(hours=1)

ROUTES: Final = (
    Route(
        "GET",
        _PATH,
        wire.ListImports,
        wire.Imports,
        actions.list_imports,
        who=Who.COUNSELLOR,
        summary="One's other calendars, and which appointments they meet",
    ),
    Route(
        "POST",
        _PATH,
        wire.SubscribeAddress,
        wire.Imports,
        actions.subscribe_address,
        who=Who.COUNSELLOR,
        summary="A calendar that is read again and again where it lies; a repeat changes nothing",
        limit=Limit(30, _HOUR),
    ),
    Route(
        "PUT",
        _PATH + "/files/{request_id}",
        wire.ImportFile,
        wire.Imports,
        actions.import_file,
        who=Who.COUNSELLOR,
        summary="When one is busy by a calendar file; a repeat changes nothing",
        takes_bytes=True,
        largest_body=LARGEST,
        limit=Limit(30, _HOUR),
    ),
    Route(
        "POST",
        _PATH + "/{calendar}/read",
        wire.ReadImportNow,
        wire.Imports,
        actions.read_import_now,
        who=Who.COUNSELLOR,
        summary="Reads a subscribed calendar now",
        limit=Limit(30, _HOUR),
    ),
    Route(
        "POST",
        _PATH + "/{calendar}/drop",
        wire.DropImport,
        wire.Imports,
        actions.drop_import,
        who=Who.COUNSELLOR,
        summary="Its times keep nobody from booking any more; a repeat changes nothing",
    ),
)
