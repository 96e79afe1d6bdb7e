"""The addresses of one's own agency and its people."""

from typing import Final

from chatserver.http import Route, Who
from chatserver.staff import actions, wire

ROUTES: Final = (
    Route(
        "GET",
        "/api/agency",
        wire.ReadOwnAgency,
        wire.OwnAgency,
        actions.read_own_agency,
        who=Who.COUNSELLOR,
        summary="Where one works, or waits to be certified.",
    ),
    Route(
        "GET",
        "/api/agency/staff",
        wire.ListStaff,
        wire.Staff,
        actions.list_staff,
        who=Who.COUNSELLOR,
        summary="Everybody who works or worked at one's own agency, and who lacks a duty seed.",
    ),
)
