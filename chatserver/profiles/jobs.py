"""Taking in the settings that an operator has put beside a running server."""

from chatserver.data_folder import PLANS
from chatserver.deps import Deps
from chatserver.errors import NotFound
from chatserver.logs import log
from chatserver.profiles.actions import SettingsInvalid, keep_settings
from chatserver.profiles.files import ENDING, FileInvalid, settings_in


async def take_in_settings(deps: Deps) -> None:
    """Each file once: it goes after the commit, and taking in the same again changes nothing."""
    for path in sorted((deps.config.var / PLANS).glob(f"*{ENDING}")):
        try:
            await keep_settings(deps, settings_in(path.read_text("utf-8")))
        except (FileInvalid, NotFound, SettingsInvalid, OSError, UnicodeDecodeError):
            log.error("settings_unusable")
        path.unlink(missing_ok=True)
