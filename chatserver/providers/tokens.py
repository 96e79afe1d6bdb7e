"""Judging what a provider says of somebody: an ID token, by the rules of OpenID Connect Core, section 3.1.3.7.

The signature and the claims are checked by `authlib` and `joserfc`; what may be believed at all stands here.
"""

from datetime import UTC, datetime
from typing import Any, Final

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from chatserver.errors import ProviderRefused
from chatserver.logs import log
from chatserver.providers.model import Identity

# Signatures with a key that is the provider's alone. Neither "none", nor HMAC: a public key is no secret.
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
# Two clocks that are kept by different people.
LEEWAY_SECONDS: Final = 60
LONGEST_SUBJECT: Final = 255


def identity_in(
    token: str,
    keys: Any,
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    access_token: str | None,
    second_factor: frozenset[str],
    now: datetime,
) -> Identity:
    """Raises ProviderRefused for a token that is not this provider's, for us, for this journey, and of now."""
    try:
        decoded = jwt.decode(
            token,
            key=KeySet.import_key_set(keys),
            registry=JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False),
        )
        asked = {"nonce": nonce, "client_id": client_id, "access_token": access_token}
        exactly = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}}
        claims = CodeIDToken(decoded.claims, decoded.header, exactly, asked)
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY_SECONDS)
        return Identity(issuer=issuer, subject=_subject(claims), proved_at=_proved_at(claims, second_factor, now))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, OverflowError) as reason:
        # The kind of the error only: claims name people.
        log.warning("provider refused", reason=type(reason).__name__)
        raise ProviderRefused from None


def _subject(claims: Any) -> str:
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise ValueError("sub")
    return subject


def _proved_at(claims: Any, believed: frozenset[str], now: datetime) -> datetime | None:
    """When, not just that: whoever showed two factors this morning is not asked for the log-in, but before deleting."""
    methods = claims.get("amr") or []
    said = {claims.get("acr"), *(one for one in methods if isinstance(one, str))}
    if not believed & said:
        return None
    return min(now, datetime.fromtimestamp(int(claims.get("auth_time") or claims["iat"]), UTC))
