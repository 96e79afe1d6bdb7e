"""What is believed of a provider's token: its own signature, for us, for this journey, and now."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chatserver.errors import ProviderRefused
from chatserver.providers.model import Identity
from chatserver.providers.tokens import identity_in
from tests.provider import CLIENT_ID, FOREIGN, Lie, Provider, public_keys, token_of

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
ISSUER, NONCE = "https://login.example", "a nonce"
ASKED: dict[str, Any] = {"issuer": ISSUER, "client_id": CLIENT_ID, "nonce": NONCE, "access_token": "x"}


def judged(lie: Lie, second_factor: frozenset[str] = frozenset()) -> Identity:
    claims = Provider(lambda: NOW, ISSUER).claims(NONCE, "berger")
    return identity_in(token_of(claims, lie), public_keys(), second_factor=second_factor, now=NOW, **ASKED)


def test_the_truth_is_believed() -> None:
    """Also for us among others, if it was made for us."""
    assert judged(Lie()) == Identity(issuer=ISSUER, subject="berger")
    assert judged(Lie({"aud": [CLIENT_ID]})).subject == "berger"
    assert judged(Lie({"aud": [CLIENT_ID, "others"], "azp": CLIENT_ID})).subject == "berger"


@pytest.mark.parametrize(
    "lie",
    [
        Lie({"nonce": "another"}),
        Lie({"nonce": None}),
        Lie({"iss": "https://elsewhere.example"}),
        Lie({"iss": ISSUER + "/"}),
        Lie({"iss": None}),
        Lie({"aud": "others"}),
        Lie({"aud": ["others"]}),
        Lie({"aud": None}),
        Lie({"aud": [CLIENT_ID, "others"]}),
        Lie({"aud": [CLIENT_ID, "others"], "azp": "others"}),
        Lie({"exp": AT - 61}),
        Lie({"exp": None}),
        Lie({"exp": "soon"}),
        Lie({"iat": AT + 600}),
        Lie({"nbf": AT + 600}),
        Lie({"sub": None}),
        Lie({"sub": ""}),
        Lie({"sub": 7}),
        Lie({"sub": "x" * 256}),
        Lie({"at_hash": "of-another-token"}),
        Lie(key=FOREIGN),
        Lie(algorithm="none"),
        Lie(algorithm="HS256"),
    ],
    ids=str,
)
def test_a_lie_is_refused_whatever_it_is(lie: Lie) -> None:
    """One code for all: which part was wrong is nobody's business outside."""
    with pytest.raises(ProviderRefused):
        judged(lie)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "e30.e30.", "." * 9, "\0", "é.é.é"])
@pytest.mark.parametrize("keys", [public_keys(), {}, [], None, {"keys": [{"kty": "oct", "k": "AAAA"}]}], ids=range(5))
def test_what_is_no_token_is_refused(token: str, keys: Any) -> None:
    """Whatever the keys are."""
    with pytest.raises(ProviderRefused):
        identity_in(token, keys, second_factor=frozenset(), now=NOW, **ASKED)


def test_two_clocks_may_be_a_minute_apart() -> None:
    """Each way."""
    assert judged(Lie({"exp": AT - 30})).subject == "berger"
    assert judged(Lie({"iat": AT + 30})).subject == "berger"


def test_a_second_factor_there_counts_where_the_settings_believe_it_and_from_when_it_was_shown() -> None:
    """Not from now on: whoever has signed in this morning is asked before what cannot be undone."""
    believed = frozenset({"mfa"})
    assert judged(Lie({"amr": ["pwd", "mfa"]})).proved_at is None
    assert judged(Lie({"amr": ["pwd"]}), believed).proved_at is None
    assert judged(Lie({"amr": ["pwd", "mfa"], "auth_time": AT - 3600}), believed).proved_at == NOW - timedelta(hours=1)
    assert judged(Lie({"acr": "mfa"}), believed).proved_at == NOW
    assert judged(Lie({"acr": "mfa", "auth_time": AT + 30}), believed).proved_at == NOW
