"""Going to the identity provider and coming back: to sign in, or to link one's identity there with one's account."""

from typing import Final

from chatserver.accounts import store as accounts
from chatserver.accounts.actions import admit, open_session
from chatserver.accounts.model import Role
from chatserver.accounts.wire import Admitted, Opened
from chatserver.deps import Asker, Deps, Work, look, work
from chatserver.errors import IdentityNotLinked, LogInBegunAnew, Malformed, ProviderRefused
from chatserver.ledger import Ended
from chatserver.providers import store
from chatserver.providers.model import Identity, hashed, nonce_of, pkce_of, set_out
from chatserver.providers.speaking import address_at, exchange, provider_in, read_keys, read_metadata
from chatserver.providers.tokens import identity_in
from chatserver.providers.wire import ComeBack, Link, ReadLink, SetOut, SetOutToLink, SettingOut, Unlink
from chatserver.wire.binary import to_base64url

LONGEST_CODE: Final = 4096


async def begin_sign_in(deps: Deps, asker: Asker | None, command: SetOut) -> SettingOut:
    """Raises NotFound where no provider is set, ProviderAway."""
    return await _begun(deps, None, "")


async def begin_link(deps: Deps, asker: Asker, command: SetOutToLink) -> SettingOut:
    """The same, by somebody who is signed in and has just shown a second factor."""
    return await _begun(deps, asker.account_id, asker.session_id)


async def _begun(deps: Deps, account_id: str | None, session_id: str) -> SettingOut:
    provider, secret = provider_in(deps.config), deps.secrets.server_secret
    told = await read_metadata(provider)
    journey, state, browser = set_out(deps.now(), account_id, session_id)
    async with work(deps) as tx:
        await store.add_journey(tx.db, journey)
    nonce, pkce = nonce_of(secret, state), pkce_of(secret, state)
    address = address_at(provider, told, state=to_base64url(state), nonce=nonce, pkce=pkce)
    return SettingOut(address, browser, journey.expires_at)


async def sign_in(deps: Deps, asker: Asker | None, command: ComeBack) -> Opened[Admitted]:
    """As after the right password: the second factor is asked for, unless the settings believe the provider's.

    Raises LogInBegunAnew, ProviderRefused, ProviderAway, and IdentityNotLinked for whoever has no account, or a
    client's, or has left.
    """
    identity = await _vouched_for(deps, command, None)
    async with work(deps) as tx:
        opened = await _admitted(deps, tx, identity)
        ended = asker.session_id if asker is not None and opened.token is not None else None
        if asker is not None and ended is not None:
            await accounts.end_session(tx.db, ended, asker.account_id)
    if ended is not None:
        await deps.announce.disconnect(ended)
    return opened


async def _admitted(deps: Deps, tx: Work, identity: Identity) -> Opened[Admitted]:
    account_id = await store.account_linked(tx.db, identity)
    account = await accounts.account_by_id(tx.db, account_id) if account_id else None
    if account is None or account.disabled_at is not None or account.role is Role.CLIENT:
        raise IdentityNotLinked
    if identity.proved_at is None:
        return await admit(deps, tx.db, account)
    opened = await open_session(deps, tx.db, account, identity.proved_at)
    return Opened(Admitted(signed_in=opened.reply), opened.token, opened.expires_at)


async def link(deps: Deps, asker: Asker, command: ComeBack) -> Link:
    """From now on that identity opens this account, and none that did before. Raises as `sign_in`, IdentityTaken."""
    identity = await _vouched_for(deps, command, asker)
    async with work(deps) as tx:
        await _unlink(tx, asker)
        await store.link(tx.db, asker.account_id, identity, deps.now())
    return await read_link(deps, asker, ReadLink())


async def unlink(deps: Deps, asker: Asker, command: Unlink) -> Link:
    """The password only, from now on."""
    async with work(deps) as tx:
        await _unlink(tx, asker)
    return await read_link(deps, asker, ReadLink())


async def _unlink(tx: Work, asker: Asker) -> None:
    tx.withdrawn += [Ended("factor", one) for one in await store.unlink(tx.db, asker.account_id)]


async def read_link(deps: Deps, asker: Asker, command: ReadLink) -> Link:
    """One's own."""
    config = deps.config
    async with look(deps) as db:
        return Link(config.provider_name, await store.linked_at(db, asker.account_id, config.oidc_issuer))


async def _vouched_for(deps: Deps, command: ComeBack, asker: Asker | None) -> Identity:
    """The journey is over by this, whatever comes of it: a code or a state that was caught opens nothing later."""
    provider, secret = provider_in(deps.config), deps.secrets.server_secret
    if not 0 < len(command.code) <= LONGEST_CODE:
        raise Malformed("code")
    async with work(deps) as tx:
        journey = await store.end_journey(tx.db, hashed(command.state), hashed(command.browser), deps.now())
    whose = (asker.account_id, asker.session_id) if asker else (None, "")
    if journey is None or (journey.account_id, journey.session_id) != whose:
        raise LogInBegunAnew
    if command.issuer not in (None, provider.issuer):
        # RFC 9207: an answer of another provider, whose code this one would be asked about.
        raise ProviderRefused
    told = await read_metadata(provider)
    tokens = await exchange(provider, told, command.code, pkce_of(secret, command.state))
    return identity_in(
        tokens.id_token,
        await read_keys(told),
        issuer=provider.issuer,
        client_id=provider.client_id,
        nonce=nonce_of(secret, command.state),
        access_token=tokens.access_token,
        second_factor=provider.second_factor,
        now=deps.now(),
    )
