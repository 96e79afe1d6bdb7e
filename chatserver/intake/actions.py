"""Seeing that very many enquiries come, and setting a flood aside, so that those who wait are found."""

from typing import Final

from chatserver.agencies import store as agencies
from chatserver.deps import Asker, Deps, look, work
from chatserver.enquiries.wire import EnquiryGone
from chatserver.intake import store
from chatserver.intake.model import COMPARED, WITHIN, alarming
from chatserver.intake.wire import Intake, Moved, ReadIntake, SetAside, TakeBack
from chatserver.rosters.actions import coordinated_agency
from chatserver.waivers.actions import put_back
from chatserver.waivers.store import waiver_at

# Nobody else writes meanwhile: so not many in one transaction.
AT_A_TIME: Final = 200
TAKEN_BACK_AT_A_TIME: Final = 50


async def read_intake(deps: Deps, asker: Asker, command: ReadIntake) -> Intake:
    """One's own agency's last hour against what is usual there. Raises NotFound."""
    now = deps.now()
    async with look(deps) as db:
        agency = await coordinated_agency(db, asker)
        since = await store.alarm_of(db, agency.id)
        came = await store.came_between(db, agency.id, now - WITHIN, now)
        before = await store.came_between(db, agency.id, now - COMPARED - WITHIN, since or now - WITHIN)
        return Intake(since, came, alarming(before), await store.aside(db, agency.id))


async def set_aside(deps: Deps, asker: Asker, command: SetAside) -> Moved:
    """New enquiries of a time need no answer, by a waiver each; those of accounts that are older are left alone.

    Whoever writes once more is promised an answer as anybody is. Raises NotFound.
    """
    now = deps.now()
    async with work(deps) as tx:
        agency = await coordinated_agency(tx.db, asker)
        found = await store.flood_of(tx.db, agency.id, command.since, command.until, AT_A_TIME)
        await store.set_aside(tx.db, agency.id, found, asker.account_id, now)
        on_duty = await agencies.on_duty(tx.db, agency.id)
        for one in found:
            tx.tell(on_duty, "enquiry_gone", EnquiryGone(one.room))
        if found:
            tx.record("flood_set_aside", now, by=asker.account_id)
    return Moved(len(found), more=bool(found))


async def take_back(deps: Deps, asker: Asker, command: TakeBack) -> Moved:
    """The promises of what was set aside go on with the due times that they had, broken by then or not.

    Raises NotFound.
    """
    now = deps.now()
    async with work(deps) as tx:
        agency = await coordinated_agency(tx.db, asker)
        found = await store.aside_between(tx.db, agency.id, command.since, command.until, TAKEN_BACK_AT_A_TIME)
        for one in found:
            await put_back(tx, await waiver_at(tx.db, agency.id, one), by=asker.account_id, now=now)
        if found:
            tx.record("flood_taken_back", now, by=asker.account_id)
    return Moved(len(found), more=bool(found))
