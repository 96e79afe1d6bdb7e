"""`sprechraum backup` and `sprechraum restore`: two halves in two places, and back without what was ended since."""

import argparse
import asyncio
import hashlib
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import make_url

from chatserver.backups import postgres_dump, sqlite_copy
from chatserver.backups import shares as apart
from chatserver.backups.manifest import (
    Manifest,
    beginnings_of,
    check_ledger_goes_on,
    coming_about,
    read_manifest,
    write_manifest,
)
from chatserver.backups.marks import mark, marked
from chatserver.clock import SystemClock
from chatserver.config import Config, ConfigInvalid
from chatserver.data_folder import alone_in, make_data_folder
from chatserver.live import Sockets
from chatserver.main import opened, saying_why, usable_database
from chatserver.migrations.steps import knows_form
from chatserver.server_secrets import SECRET_FILES, receipt_seed_in
from crypto.signing import signing_key

COPY: Final = ".copy"


async def backup(config: Config, *, to: Path, shares: Path) -> int:
    """Makes a backup of everything, also while the server runs: the database there, shares and keys elsewhere.

    Raises ConfigInvalid, and leaves nothing behind then.
    """
    if to.absolute() == shares.absolute():
        raise ConfigInvalid("--shares: another place than --to. Together they open what people have deleted.")
    begun = SystemClock().now()
    name = f"{begun:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    told: dict[str, Any] = {
        "backup": secrets.token_hex(16),
        "begun_at": begun.isoformat(),
        "server": _whose(config.var),
        "ledger": beginnings_of(config.ledger_folder),
    }
    with _saying_what_is_full(to, shares), coming_about(to, name) as rest, coming_about(shares, name) as keys:
        told |= await _copy(config, rest, keys)
        for secret in SECRET_FILES:
            shutil.copyfile(config.var / secret, keys / secret)
        for half, folder in (("database", rest), ("shares", keys)):
            write_manifest(folder, half=half, **told)
            for one in folder.iterdir():
                one.chmod(0o600)
    print(f"database  {to / name}\nshares    {shares / name}")
    return 0


async def _copy(config: Config, rest: Path, keys: Path) -> dict[str, str]:
    with saying_why(config):
        if _is_sqlite(config):
            target = rest / sqlite_copy.FILE
            rows = await asyncio.to_thread(sqlite_copy.copy_out, _file(config), keys / COPY, target)
            told = {"dialect": "sqlite", "form": sqlite_copy.form_of(target)}
        else:
            async with usable_database(config) as database:
                rows, form = await postgres_dump.dump(database, config.database_url, rest / postgres_dump.FILE)
            told = {"dialect": "postgresql", "form": form}
        apart.write_shares(keys / apart.FILE, rows)
    return told


async def restore(config: Config, *, source: Path, shares: Path) -> int:
    """Puts a backup into an empty data folder, and ends once more what was ended since it was made.

    The shares may be newer than the database, and should be the newest. Cut short, it is run again as before. Raises
    ConfigInvalid.
    """
    rest, keys = read_manifest(source, "database"), read_manifest(shares, "shares")
    _check_pair(config, rest, keys)
    # The shares' half is the newer one, and knows more of the ledger.
    for one in (rest, keys):
        check_ledger_goes_on(config.ledger_folder, one)
    make_data_folder(config.var)
    with _saying_what_is_full(config.var), alone_in(config.var) if _is_sqlite(config) else nullcontext():
        again = _may_place(config, rest, shares)
        mark(config.var, "placing", rest.backup)
        for secret in SECRET_FILES:
            shutil.copyfile(shares / secret, config.var / secret)
            (config.var / secret).chmod(0o600)
        await _place(config, source, shares, again=again)
        mark(config.var, "replaying", rest.backup)
    # As every start does: the newest form, and then the ledger.
    async with opened(config, Sockets()):
        print(f"Restored as of {rest.begun_at}. What was ended since is ended; everybody has to log in again.")
    return 0


async def _place(config: Config, source: Path, shares: Path, *, again: bool) -> None:
    with saying_why(config):
        kept = shares / apart.FILE
        if _is_sqlite(config):
            await asyncio.to_thread(sqlite_copy.put_in_place, source / sqlite_copy.FILE, kept, _file(config))
            return
        async with usable_database(config) as database:
            await postgres_dump.put_back(database, config.database_url, source / postgres_dump.FILE, kept, again=again)


def _check_pair(config: Config, rest: Manifest, keys: Manifest) -> None:
    if rest.server != keys.server:
        raise ConfigInvalid("The two halves are of different servers: these shares open nothing in that database.")
    if keys.begun_at < rest.begun_at:
        raise ConfigInvalid("The shares are older than the database. Take those of the same backup, or newer ones.")
    if not knows_form(rest.form):
        raise ConfigInvalid(f"The backup is from a newer release: its form is {rest.form}. Install that release.")
    if (rest.dialect == "sqlite") != _is_sqlite(config):
        raise ConfigInvalid(f"The backup is of {rest.dialect}, and the settings name another kind of database.")


def _may_place(config: Config, rest: Manifest, shares: Path) -> bool:
    """Whether the same restore was cut short here. Raises ConfigInvalid where something else would be lost."""
    before = marked(config.var)
    if before is not None and before[1] == rest.backup:
        return True
    if before is not None:
        raise ConfigInvalid(f"In {config.var} the restore of another backup was cut short. Begin in an empty folder.")
    if _is_sqlite(config) and _file(config).exists():
        raise ConfigInvalid(f"There is a database already: {_file(config)}. Move it away first, and keep it.")
    for secret in SECRET_FILES:
        present = config.var / secret
        if present.exists() and present.read_bytes() != (shares / secret).read_bytes():
            raise ConfigInvalid(f"{present} is another server's than the backup. Restore into an empty data folder.")
    return False


@contextmanager
def _saying_what_is_full(*places: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as reason:
        where = ", ".join(str(one) for one in places)
        raise ConfigInvalid(f"{where}: {reason}. Nothing that is half done counts; run it again.") from reason


def _whose(var: Path) -> str:
    seed = receipt_seed_in(var)
    if seed is None:
        raise ConfigInvalid(f"There is no server's data in {var}.")
    return hashlib.sha256(signing_key(seed)).hexdigest()


def _is_sqlite(config: Config) -> bool:
    return make_url(config.database_url).get_backend_name() == "sqlite"


def _file(config: Config) -> Path:
    return Path(make_url(config.database_url).database or "")


def add_backup_commands(commands: Any) -> list[argparse.ArgumentParser]:
    """Adds `backup` and `restore`, and gives them back."""
    making = commands.add_parser("backup", help="copy everything, in two halves", description=backup.__doc__)
    making.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="for the database")
    making.add_argument("--shares", type=Path, required=True, metavar="FOLDER", help="for shares and keys; elsewhere")
    making.set_defaults(run=backup, wishes=("to", "shares"))
    restoring = commands.add_parser("restore", help="put a backup in place", description=restore.__doc__)
    restoring.add_argument("--from", dest="source", type=Path, required=True, metavar="FOLDER", help="the database's")
    restoring.add_argument("--shares", type=Path, required=True, metavar="FOLDER", help="of the same backup, or newer")
    restoring.set_defaults(run=restore, wishes=("source", "shares"))
    return [making, restoring]
