"""The addresses of the audit log."""

from typing import Final

from chatserver.audit import actions, wire
from chatserver.http import Route, Who

ROUTES: Final = (
    Route(
        "GET",
        "/api/agency/audit",
        wire.ReadAuditLog,
        wire.AuditLog,
        actions.read_audit_log,
        who=Who.COORDINATOR,
        summary="What the people of one's own agency have done there, the newest first; no clients, no content.",
    ),
    Route(
        "GET",
        "/api/agency/audit.csv",
        wire.SaveAuditLog,
        bytes,
        actions.save_audit_log,
        who=Who.COORDINATOR,
        summary="The same as a table for spreadsheets.",
        media="text/csv",
    ),
)
