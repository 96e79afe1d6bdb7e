"""Inviting somebody, and accepting. Who has accepted waits until a roster names them."""

import hashlib

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.accounts import store as accounts
from chatserver.accounts.actions import admit
from chatserver.accounts.model import Account, Role
from chatserver.accounts.wire import Admitted, Opened
from chatserver.agencies import store as agencies
from chatserver.agencies.model import capabilities_of
from chatserver.deps import Asker, Deps, look, work
from chatserver.errors import InvitationInvalid, NeedsAnotherCoordinator, NotFound
from chatserver.invitations import store
from chatserver.invitations.model import check_acceptance, new_invitation
from chatserver.invitations.wire import (
    Accepted,
    AcceptInvitation,
    Invitation,
    Invitations,
    InvitationWithdrawn,
    Invite,
    Invited,
    ListInvitations,
    LookAtInvitation,
    ShownInvitation,
    WithdrawInvitation,
)
from chatserver.notices.actions import tell_notice
from chatserver.rosters.actions import coordinated_agency
from chatserver.vault.actions import account_like, add_account, prepare_account, sign_in_again

# -- the coordinator


async def invite(deps: Deps, asker: Asker, command: Invite) -> Invited:
    """A link that holds for a week. The same again gets the first answer. Raises NotFound, Malformed.

    NeedsAnotherCoordinator: nobody certifies new keys of their own.
    """
    async with work(deps) as tx:
        agency = await coordinated_agency(tx.db, asker)
        if command.renews is not None:
            await _check_renewable(tx.db, asker, agency.id, command.renews)
        made = new_invitation(command, agency.id, asker.account_id, deps.now())
        if await store.add_invitation(tx.db, made):
            tx.record("invited", deps.now(), by=asker.account_id, about=command.renews or "")
            return Invited(made.id, made.expires_at)
        first = await store.invitation_by_token(tx.db, made.token_hash)
        if first is None or not first.is_like(made):
            raise InvitationInvalid("token_hash")
    return Invited(first.id, first.expires_at)


async def _check_renewable(db: AsyncConnection, asker: Asker, agency_id: str, account_id: str) -> None:
    if account_id == asker.account_id:
        raise NeedsAnotherCoordinator
    works = await agencies.counsellor_by_account(db, account_id)
    if works is None or works.agency_id != agency_id or works.left_at is not None:
        raise NotFound


async def list_invitations(deps: Deps, asker: Asker, command: ListInvitations) -> Invitations:
    """Those of one's own agency that have led to no certificate yet. Raises NotFound."""
    async with look(deps) as db:
        agency = await coordinated_agency(db, asker)
        listed = await store.waiting_invitations(db, agency.id)
    return Invitations([_shown(one) for one in listed])


def _shown(one: store.Listed) -> Invitation:
    it = one.invitation
    return Invitation(
        id=it.id,
        display_name=it.display_name,
        capabilities=capabilities_of(it.capabilities),
        invited_by=it.invited_by,
        created_at=it.created_at,
        expires_at=it.expires_at,
        accepted=_accepted(one),
        renews=it.renews,
    )


def _accepted(one: store.Listed) -> Accepted | None:
    it = one.invitation
    if it.account_id is None or it.proof is None or it.accepted_at is None:
        return None
    return Accepted(
        account_id=it.account_id,
        name=one.name or "",
        signing_key=one.signing_key or b"",
        kem_statement=one.kem_statement or b"",
        roster_key=it.roster_key,
        proof=it.proof,
        accepted_at=it.accepted_at,
    )


async def withdraw_invitation(deps: Deps, asker: Asker, command: WithdrawInvitation) -> InvitationWithdrawn:
    """The link is worth nothing any more, and whoever came by it is not logged in any more. Raises NotFound.

    InvitationInvalid: a roster names the person already; they can only leave.
    """
    ended: list[str] = []
    async with work(deps) as tx:
        agency = await coordinated_agency(tx.db, asker)
        found = await store.invitation_of_agency(tx.db, command.id, agency.id)
        if found is None:
            raise NotFound
        if found.certified_at is not None:
            raise InvitationInvalid
        await store.remove_invitation(tx.db, found.id)
        about = found.account_id or ""
        tx.record("invitation_withdrawn", deps.now(), by=asker.account_id, about=about)
        if found.account_id is not None:
            ended.extend(await accounts.disable(tx.db, found.account_id, deps.now()))
    for session_id in ended:
        await deps.announce.disconnect(session_id)
    return InvitationWithdrawn(command.id)


# -- whoever was invited


async def look_at_invitation(deps: Deps, asker: Asker | None, command: LookAtInvitation) -> ShownInvitation:
    """Who invites, and as what. Raises InvitationInvalid."""
    async with look(deps) as db:
        found = await store.invitation_by_token(db, _hash(command.token))
        if found is None or not found.open_at(deps.now()):
            raise InvitationInvalid
        agency = await agencies.agency_by_id(db, found.agency_id)
        roster = await agencies.newest_roster(db, found.agency_id)
    if agency is None or roster is None:
        raise InvitationInvalid
    return ShownInvitation(
        agency=agency.id,
        agency_name=agency.name,
        root_fingerprint=agency.root_fingerprint,
        roster_number=roster.number,
        roster=roster.roster,
        display_name=found.display_name,
        capabilities=capabilities_of(found.capabilities),
        expires_at=found.expires_at,
    )


async def accept_invitation(deps: Deps, asker: Asker | None, command: AcceptInvitation) -> Opened[Admitted]:
    """An account that waits to be certified. A repeat of a request whose answer got lost signs in.

    Raises InvitationInvalid, NameTaken, Malformed and what the protocol refuses.
    """
    token_hash = _hash(command.token)
    async with look(deps) as db:
        found = await store.invitation_by_token(db, token_hash)
    if found is None:
        raise InvitationInvalid
    before = await account_like(deps, command.account)
    if before is not None:
        return await _again(deps, before, found.account_id)
    check_acceptance(found, command.roster_key, command.proof)
    opening = await prepare_account(deps, command.account, Role.COORDINATOR if found.coordinates else Role.COUNSELLOR)
    async with work(deps) as tx:
        # Once more: somebody else may have used the link meanwhile.
        found = await store.invitation_by_token(tx.db, token_hash, for_change=True)
        now = deps.now()
        if found is None or not found.open_at(now):
            raise InvitationInvalid
        await add_account(tx, opening)
        accepted = found.accepted(opening.account.id, command.roster_key, command.proof, now)
        await store.keep_acceptance(tx.db, accepted)
        by, at = opening.account.id, found.agency_id
        tx.record("invitation_accepted", now, by=by, about=found.renews or "", agency_id=at)
        await tell_notice(tx, await agencies.coordinators(tx.db, found.agency_id), "invitation_accepted", now=now)
        return await admit(deps, tx.db, opening.account)


async def _again(deps: Deps, before: Account, accepted_by: str | None) -> Opened[Admitted]:
    if before.id != accepted_by:
        raise InvitationInvalid
    return await sign_in_again(deps, before)


def _hash(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()
