"""Passkeys: what a browser says of one, checked by the `webauthn` package for this site and this question only."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any, Final

from webauthn import verify_authentication_response, verify_registration_response

from chatserver.config import Config
from chatserver.errors import PasskeyRefused
from chatserver.factors.model import Factor, FactorId, Kind, check_label
from chatserver.factors.wire import PasskeyMade, PasskeyShown
from chatserver.wire.binary import to_base64url

# Attestations with whole certificate chains stay below; nothing longer is taken apart.
_LARGEST: Final = 16 * 1024


@dataclass(frozen=True, slots=True)
class Site:
    """For which site a passkey must have been made: the relying party's id, and the origins of its pages."""

    rp_id: str
    origins: tuple[str, ...]


def site_of(config: Config) -> Site:
    """From the public address. On the machine itself it is localhost: browsers make no passkeys for bare addresses."""
    return Site(config.host_name, tuple(sorted(config.origins)))


def made_passkey(
    site: Site, made: PasskeyMade, challenge: bytes, *, account_id: str, label: str, now: datetime
) -> Factor:
    """A new passkey. Raises PasskeyRefused, Malformed."""
    _check_sizes(made.credential_id, made.client_data, made.attestation)
    response = {
        "clientDataJSON": to_base64url(made.client_data),
        "attestationObject": to_base64url(made.attestation),
    }
    try:
        verified = verify_registration_response(
            credential=_credential(made.credential_id, response),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=list(site.origins),
        )
    except Exception:  # noqa: BLE001  bytes of a stranger may break the library anywhere
        raise PasskeyRefused from None
    return Factor(
        id=FactorId(token_hex(16)),
        account_id=account_id,
        kind=Kind.PASSKEY,
        label=check_label(label),
        secret=verified.credential_public_key,
        credential_id=verified.credential_id,
        counter=verified.sign_count,
        created_at=now,
    )


def shown_passkey(site: Site, factor: Factor, challenge: bytes, shown: PasskeyShown) -> int:
    """What the passkey counts now. Raises PasskeyRefused: of another site or question, or counting backwards."""
    _check_sizes(shown.credential_id, shown.client_data, shown.authenticator_data, shown.signature)
    response = {
        "clientDataJSON": to_base64url(shown.client_data),
        "authenticatorData": to_base64url(shown.authenticator_data),
        "signature": to_base64url(shown.signature),
    }
    try:
        verified = verify_authentication_response(
            credential=_credential(shown.credential_id, response),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=list(site.origins),
            credential_public_key=factor.secret,
            credential_current_sign_count=factor.counter,
        )
    except Exception:  # noqa: BLE001  as above
        raise PasskeyRefused from None
    return verified.new_sign_count


def _credential(credential_id: bytes, response: dict[str, str]) -> dict[str, Any]:
    named = to_base64url(credential_id)
    return {"id": named, "rawId": named, "type": "public-key", "response": response}


def _check_sizes(*parts: bytes) -> None:
    if any(not 0 < len(part) <= _LARGEST for part in parts):
        raise PasskeyRefused
