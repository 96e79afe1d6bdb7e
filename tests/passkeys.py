"""A passkey in a test's own hands: it does what a browser and the device behind it would do."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from chatserver.factors.wire import FactorAsked, FactorOffered, PasskeyMade, PasskeyShown
from chatserver.wire.binary import to_base64url

# WebAuthn, section 6.1: somebody was there; what follows has a credential in it.
_PRESENT: Final = 0x01
_WITH_CREDENTIAL: Final = 0x40


@dataclass(frozen=True, slots=True)
class Passkey:
    """`counts`: how often it says that it has signed; 0, as those that are kept in several places do."""

    credential_id: bytes
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    counts: int = 0

    @classmethod
    def of(cls, name: str) -> Passkey:
        """The same for the same name: people come back with theirs."""
        drawn = int.from_bytes(sha256(f"passkey of {name}".encode()).digest()[:31]) + 1
        return cls(sha256(f"credential of {name}".encode()).digest()[:16], ec.derive_private_key(drawn, ec.SECP256R1()))

    @property
    def public_key(self) -> bytes:
        """As COSE has it (RFC 9053, section 7.1.1)."""
        numbers = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})

    def made(self, offered: FactorOffered, origin: str, *, rp_id: str = "") -> PasskeyMade:
        """Somebody sets it up."""
        about = (
            self._about(rp_id or offered.rp_id, _PRESENT | _WITH_CREDENTIAL)
            + bytes(16)
            + len(self.credential_id).to_bytes(2)
            + self.credential_id
            + self.public_key
        )
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": about})
        return PasskeyMade(self.credential_id, _said("webauthn.create", offered.challenge, origin), attestation)

    def shown(self, asked: FactorAsked, origin: str, *, rp_id: str = "") -> PasskeyShown:
        """Somebody shows it."""
        about, said = self._about(rp_id or asked.rp_id, _PRESENT), _said("webauthn.get", asked.challenge, origin)
        signature = self.key.sign(about + sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return PasskeyShown(self.credential_id, said, about, signature)

    def _about(self, rp_id: str, flags: int) -> bytes:
        return sha256(rp_id.encode()).digest() + bytes([flags]) + self.counts.to_bytes(4)


def _said(kind: str, challenge: bytes, origin: str) -> bytes:
    said = {"type": kind, "challenge": to_base64url(challenge), "origin": origin, "crossOrigin": False}
    return json.dumps(said).encode()
