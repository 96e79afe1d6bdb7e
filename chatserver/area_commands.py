"""`sprechraum agency areas …`: which agency serves which postal codes, as a CSV list; also while a server runs."""

import argparse
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from chatserver.agencies.actions import list_areas, list_offered, serve_areas
from chatserver.agencies.area_lists import AreasInvalid, areas_as_csv, areas_from_csv
from chatserver.at_hand import at_hand
from chatserver.config import Config, ConfigInvalid
from chatserver.deps import Deps
from chatserver.letters import leave, until_taken_in
from chatserver.main import saying_why


async def export_areas(config: Config) -> int:
    """Prints the list: agency, topic (empty: all of its topics), first and last postal code of each range."""
    async with at_hand(config) as (deps, _):
        sys.stdout.write(areas_as_csv(await list_areas(deps)))
    return 0


async def import_areas(config: Config, file: Path) -> int:
    """Replaces what the agencies named in the list serve: all of it, or nothing where a line is wrong."""
    text = _read(file)
    async with at_hand(config) as (deps, alone):
        try:
            if alone:
                served = await serve_areas(deps, text)
            else:
                served = await _hand_over(deps, text)
        except AreasInvalid as reason:
            raise ConfigInvalid("\n".join([f"{file}: nothing was changed.", *reason.faults])) from reason
    ranges = sum(len(listed) for listed in served.values())
    print(f"Agencies: {len(served)}. Ranges: {ranges}.")
    return 0


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as reason:
        raise ConfigInvalid(f"{file} cannot be read as UTF-8 text: {reason}.") from reason


async def _hand_over(deps: Deps, text: str) -> dict[str, list[Any]]:
    """Leaves the list for the running server. Raises AreasInvalid, ConfigInvalid."""
    with saying_why(deps.config):
        served = areas_from_csv(text, await list_offered(deps))
        raw = text.encode()
        await until_taken_in(leave(deps.config.var, f"{sha256(raw).hexdigest()[:32]}.csv", raw))
        now = await list_areas(deps)
    if any(set(now.get(name, [])) != set(listed) for name, listed in served.items()):
        raise ConfigInvalid("The server did not take the list as it is. Its log says why.")
    return {name: list(listed) for name, listed in served.items()}


def add_area_commands(below: Any) -> list[argparse.ArgumentParser]:
    """Adds `agency areas export` and `agency areas import`, and gives their parsers."""
    areas = below.add_parser("areas", help="which agency serves which postal codes, as a CSV list")
    verbs = areas.add_subparsers(required=True, metavar="COMMAND")
    exporting = verbs.add_parser("export", help="print the list", description=export_areas.__doc__)
    exporting.set_defaults(run=export_areas, wishes=())
    importing = verbs.add_parser("import", help="replace it", description=import_areas.__doc__)
    importing.add_argument("file", type=Path, metavar="FILE", help="agency,topic,first,last")
    importing.set_defaults(run=import_areas, wishes=("file",))
    return [exporting, importing]
