"""Reading subscribed calendars. A try that is cut off is made again: nothing of it was kept."""

from typing import Final

from cryptography.exceptions import InvalidTag

from booking.register import take_turn
from chatserver.deps import Deps, look, work
from chatserver.due_beside import defer
from chatserver.due_work import DueRow, Job, complete
from chatserver.errors import CalendarTooComplex, CalendarTooLarge, CalendarUnreadable, TooBusy
from chatserver.imports import store
from chatserver.imports.actions import drop, keep_failure, keep_found
from chatserver.imports.apart import Found, busy_times
from chatserver.imports.fetching import NotFetched, fetch
from chatserver.imports.model import JOB, SOON, Import, open_address, read_again_at, window_at
from chatserver.imports.wire import Failure
from chatserver.logs import log

_FAILURES: Final[dict[type[Exception], Failure]] = {
    CalendarUnreadable: "calendar_unreadable",
    CalendarTooLarge: "calendar_too_large",
    CalendarTooComplex: "calendar_too_complex",
}


async def read_import(deps: Deps, due: DueRow) -> None:
    """One try, and when to try again. What it takes at most is within a lease."""
    async with look(deps) as db:
        wanted = await store.to_read(db, due.subject)
        zone = await store.zone_of_counsellor(db, wanted[0].account_id) if wanted else ""
    if wanted is None:
        async with work(deps) as tx:
            await complete(tx.db, due, deps.now())
            await drop(tx, due.subject)
        return
    one, sealed = wanted
    try:
        outcome = await _tried(deps, one, sealed, zone)
    except TooBusy:
        async with work(deps) as tx:
            await defer(tx.db, due, deps.now() + SOON)
        return
    await _keep(deps, due, one, outcome)


async def _tried(deps: Deps, one: Import, sealed: bytes, zone: str) -> Found | Failure:
    try:
        address = open_address(deps.secrets.server_secret, one.id, sealed)
    except InvalidTag:
        # From a backup without its secrets: only whoever entered it still knows it.
        return "address_unknown"
    try:
        content = await fetch(deps.outward, address)
        return await busy_times(content, *window_at(deps.now()), zone)
    except NotFetched as reason:
        return reason.failure
    except (CalendarUnreadable, CalendarTooLarge, CalendarTooComplex) as refusal:
        return _FAILURES[type(refusal)]


async def _keep(deps: Deps, due: DueRow, one: Import, outcome: Found | Failure) -> None:
    now = deps.now()
    async with work(deps) as tx:
        # As whoever drops it does: the person's turn first, and then the row.
        await tx.db.run_sync(take_turn, one.account_id)
        failures = one.failures + 1 if isinstance(outcome, str) else 0
        # What was dropped meanwhile, or is another node's by now, ends here.
        await defer(tx.db, due, read_again_at(now, failures))
        if isinstance(outcome, str):
            log.warning("calendar_not_read", code=outcome, attempts=failures)
            await keep_failure(tx, one, outcome, now)
        else:
            await keep_found(tx, one, outcome, now)


JOBS: Final[dict[str, Job]] = {JOB: read_import}
