"""Sending, at least once: a try begins in one transaction and ends in another, and in between anything may happen.

Whoever is killed there leaves a row that has begun. It is sent again, under the same Message-ID.
"""

import asyncio
from datetime import datetime
from typing import Final

from chatserver.deliveries import store
from chatserver.deliveries.mail import send_mail
from chatserver.deliveries.model import JOB, Outcome, Parcel, is_last, retry_at
from chatserver.deliveries.push import send_push
from chatserver.deps import Deps, Work, work
from chatserver.due_beside import defer
from chatserver.due_work import DueRow, Job, complete
from chatserver.logs import log

# Within a lease, however slowly somebody answers.
TRY_SECONDS: Final = 40


async def deliver(deps: Deps, due: DueRow) -> None:
    """One try at one delivery."""
    async with work(deps) as tx:
        parcel = await tx.db.run_sync(store.begin, due.subject, deps.now())
        if parcel is None:
            await complete(tx.db, due, deps.now())
            return
    outcome = await _tried(deps, parcel)
    async with work(deps) as tx:
        await _end(tx, due, parcel, outcome, deps.now())


async def _tried(deps: Deps, parcel: Parcel) -> Outcome:
    send = send_mail if parcel.kind == "mail" else send_push
    try:
        async with asyncio.timeout(TRY_SECONDS):
            return await send(deps, parcel)
    except Exception as reason:  # noqa: BLE001  whatever went wrong there, it may have arrived
        log.warning("delivery_failed", kind=parcel.kind, error=reason)
        return Outcome.UNSURE


async def _end(tx: Work, due: DueRow, parcel: Parcel, outcome: Outcome, now: datetime) -> None:
    failed = outcome in (Outcome.LATER, Outcome.UNSURE)
    if failed and not is_last(parcel, now):
        await _try_again(tx, due, parcel, outcome, now)
        return
    await complete(tx.db, due, now)
    if outcome is Outcome.DELIVERED:
        await tx.db.run_sync(store.mark_delivered, parcel, now)
    elif outcome is Outcome.GONE:
        await tx.db.run_sync(store.remove_ways, [parcel.way_id])
    else:
        log.error("delivery_given_up", kind=parcel.kind, attempts=due.attempts)
        await tx.db.run_sync(store.give_up, parcel, now)


async def _try_again(tx: Work, due: DueRow, parcel: Parcel, outcome: Outcome, now: datetime) -> None:
    again = retry_at(now, due.attempts)
    if outcome is Outcome.UNSURE or await tx.db.run_sync(store.put_back, parcel, again):
        await defer(tx.db, due, again)
    else:
        await complete(tx.db, due, now)


async def sweep_deliveries(deps: Deps) -> None:
    """Forgets what was delivered or given up a week ago."""
    async with work(deps) as tx:
        await tx.db.run_sync(store.sweep, deps.now())


JOBS: Final[dict[str, Job]] = {JOB: deliver}
