"""The addresses of absences."""

from typing import Final

from chatserver.absences import actions, wire
from chatserver.http import Route, Who

ROUTES: Final = (
    Route(
        "GET",
        "/api/absences",
        wire.ListAbsences,
        wire.Absences,
        actions.list_absences,
        who=Who.COUNSELLOR,
        summary="One's own absences and those one was named for; a coordinator's whole agency.",
    ),
    Route(
        "GET",
        "/api/absences/outlook",
        wire.LookAhead,
        wire.Outlook,
        actions.look_ahead,
        who=Who.COUNSELLOR,
        summary="What an absence would mean, before it is entered.",
    ),
    Route(
        "POST",
        "/api/absences",
        wire.EnterAbsence,
        wire.Absence,
        actions.enter_absence,
        who=Who.COUNSELLOR,
        summary="Away from now on or in a certain time; a repeat gets the first answer",
    ),
    Route(
        "POST",
        "/api/absences/{absence}/change",
        wire.ChangeAbsence,
        wire.Absence,
        actions.change_absence,
        who=Who.COUNSELLOR,
        summary="Other times, or another substitute.",
    ),
    Route(
        "POST",
        "/api/absences/{absence}/end",
        wire.EndAbsence,
        wire.AbsenceEnded,
        actions.end_absence,
        who=Who.COUNSELLOR,
        summary="Back from now on; an absence that has not begun is removed.",
    ),
)
