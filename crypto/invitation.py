"""How somebody comes to an agency with keys that nobody can exchange on the way. docs/protocol.md section 5.

The link's secret goes from the coordinator to the invited person past the server. The server knows a token made of it,
which admits; the key made of it proves that the keys that arrived are those of whoever held the link (T14, T50).
"""

import hmac
from dataclasses import dataclass, field
from typing import Final

from crypto import labels
from crypto.chance import CHANCE, Chance
from crypto.encoding import display_name, sized
from crypto.errors import InvitationProofInvalid
from crypto.hashing import expand
from crypto.identity import read_kem_statement

_LINK_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class InvitationLink:
    """What the link carries, and nothing else does."""

    secret: bytes = field(repr=False)
    root_fingerprint: bytes

    @property
    def raw(self) -> bytes:
        """64 bytes, in base64url the fragment of the link."""
        return self.secret + self.root_fingerprint

    @property
    def token(self) -> bytes:
        """What admits; the server keeps its SHA-256."""
        return expand(self.secret, labels.INVITATION_TOKEN)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The public keys of whoever accepts. `roster_pk` is empty unless they are to keep the roster."""

    ed_pk: bytes
    kem_statement: bytes
    roster_pk: bytes
    display_name: str


def new_invitation_link(root_fingerprint: bytes, *, chance: Chance = CHANCE) -> InvitationLink:
    """A link with a fresh secret."""
    return InvitationLink(chance.draw(32), sized(root_fingerprint, 32))


def read_invitation_link(raw: bytes) -> InvitationLink:
    """Raises Malformed for a link that was cut or typed."""
    sized(raw, _LINK_BYTES)
    return InvitationLink(raw[:32], raw[32:])


def prove_acceptance(link: InvitationLink, accepted: Acceptance) -> bytes:
    """32 bytes that only somebody who holds the link can make for these keys."""
    key = expand(link.secret, labels.INVITATION_KEY)
    parts = (accepted.ed_pk, accepted.kem_statement, accepted.roster_pk, display_name(accepted.display_name))
    return expand(key, labels.INVITATION, link.root_fingerprint, *parts)


def check_acceptance(link: InvitationLink, accepted: Acceptance, proof: bytes) -> None:
    """Raises InvitationProofInvalid, and what is wrong with the keys: before anybody certifies them (T14, T50)."""
    if not hmac.compare_digest(prove_acceptance(link, accepted), proof):
        raise InvitationProofInvalid
    read_kem_statement(accepted.kem_statement, accepted.ed_pk)
