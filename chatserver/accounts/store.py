"""Accounts, their shares and their sessions in the database."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, case, delete, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking.times import UtcDateTime
from chatserver.accounts.model import Account, AccountId, Role, Session, SessionId, Verifiers
from chatserver.errors import AccountDeleted, NameTaken, TicketInvalid
from chatserver.first_come import added
from chatserver.rows import Rows
from chatserver.tables import (
    accounts,
    factor_tickets,
    factor_tries,
    factors,
    provider_links,
    sessions,
    spare_codes,
    user_shares,
)

# Of a thousand open pages' sessions at once the loop would wait 4 ms, each second.
AT_A_TIME: Final = 200
_ACCOUNT = (
    accounts.c.id,
    accounts.c.name,
    accounts.c.role,
    accounts.c.password_suite,
    accounts.c.server_salt,
    accounts.c.auth_verifier,
    accounts.c.recovery_verifier,
    accounts.c.signing_key,
    accounts.c.kem_statement,
    accounts.c.created_at,
    accounts.c.disabled_at,
)

_SESSION = tuple(sessions.c[one.name] for one in fields(Session))

_SIGNED_IN: Final = Rows(
    select(
        sessions.c.id, accounts.c.id.label("account_id"), accounts.c.role, sessions.c.expires_at, sessions.c.proved_at
    )
    .join(accounts, accounts.c.id == sessions.c.account_id)
    .where(accounts.c.disabled_at.is_(None)),
    sessions.c.token_hash,
)


def _account(row: Row[*tuple[Any, ...]]) -> Account:
    values = row._asdict()
    return Account(**{**values, "role": Role(values["role"])})


async def account_by_id(db: AsyncConnection, account_id: str) -> Account | None:
    """Public keys and role of a person; not for showing to anybody as it is."""
    row = (await db.execute(select(*_ACCOUNT).where(accounts.c.id == account_id))).first()
    return _account(row) if row else None


async def account_by_name(db: AsyncConnection, name: str) -> Account | None:
    """For logging in only: the name is lower-cased already."""
    row = (await db.execute(select(*_ACCOUNT).where(accounts.c.name == name))).first()
    return _account(row) if row else None


async def names_in_use(db: AsyncConnection, names: Iterable[str]) -> set[str]:
    """Those of the names that somebody has."""
    return set((await db.execute(select(accounts.c.name).where(accounts.c.name.in_(list(names))))).scalars())


async def share_of(db: AsyncConnection, account_id: str) -> bytes:
    """The person's own share. Raises AccountDeleted where it is gone."""
    query = select(user_shares.c.share).where(user_shares.c.account_id == account_id)
    share: bytes | None = (await db.execute(query)).scalar_one_or_none()
    if share is None:
        raise AccountDeleted
    return share


async def add_account(db: AsyncConnection, account: Account, share: bytes) -> None:
    """An account and its share. Raises NameTaken (also for keys that have an account), TicketInvalid."""
    values = {column.name: getattr(account, column.name) for column in _ACCOUNT}
    if not await added(db, accounts, **{**values, "role": account.role.value}):
        raise NameTaken
    if not await added(db, user_shares, account_id=account.id, share=share):
        raise TicketInvalid


async def add_session(db: AsyncConnection, session: Session) -> None:
    """A new login."""
    await db.execute(
        insert(sessions).values(
            id=session.id,
            token_hash=session.token_hash,
            account_id=session.account_id,
            created_at=session.created_at,
            expires_at=session.expires_at,
            ends_at=session.ends_at,
            used_at=session.used_at,
            proved_at=session.proved_at,
        )
    )


def session_by_token(
    db: Connection, token_hash: bytes, now: datetime
) -> tuple[SessionId, AccountId, Role, datetime | None] | None:
    """The session of whoever holds the token, and when its second factor was shown, unless it has expired.

    A glance (Database.glance).
    """
    for session_id, account_id, role, until, proved_at in _SIGNED_IN.of(db, [token_hash]):
        if until > now:
            return SessionId(session_id), AccountId(account_id), Role(role), proved_at
    return None


async def keep_use(db: AsyncConnection, session_ids: Iterable[str], now: datetime, idle: timedelta) -> None:
    """These were used just now: they hold for another while, but never beyond their end."""
    until = now + idle
    holds = case((sessions.c.ends_at < until, sessions.c.ends_at), else_=literal(until, UtcDateTime()))
    for some in _batched(sorted(session_ids)):
        # What is over stays over, and a clock that was put back shortens nothing.
        alive = (sessions.c.id.in_(some)) & (sessions.c.expires_at > now) & (sessions.c.used_at < now)
        await db.execute(update(sessions).where(alive).values(used_at=now, expires_at=holds))


