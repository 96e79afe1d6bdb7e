"""Coming in and leaving."""

import random
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.accounts import store
from chatserver.accounts.model import PASSWORD_SUITE, Account, Role, hash_token, new_session
from chatserver.accounts.names import propose_names
from chatserver.accounts.tickets import draw_share
from chatserver.accounts.verifiers import is_cheaper, make_verifier, verify_auth
from chatserver.accounts.wire import (
    Admitted,
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
    SetUp,
    ShareIssued,
    ShowFactor,
    SignedIn,
)
from chatserver.deps import Asker, Deps, look, work
from chatserver.errors import LogInBegunAnew, NotFound, SessionExpired, TooBusy, WrongCredentials
from chatserver.factors import actions as factors
from chatserver.factors.wire import AddFactor
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
    now, agency = deps.now(), command.agency if command.purpose == "room" else None
    bits = deps.rush.account_bits(now) if command.purpose == "user" else deps.rush.enquiry_bits(agency, now)
    drawn = draw_share(deps.secrets.server_secret, command.purpose, now, agency=agency, bits=bits)
    return ShareIssued(drawn.share, drawn.ticket, bits)


async def log_in(deps: Deps, asker: Asker | None, command: LogIn) -> Opened[Admitted]:
    """A new session for a client with the right name and key; the next question for whoever works here.

    Raises WrongCredentials, the same for a name that nobody has.
    """
    name = check_name(command.name)
    async with look(deps) as db:
        account = await store.account_by_name(db, name)
    # Whoever has left is answered like somebody whom nobody knows.
    account = None if account and account.disabled_at else account
    verifier = account.auth_verifier if account else None
    if not await verify_auth(deps.secrets.pepper, command.auth, verifier, deps.config.hash_cost) or account is None:
        raise WrongCredentials
    renewed = await _renewed(deps, account, command.auth)
    async with work(deps) as tx:
        if renewed is not None:
            await store.renew_verifier(tx.db, account.id, account.auth_verifier, renewed)
        opened = await admit(deps, tx.db, account)
        ended = await _instead_of(tx.db, asker, opened)
    await _cut(deps, ended)
    return opened


async def _renewed(deps: Deps, account: Account, auth: bytes) -> str | None:
    """The same key as it is stored from now on, where that costs more than before. While many log in it waits."""
    cost = deps.config.hash_cost
    if not is_cheaper(account.auth_verifier, cost):
        return None
    try:
        return await make_verifier(deps.secrets.pepper, auth, cost)
    except TooBusy:
        return None


async def _instead_of(db: AsyncConnection, asker: Asker | None, opened: Opened[Any]) -> list[str]:
    """The session before it, in the same browser, is over: names it."""
    if asker is None or opened.token is None:
        return []
    await store.end_session(db, asker.session_id, asker.account_id)
    return [asker.session_id]


async def _cut(deps: Deps, ended: list[str]) -> None:
    for session_id in ended:
        await deps.announce.disconnect(session_id)


async def admit(deps: Deps, db: AsyncConnection, account: Account) -> Opened[Admitted]:
    """After the right password. There is no session of somebody who works here before the second factor."""
    if account.role is Role.CLIENT:
        opened = await open_session(deps, db, account)
        return Opened(Admitted(signed_in=opened.reply), opened.token, opened.expires_at)
    # Said here at the latest: a log-in must not end with an account that nothing opens any more.
    await store.share_of(db, account.id)
    asked = await factors.ask(deps, db, account.id)
    if asked is not None:
        return Opened(Admitted(asked=asked), None, None)
    return Opened(Admitted(offered=await factors.offer(deps, db, account.id, account.name)), None, None)


async def open_session(
    deps: Deps, db: AsyncConnection, account: Account, proved_at: datetime | None = None
) -> Opened[SignedIn]:
    """A fresh token at every login, so that one planted beforehand is worth nothing.

    Whoever works here is let in by `show_factor` and `set_up_factor` only; raises NotFound without that proof.
    """
    if account.role is not Role.CLIENT and proved_at is None:
        raise NotFound
    now = deps.now()
    session, token = new_session(
        account.id, now, deps.config.session_lasts, idle=deps.config.session_idle, proved_at=proved_at
    )
    await store.add_session(db, session)
    share = await store.share_of(db, account.id)
    return Opened(SignedIn(_me(account, now), share, session.ends_at), token, session.ends_at)


async def show_factor(deps: Deps, asker: Asker | None, command: ShowFactor) -> Opened[SignedIn]:
    """The second half of a log-in. Raises LogInBegunAnew, TooManyRequests and why what was shown does not do."""
    shown = factors.Shown(command.code, command.passkey)
    async with work(deps) as tx:
        proved = await factors.prove(deps, tx.db, command.ticket, shown)
        if proved.refusal is None:
            opened = await _begin(deps, tx.db, proved.account_id)
            ended = await _instead_of(tx.db, asker, opened)
    if proved.refusal is not None:
        # After the commit: the try is counted.
        raise proved.refusal
    await _cut(deps, ended)
    return opened


async def set_up_factor(deps: Deps, asker: Asker | None, command: AddFactor) -> Opened[SetUp]:
    """The first second factor, and with it the second half of the log-in. Raises what `factors.set_up` raises."""
    async with work(deps) as tx:
        account_id = await factors.set_up(deps, tx.db, command)
        tx.record("factor_added", deps.now(), by=account_id)
        codes = await factors.give_spare_codes(deps, tx.db, account_id)
        begun = await _begin(deps, tx.db, account_id)
        opened = Opened(SetUp(begun.reply, codes), begun.token, begun.expires_at)
        ended = await _instead_of(tx.db, asker, opened)
    await _cut(deps, ended)
    return opened


async def _begin(deps: Deps, db: AsyncConnection, account_id: str) -> Opened[SignedIn]:
    """Raises LogInBegunAnew for somebody who has left since they gave their password."""
    account = await store.account_by_id(db, account_id)
    if account is None or account.disabled_at is not None:
        raise LogInBegunAnew
    return await open_session(deps, db, account, deps.now())


async def forget_factors(deps: Deps, name: str) -> None:
    """What an operator does for somebody who has lost everything besides the password. Raises NotFound."""
    async with work(deps) as tx:
        account = await store.account_by_name(tx.db, name)
        if account is None or account.role is Role.CLIENT or account.disabled_at is not None:
            raise NotFound
        tx.withdrawn += await factors.forget_all(tx.db, account.id)
        tx.record("factors_forgotten", deps.now(), about=account.id)
        ended = await store.end_sessions_of(tx.db, account.id)
    await _cut(deps, list(ended))


async def who_asks(deps: Deps, token: str) -> Asker:
    """The person behind a session token. Raises SessionExpired for one that is unknown, over or expired."""
    token_hash, now = hash_token(token), deps.now()
    found = await deps.database.glance(lambda db: store.session_by_token(db, token_hash, now))
    if found is None:
        raise SessionExpired
    session_id, account_id, role, proved_at = found
    deps.used.add(session_id)
    return Asker(account_id=account_id, role=role.value, session_id=session_id, proved_at=proved_at)


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
