"""An invitation: who is asked to work at an agency, as what, and until when."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from chatserver.errors import Malformed
from chatserver.wire.types import Capability
from crypto import check_signing_key
from crypto.encoding import display_name
from crypto.errors import NameInvalid

LINK_LASTS: Final = timedelta(days=7)
# For so long the coordinator still sees that a link has expired, and a repeat still gets its first answer.
KEPT_EXPIRED: Final = timedelta(days=7)
HASH_BYTES: Final = 32
PROOF_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """`capabilities`: words with commas. What lies under `account_id` is there once somebody has accepted.

    `renews`: the account of the colleague who comes back under new keys.
    """

    id: str
    token_hash: bytes
    agency_id: str
    display_name: str
    capabilities: str
    invited_by: str
    created_at: datetime
    expires_at: datetime
    account_id: str | None = None
    accepted_at: datetime | None = None
    roster_key: bytes | None = None
    proof: bytes | None = None
    certified_at: datetime | None = None
    renews: str | None = None

    @property
    def coordinates(self) -> bool:
        """Whether the person is to keep the roster, and so needs a key for it."""
        return "coordinate" in self.capabilities.split(",")

    def accepted(self, account_id: str, roster_key: bytes | None, proof: bytes, now: datetime) -> "Invitation":
        """Somebody has come by the link."""
        return replace(self, account_id=account_id, roster_key=roster_key, proof=proof, accepted_at=now)

    def is_like(self, other: "Invitation") -> bool:
        """Whether both ask the same person to do the same, so that one is a repeat of the other."""
        mine = (self.agency_id, self.display_name, self.capabilities, self.invited_by, self.renews)
        return mine == (other.agency_id, other.display_name, other.capabilities, other.invited_by, other.renews)

    def open_at(self, now: datetime) -> bool:
        """Whether the link still holds."""
        return self.account_id is None and now < self.expires_at


class Wish(Protocol):
    """Whom a coordinator wants to invite, as what."""

    token_hash: bytes
    display_name: str
    capabilities: list[Capability]
    renews: str | None


def new_invitation(wish: Wish, agency_id: str, invited_by: str, now: datetime) -> Invitation:
    """An invitation from now on. Its id follows from the token, so that a lost answer loses nothing.

    Raises Malformed for a hash of another length, a name that could deceive the eye, a capability named twice.
    """
    token_hash, name, listed = wish.token_hash, wish.display_name, wish.capabilities
    if len(token_hash) != HASH_BYTES:
        raise Malformed("token_hash")
    if len(set(listed)) != len(listed):
        raise Malformed("capabilities")
    try:
        display_name(name)
    except NameInvalid:
        raise Malformed("display_name") from None
    return Invitation(
        id=token_hash[:16].hex(),
        token_hash=token_hash,
        agency_id=agency_id,
        display_name=name,
        capabilities=",".join(sorted(listed)),
        invited_by=invited_by,
        created_at=now,
        expires_at=now + LINK_LASTS,
        renews=wish.renews,
    )


def check_acceptance(invitation: Invitation, roster_key: bytes | None, proof: bytes) -> None:
    """A coordinator brings a roster key, nobody else does. The proof only the inviting coordinator can check.

    Raises Malformed, KeyInvalid.
    """
    if (roster_key is not None) != invitation.coordinates:
        raise Malformed("roster_key")
    if roster_key is not None:
        check_signing_key(roster_key)
    if len(proof) != PROOF_BYTES:
        raise Malformed("proof")
