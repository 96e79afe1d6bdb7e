"""Showing a second factor once more, where an open page must not suffice."""

from chatserver.accounts import store
from chatserver.accounts.wire import ShowFactor
from chatserver.deps import Asker, Deps, work
from chatserver.errors import NotFound, SessionExpired
from chatserver.factors import actions as factors
from chatserver.factors.model import FRESH_FOR
from chatserver.factors.wire import FactorAsked, FactorOffered, OfferFactor
from chatserver.sessions.wire import AskStepUp, SteppedUp


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
