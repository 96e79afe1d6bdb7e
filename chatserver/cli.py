"""The command `sprechraum`."""

import argparse
import asyncio
import gc
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Final

from chatserver import __version__
from chatserver.agency_commands import add_agency_commands
from chatserver.audit_commands import add_audit_commands
from chatserver.backup_commands import add_backup_commands
from chatserver.checks import findings
from chatserver.config import Config, ConfigInvalid
from chatserver.data_folder import PAPER
from chatserver.demo.create import DemoLogin, create_demo
from chatserver.deps import Deps
from chatserver.factor_commands import add_factor_commands
from chatserver.factors.model import code_at, secret_from, step_at
from chatserver.guarantee_commands import add_guarantee_commands
from chatserver.journal_commands import add_journal_commands
from chatserver.live import Sockets
from chatserver.logs import set_up_logs
from chatserver.mail_commands import add_mail_commands
from chatserver.main import Server, opened, running
from chatserver.manifest_commands import add_manifest_commands
from chatserver.receipt_commands import add_receipt_commands
from chatserver.settings import load_config
from chatserver.slot_commands import add_slot_commands

CONFIG_INVALID: Final = 2
LAST_PORT: Final = 65535
# How much is made before the youngest are looked through, and how often those before the older ones are.
COLLECTED: Final = (20_000, 20, 50)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and gives its exit code.

    0: done, or told to stop. 1: a check found something. 2: settings or data that cannot be used.
    """
    chosen = _parser().parse_args(arguments)
    try:
        if chosen.alone:
            return int(chosen.run(**_wishes(chosen)))
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            return runner.run(_run(chosen))
    except ConfigInvalid as reason:
        print(f"sprechraum: {reason}", file=sys.stderr)
        return CONFIG_INVALID
    except (KeyboardInterrupt, asyncio.CancelledError):
        # Told to stop before there was a server: nothing is half done, so nothing went wrong.
        return 0


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """A faster loop where there is one: not on Windows."""
    try:
        import uvloop  # noqa: PLC0415  see above
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


async def _run(chosen: argparse.Namespace) -> int:
    config = load_config(chosen.config, os.environ, **_overrides(chosen))
    set_up_logs(config.log_level)
    _end_on_sigterm()
    command: Callable[..., Awaitable[int]] = chosen.run
    return await command(config, **_wishes(chosen))


def _wishes(chosen: argparse.Namespace) -> dict[str, Any]:
    return {name: getattr(chosen, name) for name in chosen.wishes}


async def serve(config: Config) -> int:
    """Runs the server until it is told to stop."""
    async with running(config) as server:
        _spare_the_collector()
        print(f"Sprechraum {__version__} at {server.url}. Data: {config.var.absolute()}", flush=True)
        await _until_stopped()
    return 0


async def demo(config: Config, *, fresh: bool = False) -> int:
    """Runs the server with invented agencies, whose logins are printed."""
    logins: list[DemoLogin] = []

    async def prepare(deps: Deps) -> None:
        print("Sprechraum prepares the demonstration ...", flush=True)
        paper = config.var / PAPER
        paper.mkdir(mode=0o700, exist_ok=True)
        logins.extend(await create_demo(deps, paper))

    async with running(config, prepare=prepare, fresh=fresh) as server:
        _spare_the_collector()
        print(_welcome(server, logins), flush=True)
        await _until_stopped()
    return 0


async def migrate(config: Config) -> int:
    """Brings the database to its newest form."""
    async with opened(config, Sockets()):
        print("The database has its newest form.")
    return 0


async def check(config: Config) -> int:
    """Looks whether everything is as it should be, and changes nothing."""
    found = await findings(config)
    for finding in found:
        print(finding.line)
    return 1 if any(finding.bad for finding in found) else 0


def _spare_the_collector() -> None:
    """What stands once the server runs is not looked through again (decision 19).

    Under load Python's collector of cycles stopped everybody for 160 ms, more than once a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED)


def _welcome(server: Server, logins: Sequence[DemoLogin]) -> str:
    name = max(len(login.name) for login in logins)
    password = max(len(login.password) for login in logins)
    step = step_at(server.deps.now())
    lines = [
        f"  {one.name:<{name}}  {one.password:<{password}}  {code_at(secret_from(one.secret), step)}"
        f"  {one.role}, {one.agency}"
        for one in logins
    ]
    return "\n".join(
        [
            "",
            f"Sprechraum is at {server.url}  (Ctrl-C ends it)",
            "",
            "People who seek advice choose a name and a password themselves. These work here already, each with a code",
            "that changes twice a minute; `sprechraum factor code NAME` tells the present one:",
            *lines,
            "",
            f"The data lies in {server.deps.config.var.absolute()} and is kept.",
        ]
    )


def _end_on_sigterm() -> None:
    """While the server is only being prepared: as Ctrl-C does, which asyncio sees to itself."""
    running = asyncio.current_task()
    if running is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)


async def _until_stopped() -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stopped.set)
    await stopped.wait()


def _overrides(chosen: argparse.Namespace) -> dict[str, Any]:
    overrides: dict[str, Any] = {}
    if chosen.port is not None:
        overrides["port"] = chosen.port
    if chosen.run is demo:
        overrides["demo"] = True
    return overrides


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= LAST_PORT):
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sprechraum", description="Online counselling, encrypted end to end.")
    parser.add_argument("--version", action="version", version=f"sprechraum {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for run, says in (
        (serve, "run the server"),
        (demo, "run the server with invented agencies whose logins are printed"),
        (migrate, "bring the database to its newest form"),
        (check, "look whether settings and database are as they should be"),
    ):
        command = commands.add_parser(run.__name__, help=says, description=run.__doc__)
        _add_common(command)
        command.set_defaults(run=run, wishes=())
        if run is demo:
            command.add_argument("--fresh", action="store_true", help="throw an earlier demonstration away first")
            command.set_defaults(wishes=("fresh",))
    for add in (
        add_agency_commands,
        add_audit_commands,
        add_backup_commands,
        add_journal_commands,
        add_mail_commands,
        add_factor_commands,
    ):
        for command in add(commands):
            _add_common(command)
    add_guarantee_commands(commands)
    add_receipt_commands(commands)
    add_manifest_commands(commands)
    add_slot_commands(commands)
    return parser


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--config", type=Path, metavar="FILE", help="the settings; config.toml if there is one")
    command.add_argument("--port", type=_port, help="where to listen, whatever the settings say")
    command.set_defaults(alone=False)


if __name__ == "__main__":
    sys.exit(main())
