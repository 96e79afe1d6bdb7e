"""Puts the demonstration into a database. Repeating it changes nothing; a kill halfway leaves whole agencies only."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from booking.timetable import keep_kind, keep_weekly_hours
from chatserver.accounts import store as accounts
from chatserver.agencies import store as agencies
from chatserver.demo.cast import AGENCIES, ZONE, DemoAgency, Worker, demo_secret
from chatserver.demo.founding import Founded, found
from chatserver.demo.hiring import Hired, hire
from chatserver.demo.hours import weekly_rules
from chatserver.demo.meeting import open_doors
from chatserver.demo.paper import write_paper
from chatserver.deps import Deps, Work, look, work
from chatserver.factors import store as factors
from chatserver.factors.model import as_text, new_app
from chatserver.factors.sealing import seal
from chatserver.foundings.model import CHAT
from chatserver.rosters.actions import keep_roster
from chatserver.vault import store as vaults
from chatserver.vault.wire import VaultWrite

# Two passwords at once: each takes 64 MiB, and a small machine has two cores.
AT_ONCE: Final = 2


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """One line of what the demonstration prints."""

    name: str
    password: str
    role: str
    agency: str
    secret: str


async def create_demo(deps: Deps, paper: Path, plans: tuple[DemoAgency, ...] = AGENCIES) -> list[DemoLogin]:
    """Founds the agencies that are missing, each in one transaction, and tells all logins. Root keys go to `paper`."""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="demo") as threads:
        for plan in plans:
            async with look(deps) as db:
                exists = await agencies.agency_named(db, plan.name)
            if exists is None:
                await _open(deps, plan, paper, threads)
            await _give_factors(deps, plan)
    return [login for plan in plans for login in _logins(plan)]


async def _open(deps: Deps, plan: DemoAgency, paper: Path, threads: ThreadPoolExecutor) -> None:
    """The paper comes first: an agency whose root key nobody has could never be repaired."""
    now = deps.now()
    loop = asyncio.get_running_loop()
    founded = await loop.run_in_executor(threads, found, plan, now)
    staff = await asyncio.gather(
        *(loop.run_in_executor(threads, hire, founded, one, deps.secrets, now) for one in founded.staff)
    )
    write_paper(paper, founded)
    async with work(deps) as tx:
        await _store(tx, plan, founded, staff)


async def _give_factors(deps: Deps, plan: DemoAgency) -> None:
    """The fixed secret for everybody who has no second factor yet, also in a demonstration that is older than those."""
    async with work(deps) as tx:
        for one in (*plan.counsellors, plan.coordinator):
            account = await accounts.account_by_name(tx.db, one.name)
            if account is None or await factors.factors_of(tx.db, account.id):
                continue
            sealed = seal(deps.secrets.server_secret, account.id, demo_secret(one.name))
            # Step 0: none of the codes of today was used.
            await factors.add_factor(tx.db, new_app(account.id, "App", sealed, 0, deps.now()))


async def _store(tx: Work, plan: DemoAgency, founded: Founded, staff: list[Hired]) -> None:
    await agencies.add_agency(tx.db, founded.agency, plan.areas, plan.topics)
    await keep_kind(tx.db, owner=founded.agency.id, kind=CHAT)
    if plan.meets:
        await open_doors(tx.db, founded.agency.id)
    for number, one in enumerate(staff):
        await _settle(tx, one, number)
    await keep_roster(tx.db, founded.agency, founded.signed, founded.roster.stored_at)
    for seed in founded.duty_seeds:
        await agencies.add_duty_seed(tx.db, seed)


async def _settle(tx: Work, one: Hired, number: int) -> None:
    await accounts.add_account(tx.db, one.account, one.share)
    await vaults.add_version(tx.db, one.account.id, _wire(one), one.account.created_at)
    await agencies.add_counsellor(tx.db, one.counsellor)
    if one.counsellor.duty:
        await keep_weekly_hours(tx.db, counsellor=one.account.id, zone=ZONE, rules=weekly_rules(number))


def _wire(one: Hired) -> VaultWrite:
    return VaultWrite(
        version=one.vault.version,
        vk_generation=one.vault.vk_generation,
        blob=one.vault.blob,
        password_slot=one.vault.password_slot,
        recovery_slot=one.vault.recovery_slot or None,
        signature=one.vault.signature,
    )


def _logins(plan: DemoAgency) -> list[DemoLogin]:
    counsellors = [_login(one, "counsellor", plan) for one in plan.counsellors]
    return [*counsellors, _login(plan.coordinator, "coordinator", plan)]


def _login(one: Worker, role: str, plan: DemoAgency) -> DemoLogin:
    return DemoLogin(one.name, one.password, role, plan.name, as_text(demo_secret(one.name)))
