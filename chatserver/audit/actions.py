"""Reading the audit log of one's own agency, saving it as a table, and checking all of them."""

import csv
from io import StringIO
from typing import Final

from chatserver.agencies.model import Agency
from chatserver.audit import store
from chatserver.audit.model import ChainBroken, Wanted, check_chain, day_of
from chatserver.audit.wire import AuditEntry, AuditLog, ReadAuditLog, SaveAuditLog
from chatserver.deps import Asker, Deps, look, work
from chatserver.rosters.actions import coordinated_agency
from chatserver.spreadsheets import cell
from chatserver.wire.binary import to_base64url

SHOWN_AT_ONCE: Final = 100
# So many lines are made in one turn of the event loop.
SAVED_AT_MOST: Final = 10_000
_COLUMNS: Final = ("number", "at", "act", "by", "about", "link")


async def read_audit_log(deps: Deps, asker: Asker, command: ReadAuditLog) -> AuditLog:
    """The newest entries that fit, at most a hundred. Raises NotFound, Malformed."""
    async with look(deps) as db:
        agency = await coordinated_agency(db, asker)
        wanted = _wanted(agency, command, command.before)
        found = await store.entries_of(db, agency.id, wanted, SHOWN_AT_ONCE + 1)
        people = await store.people_of(db, agency.id)
    return AuditLog(agency.zone, found[:SHOWN_AT_ONCE], more=len(found) > SHOWN_AT_ONCE, people=people)


async def save_audit_log(deps: Deps, asker: Asker, command: SaveAuditLog) -> bytes:
    """What fits as a table (RFC 4180) without formulas. That it was taken out is an entry, too, and not in it.

    Raises NotFound, Malformed.
    """
    async with work(deps) as tx:
        agency = await coordinated_agency(tx.db, asker)
        found = await store.entries_of(tx.db, agency.id, _wanted(agency, command), SAVED_AT_MOST)
        tx.record("log_saved", deps.now(), by=asker.account_id)
    return as_csv(found)


def _wanted(agency: Agency, command: ReadAuditLog | SaveAuditLog, before: int | None = None) -> Wanted:
    since, until = day_of(command.day, agency.zone) if command.day else (None, None)
    return Wanted(before=before, person=command.person, act=command.act, since=since, until=until)


def as_csv(entries: list[AuditEntry]) -> bytes:
    written = StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow(_COLUMNS)
    for one in entries:
        # The apostrophe keeps a spreadsheet from taking a link that begins with a minus for a formula.
        names = (cell(one.by_name), cell(one.about_name))
        lines.writerow((one.number, one.at.isoformat(), one.act, *names, cell(to_base64url(one.link))))
    return written.getvalue().encode()


async def check_all(deps: Deps) -> dict[str, int | ChainBroken]:
    """By the name of the agency: how many entries its log has, or why it does not hold."""
    checked: dict[str, int | ChainBroken] = {}
    async with look(deps) as db:
        for agency_id, name in (await store.names_of_agencies(db)).items():
            try:
                checked[name] = check_chain(await store.chain_of(db, agency_id))
            except ChainBroken as reason:
                checked[name] = reason
    return checked
