"""Taking in the plans that an operator has put beside a running server, and sweeping out those that are over."""

from chatserver.deps import Deps, work
from chatserver.errors import AgencyNameTaken
from chatserver.foundings import store
from chatserver.foundings.actions import keep_plan
from chatserver.foundings.intake import posted
from chatserver.foundings.model import KEPT_EXPIRED
from chatserver.logs import log


async def take_in_plans(deps: Deps) -> None:
    """Each plan once: the file goes after the commit, and taking in the same again changes nothing."""
    for path, made in posted(deps.config.var):
        if made is None:
            log.error("plan_unreadable")
        else:
            try:
                await keep_plan(deps, made)
            except AgencyNameTaken:
                log.error("plan_name_taken")
        path.unlink(missing_ok=True)


async def sweep_plans(deps: Deps) -> None:
    """Removes plans whose link ran out a week ago."""
    async with work(deps) as tx:
        await store.remove_expired(tx.db, deps.now() - KEPT_EXPIRED)