async def own_sessions(db: AsyncConnection, account_id: str, now: datetime) -> list[Session]:
    """Where a person is logged in, the newest first."""
    query = (
        select(*_SESSION)
        .where(sessions.c.account_id == account_id, sessions.c.expires_at > now)
        .order_by(sessions.c.created_at.desc(), sessions.c.id)
    )
    return [Session(**row._asdict()) for row in await db.execute(query)]


async def keep_proof(db: AsyncConnection, session_id: str, account_id: str, now: datetime) -> None:
    """A second factor was shown in the person's own session."""
    own = (sessions.c.id == session_id) & (sessions.c.account_id == account_id)
    await db.execute(update(sessions).where(own).values(proved_at=now))


async def sessions_going_on(db: AsyncConnection, session_ids: Iterable[str], now: datetime) -> set[str]:
    """Those of these sessions that are not over."""
    found: set[str] = set()
    for some in _batched(sorted(session_ids)):
        query = (
            select(sessions.c.id)
            .join(accounts, accounts.c.id == sessions.c.account_id)
            .where(sessions.c.id.in_(some), sessions.c.expires_at > now, accounts.c.disabled_at.is_(None))
        )
        found.update((await db.execute(query)).scalars())
    return found


def _batched(ids: list[str]) -> Iterator[list[str]]:
    """Some at a time."""
    for start in range(0, len(ids), AT_A_TIME):
        yield ids[start : start + AT_A_TIME]


async def end_session(db: AsyncConnection, session_id: str, account_id: str) -> bool:
    """The person's own session is over; False when they have none by that id."""
    own = (sessions.c.id == session_id) & (sessions.c.account_id == account_id)
    return (await db.execute(delete(sessions).where(own))).rowcount == 1


async def disable(db: AsyncConnection, account_id: str, now: datetime) -> list[SessionId]:
    """Nobody logs in as this person any more. Names the sessions that are over by that."""
    await db.execute(update(accounts).where(accounts.c.id == account_id).values(disabled_at=now))
    for table in (factors, spare_codes, factor_tickets, factor_tries, provider_links):
        await db.execute(delete(table).where(table.c.account_id == account_id))
    return await end_sessions_of(db, account_id)


async def end_sessions_of(db: AsyncConnection, account_id: str, *, but: str = "") -> list[SessionId]:
    """Ends the person's sessions, all or all but one, and names them: their sockets are to be cut."""
    theirs = (sessions.c.account_id == account_id, sessions.c.id != but)
    ended = (await db.execute(select(sessions.c.id).where(*theirs))).scalars().all()
    await db.execute(delete(sessions).where(*theirs))
    return [SessionId(one) for one in ended]


async def keep_verifiers(db: AsyncConnection, account_id: str, verifiers: Verifiers) -> None:
    """What logs this person in from now on, instead of what did."""
    values = {"auth_verifier": verifiers.auth, "recovery_verifier": verifiers.recovery}
    await db.execute(update(accounts).where(accounts.c.id == account_id).values(**values))
    # Whoever has shown the password before is not half inside with it any more.
    await db.execute(delete(factor_tickets).where(factor_tickets.c.account_id == account_id))


async def renew_verifier(db: AsyncConnection, account_id: str, seen: str, renewed: str) -> None:
    """The same key, stored for more work; unless another password was set meanwhile."""
    same = (accounts.c.id == account_id) & (accounts.c.auth_verifier == seen)
    await db.execute(update(accounts).where(same).values(auth_verifier=renewed))


async def keep_kem_statement(db: AsyncConnection, account_id: str, statement: bytes) -> None:
    """With which key this person is sealed to from now on."""
    await db.execute(update(accounts).where(accounts.c.id == account_id).values(kem_statement=statement))


async def end_sessions_before(db: AsyncConnection, now: datetime) -> list[SessionId]:
    """Removes sessions that have expired, and names them."""
    ended = (await db.execute(select(sessions.c.id).where(sessions.c.expires_at <= now))).scalars().all()
    await db.execute(delete(sessions).where(sessions.c.expires_at <= now))
    return [SessionId(one) for one in ended]


def account_id_of(user_id: bytes) -> AccountId:
    """The protocol's 16 bytes as the text that the database and the wire use."""
    return AccountId(user_id.hex())
