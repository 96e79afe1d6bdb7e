"""Asking for a second factor, judging what is shown, and looking after one's own."""

import hashlib
from dataclasses import dataclass
from secrets import token_bytes
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.deps import Asker, Deps, look, work
from chatserver.errors import (
    CodeClockWrong,
    CodeUsed,
    FactorsFull,
    FactorUnreadable,
    LastFactor,
    LogInBegunAnew,
    Malformed,
    NotFound,
    PasskeyRefused,
    Refusal,
    SecondFactorWrong,
)
from chatserver.factors import store, wire
from chatserver.factors.model import (
    MOST_FACTORS,
    TICKET_LASTS,
    Factor,
    Kind,
    Ticket,
    Tries,
    as_text,
    is_app_code,
    matching_step,
    new_app,
    new_secret,
    new_spare_codes,
    spare_hash,
    typed,
    uri_of,
)
from chatserver.factors.passkeys import made_passkey, shown_passkey, site_of
from chatserver.factors.sealing import seal, unseal
from chatserver.ledger import Ended

TOKEN_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody shows: a code of the app or a spare one, or a passkey."""

    code: str | None
    passkey: wire.PasskeyShown | None


@dataclass(frozen=True, slots=True)
class Proved:
    """Who has shown something. With a refusal it was wrong, and the caller commits that it was tried."""

    account_id: str
    refusal: Refusal | None = None


# -- in the caller's transaction


async def ask(deps: Deps, db: AsyncConnection, account_id: str, session_id: str = "") -> wire.FactorAsked | None:
    """A ticket for showing one's second factor; None for whoever has none."""
    own = await store.factors_of(db, account_id)
    if not own:
        return None
    token, ticket = _new_ticket(deps, account_id, session_id, None)
    await store.add_ticket(db, ticket)
    return wire.FactorAsked(
        ticket=token,
        app=any(one.kind is Kind.TOTP for one in own),
        passkeys=_credentials(own),
        challenge=ticket.challenge,
        rp_id=site_of(deps.config).rp_id,
        expires_at=ticket.expires_at,
    )


async def offer(
    deps: Deps, db: AsyncConnection, account_id: str, name: str, session_id: str = ""
) -> wire.FactorOffered:
    """A ticket for setting one up, with a secret that an app may take."""
    secret = new_secret()
    token, ticket = _new_ticket(deps, account_id, session_id, seal(deps.secrets.server_secret, account_id, secret))
    await store.add_ticket(db, ticket)
    return wire.FactorOffered(
        ticket=token,
        secret=as_text(secret),
        uri=uri_of(secret, name),
        account_id=account_id,
        known=_credentials(await store.factors_of(db, account_id)),
        challenge=ticket.challenge,
        rp_id=site_of(deps.config).rp_id,
        expires_at=ticket.expires_at,
    )


def _credentials(own: list[Factor]) -> list[bytes]:
    return [one.credential_id for one in own if one.credential_id is not None]


def _new_ticket(deps: Deps, account_id: str, session_id: str, offered: bytes | None) -> tuple[bytes, Ticket]:
    token = token_bytes(TOKEN_BYTES)
    ticket = Ticket(
        token_hash=hashlib.sha256(token).digest(),
        account_id=account_id,
        session_id=session_id,
        challenge=token_bytes(TOKEN_BYTES),
        offered=offered,
        expires_at=deps.now() + TICKET_LASTS,
    )
    return token, ticket


async def prove(deps: Deps, db: AsyncConnection, token: bytes, shown: Shown, session_id: str = "") -> Proved:
    """Whose second factor this is. A wrong code counts, and the ticket stays; the right one uses it up.

    Raises LogInBegunAnew, TooManyRequests (codes only: a passkey cannot be guessed), Malformed.
    """
    ticket = await _ticket(deps, db, token, session_id)
    if ticket.offered is not None:
        raise LogInBegunAnew
    if (shown.code is None) == (shown.passkey is None):
        raise Malformed("code")
    tries = await store.tries_of(db, ticket.account_id) or Tries(0, deps.now())
    try:
        if shown.passkey is not None:
            await _use_passkey(deps, db, ticket, shown.passkey)
        else:
            tries.check(deps.now())
            await _use_code(deps, db, ticket.account_id, typed(shown.code or ""))
    except (SecondFactorWrong, CodeUsed, CodeClockWrong) as refusal:
        await store.keep_tries(db, ticket.account_id, tries.and_one(deps.now()))
        return Proved(ticket.account_id, refusal)
    await store.keep_tries(db, ticket.account_id, None)
    await store.use_ticket(db, ticket)
    return Proved(ticket.account_id)


async def _ticket(deps: Deps, db: AsyncConnection, token: bytes, session_id: str) -> Ticket:
    """Raises LogInBegunAnew; also for a ticket of another session, and one that is used meanwhile."""
    hashed = hashlib.sha256(token).digest()
    found = await store.ticket_by_token(db, hashed, deps.now())
    if found is None or found.session_id != session_id:
        raise LogInBegunAnew
    await store.take_turns(db, found.account_id)
    again = await store.ticket_by_token(db, hashed, deps.now())
    if again is None:
        raise LogInBegunAnew
    return again


async def _use_passkey(deps: Deps, db: AsyncConnection, ticket: Ticket, shown: wire.PasskeyShown) -> None:
    own = await store.factors_of(db, ticket.account_id)
    factor = next((one for one in own if one.credential_id == shown.credential_id), None)
    if factor is None:
        raise PasskeyRefused
    counter = shown_passkey(site_of(deps.config), factor, ticket.challenge, shown)
    await store.keep_use(db, factor.used(counter, deps.now()))


