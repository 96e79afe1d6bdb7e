"""`sprechraum agency settings …`: what an agency says, serves and promises, as JSON; also while a server runs."""

import argparse
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from chatserver.at_hand import at_hand
from chatserver.config import Config, ConfigInvalid
from chatserver.deps import Deps
from chatserver.errors import NotFound
from chatserver.letters import leave, until_taken_in
from chatserver.main import saying_why
from chatserver.profiles.actions import SettingsInvalid, keep_settings, settings_named, settings_once_kept
from chatserver.profiles.files import ENDING, FileInvalid, Settings, settings_as_text, settings_in


async def export_settings(config: Config, name: str) -> int:
    """Prints profile and terms of an agency: texts, topics, areas, hours, closing days, languages, promise."""
    async with at_hand(config) as (deps, _):
        try:
            found = await settings_named(deps, name)
        except NotFound:
            raise ConfigInvalid(f"There is no agency {name!r}.") from None
    sys.stdout.write(settings_as_text(found))
    return 0


async def import_settings(config: Config, file: Path) -> int:
    """Replaces those of the agency named in the file: all of them, or nothing where something does not fit.

    Promises that run stay as they are.
    """
    read = _read(file)
    async with at_hand(config) as (deps, alone):
        try:
            kept = await settings_once_kept(deps, read)
            await (keep_settings(deps, read) if alone else _hand_over(deps, read, kept))
        except NotFound:
            raise ConfigInvalid(f"{file}: nothing was changed. There is no agency {read.agency!r}.") from None
        except SettingsInvalid as reason:
            raise ConfigInvalid("\n".join([f"{file}: nothing was changed.", *reason.faults])) from None
    print(f"{kept.agency}: changed, for whoever writes from now on. Promises that run stay as they are.")
    return 0


def _read(file: Path) -> Settings:
    try:
        return settings_in(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as reason:
        raise ConfigInvalid(f"{file} cannot be read as UTF-8 text: {reason}.") from reason
    except FileInvalid as reason:
        raise ConfigInvalid(f"{file}: nothing was changed; {reason}") from reason


async def _hand_over(deps: Deps, read: Settings, kept: Settings) -> None:
    """Leaves the settings for the running server. Raises ConfigInvalid."""
    with saying_why(deps.config):
        raw = settings_as_text(read).encode()
        await until_taken_in(leave(deps.config.var, f"{sha256(raw).hexdigest()[:32]}{ENDING}", raw))
        if await settings_named(deps, read.agency) != kept:
            raise ConfigInvalid("The server did not take the settings as they are. Its log says why.")


def add_settings_commands(below: Any) -> list[argparse.ArgumentParser]:
    """Adds `agency settings export` and `agency settings import`, and gives their parsers."""
    settings = below.add_parser("settings", help="what an agency says, serves and promises, as JSON")
    verbs = settings.add_subparsers(required=True, metavar="COMMAND")
    exporting = verbs.add_parser("export", help="print them", description=export_settings.__doc__)
    exporting.add_argument("name", metavar="AGENCY", help="its name, as `sprechraum agency list` has it")
    exporting.set_defaults(run=export_settings, wishes=("name",))
    importing = verbs.add_parser("import", help="replace them", description=import_settings.__doc__)
    importing.add_argument("file", type=Path, metavar="FILE", help="as `agency settings export` prints it")
    importing.set_defaults(run=import_settings, wishes=("file",))
    return [exporting, importing]
