"""Accounts and vaults of the people of an agency, made as their own browsers would make them."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from typing import Final

from chatserver.accounts.model import PASSWORD_SUITE, Account, Role
from chatserver.accounts.store import account_id_of
from chatserver.accounts.verifiers import verifier_of
from chatserver.agencies.model import Counsellor
from chatserver.config import HashCost
from chatserver.demo.founding import Colleague, Founded
from chatserver.deps import ServerSecrets
from crypto import VaultWrite, derive, new_vault, server_salt

SHARE_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Hired:
    """What the server keeps of somebody who works at an agency."""

    account: Account
    share: bytes
    vault: VaultWrite
    counsellor: Counsellor


def hire(founded: Founded, one: Colleague, secrets: ServerSecrets, now: datetime) -> Hired:
    """Derives the password (64 MiB, about 0.2 s), fills the vault and seals it."""
    salt = server_salt(secrets.server_secret, one.worker.name)
    keys = derive(one.worker.password, one.worker.name, salt, PASSWORD_SUITE)
    share = token_bytes(SHARE_BYTES)
    return Hired(
        account=_account(one, salt, verifier_of(secrets.pepper, keys.auth, HashCost()), now),
        share=share,
        vault=_vault(founded, one, keys.wrap, share),
        counsellor=Counsellor(
            account_id=account_id_of(one.identity.user_id),
            agency_id=founded.agency.id,
            display_name=one.worker.display_name,
            duty=not one.coordinates,
            coordinates=one.coordinates,
        ),
    )


def _account(one: Colleague, salt: bytes, verifier: str, now: datetime) -> Account:
    return Account(
        id=account_id_of(one.identity.user_id),
        name=one.worker.name,
        role=Role.COORDINATOR if one.coordinates else Role.COUNSELLOR,
        password_suite=PASSWORD_SUITE,
        server_salt=salt,
        auth_verifier=verifier,
        signing_key=one.identity.ed_pk,
        kem_statement=one.identity.kem_statement,
        created_at=now,
    )


def _vault(founded: Founded, one: Colleague, wrap: bytes, share: bytes) -> VaultWrite:
    """Colleagues met the root in person, so it is pinned as compared; the coordinator also keeps the roster key."""
    signed = founded.signed
    vault = new_vault(one.identity, wrap, share, name=one.worker.display_name)
    vault.pin_root(signed.root_fingerprint, "compared", signed.pin)
    if one.coordinates:
        vault.keep_secret("roster_key", signed.root_fingerprint, founded.secrets.roster_seed)
    return vault.seal()
