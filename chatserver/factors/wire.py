"""What travels when somebody is asked for a second factor, shows one, or looks after their own."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from chatserver.wire.binary import B64
from chatserver.wire.types import HexId

FactorKind = Literal["totp", "passkey"]


class PasskeyShown(Struct, forbid_unknown_fields=True):
    """What `navigator.credentials.get` gave."""

    credential_id: B64
    client_data: B64
    authenticator_data: B64
    signature: B64


class PasskeyMade(Struct, forbid_unknown_fields=True):
    """What `navigator.credentials.create` gave."""

    credential_id: B64
    client_data: B64
    attestation: B64


class FactorAsked(Struct):
    """Which second factors somebody may show, with the ticket that does it once. A spare code is always one."""

    ticket: B64
    app: bool
    passkeys: list[B64]
    challenge: B64
    rp_id: str
    expires_at: datetime


class FactorOffered(Struct):
    """What somebody needs to set up a second factor: one of both, a secret for an app or a challenge for a passkey."""

    ticket: B64
    secret: str
    uri: str
    account_id: HexId
    known: list[B64]
    challenge: B64
    rp_id: str
    expires_at: datetime


class Factor(Struct):
    id: HexId
    kind: FactorKind
    label: str
    created_at: datetime
    used_at: datetime | None


class ListFactors(Struct, forbid_unknown_fields=True):
    pass


class Factors(Struct):
    """One's own second factors, and how many spare codes are left."""

    factors: list[Factor]
    spare_codes: int


class OfferFactor(Struct, forbid_unknown_fields=True):
    pass


class AddFactor(Struct, forbid_unknown_fields=True):
    """Exactly one of both: a code of the new app, or the new passkey."""

    ticket: B64
    label: str
    code: str | None = None
    passkey: PasskeyMade | None = None


class RemoveFactor(Struct, forbid_unknown_fields=True):
    id: HexId


class ReplaceSpareCodes(Struct, forbid_unknown_fields=True):
    pass


class SpareCodes(Struct):
    """Shown once: the server keeps what recognises them."""

    spare_codes: list[str]
