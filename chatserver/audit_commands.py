"""`sprechraum audit verify`: whether nobody has changed what the audit logs say, also while a server runs."""

import argparse
from typing import Any, Final

from chatserver.at_hand import at_hand
from chatserver.audit.actions import check_all
from chatserver.audit.model import ChainBroken
from chatserver.config import Config

DOES_NOT_HOLD: Final = 1


async def verify(config: Config) -> int:
    """Recomputes every agency's log. Exit code 1 when an entry was changed or one before the last is missing.

    That the newest are missing shows only against a table that somebody has saved.
    """
    async with at_hand(config) as (deps, _):
        checked = await check_all(deps)
    for name, found in checked.items():
        print(f"broken   {name}: {found}" if isinstance(found, ChainBroken) else f"ok       {name}: {found} entries")
    return DOES_NOT_HOLD if any(isinstance(found, ChainBroken) for found in checked.values()) else 0


def add_audit_commands(commands: Any) -> list[argparse.ArgumentParser]:
    """Adds `audit verify`, and gives it back."""
    audit = commands.add_parser("audit", help="what staff have done, as the agencies' logs say")
    below = audit.add_subparsers(required=True, metavar="COMMAND")
    verifying = below.add_parser("verify", help="whether the logs hold", description=verify.__doc__)
    verifying.set_defaults(run=verify, wishes=())
    return [verifying]
