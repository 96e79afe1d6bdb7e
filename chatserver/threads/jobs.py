"""The ladder: what happens while nobody answers. Each rung once per promise, late rather than never."""

from datetime import datetime
from typing import Final

from chatserver.agencies import store as agencies
from chatserver.deps import Deps, Work, work
from chatserver.due_work import DueRow, Job, complete
from chatserver.notices.actions import tell_notice
from chatserver.notices.wire import NoticeKind
from chatserver.threads import store
from chatserver.threads.actions import plan_rung, tell_clock
from chatserver.threads.clock import Clock, Rung, hears_of
from chatserver.threads.model import Thread

NOTICE: Final[dict[Rung, NoticeKind]] = {
    Rung.REMIND: "reply_reminder",
    Rung.ESCALATE: "reply_escalated",
    Rung.BREACH: "promise_broken",
}
EVENT: Final = {Rung.REMIND: "reminded", Rung.ESCALATE: "escalated", Rung.BREACH: "breached"}


async def climb(deps: Deps, due: DueRow) -> None:
    """One rung of one promise, and the next one is planned. Nothing, if it was kept meanwhile or climbed before."""
    rung, now = Rung(due.kind), deps.now()
    async with work(deps) as tx:
        await complete(tx.db, due, now)
        found = await store.thread_of_clock(tx.db, int(due.subject))
        if found is None:
            return
        thread, clock = found
        if await store.record(tx.db, clock.id, EVENT[rung], now):
            await _tell(tx, rung, thread, clock, now)
            await plan_rung(tx, clock, after=rung)


async def _tell(tx: Work, rung: Rung, thread: Thread, clock: Clock, now: datetime) -> None:
    to = hears_of(
        rung,
        counsellor=await store.answering_counsellor(tx.db, thread),
        on_duty=await agencies.on_duty(tx.db, thread.agency_id),
        coordinators=await agencies.coordinators(tx.db, thread.agency_id),
        client=thread.client_id,
    )
    await tell_notice(tx, to, NOTICE[rung], now=now, room=thread.room)
    if rung is Rung.BREACH:
        await tell_clock(tx, thread, await store.mark_breached(tx.db, clock, now))


JOBS: Final[dict[str, Job]] = {rung.value: climb for rung in Rung}
