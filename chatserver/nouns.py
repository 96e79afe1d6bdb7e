"""What the nouns bring: their addresses, events and jobs. A new noun is listed here, and nowhere else."""

from datetime import timedelta
from typing import Final

from booking.store import remove_expired_holds
from chatserver import health
from chatserver.absences import events as absences_live
from chatserver.absences import routes as absences
from chatserver.accounts import routes as accounts
from chatserver.accounts.jobs import cut_ended_sessions, keep_use, sweep_sessions
from chatserver.agencies import routes as agencies
from chatserver.agencies.jobs import take_in_areas
from chatserver.appointments import events as appointments_live
from chatserver.appointments import jobs as appointments_jobs
from chatserver.appointments import routes as appointments
from chatserver.assignments import routes as assignments
from chatserver.attachments import routes as attachments
from chatserver.attachments.jobs import sweep_uploads
from chatserver.audit import routes as audit
from chatserver.backups.jobs import catch_up_ledger
from chatserver.board import routes as board
from chatserver.calendars import routes as calendars
from chatserver.calls import events as calls_live
from chatserver.calls import routes as calls
from chatserver.changes import jobs as changes_jobs
from chatserver.changes import routes as changes
from chatserver.changes.actions import follow_walls
from chatserver.consents import routes as consents
from chatserver.dangers import routes as dangers
from chatserver.declines import routes as declines
from chatserver.deletions import events as deletions_live
from chatserver.deletions import routes as deletions
from chatserver.deliveries import jobs as deliveries_jobs
from chatserver.departures import routes as departures
from chatserver.deps import Deps, work
from chatserver.due_work import Job, sweep_done
from chatserver.enquiries import events as enquiries_live
from chatserver.enquiries import routes as enquiries
from chatserver.factors import routes as factors
from chatserver.factors.jobs import sweep_tickets
from chatserver.foundings import routes as foundings
from chatserver.foundings.jobs import sweep_plans, take_in_plans
from chatserver.groups import routes as groups
from chatserver.holdings import routes as holdings
from chatserver.hours import events as hours_live
from chatserver.hours import routes as hours
from chatserver.http import Route
from chatserver.identities import routes as identities
from chatserver.imports import events as imports_live
from chatserver.imports import jobs as imports_jobs
from chatserver.imports import routes as imports
from chatserver.intake import routes as intake
from chatserver.intake.jobs import watch_intake
from chatserver.invitations import routes as invitations
from chatserver.invitations.jobs import sweep_invitations
from chatserver.journal import jobs as journal_jobs
from chatserver.journal import routes as journal
from chatserver.ladders import routes as ladders
from chatserver.live import Event, Pushed
from chatserver.messages import events as messages_live
from chatserver.messages import routes as messages
from chatserver.neighbours import jobs as neighbours_jobs
from chatserver.neighbours import routes as neighbours
from chatserver.news import routes as news
from chatserver.notices import events as notices_live
from chatserver.notices import routes as notices
from chatserver.partings import routes as partings
from chatserver.passwords import routes as passwords
from chatserver.places import routes as places
from chatserver.profiles import routes as profiles
from chatserver.profiles.jobs import take_in_settings
from chatserver.providers import routes as providers
from chatserver.providers.jobs import sweep_journeys
from chatserver.referrals import routes as referrals
from chatserver.retention import jobs as retention_jobs
from chatserver.retention import routes as retention
from chatserver.rooms import events as rooms_live
from chatserver.rooms import routes as rooms
from chatserver.rosters import events as rosters_live
from chatserver.rosters import jobs as rosters_jobs
from chatserver.rosters import routes as rosters
from chatserver.schedule import Sweep
from chatserver.sessions import routes as sessions
from chatserver.staff import routes as staff
from chatserver.statistics import routes as statistics
from chatserver.takeovers import routes as takeovers
from chatserver.terms import routes as terms
from chatserver.texts import routes as texts
from chatserver.threads import events as threads_live
from chatserver.threads import jobs as threads_jobs
from chatserver.threads import routes as threads
from chatserver.vault import routes as vault
from chatserver.waiting import events as waiting_live
from chatserver.waiting import jobs as waiting_jobs
from chatserver.waiting import routes as waiting
from chatserver.waivers import routes as waivers
from chatserver.ways import routes as ways
from chatserver.ways.jobs import sweep_ways

