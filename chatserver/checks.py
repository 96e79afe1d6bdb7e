"""What `sprechraum check` looks at. It changes nothing."""

import sqlite3
from dataclasses import dataclass
from typing import Final

from aiosmtplib import SMTPException

from booking.guards import missing_guards
from chatserver.append_only import missing_refusals
from chatserver.config import Config, ConfigInvalid
from chatserver.data_folder import make_data_folder
from chatserver.database import Database
from chatserver.deliveries.actions import outbox_counts
from chatserver.deliveries.mail import spoken_to
from chatserver.errors import ProviderAway
from chatserver.ledger import read_seals
from chatserver.main import saying_why, usable_database
from chatserver.migrations.steps import is_current
from chatserver.operator_texts import OF_THE_OPERATOR, read_texts
from chatserver.providers.speaking import provider_in, read_metadata

# Before this, two connections that write or checkpoint at once can lose the log of writes; here only one does.
WAL_RESET_MENDED: Final = (3, 51, 3)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    line: str
    bad: bool = False


async def findings(config: Config) -> list[Finding]:
    """Everything that was looked at. Raises ConfigInvalid for settings that cannot be used at all."""
    make_data_folder(config.var)
    report = [Finding(f"ok       address {config.address}"), _sqlite(), _ledger(config), *_texts(config)]
    async with usable_database(config) as database:
        with saying_why(config):
            if database.is_sqlite:
                report.append(await _file(database))
            is_newest = await is_current(database)
            report.append(_form(is_newest))
            report.append(await _guards(database))
            if is_newest:
                report.append(await _refusals(database))
            if is_newest and (config.mails or config.push):
                report.append(await _deliveries(database))
    if config.redis_url:
        report.append(await _redis(config.redis_url))
    if config.mails:
        report.append(await _mail(config))
    if config.oidc_issuer:
        report.append(await _provider(config))
    if config.push and not config.secure:
        report.append(Finding("missing  push needs an https address: browsers refuse it otherwise", bad=True))
    return report


def _ledger(config: Config) -> Finding:
    """Whether a restore could end once more what was ended."""
    folder = config.ledger_folder
    try:
        lines = len(read_seals(folder))
    except (OSError, ConfigInvalid) as reason:
        return Finding(f"damaged  the ledger: {reason}", bad=True)
    if folder.exists() and not config.demo and folder.stat().st_dev == config.var.stat().st_dev:
        return Finding(f"ok       lines in the ledger: {lines} (on the same disk as the data: keep a copy elsewhere)")
    return Finding(f"ok       lines in the ledger: {lines}")


def _texts(config: Config) -> list[Finding]:
    """What the law wants on every page, and only the operator can write. English may be missing; German then stands."""
    try:
        texts = read_texts(config)
    except ConfigInvalid as reason:
        return [Finding(f"damaged  {reason}", bad=True)]
    folder = config.texts_folder
    missing = [name for name in OF_THE_OPERATOR if not texts.named(name).de]
    if missing:
        return [Finding(f"missing  the text {name}: write {folder / name}.de.txt", bad=True) for name in missing]
    examples = [name for name in OF_THE_OPERATOR if texts.named(name).example]
    note = f" (examples of the demonstration: {', '.join(examples)})" if examples else ""
    return [Finding(f"ok       imprint, privacy notice and accessibility{note}")]


def _sqlite() -> Finding:
    mended = sqlite3.sqlite_version_info >= WAL_RESET_MENDED
    note = "" if mended else " (has the WAL-reset defect; harmless here, because one connection does all writing)"
    return Finding(f"ok       SQLite {sqlite3.sqlite_version}{note}")


async def _file(database: Database) -> Finding:
    """A start looks at few pages of the file; this looks at all."""
    async with database.read() as db:
        found = (await db.exec_driver_sql("PRAGMA quick_check(1)")).scalar_one()
    if found != "ok":
        return Finding("damaged  the database file: restore a backup", bad=True)
    return Finding("ok       the database file is whole")


def _form(is_newest: bool) -> Finding:
    if is_newest:
        return Finding("ok       the database has its newest form")
    return Finding("missing  the database has not its newest form: run `sprechraum migrate`", bad=True)


async def _guards(database: Database) -> Finding:
    async with database.read() as db:
        missing = await missing_guards(db)
    if missing:
        return Finding(f"missing  guards against double booking: {', '.join(missing)}", bad=True)
    return Finding("ok       the guards against double booking are in place")


async def _refusals(database: Database) -> Finding:
    async with database.read() as db:
        missing = await missing_refusals(db)
    if missing:
        return Finding(f"missing  what refuses changes of the audit log: {', '.join(missing)}", bad=True)
    return Finding("ok       the audit log only grows")


async def _redis(url: str) -> Finding:
    """Without it everything works, and pages at other nodes hear of it later."""
    try:
        from chatserver.nodes.redis_line import answers  # noqa: PLC0415  Redis need not be installed
    except ImportError as reason:
        raise ConfigInvalid(f"To use Redis install sprechraum[redis]: {reason}.") from reason
    if await answers(url):
        return Finding("ok       Redis answers")
    return Finding("missing  Redis does not answer, or does not let us in: pages at other nodes hear late", bad=True)


async def _mail(config: Config) -> Finding:
    """Whether the server that takes the mail lets us in. Nothing is sent: `sprechraum mail test` does that."""
    try:
        async with spoken_to(config):
            return Finding(f"ok       mail is taken by {config.mail_host}")
    except (SMTPException, OSError, ConfigInvalid) as reason:
        return Finding(f"missing  mail is not taken by {config.mail_host}: {reason}", bad=True)


async def _provider(config: Config) -> Finding:
    """Whether it answers, and calls itself what the settings call it."""
    try:
        await read_metadata(provider_in(config))
    except ProviderAway:
        return Finding(f"missing  {config.oidc_issuer} does not answer as that identity provider", bad=True)
    return Finding(f"ok       staff may sign in by {config.provider_name}")


async def _deliveries(database: Database) -> Finding:
    """What was given up within the last days: a few are addresses that are gone, many are a server that is."""
    async with database.read() as db:
        waiting, given_up = await db.run_sync(outbox_counts)
    return Finding(f"ok       notices: {waiting} wait to be sent, {given_up} were given up within a week")
