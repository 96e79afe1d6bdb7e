"""Agreeing and withdrawing. What was agreed to is the very text: another word in it, and people are asked again."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.consents import store
from chatserver.consents.model import Consent, standing
from chatserver.consents.wire import GiveConsent, OwnConsent, ReadConsent, WithdrawConsent
from chatserver.deps import Asker, Deps, look, work
from chatserver.errors import ConsentMissing


async def read_consent(deps: Deps, asker: Asker, command: ReadConsent) -> OwnConsent:
    """One's own."""
    async with look(deps) as db:
        return _shown(await store.newest_of(db, asker.account_id), deps)


async def give_consent(deps: Deps, asker: Asker, command: GiveConsent) -> OwnConsent:
    """To the words that were shown; a repeat changes nothing. Raises ConsentMissing if other words hold by now."""
    async with work(deps) as tx:
        await agree(tx.db, deps, asker.account_id, command.version, deps.now())
        return _shown(await store.newest_of(tx.db, asker.account_id), deps)


async def withdraw_consent(deps: Deps, asker: Asker, command: WithdrawConsent) -> OwnConsent:
    """Nothing new is taken from now on. A repeat changes nothing."""
    async with work(deps) as tx:
        await store.lock(tx.db, asker.account_id)
        await store.withdraw(tx.db, asker.account_id, deps.now())
        return _shown(await store.newest_of(tx.db, asker.account_id), deps)


async def agree(db: AsyncConnection, deps: Deps, account_id: str, version: str | None, now: datetime) -> None:
    """Whoever begins to write has agreed to the words of today, now or before. Raises ConsentMissing."""
    present = deps.texts.consent
    await store.lock(db, account_id)
    has_agreed = standing(await store.newest_of(db, account_id), present.version) == "current"
    if (version or (present.version if has_agreed else "")) != present.version:
        raise ConsentMissing("consent")
    if not has_agreed:
        await store.add(db, account_id, present, now)


def _shown(newest: Consent | None, deps: Deps) -> OwnConsent:
    present = deps.texts.consent.version
    return OwnConsent(
        standing=standing(newest, present),
        present=present,
        version=newest.version if newest else None,
        given_at=newest.given_at if newest else None,
        withdrawn_at=newest.withdrawn_at if newest else None,
    )
