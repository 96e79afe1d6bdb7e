"""A person's own log-ins: which there are, ending them, and showing a second factor once more in one."""

from chatserver.accounts import model, store
from chatserver.accounts.wire import ShowFactor
from chatserver.deps import Asker, Deps, look, work
from chatserver.errors import NotFound, SessionExpired
from chatserver.factors import actions as factors
from chatserver.factors.model import FRESH_FOR
from chatserver.factors.wire import FactorAsked, FactorOffered, OfferFactor
from chatserver.sessions.wire import (
    AskStepUp,
    EndOtherSessions,
    EndSession,
    ListSessions,
    Session,
    Sessions,
    SteppedUp,
)


async def ask_step_up(deps: Deps, asker: Asker, command: AskStepUp) -> FactorAsked:
    """A ticket for showing one's second factor again, in this session. Raises NotFound: clients have none."""
    async with work(deps) as tx:
        asked = await factors.ask(deps, tx.db, asker.account_id, asker.session_id)
    if asked is None:
        raise NotFound
    return asked


async def step_up(deps: Deps, asker: Asker, command: ShowFactor) -> SteppedUp:
    """For five minutes what cannot be undone may be done in this session. Raises what `show_factor` raises."""
    shown = factors.Shown(command.code, command.passkey)
    now = deps.now()
    async with work(deps) as tx:
        proved = await factors.prove(deps, tx.db, command.ticket, shown, asker.session_id)
        if proved.refusal is None:
            await store.keep_proof(tx.db, asker.session_id, asker.account_id, now)
    if proved.refusal is not None:
        raise proved.refusal
    return SteppedUp(now + FRESH_FOR)


async def offer_factor(deps: Deps, asker: Asker, command: OfferFactor) -> FactorOffered:
    """What is needed to set up another one, in this session."""
    async with work(deps) as tx:
        account = await store.account_by_id(tx.db, asker.account_id)
        if account is None:
            raise SessionExpired
        return await factors.offer(deps, tx.db, account.id, account.name, asker.session_id)


async def list_sessions(deps: Deps, asker: Asker, command: ListSessions) -> Sessions:
    """Where one is logged in."""
    async with look(deps) as db:
        own = await store.own_sessions(db, asker.account_id, deps.now())
    return Sessions([_shown(one, asker) for one in own])


def _shown(one: model.Session, asker: Asker) -> Session:
    return Session(id=one.id, begun_at=one.created_at, used_at=one.used_at, this=one.id == asker.session_id)


async def end_session(deps: Deps, asker: Asker, command: EndSession) -> Sessions:
    """One's own, elsewhere or here, and its pages at once. Raises NotFound."""
    async with work(deps) as tx:
        if not await store.end_session(tx.db, command.id, asker.account_id):
            raise NotFound
    await deps.announce.disconnect(command.id)
    return await list_sessions(deps, asker, ListSessions())


async def end_other_sessions(deps: Deps, asker: Asker, command: EndOtherSessions) -> Sessions:
    """All of one's own but this one; their pages are cut at once."""
    async with work(deps) as tx:
        ended = await store.end_sessions_of(tx.db, asker.account_id, but=asker.session_id)
    for session_id in ended:
        await deps.announce.disconnect(session_id)
    return await list_sessions(deps, asker, ListSessions())
