"""`sprechraum factor …`: somebody who works here has lost what they show besides the password."""

import argparse
from typing import Any

from chatserver.accounts.actions import forget_factors
from chatserver.at_hand import at_hand
from chatserver.clock import FileClock, SystemClock
from chatserver.config import Config, ConfigInvalid
from chatserver.demo.cast import AGENCIES, demo_secret
from chatserver.errors import NotFound
from chatserver.factors.model import as_text, code_at, step_at
from crypto import check_name
from crypto.errors import NameInvalid


async def reset(config: Config, *, name: str) -> int:
    """Forgets everything that this person shows besides the password, and ends their sessions.

    At the next log-in they set up anew: make sure, by voice, that it is them who ask. For an agency whose only
    coordinator has lost everything; a coordinator invites colleagues anew instead. Raises ConfigInvalid.
    """
    async with at_hand(config) as (deps, alone):
        if not alone:
            raise ConfigInvalid("A server is using this database. Stop it first: only one process may write.")
        try:
            await forget_factors(deps, check_name(name))
        except (NotFound, NameInvalid):
            raise ConfigInvalid(f"Nobody who works here logs in as {name!r}.") from None
    print(f"At the next log-in {name} sets up a second factor.")
    return 0


async def code(config: Config, *, name: str) -> int:
    """Tells the present code of somebody who works in the demonstration, and the secret for an app."""
    if name not in {one.name for plan in AGENCIES for one in (*plan.counsellors, plan.coordinator)}:
        raise ConfigInvalid(f"Nobody in the demonstration is called {name!r}.")
    clock = FileClock(config.clock_file) if config.clock_file else SystemClock()
    secret = demo_secret(name)
    print(f"{code_at(secret, step_at(clock.now()))}  (secret for an app: {as_text(secret)})")
    return 0


def add_factor_commands(commands: Any) -> list[argparse.ArgumentParser]:
    """Adds `factor reset` and `factor code`, and gives them back."""
    factor = commands.add_parser("factor", help="what people who work here show besides the password")
    below = factor.add_subparsers(required=True, metavar="COMMAND")
    resetting = below.add_parser("reset", help="let somebody set up anew", description=reset.__doc__)
    telling = below.add_parser("code", help="tell a present code of the demonstration", description=code.__doc__)
    for command, run in ((resetting, reset), (telling, code)):
        command.add_argument("name", metavar="NAME", help="for logging in")
        command.set_defaults(run=run, wishes=("name",))
    return [resetting, telling]
