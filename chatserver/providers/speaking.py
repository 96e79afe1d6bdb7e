"""Speaking with the identity provider: what it says of itself, and a code for a token.

Only the operator names it, so it may well stand inside their network; but nothing it says sends this server elsewhere
by plain http, by a redirect, or for long.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlsplit

import aiohttp
import msgspec
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.discovery import get_well_known_url

from chatserver.config import LOOPBACK, Config
from chatserver.errors import NotFound, ProviderAway, ProviderRefused

WITHIN_SECONDS: Final = 10
LARGEST: Final = 256 * 1024
BACK: Final = "/login/back"
_FINE: Final = 200
_REFUSED: Final = (400, 401)


@dataclass(frozen=True, slots=True)
class Provider:
    """As the settings name it."""

    issuer: str
    client_id: str
    client_secret: str
    back: str
    second_factor: frozenset[str]


class Metadata(msgspec.Struct):
    """What a provider says of itself (OpenID Connect Discovery, section 3), as far as it is used."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class Tokens(msgspec.Struct):
    """What a code is exchanged for."""

    id_token: str
    access_token: str | None = None


def provider_in(config: Config) -> Provider:
    """Raises NotFound where there is none."""
    if not config.oidc_issuer:
        raise NotFound
    secret, file = config.oidc_client_secret, config.oidc_client_secret_file
    try:
        secret = file.read_text("utf-8").strip() if file else secret
    except OSError:
        raise ProviderAway from None
    back = config.address + BACK
    return Provider(config.oidc_issuer, config.oidc_client_id, secret, back, frozenset(config.oidc_second_factor))


def address_at(provider: Provider, told: Metadata, *, state: str, nonce: str, pkce: str) -> str:
    """Where the browser is sent."""
    more = {"acr_values": " ".join(sorted(provider.second_factor))} if provider.second_factor else {}
    address: str = prepare_grant_uri(
        told.authorization_endpoint,
        provider.client_id,
        "code",
        redirect_uri=provider.back,
        scope="openid",
        state=state,
        nonce=nonce,
        code_challenge=create_s256_code_challenge(pkce),
        code_challenge_method="S256",
        **more,
    )
    return address


async def read_metadata(provider: Provider) -> Metadata:
    """Raises ProviderAway; also for one that says that it is another."""
    content = await _asked("GET", get_well_known_url(provider.issuer, external=True))
    try:
        told = msgspec.json.decode(content, type=Metadata)
    except msgspec.MsgspecError:
        raise ProviderAway from None
    addresses = (told.authorization_endpoint, told.token_endpoint, told.jwks_uri)
    if told.issuer != provider.issuer or not all(_may_be_asked(one, provider) for one in addresses):
        raise ProviderAway
    return told


async def read_keys(told: Metadata) -> Any:
    """Its public keys, as JSON has them; fetched each time, so that a key that was withdrawn is."""
    try:
        return msgspec.json.decode(await _asked("GET", told.jwks_uri))
    except msgspec.MsgspecError:
        raise ProviderAway from None


async def exchange(provider: Provider, told: Metadata, code: str, pkce: str) -> Tokens:
    """A code for the tokens. Raises ProviderAway, and ProviderRefused for a code that it does not take (any more)."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": provider.back, "code_verifier": pkce}
    login = ""
    if not provider.client_secret:
        form["client_id"] = provider.client_id
    elif "client_secret_basic" in told.token_endpoint_auth_methods_supported:
        login = aiohttp.encode_basic_auth(quote(provider.client_id, ""), quote(provider.client_secret, ""))
    else:
        form |= {"client_id": provider.client_id, "client_secret": provider.client_secret}
    try:
        return msgspec.json.decode(await _asked("POST", told.token_endpoint, form, login), type=Tokens)
    except msgspec.MsgspecError:
        raise ProviderRefused from None


def _may_be_asked(address: str, provider: Provider) -> bool:
    """By plain http only where the provider itself is on this machine (`oidc_issuer` allows it there only)."""
    parts = urlsplit(address)
    near = urlsplit(provider.issuer).scheme == "http" and parts.hostname in LOOPBACK
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and near))


async def _asked(method: str, address: str, form: dict[str, str] | None = None, login: str = "") -> bytes:
    headers = {"Accept": "application/json", "User-Agent": "Sprechraum"}
    if login:
        headers["Authorization"] = login
    jar = aiohttp.DummyCookieJar()
    try:
        async with (
            asyncio.timeout(WITHIN_SECONDS),
            aiohttp.ClientSession(cookie_jar=jar, trust_env=False) as http,
            http.request(method, address, data=form, headers=headers, allow_redirects=False) as answer,
        ):
            if method == "POST" and answer.status in _REFUSED:
                raise ProviderRefused
            if answer.status != _FINE:
                raise ProviderAway
            return await _read(answer)
    except (aiohttp.ClientError, OSError, ValueError):
        raise ProviderAway from None


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for piece in answer.content.iter_any():
        content += piece
        if len(content) > LARGEST:
            raise ProviderAway
    return bytes(content)
