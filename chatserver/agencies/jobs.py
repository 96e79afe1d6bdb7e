"""Taking in the lists of areas that an operator has put beside a running server."""

from chatserver.agencies.actions import serve_areas
from chatserver.agencies.area_lists import AreasInvalid
from chatserver.data_folder import PLANS
from chatserver.deps import Deps
from chatserver.logs import log


async def take_in_areas(deps: Deps) -> None:
    """Each list once: the file goes after the commit, and taking in the same again changes nothing."""
    for path in sorted((deps.config.var / PLANS).glob("*.csv")):
        try:
            await serve_areas(deps, path.read_text("utf-8"))
        except (AreasInvalid, OSError, UnicodeDecodeError):
            log.error("areas_unusable")
        path.unlink(missing_ok=True)
