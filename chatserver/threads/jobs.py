"""The ladder: what happens while nobody answers. Each rung once per promise, late rather than never."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.absences import store as absences
from chatserver.absences.model import Staff
from chatserver.deps import Deps, Work, look, work
from chatserver.due_work import DueRow, Grouped, Job, Planned, complete, complete_all, forget, plan_all
from chatserver.ladders import store as ladders
from chatserver.ladders.model import Ladder, Rung
from chatserver.notices.actions import Telling, tell_notice, tell_notices
from chatserver.notices.wire import NoticeKind
from chatserver.threads import overdue, store
from chatserver.threads.actions import tell_clock
from chatserver.threads.clock import ASK_NEIGHBOURS, CONTESTED, hears_elsewhere, hears_of
from chatserver.threads.model import ThreadState
from chatserver.threads.overdue import Overdue

NOTICE: Final[dict[Rung, NoticeKind]] = {
    Rung.UNATTENDED: "promise_unattended",
    Rung.REMIND: "reply_reminder",
    Rung.ESCALATE: "reply_escalated",
    Rung.WARN: "promise_at_risk",
    Rung.BREACH: "promise_broken",
}
# In one look: the next one goes on where this one ends.
MOST_UNATTENDED: Final = 500


@dataclass(frozen=True, slots=True)
class _Agency:
    """Who is there now, and when the rungs come."""

    staff: Staff
    ladder: Ladder


@dataclass(frozen=True, slots=True)
class _Step:
    """One rung of one promise, and who hears of it."""

    row: DueRow
    rung: Rung
    about: Overdue
    to: tuple[str, ...]


async def climb(deps: Deps, due: Sequence[DueRow]) -> None:
    """Rungs of many promises, and the next ones are planned. Nothing for one that was kept meanwhile or climbed before.

    An answer that comes at the same moment is before all of it or after.
    """
    now = deps.now()
    async with work(deps) as tx:
        ours = await complete_all(tx.db, due, now)
        found = await overdue.running(tx.db, [int(row.subject) for row in ours])
        agencies = {one: await _agency(tx.db, one, now) for one in {one.thread.agency_id for one in found.values()}}
        steps = [_step(row, found[int(row.subject)], agencies) for row in ours if int(row.subject) in found]
        # Somebody is there again. Should that change, it may be planned once more.
        await forget(tx.db, [one.row for one in steps if one.rung is Rung.UNATTENDED and not one.to])
        steps = [one for one in steps if one.to or one.rung is not Rung.UNATTENDED]
        fresh = await overdue.climbed(tx.db, [(one.about.clock.id, one.rung) for one in steps], now)
        steps = [one for one in steps if (one.about.clock.id, one.rung) in fresh]
        await tell_notices(tx, [Telling(one.to, NOTICE[one.rung], one.about.thread.room) for one in steps], now=now)
        await plan_all(tx.db, _following(steps, agencies))
        await _break(tx, [one.about for one in steps if one.rung is Rung.BREACH], now)


async def _agency(db: AsyncConnection, agency_id: str, now: datetime) -> _Agency:
    return _Agency(await absences.staff_at(db, agency_id, now), await ladders.ladder_of(db, agency_id))


def _step(row: DueRow, about: Overdue, agencies: dict[str, _Agency]) -> _Step:
    rung, staff = Rung(row.kind), agencies[about.thread.agency_id].staff
    if about.thread.state is ThreadState.CLOSED:
        # A promise outlives the closing of its thread only where the client was handed on.
        return _Step(row, rung, about, hears_elsewhere(rung, staff))
    to = hears_of(
        rung,
        counsellor=about.counsellor,
        able=about.able(staff.duty),
        staff=staff,
        client=about.thread.client_id,
    )
    return _Step(row, rung, about, to)


def _following(steps: Iterable[_Step], agencies: dict[str, _Agency]) -> list[Planned]:
    """One at a time: few promises ever reach a second one."""
    planned = []
    for one in steps:
        ladder, clock = agencies[one.about.thread.agency_id].ladder, one.about.clock
        rung = ladder.following(one.rung)
        if rung is not None:
            at = ladder.at(rung, clock.policy, clock.waiting_since, clock.due_at)
            planned.append(Planned(rung.value, f"{rung.value}:{clock.id}", at))
        if one.rung is Rung.WARN:
            # Apart from the rung: whom to ask takes a while to find out, and many may have reached it at once.
            planned.append(Planned(ASK_NEIGHBOURS, f"{ASK_NEIGHBOURS}:{clock.id}", one.row.due_at))
    return planned


async def _break(tx: Work, broken: Sequence[Overdue], now: datetime) -> None:
    await overdue.break_promises(tx.db, [one.clock.id for one in broken], now)
    for one in broken:
        await tell_clock(tx, one.thread, replace(one.clock, breached_at=now))


async def plan_unattended(deps: Deps) -> None:
    """Promises for which nobody is there any more, whoever went or wrote last: their coordinators hear at once."""
    now = deps.now()
    async with look(deps) as db:
        alone = [
            one for agency in await absences.agencies_with_absences(db, now) for one in await _alone(db, agency, now)
        ]
    if alone:
        async with work(deps) as tx:
            kind = Rung.UNATTENDED.value
            await plan_all(tx.db, [Planned(kind, f"{kind}:{one}", now) for one in alone])


async def _alone(db: AsyncConnection, agency_id: str, now: datetime) -> list[int]:
    staff = await absences.staff_at(db, agency_id, now)
    there = bool(staff.there(staff.duty))
    away = list(staff.away)
    return await overdue.unattended(db, agency_id, away, somebody_there=there, at_most=MOST_UNATTENDED)


async def tell_contested(deps: Deps, due: DueRow) -> None:
    """Whoever is to answer and the coordinators hear that an answer was none for the client; nobody hears its words."""
    now = deps.now()
    async with work(deps) as tx:
        await complete(tx.db, due, now)
        thread = await store.thread_of_clock(tx.db, int(due.subject))
        if thread is not None:
            staff = await absences.staff_at(tx.db, thread.agency_id, now)
            to = [one for one in (thread.counsellor_id, *staff.coordinators) if one is not None]
            await tell_notice(tx, to, "answer_contested", now=now, room=thread.room)


JOBS: Final[dict[str, Job]] = {
    **dict.fromkeys((one.value for one in Rung), Grouped(climb)),
    CONTESTED: tell_contested,
}
