"""Taking in the plans that an operator has put beside a running server."""

from chatserver.deps import Deps
from chatserver.errors import AgencyNameTaken
from chatserver.foundings.actions import keep_plan
from chatserver.foundings.intake import posted
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
