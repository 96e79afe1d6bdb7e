"""Coming in and leaving."""

import random
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.accounts import store
from chatserver.accounts.model import PASSWORD_SUITE, Account, hash_token, new_session
from chatserver.accounts.names import propose_names
from chatserver.accounts.tickets import draw_share
from chatserver.accounts.verifiers import verify_auth
from chatserver.accounts.wire import (
    AskPasswordParameters,
    FreeNames,
    IssueShare,
    LoggedOut,
    LogIn,
    LogOut,
    Me,
    OfferNames,
    Opened,
    PasswordParameters,
    ReadMe,
    ShareIssued,
    SignedIn,
)
from chatserver.deps import Asker, Deps, look, work
from chatserver.errors import SessionExpired, WrongCredentials
from crypto import check_name, server_salt

NAMES_OFFERED: Final = 4
# What may name an account or guess at one never comes from a predictable source.
_CHANCE: Final = random.SystemRandom()


async def tell_password_parameters(
    deps: Deps, asker: Asker | None, command: AskPasswordParameters
) -> PasswordParameters:
    """Suite and salt for a name, whoever has it or nobody (T2). Raises NameInvalid."""
    name = check_name(command.name)
    async with look(deps) as db:
        account = await store.account_by_name(db, name)
    made = server_salt(deps.secrets.server_secret, name)
    return PasswordParameters(PASSWORD_SUITE, account.server_salt if account else made)


async def offer_names(deps: Deps, asker: Asker | None, command: OfferNames) -> FreeNames:
    """A few names that nobody has right now."""
    proposed = propose_names(_CHANCE, 3 * NAMES_OFFERED)
    async with look(deps) as db:
        taken = await store.names_in_use(db, proposed)
    return FreeNames([name for name in proposed if name not in taken][:NAMES_OFFERED])


async def issue_share(deps: Deps, asker: Asker | None, command: IssueShare) -> ShareIssued:
    """32 random bytes for a vault or a room, and the proof that they are this server's. Rooms need a session."""
    if command.purpose == "room" and asker is None:
        raise SessionExpired
    drawn = draw_share(deps.secrets.server_secret, command.purpose, deps.now())
    return ShareIssued(drawn.share, drawn.ticket)


async def log_in(deps: Deps, asker: Asker | None, command: LogIn) -> Opened:
    """A new session, for the right name and key. Raises WrongCredentials, the same for a name that nobody has."""
    name = check_name(command.name)
    async with look(deps) as db:
        account = await store.account_by_name(db, name)
    # Whoever has left is answered like somebody whom nobody knows.
    account = None if account and account.disabled_at else account
    verifier = account.auth_verifier if account else None
    if not await verify_auth(deps.secrets.pepper, command.auth, verifier) or account is None:
        raise WrongCredentials
    async with work(deps) as tx:
        opened = await open_session(deps, tx.db, account)
        if asker is not None:
            await store.end_session(tx.db, asker.session_id, asker.account_id)
    if asker is not None:
        await deps.announce.disconnect(asker.session_id)
    return opened


async def open_session(deps: Deps, db: AsyncConnection, account: Account) -> Opened:
    """A fresh token at every login, so that one planted beforehand is worth nothing."""
    now = deps.now()
    session, token = new_session(account.id, now, deps.config.session_lasts)
    await store.add_session(db, session)
    share = await store.share_of(db, account.id)
    return Opened(SignedIn(_me(account, now), share, session.expires_at), token, session.expires_at)


async def who_asks(deps: Deps, token: str) -> Asker:
    """The person behind a session token. Raises SessionExpired for one that is unknown, over or expired."""
    token_hash, now = hash_token(token), deps.now()
    found = await deps.database.glance(lambda db: store.session_by_token(db, token_hash, now))
    if found is None:
        raise SessionExpired
    session_id, account_id, role = found
    return Asker(account_id=account_id, role=role.value, session_id=session_id)


async def log_out(deps: Deps, asker: Asker, command: LogOut) -> LoggedOut:
    """Ends this session and cuts its sockets."""
    async with work(deps) as tx:
        await store.end_session(tx.db, asker.session_id, asker.account_id)
    await deps.announce.disconnect(asker.session_id)
    return LoggedOut()


async def read_me(deps: Deps, asker: Asker, command: ReadMe) -> Me:
    """Who is signed in here."""
    async with look(deps) as db:
        account = await store.account_by_id(db, asker.account_id)
    if account is None:
        raise SessionExpired
    return _me(account, deps.now())


def _me(account: Account, now: datetime) -> Me:
    return Me(account.id, account.name, account.role.value, now)