async def _use_code(deps: Deps, db: AsyncConnection, account_id: str, code: str) -> None:
    if not is_app_code(code):
        if not await store.use_spare_code(db, account_id, spare_hash(deps.secrets.pepper, account_id, code)):
            raise SecondFactorWrong("code")
        return
    apps = [one for one in await store.factors_of(db, account_id) if one.kind is Kind.TOTP]
    unreadable = 0
    refusal: Refusal = SecondFactorWrong("code")
    for app in apps:
        try:
            secret = unseal(deps.secrets.server_secret, account_id, app.secret)
            step = matching_step(secret, code, deps.now(), app.counter)
        except FactorUnreadable:
            unreadable += 1
            continue
        except SecondFactorWrong:
            continue
        except (CodeUsed, CodeClockWrong) as closer:
            refusal = closer
            continue
        await store.keep_use(db, app.used(step, deps.now()))
        return
    if apps and unreadable == len(apps):
        # Nothing to guess at, so it is not counted: the spare codes must stay open.
        raise FactorUnreadable
    raise refusal


async def set_up(deps: Deps, db: AsyncConnection, wish: wire.AddFactor, session_id: str = "") -> str:
    """Keeps the new factor, and tells whose it is. Raises LogInBegunAnew, Malformed, FactorsFull and what it lacks.

    Somebody who is not logged in sets up their first one only: their password alone adds none to those they have.
    """
    ticket = await _ticket(deps, db, wish.ticket, session_id)
    own = await store.factors_of(db, ticket.account_id)
    if ticket.offered is None or (not session_id and own):
        raise LogInBegunAnew
    if len(own) >= MOST_FACTORS:
        raise FactorsFull
    await store.add_factor(db, _made(deps, ticket, ticket.offered, wish))
    await store.use_ticket(db, ticket)
    return ticket.account_id


def _made(deps: Deps, ticket: Ticket, offered: bytes, wish: wire.AddFactor) -> Factor:
    account_id, now = ticket.account_id, deps.now()
    if (wish.code is None) == (wish.passkey is None):
        raise Malformed("code")
    if wish.passkey is not None:
        return made_passkey(
            site_of(deps.config), wish.passkey, ticket.challenge, account_id=account_id, label=wish.label, now=now
        )
    try:
        secret = unseal(deps.secrets.server_secret, account_id, offered)
    except FactorUnreadable:
        raise LogInBegunAnew from None
    # Nobody guesses here: whoever holds the ticket has been shown the secret.
    step = matching_step(secret, typed(wish.code or ""), now)
    return new_app(account_id, wish.label, offered, step, now)


async def give_spare_codes(deps: Deps, db: AsyncConnection, account_id: str) -> list[str]:
    """New ones; the old ones open nothing any more."""
    made = new_spare_codes()
    hashes = [spare_hash(deps.secrets.pepper, account_id, one) for one in made]
    await store.replace_spare_codes(db, account_id, hashes)
    return made


async def forget_all(db: AsyncConnection, account_id: str) -> list[Ended]:
    """The next log-in sets up anew. Gives what must not come back with a backup."""
    own = await store.factors_of(db, account_id)
    await store.remove_all(db, account_id)
    return [Ended("factor", one.id) for one in own]


# -- one's own


async def list_factors(deps: Deps, asker: Asker, command: wire.ListFactors) -> wire.Factors:
    """One's own; nothing of them that opens anything."""
    async with look(deps) as db:
        own = await store.factors_of(db, asker.account_id)
        left = await store.spare_codes_left(db, asker.account_id)
    return wire.Factors([_shown(one) for one in own], left)


def _shown(one: Factor) -> wire.Factor:
    return wire.Factor(id=one.id, kind=one.kind.value, label=one.label, created_at=one.created_at, used_at=one.used_at)


async def add_factor(deps: Deps, asker: Asker, command: wire.AddFactor) -> wire.Factors:
    """Another one besides those that there are. Raises what `set_up` raises."""
    async with work(deps) as tx:
        await set_up(deps, tx.db, command, asker.session_id)
        tx.record("factor_added", deps.now(), by=asker.account_id)
    return await list_factors(deps, asker, wire.ListFactors())


async def remove_factor(deps: Deps, asker: Asker, command: wire.RemoveFactor) -> wire.Factors:
    """One's own, unless it is the only one: nobody works here without. Raises NotFound, LastFactor."""
    async with work(deps) as tx:
        await store.take_turns(tx.db, asker.account_id)
        own = await store.factors_of(tx.db, asker.account_id)
        if all(one.id != command.id for one in own):
            raise NotFound
        if len(own) == 1:
            raise LastFactor
        await store.remove_factor(tx.db, command.id, asker.account_id)
        tx.withdrawn.append(Ended("factor", command.id))
        tx.record("factor_removed", deps.now(), by=asker.account_id)
    return await list_factors(deps, asker, wire.ListFactors())


async def replace_spare_codes(deps: Deps, asker: Asker, command: wire.ReplaceSpareCodes) -> wire.SpareCodes:
    """Ten new ones instead of what is left of the old."""
    async with work(deps) as tx:
        await store.take_turns(tx.db, asker.account_id)
        tx.record("spare_codes_replaced", deps.now(), by=asker.account_id)
        return wire.SpareCodes(await give_spare_codes(deps, tx.db, asker.account_id))