ROUTES: Final[tuple[Route, ...]] = (
    *health.ROUTES,
    *agencies.ROUTES,
    *accounts.ROUTES,
    *texts.ROUTES,
    *consents.ROUTES,
    *factors.ROUTES,
    *sessions.ROUTES,
    *vault.ROUTES,
    *passwords.ROUTES,
    *foundings.ROUTES,
    *invitations.ROUTES,
    *rosters.ROUTES,
    *staff.ROUTES,
    *absences.ROUTES,
    *ladders.ROUTES,
    *terms.ROUTES,
    *profiles.ROUTES,
    *providers.ROUTES,
    *places.ROUTES,
    *enquiries.ROUTES,
    *declines.ROUTES,
    *referrals.ROUTES,
    *neighbours.ROUTES,
    *partings.ROUTES,
    *takeovers.ROUTES,
    *assignments.ROUTES,
    *board.ROUTES,
    *intake.ROUTES,
    *threads.ROUTES,
    *journal.ROUTES,
    *audit.ROUTES,
    *statistics.ROUTES,
    *waivers.ROUTES,
    *dangers.ROUTES,
    *messages.ROUTES,
    *rooms.ROUTES,
    *attachments.ROUTES,
    *appointments.ROUTES,
    *calls.ROUTES,
    *changes.ROUTES,
    *groups.ROUTES,
    *hours.ROUTES,
    *waiting.ROUTES,
    *calendars.ROUTES,
    *imports.ROUTES,
    *departures.ROUTES,
    *deletions.ROUTES,
    *holdings.ROUTES,
    *retention.ROUTES,
    *identities.ROUTES,
    *notices.ROUTES,
    *ways.ROUTES,
    *news.ROUTES,
)

EVENTS: Final[tuple[Event, ...]] = (*messages_live.EVENTS, *rooms_live.EVENTS, *calls_live.EVENTS)

PUSHED: Final[tuple[Pushed, ...]] = (
    *rooms_live.PUSHED,
    *threads_live.PUSHED,
    *enquiries_live.PUSHED,
    *appointments_live.PUSHED,
    *calls_live.PUSHED,
    *waiting_live.PUSHED,
    *deletions_live.PUSHED,
    *notices_live.PUSHED,
    *absences_live.PUSHED,
    *hours_live.PUSHED,
    *imports_live.PUSHED,
    *rosters_live.PUSHED,
)

JOBS: Final[dict[str, Job]] = {
    **threads_jobs.JOBS,
    **neighbours_jobs.JOBS,
    **appointments_jobs.JOBS,
    **changes_jobs.JOBS,
    **waiting_jobs.JOBS,
    **rosters_jobs.JOBS,
    **journal_jobs.JOBS,
    **retention_jobs.JOBS,
}


# What waits for others' machines.
BESIDE: Final[dict[str, Job]] = {**deliveries_jobs.JOBS, **imports_jobs.JOBS}


async def sweep_holds(deps: Deps) -> None:
    """Slots that were held and not booked are free again; taking one does that for its own calendar, too."""
    async with work(deps) as tx:
        await remove_expired_holds(tx.db, now=deps.now())


SWEEPS: Final[tuple[Sweep, ...]] = (
    Sweep("journal", timedelta(seconds=20), journal_jobs.plan_sealing),
    Sweep("unattended", timedelta(seconds=20), threads_jobs.plan_unattended),
    Sweep("intake", timedelta(seconds=20), watch_intake),
    Sweep("sessions", timedelta(minutes=5), sweep_sessions),
    Sweep("use", timedelta(minutes=1), keep_use),
    Sweep("tickets", timedelta(minutes=5), sweep_tickets),
    Sweep("journeys", timedelta(minutes=5), sweep_journeys),
    Sweep("pages", timedelta(seconds=1), cut_ended_sessions),
    Sweep("plans", timedelta(seconds=1), take_in_plans),
    Sweep("areas", timedelta(seconds=1), take_in_areas),
    Sweep("settings", timedelta(seconds=1), take_in_settings),
    Sweep("old_plans", timedelta(hours=1), sweep_plans),
    Sweep("invitations", timedelta(hours=1), sweep_invitations),
    Sweep("expiries", timedelta(hours=1), retention_jobs.announce_expiries),
    Sweep("walls", timedelta(hours=1), follow_walls),
    Sweep("holds", timedelta(minutes=5), sweep_holds),
    Sweep("uploads", timedelta(minutes=10), sweep_uploads),
    Sweep("deliveries", timedelta(hours=1), deliveries_jobs.sweep_deliveries),
    Sweep("ways", timedelta(minutes=10), sweep_ways),
    Sweep("ledger", timedelta(minutes=1), catch_up_ledger),
    Sweep("done", timedelta(hours=1), sweep_done),
)
