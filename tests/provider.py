"""An identity provider on this machine: discovery, the code flow with PKCE over HTTP, and tokens signed with a key.

It vouches for whoever is named, and lies as it is told, until it is told otherwise.
"""

import base64
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_urlsafe
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

import aiohttp
from aiohttp import web
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT_ID: Final = "sprechraum"
SECRET: Final = "a secret with / and: in it"
KEY: Final = RSAKey.generate_key(2048, {"kid": "ours", "use": "sig"})
FOREIGN: Final = RSAKey.generate_key(2048, {"kid": "ours", "use": "sig"})
LASTS: Final = 300


@dataclass(slots=True)
class Lie:
    """What is other than it should be: claims (None: left out), the key, or the algorithm."""

    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: KEY, repr=False)
    algorithm: str = "RS256"


def token_of(claims: dict[str, Any], lie: Lie) -> str:
    """As the provider signs it."""
    told = {name: value for name, value in {**claims, **lie.claims}.items() if value is not None}
    header = {"alg": lie.algorithm, "kid": "ours"}
    signed = f"{_part(header)}.{_part(told)}"
    if lie.algorithm == "none":
        return f"{signed}."
    if lie.algorithm == "HS256":
        # The public key, taken for a shared secret.
        mac = hmac.digest(KEY.as_pem(private=False), signed.encode(), "sha256")
        return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    return jwt.encode(header, told, lie.key)


def _part(told: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()


def public_keys() -> Any:
    """As `jwks_uri` gives them."""
    return KeySet([KEY]).as_dict(private=False)


@dataclass(slots=True)
class Provider:
    """`subject`: whom it vouches for next. `down`: it answers nothing that is of use."""

    now: Callable[[], datetime]
    issuer: str = ""
    subject: str = "berger-at-work"
    lie: Lie = field(default_factory=Lie)
    down: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def settings(self) -> dict[str, Any]:
        """For a server that believes it."""
        return {"oidc_issuer": self.issuer, "oidc_client_id": CLIENT_ID, "oidc_client_secret": SECRET}

    async def go(self, address: str) -> dict[str, str]:
        """What a browser does that is sent there: signs in at once, and is sent back with these words."""
        async with aiohttp.ClientSession() as http, http.get(address, allow_redirects=False) as answer:
            assert answer.status == 302, await answer.text()
            words = parse_qs(urlsplit(answer.headers["Location"]).query)
        return {name: value for name, (value,) in words.items()}

    async def metadata(self, _: web.Request) -> web.Response:
        """What it says of itself."""
        if self.down:
            raise web.HTTPServiceUnavailable
        paths = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return web.json_response({"issuer": self.issuer, **{name: self.issuer + at for name, at in paths.items()}})

    async def authorize(self, request: web.Request) -> web.Response:
        """Whoever comes is signed in there."""
        asked = dict(request.query)
        assert (asked["client_id"], asked["response_type"], asked["scope"]) == (CLIENT_ID, "code", "openid")
        assert asked["code_challenge_method"] == "S256"
        code = token_urlsafe(16)
        self.codes[code] = {**asked, "sub": self.subject}
        raise web.HTTPFound(f"{asked['redirect_uri']}?code={code}&state={asked['state']}")

    async def token(self, request: web.Request) -> web.Response:
        """A code opens once, for whoever has the secret, and the verifier of the challenge that it was made for."""
        form, login = await request.post(), aiohttp.BasicAuth.decode(request.headers["Authorization"])
        asked = self.codes.pop(str(form["code"]), None)
        ours = (login.login, login.password) == (CLIENT_ID, quote(SECRET, ""))
        if asked is None or not ours or form["redirect_uri"] != asked["redirect_uri"]:
            return web.json_response({"error": "invalid_grant"}, status=400)
        if create_s256_code_challenge(str(form["code_verifier"])) != asked["code_challenge"]:
            return web.json_response({"error": "invalid_grant"}, status=400)
        signed = token_of(self.claims(asked["nonce"], asked["sub"]), self.lie)
        return web.json_response({"id_token": signed, "access_token": "x", "token_type": "Bearer"})

    def claims(self, nonce: str, subject: str) -> dict[str, Any]:
        """The truth."""
        now = int(self.now().timestamp())
        whom = {"iss": self.issuer, "sub": subject, "aud": CLIENT_ID, "nonce": nonce}
        return {**whom, "iat": now, "exp": now + LASTS}

    async def keys(self, _: web.Request) -> web.Response:
        """Its public ones."""
        return web.json_response(public_keys())


@asynccontextmanager
async def provider_at(now: Callable[[], datetime]) -> AsyncIterator[Provider]:
    """On a port of its own."""
    provider, app = Provider(now), web.Application()
    app.router.add_get("/.well-known/openid-configuration", provider.metadata)
    app.router.add_get("/authorize", provider.authorize)
    app.router.add_post("/token", provider.token)
    app.router.add_get("/keys", provider.keys)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        provider.issuer = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield provider
    finally:
        await runner.cleanup()
