"""Planning an agency, and founding it: everything of it comes into being in one transaction, or nothing does."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from booking.timetable import keep_kind
from chatserver.accounts import store as accounts
from chatserver.accounts.actions import admit
from chatserver.accounts.model import Account, Role, hash_token
from chatserver.accounts.wire import Admitted, Opened
from chatserver.agencies import store as agencies
from chatserver.agencies.model import Agency, Counsellor
from chatserver.deps import Asker, Deps, Work, look, work
from chatserver.errors import AgencyNameTaken, InvitationInvalid, RosterInconsistent
from chatserver.foundings import store
from chatserver.foundings.model import CHAT, Founding, Plan, new_founding
from chatserver.foundings.wire import FoundAgency, LookAtFounding, PlannedAgency
from chatserver.rosters.actions import keep_roster, keep_seeds
from chatserver.rosters.model import Employee, certified_people, check_first, check_signer
from chatserver.vault.actions import account_like, add_account, prepare_account, sign_in_again
from crypto import Certificate, Roster, fingerprint_of, read_roster, root_fingerprint_of

# -- planning: what the operator does on the command line


@dataclass(frozen=True, slots=True)
class Overview:
    """What `sprechraum agency list` shows."""

    agencies: dict[str, str]
    plans: list[Founding]


async def plan_agency(deps: Deps, plan: Plan) -> str:
    """Keeps a plan and gives the token of its link. Raises AgencyNameTaken."""
    made, token = new_founding(plan, deps.now())
    await keep_plan(deps, made)
    return token


async def keep_plan(deps: Deps, made: Founding) -> None:
    """Keeps a plan; the same again changes nothing. Raises AgencyNameTaken."""
    async with work(deps) as tx:
        if await store.add_founding(tx.db, made) and await agencies.agency_named(tx.db, made.plan.name) is not None:
            raise AgencyNameTaken


async def list_plans(deps: Deps) -> Overview:
    """Agencies and plans."""
    async with look(deps) as db:
        return Overview(await store.agency_names(db), await store.foundings_listed(db))


# -- founding


async def look_at_founding(deps: Deps, asker: Asker | None, command: LookAtFounding) -> PlannedAgency:
    """What would be founded with this link. Raises InvitationInvalid."""
    async with look(deps) as db:
        found = await store.founding_by_token(db, hash_token(command.token))
    if found is None or not found.open_at(deps.now()):
        raise InvitationInvalid
    plan = found.plan
    return PlannedAgency(
        name=plan.name,
        about_de=plan.about_de,
        about_en=plan.about_en,
        address=plan.address,
        phone=plan.phone,
        zone=plan.zone,
        topics=plan.topics,
        areas=plan.areas,
        fallback=plan.fallback,
        expires_at=found.expires_at,
    )


async def found_agency(deps: Deps, asker: Asker | None, command: FoundAgency) -> Opened[Admitted]:
    """Agency, root, founder, roster number 1 and duty key. A repeat of a request whose answer got lost signs in.

    Raises InvitationInvalid, AgencyNameTaken, RosterInconsistent, NameTaken and what the protocol refuses.
    """
    async with look(deps) as db:
        found = await store.founding_by_token(db, hash_token(command.token))
    if found is None:
        raise InvitationInvalid
    before = await account_like(deps, command.account)
    if before is not None:
        return await _again(deps, found, before)
    roster = read_roster(command.roster, root_fingerprint_of(command.roster))
    _judge(roster, found.plan, command, deps.now())
    opening = await prepare_account(deps, command.account, Role.COORDINATOR)
    async with work(deps) as tx:
        # Once more: somebody else may have used the link meanwhile.
        found = await store.founding_by_token(tx.db, hash_token(command.token), for_change=True)
        if found is None or not found.open_at(deps.now()):
            raise InvitationInvalid
        await add_account(tx, opening)
        await _found(tx, found, roster, command, deps.now())
        return await admit(deps, tx.db, opening.account)


async def _again(deps: Deps, found: Founding, before: Account) -> Opened[Admitted]:
    async with look(deps) as db:
        works = await agencies.counsellor_by_account(db, before.id)
    if works is None or works.agency_id != found.agency_id:
        raise InvitationInvalid
    return await sign_in_again(deps, before)


def _judge(roster: Roster, plan: Plan, command: FoundAgency, now: datetime) -> None:
    """The founder, and nobody else, with the keys of their own account, who coordinates (T50)."""
    account, me = command.account, fingerprint_of(command.account.signing_key)
    check_first(roster, plan.name, now)
    check_signer(roster, me)
    founder = Employee(_user_id(roster), account.signing_key, account.kem_statement)
    certified_people(roster, {me: founder}, now)


def _user_id(roster: Roster) -> str:
    if len(roster.certificates) != 1:
        raise RosterInconsistent("certificates")
    return roster.certificates[0].user_id.hex()


async def _found(tx: Work, found: Founding, roster: Roster, command: FoundAgency, now: datetime) -> None:
    plan, (founder,) = found.plan, roster.certificates
    agency = _agency(plan, roster)
    await agencies.add_agency(tx.db, agency, plan.served, plan.topics)
    await keep_kind(tx.db, owner=agency.id, kind=CHAT)
    await agencies.add_counsellor(tx.db, _counsellor(agency, founder))
    people = {founder.user_id.hex(): founder}
    await keep_seeds(tx.db, agency, roster, command.duty_seeds, people, renewed=True)
    await keep_roster(tx.db, agency, roster, now)
    await store.mark_founded(tx.db, found.id, agency.id)
    tx.record("founded", now, by=founder.user_id.hex(), agency_id=agency.id)


def _agency(plan: Plan, roster: Roster) -> Agency:
    return Agency(
        id=secrets.token_hex(16),
        name=plan.name,
        about_de=plan.about_de,
        about_en=plan.about_en,
        address=plan.address,
        phone=plan.phone,
        zone=plan.zone,
        root_fingerprint=roster.root_fingerprint,
        fallback=plan.fallback,
    )


def _counsellor(agency: Agency, founder: Certificate) -> Counsellor:
    return Counsellor(
        account_id=accounts.account_id_of(founder.user_id),
        agency_id=agency.id,
        display_name=founder.display_name,
        duty="duty" in founder.capabilities,
        coordinates=True,
    )
